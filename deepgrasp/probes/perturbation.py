"""The record of a perturbation, and the windows that it changes: in natural units, before anything is derived."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from deepgrasp.choices import POSE, TOUCH
from deepgrasp.errors import InputError
from deepgrasp.loading import takes
from deepgrasp.probes.random_numbers import draws
from deepgrasp.skeleton import SIDES

PerturbationKind = Literal["noise", "loss", "conflict", "time"]
PERTURBATION_KINDS: dict[PerturbationKind, str] = {
    "noise": "what is measured is wrong",
    "loss": "what is measured is missing",
    "conflict": "the senses disagree",
    "time": "less of the action is seen",
}
"""Kinds of perturbations, in the order in which they are shown, with a phrase for people."""
SENSES = (POSE, TOUCH)


@dataclass(frozen=True)
class Recorded:
    """Pose, bones and touch of ``N`` windows, as the store holds what was recorded.

    Attributes:
        pose: axis-angle ``[N, T, 39, 3]`` of the arms' joints (``deepgrasp.skeleton.arms("both")``), radians.
        bones: length ``[N, 49]`` of the bone to each node (``deepgrasp.store.layout.POSE_NODES``), metres.
        touch: whether each vertex of the right and the left hand touches, ``[N, T, 2, 778]``, of 0 and 1.
    """

    pose: NDArray[np.float32]
    bones: NDArray[np.float32]
    touch: NDArray[np.uint8]

    def at(self, frames: NDArray[np.int64], senses: Sequence[str] = SENSES) -> "Recorded":
        """The frames ``[T]`` or ``[N, T]`` of each window, of these senses alone; the others stay."""
        rows = np.arange(len(self.pose))[:, None]  # [N, 1]
        frames = np.broadcast_to(frames, self.pose.shape[:2])  # [N, T]
        # bones stay: they have no frames
        pose = self.pose[rows, frames] if POSE in senses else self.pose
        return replace(self, pose=pose, touch=self.touch[rows, frames] if TOUCH in senses else self.touch)


@dataclass(frozen=True)
class Windows:
    """Windows of recordings to be perturbed, with their ids: chance depends on the recording and on nothing else.

    Attributes:
        ids: of the recordings, ``N`` of them.
        fields: what the store says of each (object, action), by the field's name.
        clean: what was recorded.
        patches: the patch ``[2, 778]`` of each vertex of the right and the left hand.
        hands: which are seen: 0 for the right one, 1 for the left.
        window: which frames of a recording these are, see :data:`deepgrasp.choices.Window`.
        frames: number of each frame in its recording ``[N, T]``.
        rate: frames a second of the recordings.
    """

    ids: tuple[str, ...]
    fields: dict[str, tuple[str, ...]]
    clean: Recorded
    patches: NDArray[np.int64]
    hands: tuple[int, ...]
    window: str
    frames: NDArray[np.int64]
    rate: float

    @property
    def length(self) -> int:
        """Frames of a window."""
        return self.clean.pose.shape[1]

    @cached_property
    def hand(self) -> NDArray[np.int64]:
        """The hand ``[N]`` that touches more, of those that are seen: 0 for the right one, 1 for the left."""
        touched = self.clean.touch.sum(axis=(1, 3), dtype=np.int64)[:, list(self.hands)]  # [N, hands]
        return np.array(self.hands)[touched.argmax(axis=1)]  # of equals the right one

    @property
    def side(self) -> tuple[str, ...]:
        """Side of the hand that touches more, for each window: ``right`` or ``left``."""
        return tuple(SIDES[hand] for hand in self.hand)

    def uniform(self, what: str, shape: Sequence[int]) -> NDArray[np.float64]:
        """Numbers from 0 to 1, ``[N, *shape]``; see :func:`deepgrasp.probes.random_numbers.draws`."""
        return draws(self.ids, what, shape, lambda random, size: random.random(size))

    def normal(self, what: str, shape: Sequence[int]) -> NDArray[np.float64]:
        """Standard normal numbers, ``[N, *shape]``; see :func:`deepgrasp.probes.random_numbers.draws`."""
        return draws(self.ids, what, shape, lambda random, size: random.standard_normal(size))


PerturbationFunction = Callable[[Recorded, Windows, float], Recorded]


@dataclass(frozen=True)
class Perturbation:
    """One way to change what is seen. A file of ``deepgrasp/probes/perturbations`` that defines one enrols it.

    Attributes:
        kind: what it asks, see :data:`PERTURBATION_KINDS`.
        says: a sentence for people.
        senses: what it changes: ``pose`` (angles and bones), ``touch`` or both; the other one stays as it was.
        unit: of the strengths.
        strengths: rising, above 0; at 0 nothing is changed, and nobody is asked. One alone: it is there, or not.
        act: what was recorded at a strength, made of what was recorded; the argument stays as it was.
        partner: of a conflict by exchange: ``("object", False)`` pairs recordings of different objects.
        moves: whether the place of a hand is another one by it, and so an estimated hand should follow, or not.
        windows: of which windows it can be asked; nothing named: of any.
    """

    kind: PerturbationKind
    says: str
    senses: tuple[str, ...]
    unit: str
    strengths: tuple[float, ...]
    act: PerturbationFunction
    partner: tuple[str, bool] | None = None
    moves: bool = False
    windows: tuple[str, ...] = ()

    def __call__(self, windows: Windows, strength: float) -> Recorded:
        """What is seen at a strength; at 0 what was recorded, to the last bit."""
        # at 0 it is not called, as its arithmetic might round
        return windows.clean if strength == 0 else self.act(windows.clean, windows, strength)

    def asked_of(self, window: str) -> bool:
        """Whether windows of a kind, such as ``prehension``, can be perturbed so."""
        return not self.windows or window in self.windows


def check(where: str, found: object) -> Perturbation:
    """The perturbation of a file, if it is one.

    Raises:
        InputError: it is none, or says what cannot be.
    """
    if not isinstance(found, Perturbation):
        raise InputError(where, f"is a {type(found).__name__}", "make it a Perturbation")
    if found.kind not in PERTURBATION_KINDS:
        raise InputError(f"{where}.kind", f"{found.kind!r} is unknown", f"choose from {', '.join(PERTURBATION_KINDS)}")
    if not found.senses or not set(found.senses) <= set(SENSES):
        raise InputError(f"{where}.senses", f"is {found.senses!r}", f"name {' or '.join(SENSES)}, or both")
    rising = all(low < high for low, high in zip((0.0, *found.strengths), found.strengths, strict=False))
    if not found.strengths or not rising:
        raise InputError(f"{where}.strengths", f"are {found.strengths}", "give rising numbers above 0")
    if not takes(found.act, 3):
        raise InputError(f"{where}.act", "cannot be called with 3 arguments", f"see {Perturbation.__module__}")
    return found
