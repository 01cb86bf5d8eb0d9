"""A picture of two rows: on each task the difference, its interval, and how likely each value is."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmark.board.compare_rows import Versus
from benchmark.board.markdown import difference_unit, shown_scale
from benchmark.board.plots import STYLE, plt, save_figure
from deepgrasp.tasks import TASKS

INK, BAND = "#0072B2", "#E69F00"


def draw_comparison(names: tuple[str, str], found: Sequence[Versus], path: Path) -> None:
    """Write the PNG: a panel a task, from the worse side for the first row (left) to the better one (right)."""
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(len(found), 1, figsize=(6, 1.5 * len(found) + 0.3), squeeze=False)
        for axis, each in zip(axes[:, 0], found, strict=True):
            _panel(axis, names, each)
        figure.tight_layout()
        save_figure(figure, path)


def _panel(axis: plt.Axes, names: tuple[str, str], each: Versus) -> None:
    key = TASKS[each.task].primary
    scale, _ = shown_scale(key)
    middle, error, margin = (scale * value for value in (each.difference, each.error, each.margin))
    # to the ends of the tails, and never of no width
    reach = max(4.5 * error, abs(middle) * 0.1, 1e-6)
    at = np.linspace(middle - reach, middle + reach, 400)
    # Student's t around the difference, up to a factor
    density = (1 + ((at - middle) / error) ** 2 / each.freedom) ** (-(each.freedom + 1) / 2)
    axis.axvspan(-margin, margin, color=BAND, alpha=0.2, linewidth=0, label="does not matter")
    axis.axvline(0, color="grey", linewidth=0.8)
    axis.fill_between(at, density, color=INK, alpha=0.2, linewidth=0, label="how likely each value is")
    axis.plot([scale * each.low, scale * each.high], [-0.12, -0.12], color=INK, linewidth=3, label="95 % interval")
    axis.plot([middle], [-0.12], "o", color=INK, markersize=5)
    blocks = scale * each.by_block
    axis.plot(blocks, np.full(len(blocks), -0.3), "|", color="black", markersize=7, label="each training's fold")
    edge = 1.1 * max(float(np.abs([*at[[0, -1]], *blocks]).max()), margin)
    # to the right the first row is better, also of an error
    axis.set_xlim((-edge, edge) if TASKS[each.task].higher_is_better else (edge, -edge))
    axis.set_ylim(-0.45, 1.1)
    axis.set_yticks([])
    axis.spines["left"].set_visible(False)
    axis.set_title(f"{each.task}: {names[0]} minus {names[1]}, {difference_unit(key)} ({each.verdict})", loc="left")
    axis.text(0.995, 0.9, f"{names[0]} better →", transform=axis.transAxes, ha="right", va="top")
    axis.text(0.005, 0.9, f"← {names[1]} better", transform=axis.transAxes, ha="left", va="top")
    if axis.get_subplotspec().is_last_row():
        axis.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.25), ncols=2)
