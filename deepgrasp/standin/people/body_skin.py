"""How the body's skin hangs together: vertex ids, triangles, skinning weights and the regression of joints."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from deepgrasp.skeleton import HAND_JOINTS, HAND_VERTICES, INDEX, JOINTS, PARENTS, SIDES
from deepgrasp.standin.people import hand_anatomy
from deepgrasp.standin.people.anatomy import skeleton
from deepgrasp.standin.people.body_mesh import PIECES, RINGS, vertices
from deepgrasp.standin.people.hand_mesh import hand_mesh, zip_rings
from deepgrasp.standin.people.physique import Measures

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

VERTICES = 10475
_EYES = {"left_eye": 9383, "right_eye": 9929}  # first id of each eyeball, as in SMPL-X
# fmt: off
LANDMARKS: dict[str, int] = {  # where smplx.vertex_ids expects the points that it names
    "nose": 9120, "rear": 616, "lear": 6, "reye": 9929, "leye": 9448,
    "LBigToe": 5770, "LSmallToe": 5780, "LHeel": 8846, "RBigToe": 8463, "RSmallToe": 8474, "RHeel": 8635,
}
_BONES: dict[str, tuple[str, ...]] = {  # bones that move each piece's skin
    "trunk": ("pelvis", "left_hip", "right_hip", "spine1", "spine2", "spine3", "left_collar", "right_collar",
              "neck", "head", "jaw"),
    **{f"{side}_arm": tuple(f"{side}_{part}" for part in ("collar", "shoulder", "elbow", "wrist")) for side in SIDES},
    **{f"{side}_leg": ("pelvis", *(f"{side}_{part}" for part in ("hip", "knee", "ankle", "foot"))) for side in SIDES},
}
_SOFTNESS = {"trunk": 0.045, "arm": 0.028, "leg": 0.035}  # m: how far the skin around a joint follows both its bones
_ENDS: dict[str, tuple[float, float, float]] = {  # bones that end in no joint: where they point, m
    "head": (0, 0.15, 0), "jaw": (0, -0.03, 0.10), "left_foot": (0, -0.01, 0.07), "right_foot": (0, -0.01, 0.07),
}
# fmt: on


@lru_cache(maxsize=1)
def spans() -> dict[str, tuple[int, int]]:
    """First and past-the-last vertex of each piece in order of construction."""
    sizes = {"hand": HAND_VERTICES}
    for kind, (rings, around) in RINGS.items():
        sizes[kind] = rings * around + {"trunk": 1, "leg": 1, "arm": 0, "eye": 2}[kind]
    ends = np.cumsum([sizes[piece.split("_")[-1]] for piece in PIECES])
    return {piece: (int(end) - sizes[piece.split("_")[-1]], int(end)) for piece, end in zip(PIECES, ends, strict=True)}


@lru_cache(maxsize=1)
def ids() -> Ints:
    """Id in the model ``[10475]`` of each vertex in order of construction."""
    result = np.full(VERTICES, -1)
    for side in ("left", "right"):
        result[slice(*spans()[f"{side}_hand"])] = hand_anatomy.vertex_ids(side)
    for name, place in _landmark_vertices().items():
        result[place] = LANDMARKS[name]
    for piece, first in _EYES.items():
        _fill(result, *spans()[piece], np.arange(first, first + spans()[piece][1] - spans()[piece][0]))
    _fill(result, 0, VERTICES, np.arange(VERTICES))
    return result


def _fill(result: Ints, start: int, end: int, candidates: Ints) -> None:
    """Gives the free vertices of a stretch the free ids among the candidates, both in order."""
    free = start + np.flatnonzero(result[start:end] < 0)
    result[free] = np.setdiff1d(candidates, result)[: len(free)]


@lru_cache(maxsize=1)
def _landmark_vertices() -> dict[str, int]:
    """The vertex, in order of construction, that is the nose's tip, an ear, a heel, a toe, the front of an eye."""
    skin = vertices(Measures())
    head = skeleton(Measures())[INDEX["head"]]

    def extreme(piece: str, direction: tuple[float, float, float], above: float = -9.0) -> int:
        start, end = spans()[piece]
        score = skin[start:end] @ np.array(direction)
        return start + int(np.where(skin[start:end, 1] > above, score, -np.inf).argmax())

    found = {"nose": extreme("trunk", (0, 0, 1), head[1])}
    found |= {"lear": extreme("trunk", (1, 0, 0), head[1]), "rear": extreme("trunk", (-1, 0, 0), head[1])}
    for letter, side, out in (("L", "left", 1.0), ("R", "right", -1.0)):
        leg = f"{side}_leg"
        found[f"{letter}Heel"] = extreme(leg, (0, -2, -1))
        found[f"{letter}BigToe"] = extreme(leg, (-out * 0.5, 0, 1))
        found[f"{letter}SmallToe"] = extreme(leg, (out * 1.2, 0, 1))
        found[f"{letter.lower()}eye"] = extreme(f"{side}_eye", (0, 0, 1))
    return found


def _tube_faces(rings: int, around: int) -> list[tuple[int, int, int]]:
    quads = []
    for ring in range(rings - 1):
        for i in range(around):
            a, b = ring * around + i, ring * around + (i + 1) % around
            quads += [(a, b, b + around), (a, b + around, a + around)]
    return quads


def _cap(ring: range, tip: int) -> list[tuple[int, int, int]]:
    return [(ring[i], ring[(i + 1) % len(ring)], tip) for i in range(len(ring))]


