"""Pictures of the four tasks: what is asked of a network, and how far off an answer is."""

from functools import cache
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import trimesh
from numpy.typing import NDArray

from benchmark.board.plots import DISTINCT_COLOURS
from benchmark.pipeline import predictions
from deepgrasp import references
from deepgrasp.geometry.graph import arm_edges
from deepgrasp.skeleton import arms
from deepgrasp.store.layout import unpack_touch
from deepgrasp.store.store import Store
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.pose import as_pose, mssd_of_frames
from docs.pictures.inputs import PALM
from docs.pictures.shapes import FRONT, frame, skeleton, surface, turned

GREY, BLUE, RED = "#9a9a9a", DISTINCT_COLOURS[0], DISTINCT_COLOURS[5]
OBJECTS = ("s3/wineglass_lift", "s3/mug_drink_1", "s1/hammer_use_1", "s3/phone_call_1")
ACTIONS = ("s6/mug_drink_1", "s6/mug_pass_1", "s3/mug_lift", "s6/mug_offhand_1")
EDGES = arm_edges(arms("both"))


@cache
def _mesh(root: Path, name: str) -> trimesh.Trimesh:
    return trimesh.load(root / f"data/standin/tools/object_meshes/contact_meshes/{name}.ply", process=False)


def object_(store: Store, root: Path) -> plt.Figure:
    """Four objects, and how often each part of the hands touches them."""
    figure, axes = plt.subplots(2, len(OBJECTS), figsize=(8.2, 3.6), layout="constrained", height_ratios=[1, 1])
    for (above, below), sequence in zip(axes.T, OBJECTS, strict=True):
        row = int(store.rows([sequence])[0])
        name = store.sequences[row]["object"]
        mesh = _mesh(root, name)
        stood = np.asarray(mesh.vertices)[:, [1, 2, 0]]  # z is up in the file of a mesh
        surface(above, stood, mesh.faces, turned(35, 25), "#c9d6df")
        frame(above, [[-0.13, -0.1], [0.13, 0.1]], 0)
        above.set_title(name)
        _touched(below, store, unpack_touch(store.read("touch", [row])[0]).mean(axis=0))
    axes[1, 0].set_title("left palm          right palm", fontsize=7)
    return figure


def _touched(axis: plt.Axes, store: Store, heat: NDArray[np.float64]) -> None:
    """Both palms, redder where a vertex touches in more of the frames; ``heat`` is ``[2, 778]``, right hand first."""
    skin, red = np.array([0.93, 0.91, 0.88]), np.array([0.80, 0.12, 0.10])
    left = PALM @ np.diag([-1, 1, -1])  # its fingers point to +x
    for k, (side, view, shift) in enumerate((("right", PALM, 0.075), ("left", left, -0.075))):
        at, faces = store.meshes[f"{side}_template"].astype(float), store.meshes[f"{side}_faces"]
        at = at - at.mean(axis=0) + view[0] * shift
        share = heat[k][faces].mean(axis=1)[:, None]  # [F, 1]
        surface(axis, at, faces, view, skin + share * (red - skin))
    frame(axis, [[-0.15, -0.1], [0.15, 0.1]], 0)


def action(store: Store, root: Path) -> plt.Figure:
    """The same mug in four recordings of different intent: arms and mug in three frames, and the mug's way."""
    figure, axes = plt.subplots(1, len(ACTIONS), figsize=(8.2, 2.7), layout="constrained")
    mesh, view = _mesh(root, "mug"), turned(-50, 12)
    seen = []
    for axis, sequence in zip(axes, ACTIONS, strict=True):
        row = int(store.rows([sequence])[0])
        joints, place = store.read("body", [row])[0], store.read("object_translation", [row])[0]
        turns = store.read("object_rotation", [row])[0]
        for k, strength in ((0, 0.25), (2, 0.5), (5, 1.0)):
            seen.append(skeleton(axis, joints[k], EDGES, view, BLUE, 1.2, strength))
            surface(axis, np.asarray(mesh.vertices) @ turns[k].T + place[k], mesh.faces, view, RED, strength)
        axis.plot(*(place @ view.T)[:, :2].T, color="black", linewidth=0.8, marker=".", markersize=3, zorder=5)
        seen.append((place @ view.T)[:, :2])
        axis.set_title(f"{store.sequences[row]['action']}\n{sequence}", fontsize=8)
    for axis in axes:  # one box for all: the ways can be compared
        frame(axis, np.concatenate(seen), 0.05)
    return figure


