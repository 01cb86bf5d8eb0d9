"""How skin and bones of the body belong together: skinning weights, and the regression of joints from the skin."""

from functools import lru_cache

import numpy as np

from deepgrasp.skeleton import BODY_VERTICES, HAND_JOINTS, INDEX, JOINTS, PARENTS, SIDES
from deepgrasp.standin.array_types import Floats
from deepgrasp.standin.people import hand_skin
from deepgrasp.standin.people.anatomy import skeleton
from deepgrasp.standin.people.body_mesh import vertices
from deepgrasp.standin.people.body_topology import ids, spans
from deepgrasp.standin.people.physique import Measures

# fmt: off
_BONES: dict[str, tuple[str, ...]] = {  # bones that move each piece's skin
    "trunk": ("pelvis", "left_hip", "right_hip", "spine1", "spine2", "spine3", "left_collar", "right_collar",
              "neck", "head", "jaw"),
    **{f"{side}_arm": tuple(f"{side}_{part}" for part in ("collar", "shoulder", "elbow", "wrist")) for side in SIDES},
    **{f"{side}_leg": ("pelvis", *(f"{side}_{part}" for part in ("hip", "knee", "ankle", "foot"))) for side in SIDES},
}
_SOFTNESS = {"trunk": 0.045, "arm": 0.028, "leg": 0.035}  # m: how far the skin around a joint follows both its bones
_ENDS: dict[str, tuple[float, float, float]] = {  # bones that end in no joint: where they point, m
    "head": (0, 0.15, 0),
    "jaw": (0, -0.03, 0.10),
    "left_foot": (0, -0.01, 0.07),
    "right_foot": (0, -0.01, 0.07),
}
# fmt: on


@lru_cache(maxsize=1)
def skinning_weights() -> Floats:
    """Skinning weights ``[10475, 55]`` by vertex id, rows sum to 1: Gaussian in the distance to the bones."""
    skin, joints = vertices(Measures()), skeleton(Measures())
    result = np.zeros((BODY_VERTICES, len(JOINTS)))
    for piece, (start, end) in spans().items():
        side, kind = piece.split("_")[0], piece.split("_")[-1]
        # each piece follows its own bones alone: by distance alone a thigh would also follow the other leg
        if kind == "hand":
            chain = [INDEX[f"{side}_wrist"], *(INDEX[name] for name in HAND_JOINTS[side])]
            result[start:end, chain] = hand_skin.hand_weights()
        elif kind == "eye":
            result[start:end, INDEX[piece]] = 1
        else:
            moved_by = [INDEX[name] for name in _BONES[piece]]
            squared = np.stack([_squared_distance(skin[start:end], joints, bone) for bone in moved_by], axis=1)
            share = np.exp(-(squared - squared.min(1, keepdims=True)) / (2 * _SOFTNESS[kind] ** 2))
            share[share < 2e-3] = 0  # as in SMPL-X, a vertex depends on few joints
            result[start:end, moved_by] = share / share.sum(1, keepdims=True)
    return result[np.argsort(ids())]


def _squared_distance(points: Floats, joints: Floats, bone: int) -> Floats:
    """Squared distance ``[N]`` to the segments from a joint to each of its children (or to its free end)."""
    ends = [joints[child] for child, parent in enumerate(PARENTS) if parent == bone and "eye" not in JOINTS[child]]
    if JOINTS[bone] in _ENDS:
        ends = [joints[bone] + np.array(_ENDS[JOINTS[bone]])]
    if JOINTS[bone].endswith("wrist"):
        ends = ends[:2]  # index and middle finger: the forearm's skin needs the hand's direction only
    best = np.full(len(points), np.inf)
    for end in ends:
        along = end - joints[bone]
        t = np.clip((points - joints[bone]) @ along / (along @ along), 0, 1)
        best = np.minimum(best, ((points - joints[bone] - t[:, None] * along) ** 2).sum(1))
    return best


@lru_cache(maxsize=1)
def joint_regressor() -> Floats:
    """Regression of joints from skin ``[55, 10475]`` by vertex id; wrists and fingers from the hand alone.

    Each row sums to 1: the affine combination of nearby skin that hits the neutral body's joint and stays closest
    to Gaussian weights: minimise sum(w^2 / g) with sum(w) = 1 and w @ skin = joint, by Lagrange multipliers.
    """
    skin, joints = vertices(Measures()), skeleton(Measures())
    result = np.zeros((len(JOINTS), BODY_VERTICES))
    for joint, name in enumerate(JOINTS):
        piece, reach = _support(name)
        start, end = spans()[piece]
        # four conditions, weights' sum and three coordinates: a shaped body's joints then move with its skin
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
    # from the hand alone: only so MANO's joints, which know no arm, are those of the body to the last 0.001 mm
    if part == "wrist" or name in HAND_JOINTS.get(side, ()):
        return f"{side}_hand", 0.010
    if part in ("knee", "ankle", "foot"):
        return f"{side}_leg", 0.04
    if part in ("shoulder", "elbow"):
        return f"{side}_arm", 0.04
    return (f"{side}_eye", 0.012) if part == "eye" else ("trunk", 0.07)
