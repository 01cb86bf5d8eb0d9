"""Rows of the board of probes: curves, weights, drift and importance of one entrant, with intervals over people."""

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

import numpy as np

from benchmark.board.comparisons import may_be_best
from benchmark.board.probes_file import AskedPerturbation, Curve, Importance, Moved, ProbedRow, SkillScale, Weights
from benchmark.probing.cell_record import CellProbes, Drifted, Pulled, TaskProbes, Where
from benchmark.probing.scores_by_person import SCORE_DIGITS
from deepgrasp.intervals import Blocks, block_means, blocks, interval, subject_means
from deepgrasp.probes.attribution import agreement
from deepgrasp.probes.senses_followed import Pull, weight
from deepgrasp.probes.strength_curves import area, half_life, jackknifed

Spread = list[float | None]
"""A number and the ends of its interval."""
Tested = Sequence[tuple[int, TaskProbes]]
"""The probes of a row's trainings, each with its replicate."""


class SkillTerms(NamedTuple):
    """How a task's numbers become skill, and which trainings and people belong together."""

    scale: SkillScale
    of: Blocks

    def skill(self, value: float) -> float:
        """0 for the trivial answer, 1 at the ceiling."""
        return (value - self.scale.zero) / (self.scale.one - self.scale.zero) + 0.0  # no skill of "-0.0"

    def block_skills(self, tested: Sequence[tuple[int, Mapping[str, float]]]) -> list[float]:
        """Skill of each block, in the order of the blocks' names, from the metric of each training's people."""
        scores = {(person, k, ""): value for k, people in tested for person, value in people.items()}
        return [self.skill(value) for value in block_means(scores, self.of).values()]

    def block_values(self, tested: Sequence[tuple[int, Mapping[str, float]]]) -> list[float]:
        """Mean of each block, in the order of the blocks' names, in the numbers' own unit; see :meth:`block_skills`."""
        scores = {(person, k, ""): value for k, people in tested for person, value in people.items()}
        return list(block_means(scores, self.of).values())


def blocks_of(cells: Sequence[CellProbes]) -> Blocks:
    """Blocks of trainings and people that belong together, see :func:`deepgrasp.intervals.blocks`."""
    found = {(person, cell.replicate, "") for cell in cells for each in cell.tasks.values() for person in each.clean}
    return blocks(sorted(found, key=lambda key: (key[1], key)))


def spread(values: Sequence[float], low: float = -np.inf, high: float = np.inf) -> Spread:
    """The mean of blocks and its interval, cut where no such number can lie."""
    among = interval(list(values))
    ends = [None, None] if among is None else [max(low, among.low), min(high, among.high)]
    return [None if x is None else round(float(x), SCORE_DIGITS) for x in (fmean(values), *ends)]


def row(
    model: str,
    training: str,
    cells: Sequence[CellProbes],
    task: str,
    asked: Sequence[AskedPerturbation],
    place: SkillTerms,
) -> ProbedRow:
    """One row of a task; whose areas may be the best is said later, when all rows are there."""
    cells = sorted(cells, key=lambda cell: cell.replicate)
    tested = [(cell.replicate, cell.tasks[task]) for cell in cells]
    clean = [(k, each.clean) for k, each in tested]
    scores = {(person, k, ""): value for k, people in clean for person, value in people.items()}
    first = tested[0][1]
    return ProbedRow(
        model=model,
        training=training,
        oracle=any(cell.oracle for cell in cells),
        by_subject={name: round(value, SCORE_DIGITS) for name, value in subject_means(scores).items()},
        skill=spread(place.block_skills(clean)),
        curves={each.name: skill_curve(tested, each, place) for each in asked if each.name in first.scores},
        weights={name: sense_weights(tested, name, place) for name in first.followed},
        drift={each.name: drift_curve(tested, each, place) for each in asked if each.name in first.drift},
        where=importance_of_places(tested, place) if all(each.where for _, each in tested) else None,
    )


def skills_at(tested: Tested, asked: AskedPerturbation, place: SkillTerms) -> np.ndarray:
    """Skill ``[strengths + 1, B]`` at strength 0 and at each further one, of each block."""
    found = [place.block_skills([(k, each.clean) for k, each in tested])]
    found += [
        place.block_skills([(k, each.scores[asked.name][f"{strength:g}"]) for k, each in tested])
        for strength in asked.strengths
    ]
    return np.array(found)


def skill_curve(tested: Tested, asked: AskedPerturbation, place: SkillTerms) -> Curve:
    """Skill over the strengths of one perturbation."""
    skills = skills_at(tested, asked, place)
    strengths = [0.0, *asked.strengths]
    # of the mean curve, and no mean of halves: a block's own curve may never lose half
    half, among = jackknifed(
        lambda which: half_life(strengths, skills[:, list(which)].mean(axis=1).tolist()), skills.shape[1]
    )
    ends = [None, None] if among is None else [max(0.0, among.low), among.high]  # there is no strength below 0
    return Curve(
        skill=[spread(each.tolist()) for each in skills],
        area=spread(areas_below(skills, strengths)),
        may_be_best=None,
        half=[None if x is None else round(x, SCORE_DIGITS) for x in (half, *ends)],
    )


