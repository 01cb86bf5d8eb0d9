"""What a curve of skill over strength amounts to: the area under it, and where half of the skill is gone."""

from collections.abc import Callable, Sequence
from statistics import fmean

from deepgrasp.intervals import Interval


def area(strengths: Sequence[float], skills: Sequence[float]) -> float:
    """Mean height of the curve from the first strength to the last, by trapezoids.

    Args:
        strengths: rising, the first one 0.
        skills: at each of them.
    """
    # by their widths, as strengths are not evenly apart
    pieces = zip(strengths, strengths[1:], skills, skills[1:], strict=False)
    return sum((right - left) * (one + other) / 2 for left, right, one, other in pieces) / (
        strengths[-1] - strengths[0]
    )


def half_life(strengths: Sequence[float], skills: Sequence[float]) -> float | None:
    """The first strength at which half of the skill at 0 is gone, on straight lines between those that were tried.

    None where that is beyond the last one, or where there is no skill to lose.
    """
    half = skills[0] / 2
    if skills[0] <= 0:
        return None
    for left, right, one, other in zip(strengths, strengths[1:], skills, skills[1:], strict=False):
        if other <= half:
            return left + (right - left) * (one - half) / (one - other)  # above half before it: no 0 / 0
    return None


def jackknifed(of: Callable[[Sequence[int]], float | None], blocks: int) -> tuple[float | None, Interval | None]:
    """A number that is no mean over blocks, and its interval by leaving out each block in turn (Tukey 1958).

    ``theta +- t(B - 1) sqrt((B - 1) / B sum (theta_(b) - mean)^2)``, with ``theta_(b)`` the number without block ``b``.

    Args:
        of: the number of some blocks, by their places; None where it has none.
        blocks: how many there are.

    Returns:
        The number of all blocks, and its interval: None for fewer than three blocks, or where one of these numbers is
        none.
    """
    from scipy.special import stdtrit

    from deepgrasp.intervals import LEVEL

    every = range(blocks)
    value = of(every)
    if value is None or blocks < 3:
        return value, None
    without = [found for left in every if (found := of([k for k in every if k != left])) is not None]
    if len(without) < blocks:
        return value, None
    mean = fmean(without)
    error = ((blocks - 1) / blocks * sum((each - mean) ** 2 for each in without)) ** 0.5
    half = float(stdtrit(blocks - 1, (1 + LEVEL) / 2)) * error
    return value, Interval(value, value - half, value + half)
