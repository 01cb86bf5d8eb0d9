"""Networks of cells, asked anew about a recording that is shown: their gates, and how early they know its class."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from benchmark.probing.seen_inputs import SeenInputs
from benchmark.viewing.cells import AnsweredCell
from deepgrasp.choices import POSE, TOUCH
from deepgrasp.errors import InputError
from deepgrasp.geometry.rotations import Floats
from deepgrasp.inputs.graph_choice import FUSED, GraphChoice
from deepgrasp.inputs.modalities import hand_patches
from deepgrasp.network.checkpoint import CHECKPOINT, check_weights
from deepgrasp.probes.perturbation import SENSES, Recorded, Windows
from deepgrasp.probes.perturbations.unseen_end import PERTURBATION
from deepgrasp.probes.perturbed_store import read_windows
from deepgrasp.skeleton import HAND_VERTICES, SIDES
from deepgrasp.store.store import Store
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.targets import ClassTarget
from deepgrasp.view.answers import ShownAnswer
from deepgrasp.view.early_answer import EarlyAnswer
from deepgrasp.view.gate_factors import GateFactors
from deepgrasp.view.recorded_scene import Scene

if TYPE_CHECKING:  # torch takes seconds to import: only where a network is asked
    from torch import Tensor

    from deepgrasp.library.trained import TrainedModel

SHARES = tuple(k / 10 for k in range(1, 11))
"""Of a window that are seen: from a tenth to all of it."""
PATIENCE_S = 3.0  # beyond which a recording is told to take long
GATE = ".spatial.weight"  # ends the name of the weight of a gate over nodes


@dataclass(frozen=True)
class AskedNetwork:
    """The network of a cell, asked about one recording at a time.

    Attributes:
        gated: whether it has gates over nodes.
    """

    cell: AnsweredCell
    model: "TrainedModel"
    gated: bool

    def answers(self, scene: Scene) -> list[ShownAnswer]:
        """The cell's answers about the recording of a scene, with the network's gates and early answers."""
        seen, found = _SeenRecording(self.model, self.cell.store, scene), self.cell.answers(scene)
        if targets := class_targets(self.cell, scene.id):
            early = seen.early(targets)
            found = [replace(each, early=early.get(task)) for task, each in zip(self.cell.tasks, found, strict=True)]
        # those of one network stand once, however many tasks it answers
        return [replace(found[0], gates=seen.gates(self.cell.name)), *found[1:]] if self.gated else found


@dataclass(frozen=True)
class _SeenRecording:
    """One recording as a network sees it."""

    model: "TrainedModel"
    store: Store
    scene: Scene

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        return self.store.rows([self.scene.id])

    @cached_property
    def windows(self) -> Windows:
        return read_windows(self.store, self.rows, self.model.data.graphs)

    @cached_property
    def at(self) -> NDArray[np.int64]:
        """Where the window's frames are among those of the scene, ``[T]``."""
        return np.searchsorted(self.scene.frames, self.windows.frames[0])

    def early(self, targets: Mapping[str, ClassTarget]) -> dict[str, EarlyAnswer]:
        """Answers to each of :data:`SHARES` of the window, by task: the probe's perturbation hides the rest."""
        import torch

        logits: dict[str, list[Floats]] = {task: [] for task in targets}  # [C] a share
        until = []
        # frames that bear their numbers: the highest that is left is the last that is seen
        clean = self.windows.clean
        numbers = np.broadcast_to(np.arange(self.windows.length, dtype=np.float32)[:, None, None], clean.pose.shape)
        for share in SHARES:
            hidden = round(1 - share, 9)  # 0.3, not 0.30000000000000004: a half frame more would be hidden
            until.append(int(PERTURBATION.act(replace(clean, pose=numbers), self.windows, hidden).pose.max()))
            inputs = self.inputs(PERTURBATION(self.windows, hidden))
            with torch.no_grad():  # one after the other: ten windows of 1556 nodes at once would take gigabytes
                answer = self.model.network(inputs)
            for task, each in logits.items():
                each.append(answer[task][0].double().numpy())
        return {
            task: EarlyAnswer(
                shares=np.array(SHARES),
                until=self.at[until],
                chances=softmax(np.array(logits[task]), axis=1),
                classes=target.classes,
                truth=target.classes[target.labels[0]],
            )
            for task, target in targets.items()
        }

    def gates(self, name: str) -> tuple[GateFactors, ...]:
        """What each block multiplies each joint, and each patch, by."""
        from deepgrasp.representations.gates_by_node import node_gates

        graphs = self.model.data.graphs
        per_hand = graphs.patches or HAND_VERTICES  # None: each vertex is a node
        joints, touch = graphs.pose_nodes, tuple(f"{side}_patch{k}" for side in graphs.sides for k in range(per_hand))
        nodes = {POSE: (joints,), TOUCH: (touch,), FUSED: (joints, touch)}
        patches = np.stack([hand_patches(self.store, side, graphs.patches) for side in SIDES])
        found = []
        for each in node_gates(self.model.network, self.inputs(self.windows.clean)):
            factors = each.factors[0].T.double().numpy()  # [T', V]
            # a block with a stride gives every so many frames
            at = self.at[:: -(-self.windows.length // len(factors))]
            first = 0
            # in the one graph of early fusion joints come first, then patches
            for names in nodes[each.modality]:
                mine = factors[:, first : first + len(names)]
                first += len(names)
                window = int(self.at[0]), int(self.at[-1])
                found.append(GateFactors(name, each.block, names, mine, at, window, patches))
        return tuple(found)

    def inputs(self, seen: Recorded) -> "dict[str, Tensor]":
        """What the network is given where this is seen."""
        import torch

        graphs, streams = self.model.data.graphs, self.model.streams
        asked = SeenInputs(self.store, self.rows, graphs, [streams])
        return {kind: torch.from_numpy(x) for kind, x in asked.chosen(asked.of(seen, SENSES), streams).items()}


def class_targets(cell: AnsweredCell, recording: str) -> dict[str, ClassTarget]:
    """Targets of one recording by task, of those of a cell's tasks that ask for a class."""
    rows, hands = cell.store.rows([recording]), str(cell.made.run.inputs["hands"])
    read = {task: TASKS[task].read(cell.store, rows, hands) for task in cell.tasks}
    return {task: target for task, target in read.items() if isinstance(target, ClassTarget)}


def networks_of(cells: Sequence[AnsweredCell], runs: Path) -> tuple[dict[str, AskedNetwork], list[str]]:
    """Networks of the cells that have gates or are asked for a class, by the cell's name; and what is to be told.

    Reference rows have none. Of one that cannot be loaded a line says why, as of one that takes long: the cell's
    answers are there without it.
    """
    found: dict[str, AskedNetwork] = {}
    told: list[str] = []
    for cell in cells:
        checkpoint = runs / cell.name / CHECKPOINT
        if not checkpoint.is_file():
            continue
        try:
            gated = any(weight.endswith(GATE) for weight in check_weights(checkpoint, cell.name))
            # any recording will do: what matters is whether one of its tasks asks for a class
            if gated or class_targets(cell, cell.made.sequences[0]):
                found[cell.name] = AskedNetwork(cell, _loaded(cell, runs), gated)
                # an answer a share, and one for the gates
                seconds = (len(SHARES) + 1) * (cell.made.run.cost.latency_p50_ms or 0) / 1000
                if seconds > PATIENCE_S:
                    told.append(
                        f"{cell.name}: its network takes some {seconds:.0f} s a recording; --stored leaves it out"
                    )
        except InputError as error:
            told.append(f"{cell.name}: its network cannot be asked again: {error}")
    return found, told


def _loaded(cell: AnsweredCell, runs: Path) -> "TrainedModel":
    from deepgrasp.library.opening import Data
    from deepgrasp.library.trained import load_model

    run = cell.made.run
    # the cell's store gives so many frames already
    told = {key: value for key, value in run.inputs.items() if key != "frames"}
    data = Data(cell.store, GraphChoice(**told))
    return load_model(run.model, task=run.trained_on, replicate=run.replicate, runs=runs, data=data)
