"""The board's pictures: learning curves, confusion matrices and the error of each joint."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np

from benchmark.board.colours import look
from benchmark.board.rows import BoardTable
from benchmark.pipeline.schema import Result
from deepgrasp.tasks import ALL_TASKS, TASKS
from deepgrasp.tasks.task import joint_key

matplotlib.use("Agg")  # no display, in a container or on a cluster
import matplotlib.pyplot as plt
from matplotlib.colors import hsv_to_rgb

STYLE = {"figure.dpi": 110, "font.size": 8, "axes.spines.top": False, "axes.spines.right": False}
# eight colours that colour-blind readers tell apart (Okabe & Ito), for what has no name of its own
DISTINCT_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000")
# of a picture's file: the day, and versions, would change the bytes
UNSAID: dict[str, dict[str, str | None]] = {
    ".png": {"Software": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
DASHES = ("-", "--", "-.", (0, (4, 1, 1, 1, 1, 1)))


def draw_plots(table: BoardTable, results: Sequence[Result], folder: Path) -> None:
    """Write the pictures as PNG files into ``folder``; the same results give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    with plt.rc_context(STYLE):
        save_figure(_learning_curves(results), folder / "learning_curves.png")
        for task in table["tasks"]:
            if TASKS[task].classifies is not None:
                save_figure(_confusion(task, table, results), folder / f"confusion_{task}.png")
            if TASKS[task].joints is not None and not all(row["oracle"] for row in table["tasks"][task]):
                save_figure(_joint_errors(task, table), folder / f"joint_errors_{task}.png")


def save_figure(figure: plt.Figure, *paths: Path) -> None:
    """Write a figure into each of the files, PNG or PDF by its ending, and close it; the same bytes each time."""
    for path in paths:
        write_figure(figure, path, bbox_inches="tight")  # legends stand outside of the axes
    plt.close(figure)


def write_figure(figure: plt.Figure, path: Path, **how: Any) -> None:
    """Write a PNG or PDF, by the path's ending, the same bytes for the same figure; ``how`` is matplotlib's."""
    figure.savefig(path, metadata=UNSAID[path.suffix], **how)


def _learning_curves(results: Sequence[Result]) -> plt.Figure:
    """Validation skill over steps, a panel per training, a line per model: mean and range over replicates."""
    curves: dict[str, dict[str, dict[int, list[tuple[int, float]]]]] = {}
    for result in results:
        run = result.run
        if run.history:
            points = [(point.step, point.skill) for point in run.history]
            curves.setdefault(run.trained_on, {}).setdefault(run.model, {})[run.replicate] = points
    # in the order of the tasks, never of the files: the same results give the same bytes
    order = [task for task in (*TASKS, ALL_TASKS) if task in curves]
    figure, axes = plt.subplots(1, max(len(order), 1), figsize=(3 * max(len(order), 1), 2.6), squeeze=False)
    for axis, trained_on in zip(axes[0], order, strict=False):
        for model, runs in sorted(curves[trained_on].items()):
            hue, variant = look(model)
            colour = hsv_to_rgb((hue / 360, 0.85, 0.75))
            longest = max(runs.values(), key=len)
            steps = [step for step, _ in longest]
            # with patience a replicate may end before another: from there on the line is that of the others
            values = np.full((len(runs), len(steps)), np.nan)  # [replicates, points]
            for row, points in zip(values, runs.values(), strict=True):
                row[: len(points)] = [skill for _, skill in points]
            axis.plot(steps, np.nanmean(values, 0), color=colour, linestyle=DASHES[variant], label=model)
            # the range, not a deviation: replicates are few, and they vary fold and seed together
            low, high = np.nanmin(values, 0), np.nanmax(values, 0)
            axis.fill_between(steps, low, high, color=colour, alpha=0.15, linewidth=0)
        # skill 1 is perfect; below -0.2 a curve only says that training diverged
        axis.set(title=f"trained on {trained_on}", xlabel="optimisation step", ylim=(-0.2, 1))
        axis.xaxis.get_major_locator().set_params(integer=True)
        axis.axhline(0, color="grey", linewidth=0.6, linestyle=":")
    axes[0][0].set_ylabel("validation skill over the trivial predictor")
    if order:
        axes[0][-1].legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))  # beside, not over, the curves
    return figure


def _confusion(task: str, table: BoardTable, results: Sequence[Result]) -> plt.Figure:
    """Confusion of the best row, its replicates' test sequences pooled, as a fraction of each true class."""
    best = table["tasks"][task][0]
    asked = task, best["model"], best["training"]
    chosen = [each for each in results if (each.task, each.run.model, each.run.training) == asked]
    names = chosen[0].classes or []
    # [true, predicted]
    counts = np.sum([np.array(result.confusion) for result in chosen], axis=0)
    # a class without test sequences has a row of zeros, not of NaN
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)  # [true, predicted]
    size = 2.2 + 0.17 * len(names)
    figure, axis = plt.subplots(figsize=(size, size))
    axis.imshow(share, cmap="Blues", vmin=0, vmax=1)
    axis.set_xticks(range(len(names)), names, rotation=90)
    axis.set_yticks(range(len(names)), names)
    for (row, column), count in np.ndenumerate(counts):
        if count:
            # dark cells need light ink
            ink = "white" if share[row, column] > 0.5 else "black"
            axis.text(column, row, str(count), ha="center", va="center", color=ink, fontsize=6)
    axis.set(xlabel="predicted", ylabel="true")
    axis.set_title(f"{task}: {best['model']} ({best['training']}), {counts.sum()} test sequences")
    return figure


def _joint_errors(task: str, table: BoardTable) -> plt.Figure:
    """Error of each joint, the two sides averaged: a row a model, a column a joint."""
    hands, joints = table["inputs"]["hands"], TASKS[task].joints
    assert joints is not None
    # "right_wrist" and "left_wrist" share a column
    parts = list(dict.fromkeys(name.split("_", 1)[1] for name in joints(hands)))
    sides = ("right", "left") if hands == "both" else (hands,)
    rows = [row for row in table["tasks"][task] if not row["oracle"]]  # whose zero would take up the scale
    errors = np.array(
        [
            [np.mean([row["metrics"][joint_key(f"{side}_{part}")]["mean"] for side in sides]) for part in parts]
            for row in rows
        ]
    )
    figure, axis = plt.subplots(figsize=(1.5 + 0.42 * len(parts), 0.8 + 0.28 * len(rows)))
    # [rows, joints]
    axis.imshow(errors, cmap="viridis_r", aspect="auto")
    axis.set_xticks(range(len(parts)), parts, rotation=60, ha="right")
    axis.set_yticks(range(len(rows)), [f"{row['model']} ({row['training']})" for row in rows])
    middle = (errors.min() + errors.max()) / 2
    for (row, column), error in np.ndenumerate(errors):
        ink = "white" if error > middle else "black"
        axis.text(column, row, f"{error:.1f}", ha="center", va="center", color=ink, fontsize=6)
    axis.set_title(f"{task} localisation: mean error per joint, cm")
    return figure
