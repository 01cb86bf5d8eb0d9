"""Poses of the stand-in's hands: axes of the anatomical degrees of freedom, and the two PCA bases.

A hand pose is 15 joints x axis-angle. Of these 45 numbers a hand can move 24: flexion and spread of the knuckles (and
twist of two), flexion of the other finger joints, and six for the thumb. Body and hand models span this space with
different bases, as SMPL-X and MANO do, so that 24 coefficients describe every pose made here exactly.
"""

from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from deepgrasp.skeleton import FINGERS
from deepgrasp.standin.array_types import Floats
from deepgrasp.standin.people.hand_shape import CHAINS, to_body

FINGER_DIRECTION = {"right": (-1.0, 0.0, 0.0), "left": (1.0, 0.0, 0.0)}
"""In the rest pose (and so in the wrist's own axes): from the wrist to the fingertips."""
PALM_NORMAL = {"right": (0.0, -1.0, 0.0), "left": (0.0, -1.0, 0.0)}
"""In the wrist's own axes: out of the palm, the way that positive flexion moves the fingertips."""
THUMB_DIRECTION = {"right": (0.0, 0.0, 1.0), "left": (0.0, 0.0, 1.0)}
"""In the wrist's own axes: across the palm, from the little finger to the thumb."""

DOFS: tuple[str, ...] = tuple(
    f"{finger}{joint}_{axis}"
    for finger in FINGERS
    for joint, axes in (
        [(1, "flex spread twist"), (2, "flex spread"), (3, "flex")]
        if finger == "thumb"
        else [(1, "flex spread twist" if finger in ("index", "pinky") else "flex spread"), (2, "flex"), (3, "flex")]
    )
    for axis in axes.split()
)
"""The 24 anatomical degrees of freedom. Positive flexion closes the hand, positive spread leads away from
the middle finger (the middle finger's own: towards the thumb), positive twist turns the thumb's pad to the fingers."""


@lru_cache(maxsize=2)
def dof_axes(side: str) -> Floats:
    """The 24 degrees of freedom as orthonormal rows ``[24, 45]``: ``fullpose = angles @ dof_axes(side)``."""
    # right and left differ by a mirror alone, so that the same angles mean the same pose of either hand
    axes = _all_axes(side)[:24]
    axes.setflags(write=False)  # the cache hands the same array to everyone
    return axes


@lru_cache(maxsize=2)
def _all_axes(side: str) -> Floats:
    """An orthonormal basis ``[45, 45]`` of all rotations, the possible ones first."""
    rows = {}
    for k, finger in enumerate(FINGERS):
        chain = np.array(CHAINS[finger], dtype=float)[:, :3]
        # fingers close towards the palm; the thumb closes across it
        closing = np.array([0.2, -0.75, -0.65] if finger == "thumb" else [0.0, 0.0, -1.0])
        outward = -1.0 if finger in ("ring", "pinky") else 1.0
        axes = []
        for start, end in pairwise(chain):
            bone = (end - start) / np.linalg.norm(end - start)
            towards = closing - closing @ bone * bone
            towards /= np.linalg.norm(towards)
            axes.append(np.stack([np.cross(bone, towards), -outward * towards, bone]))
        for joint, triad in enumerate(to_body(np.stack(axes), side, rotation=True)):  # [3, 3]: flex, spread, twist
            for name, axis in zip(("flex", "spread", "twist"), triad, strict=True):
                row = np.zeros(45)
                row[9 * k + 3 * joint : 9 * k + 3 * joint + 3] = axis
                rows[f"{finger}{joint + 1}_{name}"] = row
    # the 21 others fill up the square matrix that the model files must hold
    names = [*DOFS, *(name for name in rows if name not in DOFS)]
    return np.stack([rows[name] for name in names])


