"""A scene as surfaces to paint, with touch as heat; and a camera that has it all in the picture."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepgrasp.errors import InputError, did_you_mean
from deepgrasp.geometry.graph import arm_edges
from deepgrasp.skeleton import INDEX, SIDES
from deepgrasp.view import palette
from deepgrasp.view.answers import ShownAnswer
from deepgrasp.view.camera import Camera, direction
from deepgrasp.view.recorded_scene import Scene
from deepgrasp.view.surfaces import Surface, balls, sticks, together

Floats = NDArray[np.float64]
PictureLayer = Literal["person", "object", "table", "touch", "graph"]
Aim = Literal["person", "arms", "grasp"]
PICTURE_LAYERS: tuple[PictureLayer, ...] = get_args(PictureLayer)
SHOWN_LAYERS: tuple[PictureLayer, ...] = ("person", "object", "touch")
AUTO = "auto"
"""The camera that stands before the person, on the side of the hand that touches more."""

SKIN_SHARES, THING_SHARES, TABLE_SHARES = (
    palette.shares(each) for each in (palette.PAPER_SKIN, palette.PAPER_THING, palette.PAPER_TABLE)
)
GRAPH_SHARES, NODE_SHARES = palette.shares(palette.PAPER_GRAPH), palette.shares(palette.PAPER_NODE)
ANSWER_SHARES = tuple(palette.shares(each) for each in palette.ANSWER_COLOURS)
"""Colours of what models predict."""
_HEAT = np.array([[0.98, 0.80, 0.36], [0.95, 0.48, 0.16], [0.80, 0.10, 0.14], [0.50, 0.02, 0.16]])
"""Colours of touch, from seldom to always: lighter to darker, so that they are told apart without hue too."""


def chosen_layers(text: str) -> tuple[PictureLayer, ...]:
    """Names of layers, separated by commas.

    Raises:
        InputError: there is no such layer.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in PICTURE_LAYERS:
            raise InputError(f"layer {name!r}", "is unknown", did_you_mean(name, PICTURE_LAYERS, "leave it out"))
    return tuple(layer for layer in PICTURE_LAYERS if layer in names)


def heat_colours(share: ArrayLike) -> Floats:
    """Colours ``[..., 3]`` of shares 0 to 1 of the time in touch."""
    at = np.clip(np.asarray(share, float), 0, 1) * (len(_HEAT) - 1)
    return np.stack([np.interp(at, range(len(_HEAT)), _HEAT[:, k]) for k in range(3)], axis=-1)


def tinted(base: ArrayLike, share: NDArray[np.floating]) -> Floats:
    """Colours ``[V, 3]`` of vertices by their shares of touch ``[V]``: the base colour where there is none."""
    hot = np.clip(np.asarray(share, float) / 0.12, 0, 1)[:, None]  # what is touched for a moment only blends in
    return np.asarray((1 - hot) * np.asarray(base, float) + hot * heat_colours(share))


def touch_shares(scene: Scene, frame: int | None = None) -> tuple[Floats, Floats]:
    """Share of the frames in which each vertex touches: of the body ``[V]`` and of the object ``[O]``.

    Args:
        frame: of the scene, then it is 0 or 1; None: of all frames from the first to the last touch.
    """
    inside: NDArray[np.bool_] = np.ones(len(scene.frames), bool)
    if frame is not None:
        inside = np.arange(len(scene.frames)) == frame
    elif scene.contact is not None:
        inside = (scene.frames >= scene.contact[0]) & (scene.frames <= scene.contact[1])
    if not inside.any():  # so few frames were asked for that none lies in the window
        inside[:] = True
    body, thing = ((touch[inside] > 0).mean(axis=0) for touch in (scene.body.touch, scene.thing.touch))
    return body, thing


def surfaces(
    scene: Scene, frame: int, layers: Sequence[PictureLayer] = SHOWN_LAYERS, heat: tuple[Floats, Floats] | None = None
) -> list[Surface]:
    """Surfaces that are to be seen of a scene in one of its frames, by layers.

    Args:
        heat: shares ``[V]`` of touch of body and object, from :func:`touch_shares`; default: touch in this frame.
    """
    on_body, on_thing = heat or touch_shares(scene, frame)
    on_body, on_thing = smoothed(on_body, scene.body.faces), smoothed(on_thing, scene.thing.faces)
    if "touch" not in layers:
        on_body, on_thing = np.zeros_like(on_body), np.zeros_like(on_thing)
    found = []
    if "person" in layers:
        found.append(Surface(scene.body.vertices(frame), scene.body.faces, tinted(SKIN_SHARES, on_body)))
    if "object" in layers:
        found.append(Surface(scene.thing.placed(frame), scene.thing.faces, tinted(THING_SHARES, on_thing)))
    if "table" in layers and scene.table is not None:
        found.append(Surface(scene.table.placed(frame), scene.table.faces, TABLE_SHARES))
    if "graph" in layers:
        nodes, ends = scene.nodes[frame], scene.edges
        # names of fingers' joints end in a number
        finger = np.array([name[-1].isdigit() or name.endswith("_tip") for name in scene.node_names])
        parts = [sticks(nodes[ends[:, 0]], nodes[ends[:, 1]], 0.0030, GRAPH_SHARES)]
        parts += [balls(nodes[finger], 0.0045, NODE_SHARES), balls(nodes[~finger], 0.0095, NODE_SHARES)]
        found.append(replace(together(parts), through=0.72, shade=False))
    return found


