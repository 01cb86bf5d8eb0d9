"""The examples of a part of a fold, resident in memory or streamed from the store: the same numbers in one order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deepgrasp.choices import Stream
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.inputs.modalities import load_inputs
from deepgrasp.network import losses
from deepgrasp.network.network import EVALUATION_BATCH
from deepgrasp.store.store import Store
from deepgrasp.tasks import TASKS, read_targets
from deepgrasp.tasks.targets import Target

BATCHES_AHEAD = 2  # batches that a thread reads while one is computed with

Tensors = dict[str, Tensor]
R = TypeVar("R")


class ScoredSequences(NamedTuple):
    """Some sequences in order, with their targets for the metrics and, as tensors, for the losses."""

    inputs: Tensors  # modality -> [n, T, V, F]
    targets: Mapping[str, Target]
    tensors: Tensors


class TrainingPart(Protocol):
    """A part of a fold as training sees it."""

    @property
    def sequences(self) -> tuple[str, ...]: ...

    def batches(self, order: Iterable[Tensor]) -> Iterator[tuple[Tensors, Tensors]]:
        """Inputs ``[B, T, V, F]`` and targets for the losses of each batch of row numbers, on the device."""

    def blocks(self) -> "Iterator[ScoredSequences]":
        """All sequences in order, at once or in several blocks."""

    def targets_of(self, task: str) -> Iterator[Target]:
        """The targets of one task, in blocks as well."""


@dataclass(frozen=True)
class Examples:
    """The sequences of a part as tensors on the device: no batch is read from a disk or copied to a GPU."""

    sequences: tuple[str, ...]
    inputs: Tensors  # modality -> [N, T, V, F]
    targets: Mapping[str, Target]  # of all tasks, for the metrics
    tensors: Tensors  # the same targets for the losses, see deepgrasp.network.losses.tensors

    def batches(self, order: Iterable[Tensor]) -> Iterator[tuple[Tensors, Tensors]]:
        """Inputs ``[B, T, V, F]`` and targets of each batch, of tensors on the device."""
        for rows in order:
            yield (
                {key: value[rows] for key, value in self.inputs.items()},
                {key: value[rows] for key, value in self.tensors.items()},
            )

    def blocks(self) -> Iterator[ScoredSequences]:
        """All sequences in order, as one block."""
        yield ScoredSequences(self.inputs, self.targets, self.tensors)

    def targets_of(self, task: str) -> Iterator[Target]:
        """The targets of one task, as one block."""
        yield self.targets[task]


@dataclass(frozen=True)
class Streamed:
    """The sequences of a part, of which each batch is read from the memory-mapped store when it is needed.

    Attributes:
        rows: of the store, ``[N]``.
        streams: what the entrant asked to see.
        with_targets: whether there are targets: the test part has none, as training has no use for them.
    """

    store: Store
    sequences: tuple[str, ...]
    rows: NDArray[np.int64]
    graphs: GraphChoice
    streams: Sequence[Stream]
    with_targets: bool
    device: torch.device

    def read(self, rows: NDArray[np.int64]) -> tuple[Tensors, Mapping[str, Target]]:
        """Inputs ``[n, T, V, F]`` by modality and targets by task of ``rows [n]`` of the store, in memory."""
        inputs = load_inputs(self.store, rows, self.graphs, self.streams)
        targets = read_targets(self.store, rows, self.graphs.hands) if self.with_targets else {}
        return {key: torch.from_numpy(value) for key, value in inputs.items()}, targets

    def resident(self) -> Examples:
        """The same sequences as :class:`Examples`: all inputs and targets, read at once onto the device."""
        inputs, targets = self.read(self.rows)
        return Examples(self.sequences, self._moved(inputs), targets, self._moved(losses.tensors(targets)))

    @property
    def nbytes(self) -> int:
        """Memory that it would take as a whole: inputs, targets, and the targets for the losses."""
        inputs, targets = self.read(self.rows[:1])
        # the losses' tensors twice: they are copies of the targets, which stay for the metrics and are about as large
        of_inputs, of_tensors = (
            sum(each.numel() * each.element_size() for each in arrays.values())
            for arrays in (inputs, losses.tensors(targets))
        )
        return len(self.rows) * (of_inputs + 2 * of_tensors)

    def batches(self, order: Iterable[Tensor]) -> Iterator[tuple[Tensors, Tensors]]:
        """Inputs ``[B, T, V, F]`` and targets of each batch, read from the store while the one before is used."""

        def batch(rows: Tensor) -> tuple[Tensors, Tensors]:
            inputs, targets = self.read(self.rows[rows.cpu().numpy()])
            return inputs, losses.tensors(targets)

        for inputs, tensors in _read_ahead(batch, order):
            yield self._moved(inputs), self._moved(tensors)

    def blocks(self) -> Iterator[ScoredSequences]:
        """All sequences in order, in blocks of as many as an evaluation takes at once."""
        for inputs, targets in _read_ahead(self.read, self._cut()):
            yield ScoredSequences(self._moved(inputs), targets, self._moved(losses.tensors(targets)))

    def targets_of(self, task: str) -> Iterator[Target]:
        """The targets of one task, in the blocks of :meth:`blocks`."""
        for rows in self._cut():
            yield TASKS[task].read(self.store, rows, self.graphs.hands)

    def _cut(self) -> Iterator[NDArray[np.int64]]:
        return (self.rows[start : start + EVALUATION_BATCH] for start in range(0, len(self.rows), EVALUATION_BATCH))

    def _moved(self, tensors: Tensors) -> Tensors:
        if self.device.type != "cuda":
            return {key: value.to(self.device) for key, value in tensors.items()}
        # from pinned memory a GPU copies while it computes
        return {key: value.pin_memory().to(self.device, non_blocking=True) for key, value in tensors.items()}


def load_examples(
    store: Store,
    sequences: Sequence[str],
    graphs: GraphChoice,
    streams: Sequence[Stream],
    share: float,
    device: torch.device,
    *,
    with_targets: bool,
) -> TrainingPart:
    """The examples of some sequences: resident if they take at most a share of the memory, else streamed.

    Args:
        share: of the memory that this process may use, and of the GPU's.
        with_targets: whether there are targets.
    """
    part = Streamed(store, tuple(sequences), store.rows(sequences), graphs, streams, with_targets, device)
    return part.resident() if part.nbytes <= share * allowed_memory(device) else part


def allowed_memory(device: torch.device) -> int:
    """Bytes that this process may use: of the machine, of its control groups, and of the GPU that it computes on."""
    import psutil

    found = [int(psutil.virtual_memory().total)]
    if device.type == "cuda":
        found.append(torch.cuda.mem_get_info(device)[1])
    try:
        # a container, or a job of Slurm, may use less than the machine has; version 2 of control groups
        group = PurePosixPath(Path("/proc/self/cgroup").read_text(encoding="utf-8").strip().rpartition("::")[2])
        limits = [Path(f"/sys/fs/cgroup{each}/memory.max") for each in (group, *group.parents)]
        told = [limit.read_text(encoding="utf-8").strip() for limit in limits if limit.exists()]
        found += [int(text) for text in told if text.isdigit()]  # "max" where there is none
    except OSError:  # another system
        pass
    return min(found)


def _read_ahead(read: Callable[[Any], R], order: Iterable[Any]) -> Iterator[R]:
    """What is read for each item, in their order, a few items ahead of whoever takes it."""
    # one thread: its reads are in order, and while it waits for the disk, or numpy copies, the training goes on
    with ThreadPoolExecutor(1) as thread:
        waiting = deque[Any]()
        for item in order:
            waiting.append(thread.submit(read, item))
            if len(waiting) > BATCHES_AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