def _piece_faces(piece: str) -> Ints:
    """Triangles of one piece, outward, by its own vertex numbers (an arm's also lead on to its hand's)."""
    side, kind = piece.split("_")[0], piece.split("_")[-1]
    if kind == "hand":
        return (
            np.argsort(hand_anatomy.vertex_order())[hand_mesh().faces]
            if side == "right"
            else hand_anatomy.faces("left")
        )
    rings, around = RINGS[kind]
    last, end = range((rings - 1) * around, rings * around), rings * around
    faces = _tube_faces(rings, around)
    if kind in ("trunk", "leg"):
        faces += _cap(last, end)
    if kind == "trunk":  # the crotch: the lowest ring closes upon itself, front to back
        for i in range(around // 2):
            a, b, c, d = i, i + 1, (around - i) % around, (around - i - 1) % around
            faces += [(b, a, d)] * (b != d) + [(a, c, d)] * (a != c)
    if kind == "eye":
        faces += _cap(last, end) + [(b, a, c) for a, b, c in _cap(range(around), end + 1)]
    if kind == "arm":
        wrist = (
            np.argsort(hand_anatomy.vertex_order())[hand_mesh().wrist] + spans()[f"{side}_hand"][0] - spans()[piece][0]
        )
        faces += zip_rings(list(last), [int(k) for k in wrist])
    return np.array(faces)


@lru_cache(maxsize=1)
def faces() -> Ints:
    """Triangles ``[F, 3]`` by vertex id, outward."""
    skin, result = vertices(Measures()), []
    for piece, (start, end) in spans().items():
        triangles = _piece_faces(piece) + start
        a, b, c = (skin[triangles[:, k]] - skin[start:end].mean(0) for k in range(3))
        inward = np.einsum("fi,fi->", np.cross(a, b), c) < 0
        result.append(ids()[triangles[:, ::-1] if inward else triangles])
    return np.vstack(result)


@lru_cache(maxsize=1)
def weights() -> Floats:
    """Skinning weights ``[10475, 55]`` by vertex id, rows sum to 1: Gaussian in the distance to the bones."""
    skin, joints = vertices(Measures()), skeleton(Measures())
    result = np.zeros((VERTICES, len(JOINTS)))
    for piece, (start, end) in spans().items():
        side, kind = piece.split("_")[0], piece.split("_")[-1]
        if kind == "hand":
            chain = [INDEX[f"{side}_wrist"], *(INDEX[name] for name in HAND_JOINTS[side])]
            result[start:end, chain] = hand_anatomy.weights()
        elif kind == "eye":
            result[start:end, INDEX[piece]] = 1
        else:
            moved_by = [INDEX[name] for name in _BONES[piece]]
            squared = np.stack([_squared_distance(skin[start:end], joints, bone) for bone in moved_by], axis=1)
            share = np.exp(-(squared - squared.min(1, keepdims=True)) / (2 * _SOFTNESS[kind] ** 2))
            share[share < 2e-3] = 0
            result[start:end, moved_by] = share / share.sum(1, keepdims=True)
    return result[np.argsort(ids())]


def _squared_distance(points: Floats, joints: Floats, bone: int) -> Floats:
    """Squared distance ``[N]`` to the segments from a joint to each of its children (or to its free end)."""
    ends = [joints[child] for child, parent in enumerate(PARENTS) if parent == bone and "eye" not in JOINTS[child]]
    if JOINTS[bone] in _ENDS:
        ends = [joints[bone] + np.array(_ENDS[JOINTS[bone]])]
    if JOINTS[bone].endswith("wrist"):
        ends = ends[:2]
    best = np.full(len(points), np.inf)
    for end in ends:
        along = end - joints[bone]
        t = np.clip((points - joints[bone]) @ along / (along @ along), 0, 1)
        best = np.minimum(best, ((points - joints[bone] - t[:, None] * along) ** 2).sum(1))
    return best


@lru_cache(maxsize=1)
def regressor() -> Floats:
    """Regression of joints from skin ``[55, 10475]`` by vertex id; wrists and fingers from the hand alone.

    Each row sums to 1: the affine combination of nearby skin that hits the neutral body's joint and stays closest
    to Gaussian weights: minimise sum(w^2 / g) with sum(w) = 1 and w @ skin = joint, by Lagrange multipliers.
    """
    skin, joints = vertices(Measures()), skeleton(Measures())
    result = np.zeros((len(JOINTS), VERTICES))
    for joint, name in enumerate(JOINTS):
        piece, reach = _support(name)
        start, end = spans()[piece]
        offset = skin[start:end] - joints[joint]
        near = np.exp(-(offset**2).sum(1) / (2 * reach**2))
        near[near < 1e-2 * near.max()] = 0
        conditions = np.c_[np.ones(len(offset)), offset / reach]  # [N, 4]
        gram = conditions.T @ (near[:, None] * conditions)
        result[joint, start:end] = near * (conditions @ np.linalg.solve(gram, np.array([1.0, 0, 0, 0])))
    return result[:, np.argsort(ids())]


def _support(name: str) -> tuple[str, float]:
    """The piece of skin that a joint is regressed from, and the reach of the weights (m)."""
    side, part = name.split("_")[0], name.split("_")[-1]
    if part == "wrist" or name in HAND_JOINTS.get(side, ()):
        return f"{side}_hand", 0.010
    if part in ("knee", "ankle", "foot"):
        return f"{side}_leg", 0.04
    if part in ("shoulder", "elbow"):
        return f"{side}_arm", 0.04
    return (f"{side}_eye", 0.012) if part == "eye" else ("trunk", 0.07)
