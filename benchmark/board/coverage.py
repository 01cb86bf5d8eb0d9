"""Rates at which the board's intervals hold the truth, on simulated scores: what ``make coverage`` prints.

A trial draws people, their sequences (as many as GRAB has of each) and the scores of a model. 95 % of the intervals
should hold the mean over all people there could be. Two models that are equal on average, but not for each person,
should be called different in at most 5 % of trials. On a board of twelve equal models, a row should be called worse
than the best in at most 5 % of boards.

The board's interval cannot see one thing: the two subjects of a fold are tested on the same training, so what that
training gained by chance ("luck", in units where people differ by 0.5) counts twice. The split ``leave-one-out`` has
a training for each subject.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmark.board.statistics import LEVEL, holm, interval, p_value
from benchmark.ending import in_one_line

GRAB = (198, 125, 93, 113, 162, 106, 125, 148, 145, 120)  # sequences of each subject, in the order of the test pairs
# five folds test two people each: three replicates meet six people, five all ten
SEQUENCES = {6: GRAB[:6], 10: GRAB}
"""By number of subjects: those that three replicates test, and all."""
# 1,000 trials: a rate near 5 % has a standard error of 0.7 percentage points
TRIALS, RESAMPLES, ROWS = 1000, 1000, 12

Floats = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int, int, int], tuple[Floats, Floats]]


class Rates(NamedTuple):
    """Fractions of trials: intervals that hold the truth, and equal models that are called different."""

    covered: float
    different: float


def symmetric(rng: np.random.Generator, trials: int, count: int, models: int) -> tuple[Floats, Floats]:
    """Scores ``[models, trials, count]`` of one subject around 0; people differ by 0.5 of the spread of sequences."""
    # person and sequence are shared by all models: rows are compared on the same recordings
    # "taste" is what makes two equal models differ for one person
    person, taste = rng.normal(0, 0.5, (trials, 1)), rng.normal(0, 0.3, (models, trials, 1))
    sequence, noise = rng.normal(0, 0.8, (trials, count)), rng.normal(0, 0.6, (models, trials, count))
    return person + taste + sequence + noise, np.array(0.0)


def skewed(rng: np.random.Generator, trials: int, count: int, models: int) -> tuple[Floats, Floats]:
    """Errors in cm, as :func:`symmetric`: lognormal over people (by a fifth) and over sequences (by a half)."""
    person, taste = rng.normal(0, 0.17, (trials, 1)), rng.normal(0, 0.1, (models, trials, 1))
    sequence, noise = rng.normal(0, 0.4, (trials, count)), rng.normal(0, 0.3, (models, trials, count))
    # the mean of a lognormal is exp(mu + sigma^2 / 2), so the variances add up
    truth = 8 * np.exp((0.17**2 + 0.1**2 + 0.4**2 + 0.3**2) / 2)
    return 8 * np.exp(person + taste + sequence + noise), np.array(truth)


def binary(rng: np.random.Generator, trials: int, count: int, models: int) -> tuple[Floats, Floats]:
    """Right or wrong, as :func:`symmetric`: people's accuracies lie between 20 % and 50 %, a model's 5 % off."""
    accuracy = rng.uniform(0.20, 0.50, (trials, 1)) + rng.uniform(-0.05, 0.05, (models, trials, 1))
    # [models, trials, count]; the mean of U(0.20, 0.50) is 0.35
    return (rng.random((models, trials, count)) < accuracy).astype(float), np.array(0.35)


METRICS: dict[str, Draw] = {"symmetric": symmetric, "skewed": skewed, "binary": binary}


def draw(
    metric: str, subjects: int, *, trials: int = TRIALS, models: int = 2, luck: float = 0.0
) -> tuple[Floats, float]:
    """Subjects' mean scores ``[models, trials, subjects]`` and the mean over all people; the same at every call.

    Args:
        luck: sd of what a training adds by chance to the scores of both subjects that it is tested on.
    """
    # seeded by what is drawn, so that a row of the table does not depend on the rows before it
    rng = np.random.default_rng([subjects, list(METRICS).index(metric)])
    drawn = [METRICS[metric](rng, trials, count, models) for count in SEQUENCES[subjects]]
    means = np.stack([scores.mean(axis=-1) for scores, _ in drawn], axis=-1)
    # neighbours (0, 1), (2, 3) ... are one fold: both get the luck of its training
    shared = rng.normal(0, luck, (models, trials, subjects // 2))
    return means + np.repeat(shared, 2, axis=-1), float(drawn[0][1])


def student(means: Floats, truth: float) -> Rates:
    """Rates of what the board uses: Student's t over subjects' means."""
    found = [interval(list(trial)) for trial in means[0]]
    covered = [each is not None and each.low <= truth <= each.high for each in found]
    values = [p_value(list(trial)) for trial in means[0] - means[1]]
    return Rates(float(np.mean(covered)), float(np.mean([p is not None and p < 1 - LEVEL for p in values])))


def bootstrap(means: Floats, truth: float, counts: Sequence[int]) -> Rates:
    """Rates of the plain percentile bootstrap over whole subjects, pooled sequences: it is too narrow."""
    subjects = len(counts)
    rng = np.random.default_rng(0)
    # how often each subject is drawn, times its sequences: pooled means let large subjects count more
    weights = rng.multinomial(subjects, [1 / subjects] * subjects, RESAMPLES) * np.array(counts)  # [R, G]
    pooled = (means @ weights.T) / weights.sum(axis=1)  # [models, trials, R]
    tails = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
    low, high = np.quantile(pooled[0], tails, axis=-1)
    under, over = np.quantile(pooled[0] - pooled[1], tails, axis=-1)
    return Rates(float(((low <= truth) & (truth <= high)).mean()), float(((under > 0) | (over < 0)).mean()))


def false_boards(means: Floats, *, all_pairs: bool = True) -> float:
    """Fraction of boards of equal rows ``[rows, trials, subjects]`` on which any row is called worse than the best."""
    false = []
    for rows in np.swapaxes(means, 0, 1):  # [rows, subjects]
        best = int(rows.mean(axis=1).argmax())
        pairs = [(i, j) for j in range(len(rows)) for i in range(j) if all_pairs or best in (i, j)]
        corrected = holm([p_value(list(rows[i] - rows[j])) or 0.0 for i, j in pairs])
        false.append(any(best in pair and p < 1 - LEVEL for pair, p in zip(pairs, corrected, strict=True)))
    return float(np.mean(false))


def main() -> None:
    """Print every rate in per cent."""
    print(f"{TRIALS} trials each; 95 % should be covered, at most 5 % of equal models called different\n")
    print(f"{'metric':<22}{'subjects':>9}   {'t over subjects':>22}   {'plain bootstrap':>22}")
    print(f"{'':<31}   {'covered':>11}{'different':>11}   {'covered':>11}{'different':>11}")
    for metric, luck in (*((metric, 0.0) for metric in METRICS), *(("symmetric", luck) for luck in (0.2, 0.4))):
        for subjects, counts in SEQUENCES.items():
            means, truth = draw(metric, subjects, luck=luck)
            both = student(means, truth), bootstrap(means, truth, counts)
            shown = "   ".join(f"{100 * rates.covered:10.1f}%{100 * rates.different:10.1f}%" for rates in both)
            print(f"{_named(metric, luck):<22}{subjects:>9}   {shown}")
    print(f"\nboards of {ROWS} equal rows on which one is called worse than the best, corrected for")
    print(f"{'':<31}   {'all pairs':>11}{'pairs with the best':>22}")
    for luck in (0.0, 0.2):
        for subjects in SEQUENCES:
            means, _ = draw("symmetric", subjects, models=ROWS, luck=luck)
            rates = [100 * false_boards(means, all_pairs=everything) for everything in (True, False)]
            print(f"{_named('symmetric', luck):<22}{subjects:>9}   {rates[0]:10.1f}%{rates[1]:21.1f}%")


def _named(metric: str, luck: float) -> str:
    return f"{metric}, luck {luck}" if luck else metric


if __name__ == "__main__":
    in_one_line(main)
