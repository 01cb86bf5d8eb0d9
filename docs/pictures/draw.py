"""Draws the pictures of the guides from a workspace's own data: ``python -m docs.pictures.draw``, after ``make repro``.

The same data give the same bytes. About 30 s of one core.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import matplotlib

matplotlib.use("Agg")  # no display is needed
import matplotlib.pyplot as plt
from PIL import Image

from benchmark.board.plots import STYLE, save_figure
from deepgrasp.store.store import Store, open_store
from docs.pictures import inputs, tasks
from docs.pictures.grasp import grasp

HERE = Path(__file__).parent
COLOURS = 96  # of a picture: half the bytes, and nobody sees it
DOTS = 128  # an inch: sharp where a page shows four for three

GRAPHS: dict[str, Callable[[Store], plt.Figure]] = {"arms": inputs.arms_graph, "patches": inputs.patches}
TASKS: dict[str, Callable[[Store, Path], plt.Figure]] = {
    "object": tasks.object_,
    "action": tasks.action,
    "body": tasks.body,
    "pose": tasks.pose,
}
PAINTED = {"grasp": False, "grasp-dark": True}  # the README's: on light and on dark paper


def draw(root: Path, folder: Path, names: list[str]) -> None:
    """Write the named pictures, or all, as PNG files into ``folder``.

    Args:
        root: a workspace after ``make repro``: its graphs, the stand-in's meshes, and trained models' answers.
    """
    store = open_store(root / "data/graphs")
    for name in names or (*GRAPHS, *TASKS, *PAINTED):
        path = folder / f"{name}.png"
        if name in PAINTED:
            grasp(root, PAINTED[name]).save(path, optimize=True)
            print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")
            continue
        with plt.rc_context({**STYLE, "figure.dpi": DOTS, "font.size": 9}):
            save_figure(GRAPHS[name](store) if name in GRAPHS else TASKS[name](store, root), path)
        Image.open(path).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join((*GRAPHS, *TASKS, *PAINTED))}; default: all")
    parser.add_argument("--root", type=Path, default=Path())
    asked = parser.parse_args()
    draw(asked.root, HERE, asked.names)
