"""A trained cell's answers: about which recordings, which are the best and the worst, and how they look in a scene."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from benchmark.pipeline import predictions
from benchmark.pipeline.predictions import Predictions, load_named
from deepgrasp.errors import InputError, did_you_mean
from deepgrasp.store.store import Store, open_store
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.targets import ClassTarget
from deepgrasp.view.answers import ShownAnswer, asked_frames, shown_answer
from deepgrasp.view.portrait import ANSWER_SHARES
from deepgrasp.view.recorded_scene import Scene


@dataclass(frozen=True)
class AnsweredCell:
    """The stored answers of one training.

    Attributes:
        name: such as ``pose/best/0``.
        store: as the network saw it.
    """

    name: str
    made: Predictions
    store: Store

    @property
    def tasks(self) -> tuple[str, ...]:
        """Names of the tasks that the cell answers, in the order of the board; one task, but for a joint training."""
        return tuple(task for task in TASKS if task in self.made.arrays)

    def place(self, recording: str) -> int:
        """Where a recording stands among the answers.

        Raises:
            InputError: it is not tested here.
        """
        if recording not in self.made.sequences:
            people = sorted({name.partition("/")[0] for name in self.made.sequences})
            problem = f"does not test {recording}, but recordings of {' and '.join(people)}"
            raise InputError(self.name, problem, "name one of theirs, or the replicate that tests this person")
        return self.made.sequences.index(recording)

    def frames(self, recording: str) -> NDArray[np.int64]:
        """Numbers ``[T]`` of the frames of a recording for which the cell was asked.

        Raises:
            InputError: the recording is not tested here.
        """
        self.place(recording)  # it says so if the recording is not tested
        return asked_frames(self.store, int(self.store.rows([recording])[0]))

    def answers(self, scene: Scene) -> list[ShownAnswer]:
        """The cell's answers about the recording of a scene that shows :meth:`frames`, one for each of its tasks."""
        k, (row,) = self.place(scene.id), self.store.rows([scene.id])
        hands = str(self.made.run.inputs["hands"])
        many = len(self.tasks) > 1  # one answer needs no task behind the cell's name
        return [
            shown_answer(
                f"{self.name}, {name}" if many else self.name,
                scene,
                TASKS[name],
                self.made.arrays[name][k : k + 1],  # [1, ...]: a part of one recording
                self.store,
                int(row),
                hands,
            )
            for name in self.tasks
        ]

    @cached_property
    def merits(self) -> dict[str, float]:
        """How good each answer is, the best highest: of its first task.

        Of classes the probability of the true one: right and wrong alone would leave most of them level.
        """
        # of a joint training the board's first task: one order is needed, and means over units say nothing
        task = TASKS[self.tasks[0]]
        target, array = self._target, self.made.arrays[task.name]
        if isinstance(target, ClassTarget):
            chances = softmax(np.asarray(array, float), axis=1)  # [N, C]
            values = chances[np.arange(len(chances)), target.labels]
        else:
            values = task.each(array, target) * (1 if task.higher_is_better else -1)
        return dict(zip(self.made.sequences, map(float, values), strict=True))

    @cached_property
    def right(self) -> frozenset[str]:
        """Recordings whose class it names.

        Raises:
            InputError: it is asked for no class.
        """
        task = TASKS[self.tasks[0]]
        if not isinstance(self._target, ClassTarget):
            problem = f"is asked for numbers ({task.predicts}), which are not right or wrong"
            raise InputError(self.name, problem, "take --best or --worst")
        named = task.each(self.made.arrays[task.name], self._target)
        return frozenset(name for name, value in zip(self.made.sequences, named, strict=True) if value)

    # kept: best, worst and right all ask for it
    @cached_property
    def _target(self) -> Any:
        rows = self.store.rows(self.made.sequences)
        return TASKS[self.tasks[0]].read(self.store, rows, str(self.made.run.inputs["hands"]))


def asked_of(cells: Sequence[AnsweredCell], recording: str) -> list[int]:
    """Frames of a recording for which any of the cells was asked, in order."""
    return sorted({int(frame) for cell in cells for frame in cell.frames(recording)})


def answers_about(cells: Sequence[AnsweredCell], scene: Scene) -> list[ShownAnswer]:
    """The answers of all cells about the recording of a scene."""
    return [answer for cell in cells for answer in cell.answers(scene)]


def open_cells(names: Sequence[str], runs: Path, graphs: Path) -> list[AnsweredCell]:
    """The cells whose answers are shown; without any the graph store is not opened: data may be looked at before it.

    Raises:
        InputError: more than there are colours; no such cell, or of other data than the graph store.
    """
    if len(names) > len(ANSWER_SHARES):
        raise InputError("--cell", f"{len(names)} cells", f"compare {len(ANSWER_SHARES)} at most")
    store = open_store(graphs) if names else None
    return [open_cell(name, runs, store) for name in names if store is not None]


def open_cell(name: str, runs: Path, store: Store) -> AnsweredCell:
    """The answers of a cell, such as ``pose/best/0``: a task or ``joint``, a model, a replicate.

    Raises:
        InputError: there is no such cell, it is damaged, or it was made from other data than the store.
    """
    path = runs / name / predictions.PREDICTIONS_FILE
    # exactly task/model/replicate: whoever loads its network takes the name apart
    if name.count("/") != 2 or not path.is_file():
        known = sorted(
            found.parent.relative_to(runs).as_posix() for found in runs.glob(f"*/*/*/{predictions.PREDICTIONS_FILE}")
        )
        remedy = did_you_mean(name, known) if known else "train one: `dvc repro`"
        raise InputError(name, f"is no cell in {runs}/", remedy)
    made = load_named(runs, name)
    # its rows would be other recordings, and the truth beside its answers another one's
    if made.run.data.hash != store.hash:
        raise InputError(path, "was made from other data than the graph store", "run `dvc repro` to train again")
    viewed = store.view(made.run.inputs["frames"])
    viewed.rows(made.sequences)  # a recording that the store has not is told here
    if not any(task in made.arrays for task in TASKS):
        raise InputError(path, "answers none of the tasks", "train the cell again")
    return AnsweredCell(name, made, viewed)
