"""Where rows' differences come from by chance: recordings, people and trainings, as standard deviations."""

from collections.abc import Sequence
from statistics import harmonic_mean
from typing import NamedTuple

import numpy as np

from deepgrasp.intervals import Blocks, Scores


class Components(NamedTuple):
    """Standard deviations of what a row gains or loses against the others, and the design that they were seen in.

    Attributes:
        recordings: on one recording.
        people: on all recordings of a person.
        trainings: on all people of a training's fold.
        recordings_a_person: their harmonic mean.
        people_a_training: likewise.
    """

    recordings: float
    people: float
    trainings: float
    recordings_a_person: float
    people_a_training: float


def components_of_chance(rows: Sequence[Scores], blocks: Blocks) -> Components | None:
    """Components of chance by moments, from rows tested on the same recordings; None for fewer than two rows or blocks.

    What all rows share is taken out first: how hard a recording is, or a person. What is left is an analysis of
    variance of recordings within people within blocks; each level's variance has those below it, which are subtracted,
    and one that comes out negative is zero.
    """
    keys = sorted(rows[0])
    people: dict[tuple[str, str], list[int]] = {}  # columns by (block, subject)
    for column, (subject, replicate, _) in enumerate(keys):
        people.setdefault((blocks[subject, replicate], subject), []).append(column)
    if len(rows) < 2 or len({block for block, _ in people}) < 2:
        return None
    values = np.array([[scores[key] for key in keys] for scores in rows])  # [R, recordings]
    values -= values.mean(axis=0)
    free = len(rows) - 1  # the rows' deviations from their mean at a recording
    groups: dict[str, list[np.ndarray]] = {}  # each person's means [R], by block
    inside = 0.0
    for (block, _), columns in people.items():
        inside += float(((values[:, columns] - values[:, columns].mean(axis=1, keepdims=True)) ** 2).sum())
        groups.setdefault(block, []).append(values[:, columns].mean(axis=1))
    recordings = inside / (free * max(len(keys) - len(people), 1))
    each = harmonic_mean([len(columns) for columns in people.values()])
    # a variance times its number: the sum of squares
    between = sum(float(np.var(means, axis=0).sum()) * len(means) for means in groups.values())
    spare = len(people) - len(groups)
    # a fold of one person cannot tell the person from the training: then trainings have both
    persons = max(between / (free * spare) - recordings / each, 0.0) if spare else 0.0
    a_fold = harmonic_mean([len(means) for means in groups.values()])
    folds = np.var([np.mean(means, axis=0) for means in groups.values()], axis=0, ddof=1).sum() / free
    trainings = max(float(folds) - persons / a_fold - recordings / (each * a_fold), 0.0)
    return Components(recordings**0.5, persons**0.5, trainings**0.5, each, a_fold)
