"""Scores of answers to what was recorded and to what is seen under a perturbation, by person, for one cell."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.probing.cell_record import Drifted, FollowedSenses, Pulled, TaskProbes
from benchmark.probing.conditions import Condition
from deepgrasp.geometry.rotations import Floats
from deepgrasp.probes.hand_drift import Drift, drift
from deepgrasp.probes.perturbation import Windows
from deepgrasp.probes.senses_followed import as_answers, pulls
from deepgrasp.skeleton import SIDES
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.body import BodyTarget
from deepgrasp.tasks.targets import ClassTarget, Target

SCORE_DIGITS = 9  # as the board's: what libraries compute differs in the last digits
OF_A_SCORE = 6  # digits of a sequence's score, as results have it: so is the board's score met to the last digit

Answers = Mapping[str, NDArray[np.float32]]


class Measured:
    """What one model's answers are worth, task by task; filled in condition by condition.

    Args:
        clean: its answers to what was recorded, by task.
        targets: by task.
        people: whose window each is.
    """

    def __init__(self, clean: Answers, targets: Mapping[str, Target], windows: Windows) -> None:
        self.clean, self.targets, self.windows = clean, targets, windows
        self.people = windows.fields["subject"]
        self._tasks: dict[str, dict[str, Any]] = {
            task: {"clean": self.score(task, answer), "scores": {}, "followed": {}, "drift": {}}
            for task, answer in clean.items()
        }

    def score(self, task: str, answer: NDArray[np.float32]) -> dict[str, float]:
        """The primary metric of a task by person, as the board has it; see :func:`scores_by_person`."""
        return scores_by_person(task, answer, self.targets[task], self.people)

    def add(self, condition: Condition, answers: Answers) -> None:
        """Take the answers to one perturbation at one strength."""
        # as text: the key by which the rows of the board look it up
        name, strength = condition.name, f"{condition.strength:g}"
        for task, answer in answers.items():
            found = self._tasks[task]
            found["scores"].setdefault(name, {})[strength] = self.score(task, answer)
            if condition.partners is not None:
                found["followed"][name] = self._followed(task, answer, condition.partners)
            if isinstance(self.targets[task], BodyTarget) and (places := condition.places()):
                found["drift"].setdefault(name, {})[strength] = self._drifted(task, answer, places)

    def _followed(self, task: str, answer: NDArray[np.float32], partners: NDArray[np.int64]) -> FollowedSenses:
        classes = isinstance(self.targets[task], ClassTarget)
        clean, conflict = (as_answers(each, classes=classes) for each in (self.clean[task], answer))
        # who has no partner is left out by `pulls`, too: rows of both are the same recordings
        has = partners != np.arange(len(partners))
        mine = np.array(self.people)[has]
        found = {
            sense: {
                person: Pulled(
                    moved=round(float(pull.moved[mine == person].sum()), SCORE_DIGITS),
                    apart=round(float(pull.apart[mine == person].sum()), SCORE_DIGITS),
                )
                for person in dict.fromkeys(self.people)
            }
            for sense, pull in pulls(clean, conflict, partners).items()
        }
        return FollowedSenses(**found, paired=round(float(has.mean()), SCORE_DIGITS))

    def _drifted(self, task: str, answer: NDArray[np.float32], places: tuple[Floats, Floats]) -> dict[str, Drifted]:
        target = self.targets[task]
        assert isinstance(target, BodyTarget)
        names = target.joints
        wrists = np.array([names.index(f"{SIDES[hand]}_wrist") for hand in self.windows.hand])  # [N]
        clean, conflict = (np.asarray(each, float) for each in (self.clean[task], answer))
        found = drift(clean, conflict, places, wrists, self.windows.hand)
        return {person: self._mean_drift(found, person) for person in dict.fromkeys(self.people)}

    def _mean_drift(self, found: Drift, person: str) -> Drifted:
        mine = np.array(self.people) == person
        moved, imposed = ([round(float(x), SCORE_DIGITS) for x in each[mine].mean(axis=0)] for each in found)
        # lengths first and then their mean: ways of two recordings may point apart
        size, asked = (float(np.linalg.norm(each[mine], axis=1).mean()) for each in found)
        numbers = {"size": size, "along": float(found.along()[mine].mean()), "asked": asked}
        return Drifted(moved=moved, imposed=imposed, **{key: round(x, SCORE_DIGITS) for key, x in numbers.items()})

    def result(self, where: Mapping[str, Any]) -> dict[str, TaskProbes]:
        """All that was taken, by task; ``where`` is added to each."""
        return {task: TaskProbes(**found, where=where.get(task)) for task, found in self._tasks.items()}


def scores_by_person(task: str, answer: NDArray[np.float32], target: Target, people: Sequence[str]) -> dict[str, float]:
    """The primary metric of a task by person, in its own unit: the mean over the person's windows.

    Args:
        answer: ``[N, ...]``.
        people: whose window each is, ``N``.

    Raises:
        InputError: the answer holds a NaN, or has another shape than the target.
    """
    # a network that a perturbation drives to NaN must not score by it: argmax takes NaN for the largest
    TASKS[task].check(answer, target)
    each = [round(float(value), OF_A_SCORE) for value in TASKS[task].each(answer, target)]
    names = dict.fromkeys(people)
    return {
        name: round(fmean(value for value, person in zip(each, people, strict=True) if person == name), SCORE_DIGITS)
        for name in names
    }
