"""The windows of a fold's test part, and every perturbation of them at every strength."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from benchmark.probing.probe_params import Probe
from deepgrasp.geometry.arm_kinematics import ARM_JOINTS
from deepgrasp.geometry.rotations import Floats
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.probes.pairs_of_recordings import partners
from deepgrasp.probes.perturbation import Perturbation, Recorded, Windows
from deepgrasp.probes.perturbations import PERTURBATIONS
from deepgrasp.probes.perturbed_store import read_windows
from deepgrasp.probes.turned_joints import true_places
from deepgrasp.store.store import Store
from deepgrasp.tasks import read_targets
from deepgrasp.tasks.body import BodyTarget, in_pelvis_axes
from deepgrasp.tasks.targets import Target


@dataclass(frozen=True)
class AskedWindows:
    """Windows that are asked: of a fold's test part, all or some.

    Attributes:
        rows: of the store.
        train: ids of the training part.
    """

    store: Store
    graphs: GraphChoice
    rows: NDArray[np.int64]
    windows: Windows
    targets: Mapping[str, Target]
    train: tuple[str, ...]

    @cached_property
    def places(self) -> Floats:
        """Places of the joints as the recorded posture puts them, see :func:`joint_places`."""
        # kept: every drift starts from them
        return joint_places(self, self.windows.clean)

    def of(self, ids: Sequence[str]) -> "AskedWindows":
        """The same for some of the recordings, by their ids."""
        return _asked(self.store, self.graphs, ids, self.train)


def windows_of_fold(store: Store, split: str, replicate: int, graphs: GraphChoice) -> AskedWindows:
    """All windows of a fold's test part, with their targets."""
    fold = store.fold(split, replicate)
    return _asked(store, graphs, fold["test"], tuple(fold["train"]))


def _asked(store: Store, graphs: GraphChoice, ids: Sequence[str], train: tuple[str, ...]) -> AskedWindows:
    rows = store.rows(ids)
    targets = read_targets(store, rows, graphs.hands)
    return AskedWindows(store, graphs, rows, read_windows(store, rows, graphs), targets, train)


@dataclass(frozen=True)
class Condition:
    """One perturbation at one strength.

    Attributes:
        known: the windows that are asked.
        partners: of an exchange of touch, ``[N]``.
    """

    name: str
    perturbation: Perturbation
    strength: float
    known: AskedWindows
    seen: Recorded
    partners: NDArray[np.int64] | None

    def places(self) -> tuple[Floats, Floats] | None:
        """Joints ``[N, T, J, 3]``, metres, as the recorded posture puts them, and as the one that is seen does.

        In the axes in which the task of joint positions asks for them; None where no drift is asked.
        """
        before = self.known.places
        if self.perturbation.moves:
            return before, joint_places(self.known, self.seen)
        # an exchange of touch leaves the posture as it is: nothing is imposed, and only the answer can move
        return None if self.partners is None else (before, before)


def asked_names(probe: Probe, window: str) -> list[str]:
    """Names of the perturbations that are asked of a kind of ``window``, in the order in which they are shown."""
    chosen = probe.perturbations or list(PERTURBATIONS)  # an empty list asks for all: a new file is asked by itself
    return [name for name, each in PERTURBATIONS.items() if name in chosen and each.asked_of(window)]


def conditions(probe: Probe, known: AskedWindows) -> Iterator[Condition]:
    """Every perturbation at every strength, one at a time."""
    windows = known.windows
    for name in asked_names(probe, windows.window):
        each = PERTURBATIONS[name]
        others = None
        if each.partner is not None:
            field, same = each.partner
            # the draw of the perturbation's own file, which has this name: these are the recordings whose touch is seen
            others = partners(windows.ids, windows.fields[field], same=same, what=name)
        for strength in each.strengths:
            yield Condition(name, each, strength, known, each(windows, strength), others)


def joint_places(known: AskedWindows, seen: Recorded) -> Floats:
    """What the oracle of joint positions answers to what is seen, ``[N, T, J, 3]`` of the seen arms, metres."""
    store, rows, windows = known.store, known.rows, known.windows
    found = true_places(windows.clean, seen, store.read("body", rows), windows.fields["subject"])  # [N, T, 39, 3]
    # by its type: names of tasks stand in the files of tasks alone
    target = next(each for each in known.targets.values() if isinstance(each, BodyTarget))
    columns = [ARM_JOINTS.index(name) for name in target.joints]
    # the oracle knows the trunk's axes, and the task asks for those of the pelvis
    return in_pelvis_axes(found[:, :, columns], store.read("lean", rows)).astype(float)
