"""The people: built like people, and each differently."""

import numpy as np
import pytest

from deepgrasp.skeleton import (
    INDEX,
    arm_parent,
    arms,
    rest_direction,
)
from deepgrasp.standin.people.physique import PHYSIQUES
from deepgrasp.standin.people.subjects import Subject, subject


def test_subjects_differ_in_size_and_proportion():
    people = [subject(name) for name in PHYSIQUES]
    assert [p.gender for p in people] == ["male"] * 2 + ["female"] * 5 + ["male"] * 3
    heights = sorted(p.height for p in people)
    assert 1.48 < heights[0] < 1.60
    assert 1.85 < heights[-1] < 1.97
    assert min(np.diff(heights)) > 0.001

    def spread(first: str, second: str) -> float:
        ratio = [np.linalg.norm(p.joints[INDEX[first]] - p.joints[INDEX[second]]) / p.height for p in people]
        return max(ratio) / min(ratio)

    assert spread("left_shoulder", "right_shoulder") > 1.1  # in units of the person's own height
    assert spread("right_elbow", "right_wrist") > 1.08
    assert spread("right_wrist", "right_middle3") > 1.06


@pytest.mark.parametrize("name", ["s11", "s12", "s40"])
def test_more_people_are_built_like_people_too(name: str) -> None:
    more, known = subject(name), [subject(each) for each in PHYSIQUES]
    assert more.gender == ("female" if int(name[1:]) % 2 == 0 else "male")
    assert 1.48 < more.height < 1.97
    assert np.abs(more.betas).max() <= 1.8
    assert min(np.abs(more.v_template - each.v_template).max() for each in known) > 0.005


def test_bones_at_rest_point_about_where_networks_are_told(person: Subject) -> None:
    for name in arms("both"):
        if (parent := arm_parent(name)) is not None:
            bone = person.joints[INDEX[name]] - person.joints[INDEX[parent]]
            assert bone @ rest_direction(name) > 0.5 * np.linalg.norm(bone)  # a collar slopes by 56 degrees
