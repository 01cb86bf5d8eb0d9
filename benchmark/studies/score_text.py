"""A score as text, for the reports of studies: mean over replicates, spread and unit."""

from collections.abc import Sequence
from statistics import fmean, stdev

from benchmark.board.markdown import shown_scale
from deepgrasp.tasks import metric


def sd(values: Sequence[float]) -> float:
    """Standard deviation over replicates; 0 for a single one."""
    return stdev(values) if len(values) > 1 else 0.0


def shown(key: str, values: Sequence[float]) -> str:
    """A metric's values as ``30.0 ± 14.1 %`` or ``7.39 cm``."""
    scale, digits = shown_scale(key)
    unit = {"fraction": "%"}.get(metric(key).unit, metric(key).unit)
    # a single value shows no spread: "± 0" would claim certainty
    spread = f" ± {scale * sd(values):.{digits}f}" if len(values) > 1 else ""
    return f"{scale * fmean(values):.{digits}f}{spread} {unit}"
