"""A GIF of one sequence: arms and object in space, touch on both hands."""

import difflib
from pathlib import Path

import matplotlib
import numpy as np

from benchmark.board.plots import COLOURS, STYLE
from benchmark.data.pictures import hands_axis
from benchmark.progress import Advance
from deepgrasp.errors import InputError
from deepgrasp.geometry.graph import arm_edges
from deepgrasp.skeleton import arms
from deepgrasp.store.layout import evenly_spaced, unpack_touch
from deepgrasp.store.store import Store

matplotlib.use("Agg")  # no display, in a container or on a cluster
import matplotlib.pyplot as plt
from matplotlib.animation import FuncAnimation, PillowWriter

SECONDS = 3.0  # that the picture takes, whatever the number of frames
MOST = 60  # frames of it: drawing one takes a tenth of a second


def show(store: Store, sequence: str, out: Path, progress: Advance | None = None) -> None:
    """Write the GIF of a sequence of the store.

    Args:
        sequence: its id, such as ``s1/mug_drink_1``.

    Raises:
        InputError: the store has no such sequence.
    """
    known = [record["id"] for record in store.sequences]
    if sequence not in known:
        close = difflib.get_close_matches(sequence, known, n=3, cutoff=0.3)
        raise InputError(sequence, "is not in the graph store", f"did you mean {' or '.join(close or known[:3])}?")
    row = known.index(sequence)
    record = store.sequences[row]
    shown = evenly_spaced(record["frames"], min(record["frames"], MOST))
    names = ("body", "object_rotation", "object_translation", "touch")
    body, rotation, place, bits = (store.whole(name, row)[shown] for name in names)
    points = store.meshes["points"][int(store.read("mesh", [row])[0])]
    # the object's points, turned and moved in each frame; rows are points, so the matrix is transposed
    thing = points @ np.swapaxes(rotation, -1, -2) + place[:, None]  # [T, P, 3]
    touch = unpack_touch(bits)  # [T, 2, 778]
    with plt.rc_context(STYLE):
        figure = plt.figure(figsize=(7.5, 3.8))
        space, hands = figure.add_subplot(1, 2, 1, projection="3d"), figure.add_subplot(1, 2, 2)

        def frame(k: int) -> list[plt.Artist]:
            space.clear()
            hands.clear()
            # one box for all frames, so that the camera does not jump
            _draw_space(space, body[k], thing[k], np.concatenate([body, thing], axis=1))
            hands_axis(hands, store, touch[k].astype(float), 1.0)
            hands.set_title("touch: left hand, right hand")
            figure.suptitle(f"{sequence}: {record['object']}, {record['action']}, frame {k + 1} of {len(body)}")
            return []

        film = FuncAnimation(figure, frame, frames=len(body), blit=False)

        def counted(k: int, total: int) -> None:
            if progress is not None:
                progress(k + 1, total)

        # Pillow is there with matplotlib; ffmpeg would be one more thing to install
        film.save(out, writer=PillowWriter(fps=max(1, round(len(body) / SECONDS))), progress_callback=counted)
        plt.close(figure)


def _draw_space(axis: plt.Axes, joints: np.ndarray, thing: np.ndarray, everything: np.ndarray) -> None:
    """Draw joints and object from the front, the store's y upwards, in the same box for every frame."""
    names = arms("both")
    for parent, child in arm_edges(names):
        colour = COLOURS[0] if names[child].startswith("right") else COLOURS[2]
        x, y, z = joints[[parent, child]].T
        # the store has y upwards, matplotlib z
        axis.plot(x, z, y, color=colour, linewidth=1.5)
    axis.scatter(thing[:, 0], thing[:, 2], thing[:, 1], s=3, color=COLOURS[5])
    low, high = everything.min(axis=(0, 1)), everything.max(axis=(0, 1))
    middle, half = (low + high) / 2, (high - low).max() / 2
    axis.set(xlim=_span(middle[0], half), ylim=_span(middle[2], half), zlim=_span(middle[1], half))
    axis.set(xlabel="x, m", ylabel="z, m", zlabel="y, m")
    axis.locator_params(nbins=4)
    axis.view_init(elev=15, azim=60)


def _span(middle: float, half: float) -> tuple[float, float]:
    return middle - half, middle + half