def areas_below(skills: np.ndarray, strengths: Sequence[float]) -> list[float]:
    """The area under the curve of each block; of what is there or not, the skill where it is."""
    if len(strengths) == 2:
        return [float(x) for x in skills[1]]
    return [area(strengths, each) for each in skills.T.tolist()]


def mark_best(
    rows: Sequence[ProbedRow], cells: Mapping[tuple[str, str], Tested], asked: AskedPerturbation, place: SkillTerms
) -> None:
    """Say of each ranked row whether its area may be the largest, by the board's comparisons.

    A confidence set for the best of all rows, which corrects for how many they are.
    """
    ranked = [each for each in rows if not each.oracle and asked.name in each.curves]
    strengths = [0.0, *asked.strengths]
    means = [areas_below(skills_at(cells[each.model, each.training], asked, place), strengths) for each in ranked]
    # rows with other trainings have other blocks, which make no pairs; one block has no spread
    if len(ranked) < 2 or len({len(each) for each in means}) != 1 or len(means[0]) < 2:
        return
    for each, kept in zip(ranked, may_be_best(np.array(means)), strict=True):
        each.curves[asked.name] = each.curves[asked.name].model_copy(update={"may_be_best": bool(kept)})  # frozen


def sense_weights(tested: Tested, name: str, place: SkillTerms) -> Weights:
    """Weights of the senses under one exchange of touch."""

    def of(sense: Callable[[TaskProbes], Mapping[str, Pulled]]) -> Spread:
        found = []
        for block in sorted(set(place.of.values()), key=lambda each: (len(each), each)):
            pulled = [
                pull for k, each in tested for person, pull in sense(each).items() if place.of.get((person, k)) == block
            ]
            # a ratio of sums: a recording whose answer is its partner's says nothing, and weighs nothing
            value = weight(Pull(*(np.array([getattr(pull, key) for pull in pulled]) for key in ("moved", "apart"))))
            # None where all answers of a block are the same: they follow nothing
            if value is not None and pulled:
                found.append(value)
        return spread(found, 0.0, 1.0) if found else [None] * 3

    return Weights(
        touch=of(lambda each: each.followed[name].touch),
        pose=of(lambda each: each.followed[name].pose),
        paired=round(fmean(each.followed[name].paired for _, each in tested), SCORE_DIGITS),
    )


def drift_curve(tested: Tested, asked: AskedPerturbation, place: SkillTerms) -> list[Moved]:
    """Drift at each strength of one perturbation."""
    # in the order of the strengths: that of the keys in a cell's file is the alphabet's
    keys = [f"{strength:g}" for strength in asked.strengths]
    return [mean_drift([(k, each.drift[asked.name][key]) for k, each in tested], place) for key in keys]


def mean_drift(tested: Sequence[tuple[int, Mapping[str, Drifted]]], place: SkillTerms) -> Moved:
    """Mean drift of the estimated hand at one strength, cm, with intervals over people."""

    def values(of: Callable[[Drifted], float]) -> list[float]:
        return place.block_values([(k, {who: of(each) for who, each in people.items()}) for k, people in tested])

    def ways(of: Callable[[Drifted], Sequence[float]]) -> list[list[float]]:
        return [values(lambda each, at=at: of(each)[at]) for at in range(3)]  # type: ignore[misc]

    return Moved(
        along=spread(values(lambda each: each.along)),
        asked=round(fmean(values(lambda each: each.asked)), SCORE_DIGITS),
        size=spread(values(lambda each: each.size), low=0.0),
        moved=[spread(each) for each in ways(lambda each: each.moved)],
        imposed=[round(fmean(each), SCORE_DIGITS) for each in ways(lambda each: each.imposed)],
    )


def importance_of_places(tested: Tested, place: SkillTerms) -> Importance:
    """Importance of every joint and patch."""
    wheres = [(k, each.where) for k, each in tested if each.where is not None]
    count = len(wheres[0][1].places)
    # on the recordings that were asked, and not the board's, which is on all: only so is the difference the place's
    clean = np.array(place.block_skills([(k, each.clean) for k, each in wheres]))  # [B]

    def at(number: int, of: Callable[[Where], Mapping[str, list[float]]]) -> list[tuple[int, dict[str, float]]]:
        return [(k, {who: values[number] for who, values in of(each).items()}) for k, each in wheres]

    lost = np.array([clean - place.block_skills(at(n, lambda each: each.silenced)) for n in range(count)])  # [P, B]
    # in the unit of the loss, which has no scale of skill; [P, B]
    gained = np.array([place.block_values(at(n, lambda each: each.attributed)) for n in range(count)])
    agree = [agreement(lost[:, b], gained[:, b]) for b in range(lost.shape[1])]
    known = [value for value in agree if value is not None]
    return Importance(
        lost=[spread(each.tolist()) for each in lost],
        attributed=[spread(each.tolist()) for each in gained],
        agreement=spread(known, -1.0, 1.0) if known else [None] * 3,
        recordings=sum(each.recordings for _, each in wheres),
    )
