"""The stand-in's body and hand models, as the dictionaries that SMPL-X and MANO files hold."""

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from deepgrasp.skeleton import BODY_VERTICES, EXPRESSIONS, HAND_JOINTS, HAND_PARENTS, INDEX, PARENTS
from deepgrasp.standin.array_types import Floats
from deepgrasp.standin.people import body_skinning, body_topology, hand_pose, hand_skin
from deepgrasp.standin.people.anatomy import skeleton
from deepgrasp.standin.people.body_mesh import vertices
from deepgrasp.standin.people.physique import Measures, measures

# smplx accepts 10 shape and 10 expression directions, or 300 and 100; with 10 in all it breaks off
SHAPE_COEFFICIENTS = 10


@lru_cache(maxsize=3)
def mean_skin(gender: str) -> Floats:
    """Skin ``[10475, 3]`` of a gender's mean person by vertex id, m, T-pose."""
    return vertices(measures((0.0,) * SHAPE_COEFFICIENTS, gender))[np.argsort(body_topology.ids())]


@lru_cache(maxsize=1)
def shape_directions() -> Floats:
    """Change of the skin per shape coefficient ``[10475, 3, 10]``, the same for all genders."""
    # differences of whole bodies, not derivatives: the skin is affine in the measures, so both are the same
    unit = np.eye(SHAPE_COEFFICIENTS)
    moved = [vertices(measures(tuple(row))) - vertices(Measures()) for row in unit]
    return np.stack(moved, axis=-1)[np.argsort(body_topology.ids())]


def _kintree(parents: tuple[int, ...]) -> npt.NDArray[np.int64]:
    # the root's parent is -1 as an unsigned 32-bit number in the published files
    return np.array([[2**32 - 1 if parent < 0 else parent for parent in parents], range(len(parents))], dtype=np.int64)


def smplx_model(gender: str) -> dict[str, npt.NDArray[Any]]:
    """What ``SMPLX_<GENDER>.npz`` holds: the keys that ``smplx.SMPLX`` reads.

    The last ten shape directions are SMPL-X's expressions, and they and the pose correctives are zero: the stand-in
    makes no faces, and bends as its skinning weights say.
    """
    landmark_faces = _face_landmarks()
    expressions = np.zeros((BODY_VERTICES, 3, EXPRESSIONS))
    model: dict[str, npt.NDArray[Any]] = {
        "v_template": mean_skin(gender).astype(np.float32),
        "f": body_topology.body_faces().astype(np.uint32),
        "weights": body_skinning.skinning_weights().astype(np.float32),
        "J_regressor": body_skinning.joint_regressor().astype(np.float32),
        "kintree_table": _kintree(PARENTS),
        "shapedirs": np.concatenate([shape_directions(), expressions], axis=-1).astype(np.float32),
        # smplx reads float16 too, and in float32 these zeros would be 61 MB
        "posedirs": np.zeros((BODY_VERTICES, 3, 9 * (len(PARENTS) - 1)), dtype=np.float16),
        # 51 of them are required: they make up the 127 joints that the published code asserts
        "lmk_faces_idx": landmark_faces,
        "lmk_bary_coords": np.full((len(landmark_faces), 3), 1 / 3),
    }
    for letter, side in (("l", "left"), ("r", "right")):
        model[f"hands_components{letter}"] = hand_pose.components(side, "smplx")
        model[f"hands_mean{letter}"] = hand_pose.mean_pose(side)
    return model


def mano_model(side: str) -> dict[str, npt.NDArray[Any]]:
    """What ``MANO_<SIDE>.pkl`` holds: the hand of the neutral body, with the same shape directions and joints."""
    # cut out of the body: the hand model posed by itself then lies on the body's hand, as GRAB's files demand
    ids = hand_skin.vertex_ids(side)
    chain = [INDEX[f"{side}_wrist"], *(INDEX[name] for name in HAND_JOINTS[side])]
    return {
        "v_template": mean_skin("neutral")[ids].astype(np.float32),
        "f": hand_skin.hand_faces(side).astype(np.uint32),
        "weights": body_skinning.skinning_weights()[ids][:, chain].astype(np.float32),
        "J_regressor": body_skinning.joint_regressor()[chain][:, ids].astype(np.float32),
        "kintree_table": _kintree(HAND_PARENTS),
        "shapedirs": shape_directions()[ids].astype(np.float32),
        "posedirs": np.zeros((len(ids), 3, 9 * (len(chain) - 1)), dtype=np.float32),
        "hands_components": hand_pose.components(side, "mano"),
        "hands_mean": hand_pose.mean_pose(side),
    }


def _face_landmarks() -> npt.NDArray[np.int64]:
    """Triangles ``[51]`` of the face nearest to brows, nose, eyes and mouth (SMPL-X's count and order)."""
    points = skeleton(Measures())
    head, size = points[INDEX["head"]], Measures().head

    def row(start: float, end: float, height: float, count: int) -> list[tuple[float, float]]:
        return [(x, height) for x in np.linspace(start, end, count)]

    def ring(x: float, y: float, wide: float, high: float, count: int) -> list[tuple[float, float]]:
        turn = np.pi - 2 * np.pi * np.arange(count) / count
        return list(zip(x + wide * np.cos(turn), y + high * np.sin(turn), strict=True))

    places = row(-0.28, -0.07, 0.38, 5) + row(0.07, 0.28, 0.38, 5)
    places += [(0, y) for y in (0.30, 0.23, 0.17, 0.11)] + row(-0.08, 0.08, 0.04, 5)
    places += ring(-0.175, 0.27, 0.06, 0.025, 6) + ring(0.175, 0.27, 0.06, 0.025, 6)
    places += ring(0, -0.07, 0.15, 0.05, 12) + ring(0, -0.07, 0.09, 0.02, 8)
    faces = body_topology.body_faces()
    centres = mean_skin("neutral")[faces].mean(1)
    flat = (centres[:, :2] - head[:2]) / size
    trunk = np.zeros(BODY_VERTICES, dtype=bool)  # the face belongs to it; eyeballs and hands do not
    trunk[body_topology.ids()[slice(*body_topology.spans()["trunk"])]] = True
    front = (centres[:, 2] > head[2] + 0.25 * size) & trunk[faces].all(axis=1)
    gaps = ((flat[None] - np.array(places)[:, None]) ** 2).sum(-1) + np.where(front, 0, 1e3)
    return gaps.argmin(1)
