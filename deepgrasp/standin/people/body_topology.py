"""How the body's skin hangs together: pieces, vertex ids and triangles."""

from functools import lru_cache

import numpy as np

from deepgrasp.skeleton import BODY_VERTICES, HAND_VERTICES, INDEX
from deepgrasp.standin.array_types import Ints
from deepgrasp.standin.people import hand_skin
from deepgrasp.standin.people.anatomy import skeleton
from deepgrasp.standin.people.body_mesh import PIECE_RINGS, PIECES, vertices
from deepgrasp.standin.people.hand_mesh import hand_mesh, zip_rings
from deepgrasp.standin.people.physique import Measures

_EYES = {"left_eye": 9383, "right_eye": 9929}  # first id of each eyeball, as in SMPL-X
# fmt: off
LANDMARKS: dict[str, int] = {  # where smplx.vertex_ids expects the points that it names
    "nose": 9120, "rear": 616, "lear": 6, "reye": 9929, "leye": 9448,
    "LBigToe": 5770, "LSmallToe": 5780, "LHeel": 8846, "RBigToe": 8463, "RSmallToe": 8474, "RHeel": 8635,
}


@lru_cache(maxsize=1)
def spans() -> dict[str, tuple[int, int]]:
    """First and past-the-last vertex of each piece in order of construction."""
    # 10475 in all, SMPL-X's count: the rings of `PIECE_RINGS` are chosen so that the sum comes out
    sizes = {"hand": HAND_VERTICES}
    for kind, (rings, around) in PIECE_RINGS.items():
        sizes[kind] = rings * around + {"trunk": 1, "leg": 1, "arm": 0, "eye": 2}[kind]
    ends = np.cumsum([sizes[piece.split("_")[-1]] for piece in PIECES])
    return {piece: (int(end) - sizes[piece.split("_")[-1]], int(end)) for piece, end in zip(PIECES, ends, strict=True)}


@lru_cache(maxsize=1)
def ids() -> Ints:
    """Id in the model ``[10475]`` of each vertex in order of construction."""
    result = np.full(BODY_VERTICES, -1)
    for side in ("left", "right"):
        result[slice(*spans()[f"{side}_hand"])] = hand_skin.vertex_ids(side)
    # hands first, then points that smplx names, then eyes: what is left over takes whatever ids are free
    for name, place in _landmark_vertices().items():
        result[place] = LANDMARKS[name]
    for piece, first in _EYES.items():
        _fill(result, *spans()[piece], np.arange(first, first + spans()[piece][1] - spans()[piece][0]))
    _fill(result, 0, BODY_VERTICES, np.arange(BODY_VERTICES))
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

    # above the head joint only: the shoulders are wider than the ears, the chest may reach further than the nose
    found = {"nose": extreme("trunk", (0, 0, 1), head[1])}
    found |= {"lear": extreme("trunk", (1, 0, 0), head[1]), "rear": extreme("trunk", (-1, 0, 0), head[1])}
    for letter, side, out in (("L", "left", 1.0), ("R", "right", -1.0)):
        leg = f"{side}_leg"
        # low counts twice for the heel, or the calf could be farther back
        found[f"{letter}Heel"] = extreme(leg, (0, -2, -1))
        found[f"{letter}BigToe"] = extreme(leg, (-out * 0.5, 0, 1))
        found[f"{letter}SmallToe"] = extreme(leg, (out * 1.2, 0, 1))
        found[f"{letter.lower()}eye"] = extreme(f"{side}_eye", (0, 0, 1))
    return found


def _cap(ring: range, tip: int) -> list[tuple[int, int, int]]:
    return [(ring[i], ring[(i + 1) % len(ring)], tip) for i in range(len(ring))]


def _piece_faces(piece: str) -> Ints:
    """Triangles of one piece, outward, by its own vertex numbers (an arm's also lead on to its hand's)."""
    side, kind = piece.split("_")[0], piece.split("_")[-1]
    if kind == "hand":
        return (
            np.argsort(hand_skin.vertex_order())[hand_mesh().faces]
            if side == "right"
            else hand_skin.hand_faces("left")
        )
    rings, around = PIECE_RINGS[kind]
    last, end = range((rings - 1) * around, rings * around), rings * around
    faces = []
    for start in range(0, (rings - 1) * around, around):
        for i in range(around):
            a, b = start + i, start + (i + 1) % around
            faces += [(a, b, b + around), (a, b + around, a + around)]
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
            np.argsort(hand_skin.vertex_order())[hand_mesh().wrist] + spans()[f"{side}_hand"][0] - spans()[piece][0]
        )
        faces += zip_rings(list(last), [int(k) for k in wrist])
    return np.array(faces)


@lru_cache(maxsize=1)
def body_faces() -> Ints:
    """Triangles ``[F, 3]`` by vertex id, outward."""
    skin, result = vertices(Measures()), []
    for piece, (start, end) in spans().items():
        triangles = _piece_faces(piece) + start
        # all triangles of a piece wind the same way, so the sign of the enclosed volume decides for all of them
        a, b, c = (skin[triangles[:, k]] - skin[start:end].mean(0) for k in range(3))
        inward = np.einsum("fi,fi->", np.cross(a, b), c) < 0
        result.append(ids()[triangles[:, ::-1] if inward else triangles])
    return np.vstack(result)
