"""Means and intervals of scores: what was drawn by chance are trainings with the people they test, not recordings.

The people of a fold are tested on one training, so what it gained by luck counts for all of them. People are therefore
no independent sample, and a fold is: its *block* has one mean a row, the mean over its people of each person's mean.
``make coverage`` measures what these intervals and the comparisons of ``comparisons.py`` hold.
"""

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, stdev
from typing import NamedTuple

LEVEL = 0.95

Key = tuple[str, int, str]
Scores = Mapping[Key, float]
"""Primary metric by (subject, replicate, sequence)."""
Blocks = Mapping[tuple[str, int], str]
"""Name of the block of each (subject, replicate)."""


class Interval(NamedTuple):
    """A mean and the bounds of its interval of ``LEVEL``."""

    mean: float
    low: float
    high: float


def blocks(keys: Iterable[Key]) -> dict[tuple[str, int], str]:
    """The block of each (subject, replicate), named by its people: replicates that share a person share a block.

    Two seeds on one fold are one block. Where *all* replicates test the same people, as in the random split, there is
    one group only, and the people are the blocks: each one's mean is over all trainings. One training is one block.
    """
    tested: dict[int, set[str]] = {}
    for subject, replicate, _ in keys:
        tested.setdefault(replicate, set()).add(subject)
    groups: list[set[str]] = []
    for people in tested.values():
        shared = [group for group in groups if group & people]
        groups = [group for group in groups if not group & people] + [people.union(*shared)]
    if len(groups) == 1 and len(tested) > 1:
        groups = [{subject} for subject in groups[0]]
    names = {subject: "+".join(sorted(group, key=by_number)) for group in groups for subject in group}
    return {(subject, replicate): names[subject] for replicate, people in tested.items() for subject in people}


def by_number(name: str) -> tuple[int, str]:
    """Key to sort names of people and blocks by: s2 comes before s10."""
    return len(name), name


def subject_means(scores: Scores) -> dict[str, float]:
    """Mean over all test sequences of each subject, so that subjects with many sequences count no more than others."""
    values: dict[str, list[float]] = {}
    for (subject, _, _), value in scores.items():
        values.setdefault(subject, []).append(value)
    return {subject: fmean(values[subject]) for subject in sorted(values, key=by_number)}


def block_means(scores: Scores, of: Blocks) -> dict[str, float]:
    """Mean over the subjects of each block, each subject counted once, in the order of the blocks' names."""
    grouped: dict[str, dict[Key, float]] = {}
    for key, value in scores.items():
        grouped.setdefault(of[key[:2]], {})[key] = value
    return {name: fmean(subject_means(grouped[name]).values()) for name in sorted(grouped, key=by_number)}


def interval(means: Sequence[float]) -> Interval | None:
    """``mean ± t(B - 1) s / sqrt(B)`` of ``B`` blocks' means; None for fewer than two."""
    if len(means) < 2:
        return None
    # scipy.special has the distribution and imports much less than scipy.stats
    from scipy.special import stdtrit

    half = float(stdtrit(len(means) - 1, (1 + LEVEL) / 2)) * stdev(means) / len(means) ** 0.5
    middle = fmean(means)
    return Interval(middle, middle - half, middle + half)
