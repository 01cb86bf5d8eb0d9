"""Numbers of people as means with the board's intervals, and gains that are held against chance all together."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from deepgrasp.intervals import block_means, blocks, interval

ByPerson = Mapping[tuple[str, int], float]
"""A number of each (person, replicate)."""


class Estimate(NamedTuple):
    """A mean over people, each counted once in their block, and its interval of 95 %.

    Attributes:
        low: None, as is ``high``, where all people were tested on one training.
        people: how many.
    """

    mean: float
    low: float | None
    high: float | None
    people: int


def estimate(values: ByPerson) -> Estimate | None:
    """The mean and its interval by blocks of people who were tested on one training, as on the board; None of nothing.

    See :mod:`deepgrasp.intervals`.
    """
    if not values:
        return None
    means = _of_blocks(values)
    found = interval(means)
    low, high = (found.low, found.high) if found else (None, None)
    return Estimate(sum(means) / len(means), low, high, len({person for person, _ in values}))


def difference(one: ByPerson, other: ByPerson) -> ByPerson:
    """The first number minus the second, of each person and training that both have."""
    return {key: one[key] - other[key] for key in one if key in other}


def chance_of_none(values: ByPerson) -> float | None:
    """Two-sided p of the paired t test over blocks that the true mean is 0; None for fewer than two blocks."""
    means = _of_blocks(values) if values else []
    if len(means) < 2:
        return None
    from scipy.special import stdtr

    # over blocks and no people: two people of one training share what that training happened to learn
    middle = sum(means) / len(means)
    variance = sum((mean - middle) ** 2 for mean in means) / (len(means) - 1)
    if variance == 0:  # t would be a division by zero
        return 1.0 if middle == 0 else 0.0
    return float(2 * stdtr(len(means) - 1, -abs(middle) / (variance / len(means)) ** 0.5))


def holm(chances: Sequence[float | None]) -> list[float | None]:
    """Holm's (1979) adjusted p of each: below 0.05, all such claims hold together with 95 %; None stays None."""
    known = sorted((p, k) for k, p in enumerate(chances) if p is not None)
    found: list[float | None] = [None] * len(chances)
    largest = 0.0
    for place, (p, k) in enumerate(known):
        # never below that of a smaller p: where one claim falls, all after it fall
        largest = max(largest, min(1.0, p * (len(known) - place)))
        found[k] = largest
    return found


def _of_blocks(values: ByPerson) -> list[float]:
    # means of blocks are over sequences, of which a person has one here
    scores = {(person, replicate, ""): value for (person, replicate), value in values.items()}
    return list(block_means(scores, blocks(scores)).values())
