"""A score as text, for the reports of studies: mean over replicates, and unit."""

from collections.abc import Sequence
from statistics import fmean

from benchmark.board.markdown import shown_scale
from deepgrasp.tasks import metric


def mean_text(key: str, values: Sequence[float]) -> str:
    """The mean of a metric's values as ``30.0 %`` or ``7.39 cm``.

    Without a spread: replicates differ in seed and people together, so theirs says nothing of either.
    """
    scale, digits = shown_scale(key)
    unit = {"fraction": "%"}.get(metric(key).unit, metric(key).unit)
    return f"{scale * fmean(values):.{digits}f} {unit}"