def flexion(side: str, flex: npt.ArrayLike, *, spread: npt.ArrayLike = 0.0, opposition: npt.ArrayLike = 0.0) -> Floats:
    """Hand pose ``[..., 45]`` (axis-angle, rad) from angles a person would name.

    Args:
        flex: ``[..., 5, 3]`` flexion in rad, fingers as ``FINGERS``, knuckle outwards; positive closes.
        spread: ``[..., 5]`` or a number: sideways at the knuckle, positive away from the middle finger (thumb: the
            palm opens).
        opposition: ``[...]`` or a number: twist of the thumb's root that turns its pad to the fingers.
    """
    flex = np.asarray(flex, dtype=np.float64)
    angles = np.zeros((*flex.shape[:-2], len(DOFS)))
    spread = np.broadcast_to(spread, flex.shape[:-1])
    # not one rotation per joint composed of three: sums of rotation vectors are what a PCA of poses can describe
    for k, finger in enumerate(FINGERS):
        for joint in range(3):
            angles[..., DOFS.index(f"{finger}{joint + 1}_flex")] = flex[..., k, joint]
        angles[..., DOFS.index(f"{finger}1_spread")] = spread[..., k]
    angles[..., DOFS.index("thumb1_twist")] = opposition
    return angles @ dof_axes(side)


def mean_pose(side: str) -> Floats:
    """The relaxed, slightly closed hand ``[45]`` that the body model adds to its coefficients."""
    flex = [[0.20, 0.30, 0.15], [0.25, 0.35, 0.15], [0.30, 0.35, 0.20], [0.28, 0.35, 0.18], [0.10, 0.10, 0.15]]
    return flexion(side, flex)


@lru_cache(maxsize=4)
def _principal(model: str) -> Floats:
    """Orthogonal ``[24, 24]``: principal axes of a made-up variation of grasps, the strongest first.

    Closing all fingers dominates, then the knuckles against the outer joints, spread, and the thumb (the synergies
    of Santello et al. 1998); body and hand model weigh them differently.
    """
    flex = np.array([name.endswith("flex") for name in DOFS])
    knuckle = np.array(["1_" in name for name in DOFS])
    spread = np.array([name.endswith("spread") for name in DOFS])
    thumb = np.array([name.startswith("thumb") for name in DOFS])
    synergies = [1.0 * flex, np.where(knuckle, -1.0, 0.7) * flex, 1.0 * spread, 1.0 * thumb]
    # two different bases on purpose: code that mixes up body and hand coefficients, as with GRAB's files, must fail
    strength = (3.0, 1.2, 0.5, 0.8) if model == "smplx" else (2.2, 1.6, 0.7, 0.4)
    apart = np.abs(np.subtract.outer(np.arange(24), np.arange(24)))  # neighbouring joints move alike
    own = 0.25 * (0.75**apart if model == "smplx" else (-0.45) ** apart)
    covariance = own + sum(s * np.outer(g, g) for s, g in zip(strength, synergies, strict=True))
    # `eigh` sorts upwards: reversed, the strongest comes first, as in the published models
    vectors = np.linalg.eigh(covariance)[1].T[::-1]
    largest = np.take_along_axis(vectors, np.abs(vectors).argmax(1)[:, None], axis=1)
    return vectors * np.sign(largest)  # an eigenvector's sign is the library's whim


def pca(side: str, model: str = "smplx") -> tuple[Floats, Floats]:
    """First 24 principal components ``[24, 45]`` (orthonormal rows) and mean pose ``[45]`` of ``smplx`` or ``mano``."""
    return _principal(model) @ dof_axes(side), mean_pose(side)


def components(side: str, model: str) -> Floats:
    """All 45 components ``[45, 45]`` as the model files hold them: the possible ones first."""
    return np.vstack([_principal(model) @ dof_axes(side), _all_axes(side)[24:]])


def coefficients(fullpose: npt.ArrayLike, side: str, model: str = "smplx") -> Floats:
    """Coefficients ``[..., 24]`` of hand poses ``[..., 45]``: exact for poses within the 24 degrees of freedom.

    The body model adds its mean (``flat_hand_mean=False``), the hand model does not (``flat_hand_mean=True``).
    """
    basis, mean = pca(side, model)
    return (np.asarray(fullpose) - (mean if model == "smplx" else 0.0)) @ basis.T