def _answers(root: Path, task: str, model: str, sequence: str) -> NDArray[np.float32]:
    """What a model of the first fold answered for a sequence."""
    folder = root / "runs" / ("none" if model in references.names() else task) / model / "0"
    found = predictions.load_predictions(folder / "predictions.safetensors")
    return np.asarray(found.arrays[task][found.sequences.index(sequence)])


def body(store: Store, root: Path) -> plt.Figure:
    """True joints of one frame, and two answers for them: the mean of all people, and a network's."""
    sequence, k = "s1/mug_drink_1", 4
    row = int(store.rows([sequence])[0])
    target = TASKS["body"].read(store, [row], "both")
    edges = [(a, b) for a, b in arm_edges(["neck", *target.joints])]
    figure, axes = plt.subplots(1, 2, figsize=(8.2, 3.4), layout="constrained")
    seen = []
    for axis, model in zip(axes, ("trivial", "best"), strict=True):
        answer = _answers(root, "body", model, sequence)
        both = [np.vstack([np.zeros(3), each[k]]) for each in (target.positions[0], answer)]  # the neck is the origin
        true, said = (
            skeleton(axis, at, edges, FRONT, colour, 2, dots=10) for at, colour in zip(both, (GREY, BLUE), strict=True)
        )
        for here, there in zip(true, said, strict=True):
            axis.plot(*np.stack([here, there]).T, color=RED, linewidth=0.8, zorder=1)
        off = 100 * np.linalg.norm(both[0] - both[1], axis=1)[1:].mean()
        seen += [true, said]
        axis.set_title(f"{model}: joints {off:.1f} cm off, in the mean")
    for axis in axes:
        frame(axis, np.concatenate(seen), 0.03)
    axes[0].text(0, 0, "grey: true\nblue: answer\nred: error", transform=axes[0].transAxes, fontsize=8)
    return figure


def pose(store: Store, root: Path) -> plt.Figure:
    """True and predicted object in one frame, and the largest error of a point: MSSD."""
    figure, axes = plt.subplots(1, 3, figsize=(8.2, 2.6), layout="constrained")
    row = int(store.rows(["s1/mug_drink_1"])[0])
    for axis, model in zip(axes, ("wrist", "best", "rigid_hold"), strict=True):
        _errors(axis, store, root, row, model)
    return figure


def _errors(axis: plt.Axes, store: Store, root: Path, row: int, model: str) -> None:
    target, k, view = TASKS["pose"].read(store, [row], "both"), 4, turned(20, 35)
    said = as_pose(_answers(root, "pose", model, store.sequences[row]["id"])[None])
    mesh = _mesh(root, store.sequences[row]["object"])
    points, middle = np.asarray(mesh.vertices), target.pose.translation[0, k]
    at = [points @ p.rotation[0, k].T + p.translation[0, k] - middle for p in (target.pose, said)]
    for vertices, colour, alpha in zip(at, (GREY, BLUE), (1.0, 0.55), strict=True):
        surface(axis, vertices, mesh.faces, view, colour, alpha)
    worst = int(np.linalg.norm(at[0] - at[1], axis=1).argmax())
    line = np.stack([each[worst] for each in at]) @ view.T
    axis.plot(*line[:, :2].T, color=RED, linewidth=1.5, marker="o", markersize=3, zorder=5)
    error = float(mssd_of_frames(said, target)[0, k])
    wide = 100 * float(target.diameter[target.objects[0]])
    below = int((error < wide * np.arange(5, 51, 5) / 100).sum())
    frame(axis, [[-0.13, -0.1], [0.13, 0.1]], 0)
    axis.set_title(f"{model}: MSSD {error:.1f} cm,\nbelow {below} of 10 limits", fontsize=9)
