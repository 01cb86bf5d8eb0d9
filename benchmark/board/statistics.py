"""Confidence intervals and p values of scores: Student's t over subjects' means, Holm's correction over pairs of rows.

What is asked is how a model would do on a person it has never met, so the sample is the subjects, not their sequences.
Resampling six or ten subjects is too narrow (Cameron, Gelbach & Miller 2008): such an interval of 95 % covers in 86 %
and 90 % of trials. Here each subject has one mean, whatever the number of its sequences, and Student's t one degree of
freedom fewer than subjects (Ibragimov & Müller 2010). The error of the mean is ``s / sqrt(G - 1)``, the cluster-robust
CV3 of Bell & McCaffrey 2002 that MacKinnon, Nielsen & Webb 2023 advise for few clusters, a little wider than ``s /
sqrt(G)``: two equal models must not be called different more often than said. ``make coverage`` measures all this.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean, stdev
from typing import NamedTuple

LEVEL = 0.95

Key = tuple[str, int, str]
Scores = Mapping[Key, float]
"""Primary metric by (subject, replicate, sequence)."""


class Interval(NamedTuple):
    """A mean over subjects and the bounds of its interval of ``LEVEL``."""

    mean: float
    low: float
    high: float


def subject_means(scores: Scores) -> dict[str, float]:
    """Mean over all test sequences of each subject, so that subjects with many sequences count no more than others."""
    values: dict[str, list[float]] = {}
    for (subject, _, _), value in scores.items():
        values.setdefault(subject, []).append(value)
    return {subject: fmean(values[subject]) for subject in sorted(values)}


def difference(one: Scores, other: Scores) -> dict[str, float]:
    """Each subject's mean of ``one - other`` over the sequences that both have: same people, same recordings."""
    return subject_means({key: value - other[key] for key, value in one.items() if key in other})


def interval(means: Sequence[float]) -> Interval | None:
    """``mean ± t(G - 1) s / sqrt(G - 1)`` of ``G`` subjects' means; None for fewer than two."""
    if len(means) < 2:
        return None
    # scipy.special has the distribution and imports much less than scipy.stats
    from scipy.special import stdtrit

    half = float(stdtrit(len(means) - 1, (1 + LEVEL) / 2)) * _error(means)
    middle = fmean(means)
    return Interval(middle, middle - half, middle + half)


def p_value(differences: Sequence[float]) -> float | None:
    """Two-sided p of a zero mean of ``G`` subjects' paired differences, t(G - 1).

    None for fewer than two subjects, and for two that differ by exactly as much: scores are counts, and that happens.
    """
    if len(differences) < 2:
        return None
    from scipy.special import stdtr

    middle, error = abs(fmean(differences)), _error(differences)
    # two equal differences are chance, and a p of 0 would call it certain
    if error == 0 and middle and len(differences) < 3:
        return None
    if error == 0:
        return 0.0 if middle else 1.0
    return float(2 * stdtr(len(differences) - 1, -middle / error))


def _error(means: Sequence[float]) -> float:
    # CV3 of a mean in closed form. statsmodels' cluster-robust errors are CV1, which are narrower, and scipy has none.
    return stdev(means) / (len(means) - 1) ** 0.5


def holm(values: Sequence[float]) -> list[float]:
    """P values corrected so that one or more false differences are no likelier than in a single test (Holm 1979)."""
    # scipy corrects false discovery rates alone; statsmodels has Holm, but is no dependency of ours
    corrected, largest = [0.0] * len(values), 0.0
    for place, k in enumerate(sorted(range(len(values)), key=lambda k: values[k])):
        largest = max(largest, min(1.0, (len(values) - place) * values[k]))
        corrected[k] = largest
    return corrected


def corrected_pairs(rows: Sequence[Scores]) -> dict[tuple[int, int], float]:
    """Corrected p of every pair ``i < j`` of rows with two or more subjects in common.

    All pairs are corrected for, not only those with the best row: which row is best was read off the same scores, and
    among twelve equal models the best would else beat one of the others in 8 % (six subjects) to 11 % (ten) of boards.
    """
    raw = {}
    for j, other in enumerate(rows):
        for i, one in enumerate(rows[:j]):
            if (p := p_value(list(difference(one, other).values()))) is not None:
                raw[i, j] = p
    return dict(zip(raw, holm(list(raw.values())), strict=True))
