"""The standard hand in its own axes: joints, skin and skinning weights of a right hand, 19 cm long.

Hand axes (u, v, w): u from the wrist to the fingertips, v towards the thumb's side, w out of the back of the hand.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from deepgrasp.skeleton import FINGERS
from deepgrasp.standin.array_types import Floats
from deepgrasp.standin.people.hand_mesh import PALM_COLUMNS, PALM_RINGS, HandMesh, hand_mesh

# Millimetres: the finger's three joints and the centre of its tip, with the radius of the flesh at each.
# fmt: off
CHAINS: dict[str, list[tuple[float, float, float, float]]] = {
    "index": [(92, 26, 0, 11.0), (134, 30, -1.0, 9.3), (159, 32, -2.5, 8.2), (176, 33, -4.0, 7.0)],
    "middle": [(94, 4, 2, 11.2), (140, 5, 1.0, 9.5), (168, 5.5, -0.5, 8.3), (186, 6, -2.0, 7.1)],
    "pinky": [(80, -36, -3, 9.8), (112, -45, -4.0, 8.0), (131, -50, -5.5, 7.1), (145, -53.5, -7.0, 6.2)],
    "ring": [(89, -17, 0, 10.6), (131, -21, -1.0, 9.0), (158, -23.5, -2.5, 7.9), (175, -25, -4.0, 6.8)],
    "thumb": [(20, 24, -9, 14.0), (55, 54, -20, 11.5), (80, 70, -24, 9.9), (99, 80.5, -27, 8.0)],
}
CARPUS: dict[str, tuple[float, float, float, float]] = {  # where each finger's metacarpal starts at the wrist
    "index": (0, 16, 0, 15.5), "middle": (0, 6, 1, 16.0), "pinky": (0, -15, -1, 14.5), "ring": (0, -6, 0, 15.5),
}
PADS = [((22, 22, -9, 15.0), (50, 43, -15, 12.5)), ((18, -19, -8, 13.0), (58, -30, -9, 12.0)),
        ((30, 20, -5, 12.0), (82, 26, -4, 11.5))]  # the balls of thumb and little finger, the web of the thumb
# fmt: on
_ROUNDING = 3.0  # mm: how softly neighbouring bodies flow together
WRIST_RING = (-5.0, 28.5, 18.5)  # mm: where the open ring lies along u, its half width and half thickness


class HandShape(NamedTuple):
    """Joints ``[16, 3]`` (wrist, then as the body's) and skin ``[778, 3]`` in metres; weights ``[778, 16]``."""

    joints: Floats
    vertices: Floats
    weights: Floats


@lru_cache(maxsize=1)
def hand_shape() -> HandShape:
    """The standard right hand: the mesh laid roughly over the bones, then relaxed on a smooth implicit surface."""
    mesh = hand_mesh()
    vertices = relax(first_guess(mesh), mesh)
    joints = np.vstack([np.zeros((1, 3)), *(np.array(CHAINS[finger])[:3, :3] for finger in FINGERS)])
    return HandShape(joints / 1e3, vertices / 1e3, skin_weights(vertices, mesh))


def first_guess(mesh: HandMesh) -> Floats:
    """Vertices ``[778, 3]`` (mm) near the surface: ellipses around the palm, circles around the fingers."""
    points = np.zeros((len(mesh.group), 3))
    for loop, u, grow in ((mesh.wrist, WRIST_RING[0], 1.0), (mesh.cuff, 2.0, 1.02)):
        turn = np.pi + 2 * np.pi * np.arange(len(loop)) / len(loop)
        points[loop] = np.c_[np.full(len(loop), u), WRIST_RING[1] * grow * np.cos(turn), WRIST_RING[2] * np.sin(turn)]
    for (ring, column, row), index in mesh.palm.items():
        along, across = ring / (PALM_RINGS - 1), 2 * column / (PALM_COLUMNS - 1) - 1
        end = 105 - 14 * max(0.0, -across) ** 1.5
        half = 29 + 11 * along
        points[index] = (9 + (end - 9) * along, half * across - 4 * along, (row - 1) * (15 - 3 * along))
    for finger in FINGERS:
        _lay_tube(points, mesh.tubes[finger], finger)
    return points


def _lay_tube(points: Floats, rings: list[list[int]], finger: str) -> None:
    chain = np.array(CHAINS[finger], dtype=float)
    lengths = np.r_[0, np.cumsum(np.linalg.norm(np.diff(chain[:, :3], axis=0), axis=1))]
    start = 26.0 if finger == "thumb" else 18.0
    spots = np.linspace(start, lengths[-1] + 0.8 * chain[-1, 3], len(rings))[1:]
    axis = (chain[3, :3] - chain[1, :3]) / np.linalg.norm(chain[3, :3] - chain[1, :3])
    up = np.array([0.0, 0.0, 1.0]) - axis[2] * axis
    up /= np.linalg.norm(up)
    flat = -np.cross(up, axis) if finger == "thumb" else np.cross(up, axis)
    count = len(rings[0])
    turn = np.radians(216 - 36 * np.arange(10)) if finger == "thumb" else np.radians(225 + 45 * np.arange(8))
    for ring, spot in zip(rings[1:], spots, strict=True):
        centre = np.array([np.interp(spot, lengths, chain[:, k]) for k in range(3)])
        centre += axis * max(0.0, spot - lengths[-1])
        radius = np.interp(spot, lengths, chain[:, 3]) * np.sqrt(max(0.05, 1 - max(0.0, spot - lengths[-1]) ** 2 / 60))
        circle = np.cos(turn)[:, None] * flat + np.sin(turn)[:, None] * up
        points[ring] = centre + (radius * circle if len(ring) == count else 0)
        if ring is rings[-2]:  # a blunt tip: this ring and the last vertex stay where they are
            points[ring] = chain[3, :3] + chain[3, 3] * (0.5 * axis + 0.87 * circle)
    points[rings[-1]] = chain[3, :3] + chain[3, 3] * axis


def signed_distance(points: Floats, cones: Floats, visible: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Distance (mm) of points ``[N, 3]`` to a soft union of cones, and its gradient; only visible cones count."""
    start, along = cones[:, 0, :3], cones[:, 1, :3] - cones[:, 0, :3]
    offset = points[:, None] - start  # [N, P, 3]
    t = np.clip((offset * along).sum(-1) / (along**2).sum(-1), 0, 1)
    offset -= t[..., None] * along
    length = np.sqrt((offset**2).sum(-1)) + 1e-9
    distance = length - (cones[:, 0, 3] + t * (cones[:, 1, 3] - cones[:, 0, 3]))
    nearest = np.where(visible, distance, np.inf).min(axis=1, keepdims=True)
    share = np.where(visible, np.exp(-(distance - nearest) / _ROUNDING), 0.0)
    total = share.sum(axis=1, keepdims=True)
    gradient = (share[..., None] / total[..., None] * offset / length[..., None]).sum(axis=1)
    return (nearest - _ROUNDING * np.log(total))[:, 0], gradient


def neighbour_means(faces: npt.NDArray[np.int64], count: int) -> Floats:
    """Row-stochastic matrix ``[V, V]`` that replaces each vertex by the mean of its neighbours."""
    adjacency = np.zeros((count, count))
    for a, b in ((0, 1), (1, 2), (2, 0)):
        adjacency[faces[:, a], faces[:, b]] = adjacency[faces[:, b], faces[:, a]] = 1
    return adjacency / adjacency.sum(axis=1, keepdims=True)


def relax(points: Floats, mesh: HandMesh, *, steps: int = 60) -> Floats:
    """Vertices ``[778, 3]`` (mm) spaced evenly: steps to the neighbours' mean, each projected onto the surface."""
    # flesh as cones between two ends with radii: four of the palm, its three pads, three of each finger
    pieces = [*((wrist_end, CHAINS[finger][0]) for finger, wrist_end in CARPUS.items()), *PADS]
    owner = np.array([-1] * len(pieces) + [k for k in range(len(FINGERS)) for _ in range(3)])  # -1 = the palm
    pieces += [cone for finger in FINGERS for cone in zip(CHAINS[finger][:-1], CHAINS[finger][1:], strict=True)]
    cones = np.array(pieces, dtype=float)  # [P, 2, 4]
    # a finger's skin does not see the other fingers: where they lie close, it would be drawn onto its neighbour
    visible = (owner[None] == -1) | (mesh.group[:, None] == owner[None]) | (mesh.group[:, None] == -1)  # [778, P]
    means = neighbour_means(mesh.faces, len(points))
    fixed = mesh.wrist + [k for rings in mesh.tubes.values() for k in rings[-2] + rings[-1]]  # else fingers shrink
    ring = points[fixed].copy()
    for step in range(steps):
        if step < steps - 8:
            points = points + 0.5 * (means @ points - points)
        distance, gradient = signed_distance(points, cones, visible)
        points = points - distance[:, None] * gradient / np.maximum((gradient**2).sum(1, keepdims=True), 0.25)
        points[fixed] = ring
    return points


def skin_weights(vertices: Floats, mesh: HandMesh, *, softness: float = 5.0) -> Floats:
    """Skinning weights ``[778, 16]``: Gaussian in the distance to the bones of the vertex's own finger, then smoothed.

    Args:
        vertices: ``[778, 3]``, mm.
        softness: deviation of the Gaussian, mm.
    """
    squared = np.full((len(vertices), 16), np.inf)
    bones = [(0, CARPUS[f][:3], CHAINS[f][0][:3]) for f in CARPUS]
    bones += [(1 + 3 * k + j, CHAINS[f][j][:3], CHAINS[f][j + 1][:3]) for k, f in enumerate(FINGERS) for j in range(3)]
    for joint, start, end in bones:
        a, along = np.array(start, dtype=float), np.subtract(end, start)
        t = np.clip((vertices - a) @ along / (along @ along), 0, 1)
        gap = ((vertices - a - t[:, None] * along) ** 2).sum(1)
        mine = np.ones(len(vertices), bool) if joint == 0 else np.isin(mesh.group, (-1, (joint - 1) // 3))
        squared[:, joint] = np.where(mine, np.minimum(squared[:, joint], gap), squared[:, joint])
    width = np.full(16, softness)
    width[13] = 1.6 * softness  # the root of the thumb moves the whole ball of the thumb
    weights = np.exp(-(squared - squared.min(1, keepdims=True)) / (2 * width**2))
    weights /= weights.sum(1, keepdims=True)
    means = neighbour_means(mesh.faces, len(vertices))
    for _ in range(3):
        weights = 0.5 * (weights + means @ weights)
    weights[weights < 1e-3] = 0
    return weights / weights.sum(1, keepdims=True)


def to_body(hand: npt.ArrayLike, side: str, *, rotation: bool = False) -> Floats:
    """Vectors ``[..., 3]`` from hand axes (u, v, w) to the body's in the rest pose; a left hand is the mirror image.

    Args:
        rotation: the vectors are axes of rotation, which a mirror turns the other way round.
    """
    u, v, w = np.moveaxis(np.asarray(hand, dtype=np.float64), -1, 0)
    right = np.stack([-u, w, v], axis=-1)
    mirror = np.array([1.0, -1.0, -1.0] if rotation else [-1.0, 1.0, 1.0])
    return right * mirror if side == "left" else right