def smoothed(share: Floats, faces: NDArray[np.integer]) -> Floats:
    """Shares ``[V]`` of which each is the mean of a vertex and its neighbours: touch is recorded vertex by vertex."""
    ends = np.concatenate([faces[:, [0, 1, 2]].ravel(), faces[:, [1, 2, 0]].ravel()])
    others = np.concatenate([faces[:, [1, 2, 0]].ravel(), faces[:, [0, 1, 2]].ravel()])
    count = np.bincount(ends, minlength=len(share))
    mean = np.bincount(ends, share[others], len(share)) / np.maximum(count, 1)  # [V]
    return np.where(count > 0, (share + mean) / 2, share)


def answered(scene: Scene, frame: int, answers: Sequence[ShownAnswer]) -> list[Surface]:
    """What models say in a frame of a scene, each in a colour of :data:`ANSWER_SHARES`: the object, or the arms.

    What was not asked in this frame is not shown.
    """
    found = []
    for answer, colour in zip(answers, ANSWER_SHARES, strict=False):
        if frame not in answer.at:
            continue
        (k,) = np.flatnonzero(answer.at == frame)
        if answer.thing is not None:
            at = scene.thing.vertices @ answer.thing.rotation[k].T + answer.thing.translation[k]
            found.append(Surface(at, scene.thing.faces, colour, opacity=0.66, through=0.3, shade=False))
        if answer.arms is not None:
            joints, ends = answer.arms[k], arm_edges(answer.joints)
            parts = [sticks(joints[ends[:, 0]], joints[ends[:, 1]], 0.004, colour), balls(joints, 0.007, colour)]
            found.append(replace(together(parts), through=0.85, shade=False))
    return found


def grasping_side(scene: Scene) -> str:
    """``right`` or ``left``: the hand whose skin touches the object more."""
    counts = [(scene.body.touch[:, hand] > 0).sum() for hand in scene.body.hands]
    return SIDES[int(counts[1] > counts[0])]


def camera_of(
    scene: Scene,
    frames: Sequence[int],
    view: str = AUTO,
    aim: Aim = "person",
    shape: float = 1.0,
    room: tuple[float, float] = (0.14, 0.12),
    angle: float = 24.0,
) -> Camera:
    """A camera that has the person, the arms or the grasp in the picture in all the given frames of a scene.

    Args:
        view: ``auto``, or as :func:`deepgrasp.view.camera.direction` takes it.
        shape: width over height of the picture.
        room: shares of the height that stay free above and below.
        angle: of the lens; 0: parallel rays.

    Raises:
        InputError: there is no such view.
    """
    if view == AUTO:
        view = "quarter" if grasping_side(scene) == "left" else "-38,16"
    facing = scene.axes("pelvis")[frames[0]] @ [0.0, 0.0, 1.0]  # SMPL-X looks along its own z
    toward = direction(view, facing)
    points = np.concatenate([_shown(scene, frame, aim) for frame in frames])
    axes = Camera([0, 0, 0], toward, 1).axes
    across, up, near = (points @ axes.T).T
    # what is nearer than the middle looks larger: so much of the depth is left as a margin
    depth = 0.5 * np.ptp(near) * np.tan(np.radians(angle) / 2)
    high = (np.ptp(up) + 2 * depth) / (1 - sum(room))
    tall = max(high, (np.ptp(across) + 2 * depth) / 0.88 / shape)
    middle = np.array([np.ptp(part) / 2 + part.min() for part in (across, up, near)])
    middle[1] += tall * (room[0] - room[1]) / 2
    return Camera(middle @ axes, toward, float(tall), angle)


def _shown(scene: Scene, frame: int, aim: Aim) -> Floats:
    thing = scene.thing.placed(frame)
    if aim == "person":
        return np.concatenate([scene.body.vertices(frame), thing])
    if aim == "arms":
        head = scene.body.joints[frame, [INDEX["head"]]] + [[0, 0, 0.2]]  # its top, above the joint
        return np.concatenate([scene.nodes[frame], head, thing])
    hand = scene.body.hands[SIDES.index(grasping_side(scene))]
    return np.concatenate([scene.body.vertices(frame, hand), thing])
