"""Pictures of the data itself: sequences per class, their lengths, and where hands touch each object."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from numpy.typing import NDArray

from benchmark.board.plots import DISTINCT_COLOURS, STYLE, save_figure
from deepgrasp.data_source import data_source
from deepgrasp.files import replaced_file
from deepgrasp.skeleton import SIDES
from deepgrasp.store.layout import unpack_touch
from deepgrasp.store.store import Store

matplotlib.use("Agg")  # no display, in a container or on a cluster
import matplotlib.pyplot as plt


def draw_store(store: Store, folder: Path) -> list[Path]:
    """Write ``classes.png``, ``lengths.png`` and ``touch.png``; the same store gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    figures = {"classes": _classes, "lengths": _lengths, "touch": _touch}
    with plt.rc_context(STYLE):
        for name, figure in figures.items():
            with replaced_file(folder / f"{name}.png") as scratch:
                save_figure(figure(store), scratch)
    return [folder / f"{name}.png" for name in figures]


def count_classes(sequences: Sequence[dict[str, Any]], actions: Sequence[str]) -> dict[str, list[int]]:
    """Sequences of each object by action, in the order of the actions; the most frequent object first."""
    counts = Counter((record["object"], record["action"]) for record in sequences)
    totals = Counter(record["object"] for record in sequences)
    return {
        name: [counts[name, action] for action in actions] for name in sorted(totals, key=lambda n: (-totals[n], n))
    }


def touch_heat(store: Store, label: str) -> NDArray[np.float64]:
    """How often each vertex of the right and the left hand touches an object ``[2, 778]``: a fraction of the frames."""
    rows = [row for row, record in enumerate(store.sequences) if record["object"] == label]
    total = np.zeros((2, 778))
    for row in rows:  # one sequence at a time: bounded memory
        total += unpack_touch(store.whole("touch", row)).mean(axis=0)
    return total / len(rows)


def flat_hand(store: Store, side: str) -> NDArray[np.float64]:
    """A hand's rest surface seen from the palm, fingers up: ``[778, 2]``, m.

    In SMPL-X's T-pose (x to the body's left, z to the front) palms face down and fingers point outwards.
    """
    template = np.asarray(store.meshes[f"{side}_template"], dtype=np.float64)
    outward = 1 if template[:, 0].mean() > 0 else -1  # a left hand has positive x
    plane = np.stack(
        [-outward * template[:, 2], outward * template[:, 0]], axis=1
    )  # seen from below: the right thumb is right
    return np.asarray(plane - plane.mean(axis=0))


def hands_axis(axis: plt.Axes, store: Store, heat: NDArray[Any], highest: float) -> Any:
    """Draw both palms, the left one on the left, every vertex in the colour of its ``heat`` ``[2, 778]``."""
    for k, shift in ((1, -0.085), (0, 0.085)):
        x, y = flat_hand(store, SIDES[k]).T
        order = np.argsort(heat[k], kind="stable")  # what touches on top
        drawn = axis.scatter(x[order] + shift, y[order], c=heat[k][order], s=3, cmap="YlOrRd", vmin=0, vmax=highest)
    axis.set(aspect="equal", xlim=(-0.19, 0.19), ylim=(-0.13, 0.13))
    axis.axis("off")
    return drawn


def _classes(store: Store) -> plt.Figure:
    actions = store.manifest["actions"]
    counts = count_classes(store.sequences, actions)
    names, table = list(counts)[::-1], np.array(list(counts.values()))[::-1]
    figure, axis = plt.subplots(figsize=(5, 0.8 + 0.16 * len(names)))
    left = np.zeros(len(names))
    # of few intents some colours are left
    for action, colour, numbers in zip(actions, DISTINCT_COLOURS, table.T, strict=False):
        axis.barh(names, numbers, left=left, color=colour, label=action, height=0.8)
        left += numbers
    axis.set(
        xlabel=f"{len(store.sequences)} sequences ({data_source(store.manifest).name})", ylim=(-0.6, len(names) - 0.4)
    )
    axis.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(actions))  # clear of the bars
    return figure


def _lengths(store: Store) -> plt.Figure:
    lengths = np.array([record["n_frames"] for record in store.sequences])
    rate = data_source(store.manifest).framerate
    figure, axis = plt.subplots(figsize=(5, 2.8))
    axis.hist(lengths, bins=40, color=DISTINCT_COLOURS[0])
    for share in (5, 50, 95):
        frames = np.percentile(lengths, share)
        axis.axvline(frames, color=DISTINCT_COLOURS[1], linewidth=1)
        # along the line: labels beside each other would overlap
        axis.text(
            frames,
            0.98,
            f"{share} %: {frames:.0f}",
            transform=axis.get_xaxis_transform(),
            rotation=90,
            va="top",
            ha="right",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )
    axis.set(xlabel=f"frames at {rate:g} a second", ylabel="sequences")
    above = axis.secondary_xaxis("top", functions=(lambda x: x / rate, lambda x: x * rate))
    above.set_xlabel(f"length of the recordings, s ({data_source(store.manifest).name})")
    return figure


def _touch(store: Store) -> plt.Figure:
    names = sorted({record["object"] for record in store.sequences})
    heats = {name: touch_heat(store, name) for name in names}
    # the 99th percentile: a few fingertip vertices would else make all others pale
    highest = float(max(np.percentile(heat, 99) for heat in heats.values())) or 1.0
    # GRAB has 51 objects: seven columns and eight rows fit a page
    columns = min(7, len(names))
    # rounded up
    rows = -(-len(names) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(2.1 * columns, 1.7 * rows + 0.5), squeeze=False, layout="constrained"
    )
    for axis in axes.flat:
        axis.axis("off")
    for axis, (name, heat) in zip(axes.flat, heats.items(), strict=False):
        drawn = hands_axis(axis, store, heat, highest)
        axis.set_title(name)
    figure.suptitle("left and right palm: fraction of the window's frames in touch")
    figure.colorbar(drawn, ax=axes, shrink=0.6)
    return figure
