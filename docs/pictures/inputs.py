"""Pictures of what a network sees: the graph of the arms, and the patches of a hand."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import hsv_to_rgb
from numpy.typing import NDArray

from benchmark.board.plots import DISTINCT_COLOURS
from deepgrasp.geometry.graph import arm_edges, mesh_edges, quotient
from deepgrasp.inputs.modalities import hand_patches
from deepgrasp.skeleton import arms
from deepgrasp.store.store import Store
from docs.pictures.shapes import FRONT, frame, skeleton, surface

PATCHES = 16
# the right hand at rest points to -x, palm down: here fingers point up, seen from below and from above
PALM = np.array([[0, 0, 1.0], [-1, 0, 0], [0, -1, 0]])
BACK = np.array([[0, 0, -1.0], [-1, 0, 0], [0, 1, 0]])
SHOWN = "s3/mug_lift"


def patches(store: Store) -> plt.Figure:
    """The sixteen patches of a hand from both sides, and the graph whose nodes they are."""
    labels = hand_patches(store, "right", PATCHES)
    faces, at = store.meshes["right_faces"], store.meshes["right_template"].astype(float)
    at = at - at.mean(axis=0)
    tints = _sixteen()
    # a triangle across a border takes the patch of two of its corners
    of_face = np.median(np.sort(labels[faces], axis=1), axis=1).astype(int)
    middles = np.array([at[labels == k].mean(axis=0) for k in range(PATCHES)])
    figure, axes = plt.subplots(1, 3, figsize=(8.2, 3.4), layout="constrained")
    for axis, view, title in zip(axes, (PALM, BACK), ("palm of the right hand", "its back"), strict=False):
        surface(axis, at, faces, view, tints[of_face])
        frame(axis, (at @ view.T)[:, :2], 0.008)
        axis.set_title(title)
        _numbers(axis, at, labels, view)
    graph = axes[2]
    flat = skeleton(graph, middles, quotient(mesh_edges(faces), labels), PALM, "#999999", 1.2)
    graph.scatter(*flat.T, s=150, c=tints, zorder=3, edgecolors="white")
    for k, (x, y) in enumerate(flat):
        graph.text(x, y, str(k), ha="center", va="center_baseline", fontsize=8, zorder=4)
    frame(graph, (at @ PALM.T)[:, :2], 0.008)
    graph.set_title("the graph: which patches meet")
    return figure


def _sixteen() -> NDArray[np.float64]:
    """Colours ``[16, 3]`` of which those with near numbers differ most."""
    golden = (np.arange(PATCHES) * 0.618) % 1
    return hsv_to_rgb(np.stack([golden, np.tile([0.32, 0.5], 8), np.tile([0.98, 0.86], 8)], axis=1))


def _numbers(axis: plt.Axes, at: NDArray[np.float64], labels: NDArray[np.int64], view: NDArray[np.float64]) -> None:
    """The number of each patch, where this side of the hand shows enough of it."""
    seen = at @ view.T
    for k in range(PATCHES):
        mine = seen[labels == k]
        front = mine[mine[:, 2] > np.median(seen[:, 2])]
        if len(front) > 0.3 * len(mine):
            axis.text(*front[:, :2].mean(axis=0), str(k), ha="center", va="center", fontsize=9)


def arms_graph(store: Store) -> plt.Figure:
    """The 39 joints of the arms in one frame of a recording, and those of a hand by name."""
    row = int(store.rows([SHOWN])[0])
    joints, names = store.read("body", [row])[0, 0].astype(float), arms("both")
    edges = arm_edges(names)
    figure, (whole, hand) = plt.subplots(1, 2, figsize=(8.2, 3.6), layout="constrained", width_ratios=[1.25, 1])
    sides = {"right": DISTINCT_COLOURS[0], "left": DISTINCT_COLOURS[5]}
    for side, colour in sides.items():
        mine = [(a, b) for a, b in edges if names[b].startswith(side)]
        flat = skeleton(whole, joints, mine, FRONT, colour, 2)
        own = [k for k, name in enumerate(names) if name.startswith(side)]
        whole.scatter(*flat[own].T, s=14, color=colour, zorder=3)
        for part in ("collar", "shoulder", "elbow", "wrist"):
            x, y = flat[names.index(f"{side}_{part}")]
            outwards = -1 if side == "right" else 1
            whole.text(x + 0.025 * outwards, y, part, ha={-1: "right", 1: "left"}[outwards], va="bottom")
    x, y = flat[names.index("neck")]
    whole.scatter(x, y, s=40, color="black", zorder=4)
    whole.text(x, y + 0.03, "neck: the origin of the targets", ha="center")
    frame(whole, flat, 0.12)
    whole.set_title("arms: 39 joints, seen from the front")
    _hand(hand, joints, names, edges, sides["right"])
    return figure


def _hand(
    axis: plt.Axes, joints: NDArray[np.float64], names: tuple[str, ...], edges: NDArray[np.int64], colour: str
) -> None:
    mine = [k for k, name in enumerate(names) if name.startswith("right_") and name[-1] in "123"]
    wrist = names.index("right_wrist")
    # the two directions in which the hand spreads most: fingers up, and the view from the palm
    own = joints[[wrist, *mine]] - joints[wrist]
    _, _, turn = np.linalg.svd(own - own.mean(axis=0))
    up = turn[0] * np.sign(turn[0] @ own.mean(axis=0))
    view = np.stack([turn[1], up, np.cross(turn[1], up)])
    inner = [(a, b) for a, b in edges if b in mine]
    flat = skeleton(axis, joints - joints[wrist], inner, view, colour, 2)
    axis.scatter(*flat[[wrist, *mine]].T, s=22, color=colour, zorder=3)
    for k in mine:
        if names[k].endswith("3"):
            axis.text(*(flat[k] + [0, 0.006]), names[k].removeprefix("right_"), ha="center", va="bottom", fontsize=8)
    axis.text(*(flat[wrist] - [0, 0.006]), "wrist", ha="center", va="top")
    frame(axis, flat[[wrist, *mine]], 0.02)
    axis.set_title("a hand: three joints a finger")
