"""The invented people of the stand-in: templates, rest joints and shape coefficients."""

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from deepgrasp.standin.array_types import Floats
from deepgrasp.standin.people import body_skinning, hand_skin
from deepgrasp.standin.people.model_arrays import mean_skin, shape_directions
from deepgrasp.standin.people.physique import GENDER_MEANS, Measures, measures, person


@dataclass(frozen=True, eq=False)
class Subject:
    """One person, in the T-pose: y up, x to the person's left, metres.

    Attributes:
        height: crown to sole, m.
        v_template: skin ``[10475, 3]``, exact in float32 (it is what the subject's ply holds).
        joints: rest joints ``[55, 3]``, the model's regression from ``v_template``.
        betas: shape ``[10]`` about the mean of the gender's model.
        hand_betas: the same shape ``[10]`` about the (neutral) hand models' mean, equal for both hands.
    """

    name: str
    gender: str
    height: float
    measures: Measures
    v_template: Floats = field(repr=False)
    joints: Floats = field(repr=False)
    betas: Floats = field(repr=False)
    hand_betas: Floats = field(repr=False)

    def hand_template(self, side: str) -> Floats:
        """Skin of a hand ``[778, 3]`` in the hand model's order, where it is on the body."""
        return self.v_template[hand_skin.vertex_ids(side)]


@lru_cache(maxsize=64)  # a quarter of a megabyte each
def subject(name: str) -> Subject:
    """The person called ``s1``, ``s2``, ...: see `physique`."""
    gender, betas = person(name)
    shape = np.array(betas)
    # rounded as the ply file holds it, so that whoever reads the files works with the very same person
    template = (mean_skin(gender) + shape_directions() @ shape).astype(np.float32).astype(np.float64)
    joints = body_skinning.joint_regressor().astype(np.float32).astype(np.float64) @ template
    for shared in (template, joints, shape):  # the cache hands the same arrays to everyone
        shared.setflags(write=False)
    return Subject(
        name=name,
        gender=gender,
        height=float(np.ptp(template[:, 1])),
        measures=measures(betas, gender),
        v_template=template,
        joints=joints,
        betas=shape,
        # GRAB has one hand model for men and women: their mean is part of the hand's shape
        hand_betas=shape + np.array(GENDER_MEANS[gender]),
    )
