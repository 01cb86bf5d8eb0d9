"""Body measures and the ten shape directions: what makes one stand-in person different from the next.

Everything the body is built from is affine in these measures, and the measures in ten shape coefficients ("betas").
Hence template = mean + shapedirs @ betas holds exactly for every subject, as it does in SMPL-X.
"""

from dataclasses import asdict, dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Measures:
    """Lengths in m of a neutral adult of about 1.71 m; girths are half widths of the trunk or factors of the limbs.

    Attributes:
        leg: hip joint to ankle; foot: heel to toe; trunk: pelvis joint to neck joint; neck: neck to head joint;
        head: head joint to crown; shoulder: midline to shoulder joint; girth: of the limbs, relative;
        hip, waist, chest: half widths; hand_length, hand_breadth, hand_depth: relative to the standard hand.
    """

    leg: float = 0.755
    foot: float = 0.252
    trunk: float = 0.455
    neck: float = 0.150
    head: float = 0.180
    shoulder: float = 0.170
    hip: float = 0.166
    waist: float = 0.132
    chest: float = 0.150
    upper_arm: float = 0.257
    forearm: float = 0.250
    girth: float = 1.0
    hand_length: float = 0.95
    hand_breadth: float = 0.95
    hand_depth: float = 0.96


_SCALE = {
    name: 0.035 * length for name, length in asdict(Measures()).items()
}  # 3.5 % of everything: about 6 cm of stature
# fmt: off
# One coefficient is about one standard deviation, as in SMPL-X. Directions go against each other where they can (legs
# against trunk, forearm against upper arm), so that stature alone says little about a person's build.
_DIRECTIONS: tuple[tuple[str, dict[str, float]], ...] = (
    ("stature", _SCALE),
    ("legs against trunk", {"leg": 0.020, "trunk": -0.012}),
    ("arm length", {"upper_arm": 0.009, "forearm": 0.009}),
    ("shoulders against hips", {"shoulder": 0.009, "chest": 0.006, "hip": -0.007, "waist": 0.003}),
    ("trunk girth", {"hip": 0.008, "waist": 0.014, "chest": 0.009, "girth": 0.02}),
    ("limb girth", {"girth": 0.07, "hand_depth": 0.02}),
    ("hand length", {"hand_length": 0.040}),
    ("hand breadth", {"hand_breadth": 0.040, "hand_depth": 0.045}),
    ("head and neck", {"head": 0.006, "neck": 0.007}),
    ("forearm against upper arm", {"forearm": 0.009, "upper_arm": -0.009, "foot": 0.005}),
)
# the models differ by gender in their mean only: the same directions serve all three
GENDER_MEANS: dict[str, tuple[float, ...]] = {
    "neutral": (0.0,) * 10,
    "male": (0.8, 0.1, 0.2, 0.7, -0.1, 0.5, 0.0, 0.6, 0.2, 0.2),
    "female": (-0.8, 0.0, -0.2, -0.8, 0.0, -0.5, 0.0, -0.6, -0.2, -0.2),
}
"""Where the mean man and woman lie in the same ten directions."""

# written down, not drawn: people stay the same whatever the seed, and a held-out one can be chosen by hand
PHYSIQUES: dict[str, tuple[str, tuple[float, ...]]] = {
    "s1": ("male", (0.3, 0.4, 0.5, 0.3, -0.6, 0.2, 0.6, 0.3, -0.3, 0.4)),
    "s2": ("male", (-0.9, -0.7, -0.4, 0.8, 1.2, 0.9, -0.7, 0.9, 0.5, -0.6)),
    "s3": ("female", (0.2, 0.9, 0.6, 0.0, -0.8, -0.3, 0.7, -0.6, -0.4, 0.5)),
    "s4": ("female", (-1.1, -0.4, 0.2, -0.5, 0.3, 0.1, -0.2, 0.2, 0.6, -0.9)),
    "s5": ("female", (1.1, 0.3, -0.7, 0.9, -0.2, 0.4, 1.0, 0.5, 0.2, 0.8)),
    "s6": ("female", (-1.7, 0.4, -0.9, 0.2, -0.5, -0.8, -0.9, -0.9, 0.3, 0.2)),
    "s7": ("female", (0.5, -1.0, 0.9, -0.9, 1.3, 0.8, 0.1, 1.1, -0.7, -0.3)),
    "s8": ("male", (1.8, 0.5, 0.3, -0.3, -0.4, -0.6, 0.4, -0.4, 0.4, 1.0)),
    "s9": ("male", (-0.2, -1.2, 1.1, -0.8, 0.6, -0.4, -0.3, -0.8, -0.5, -0.5)),
    "s10": ("male", (1.0, 1.0, -1.0, 1.2, 0.2, 1.3, -0.9, 1.2, 0.8, -1.1)),
}
"""Gender and betas (about that gender's mean) of the ten invented subjects; genders as in GRAB."""
# fmt: on


def person(name: str) -> tuple[str, tuple[float, ...]]:
    """Gender and betas of ``s1``, ``s2``, ...: the ten who are written down, and as many more as are asked for.

    Those are drawn by their number alone, a man and a woman in turn: they too stay the same whatever the seed.
    """
    if name in PHYSIQUES:
        return PHYSIQUES[name]
    number = int(name[1:])
    # within 1.8 standard deviations, as the ten are: beyond it girths and hands stop being those of adults
    betas = np.clip(np.random.default_rng([4, number]).standard_normal(len(_DIRECTIONS)), -1.8, 1.8)
    return ("male", "female")[number % 2 == 0], tuple(betas.round(1).tolist())


def measures(betas: tuple[float, ...], gender: str = "neutral") -> Measures:
    """Measures of the person that ten shape coefficients describe, about the mean of a gender."""
    result = Measures()
    for weight, mean, (_, change) in zip(betas, GENDER_MEANS[gender], _DIRECTIONS, strict=True):
        moved = {name: getattr(result, name) + (weight + mean) * step for name, step in change.items()}
        result = replace(result, **moved)
    return result
