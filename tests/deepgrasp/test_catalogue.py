"""GRAB's names as its public index has them."""

import pytest

from deepgrasp.errors import InputError
from deepgrasp.grab.catalogue import GENDERS, MOTIONS, OBJECTS, USES, object_class, parse_name


def test_numbers_of_objects_classes_and_subjects() -> None:
    assert len(OBJECTS) == len(set(OBJECTS)) == 51
    assert len({object_class(name, "apart") for name in OBJECTS}) == 51
    assert len({object_class(name, "merged") for name in OBJECTS}) == 41
    assert sorted(GENDERS.values()) == ["female"] * 5 + ["male"] * 5
    assert set(USES) == set(OBJECTS)
    assert len(MOTIONS) == 29 + 1  # GRAB's 29 motions by name, and use_fun beside use


@pytest.mark.parametrize(
    ("stem", "object_name", "motion", "take", "retake", "action"),
    [
        ("mug_drink_1", "mug", "drink", 1, False, "use"),
        ("apple_lift", "apple", "lift", None, False, "lift"),
        ("piggybank_pass_1_Retake", "piggybank", "pass", 1, True, "pass"),
        ("airplane_offhand_2", "airplane", "offhand", 2, False, "offhand"),
        ("doorknob_use_fun_1", "doorknob", "use_fun", 1, False, "use"),
        ("cubesmall_inspect_1", "cubesmall", "inspect", 1, False, "use"),
        ("mug_lift_Retake", "mug", "lift", None, True, "lift"),
    ],
)
def test_names(stem: str, object_name: str, motion: str, take: int | None, retake: bool, action: str) -> None:
    name = parse_name("s1", stem)
    assert (name.object, name.motion, name.take, name.retake) == (object_name, motion, take, retake)
    assert name.action == action


@pytest.mark.parametrize(
    ("subject", "stem", "problem"),
    [
        ("s01", "mug_drink_1", "unknown subject 's01'"),
        ("s1", "cube_lift", "unknown object 'cube'"),
        ("s1", "spoon_lift", "unknown object 'spoon'"),
        ("s1", "mug", "not a sequence's name"),
        ("s1", "mug_1", "not a sequence's name"),
        ("s1", "mug_drink_1_again", "not a sequence's name"),
        # every one of these once had the intent `use`
        ("s1", "mug_compass_1", "unknown motion 'compass'"),  # contains "pass", is not it
        ("s1", "mug_lifting_1", "unknown motion 'lifting'; did you mean lift"),
        ("s1", "mug_pick_all", "unknown motion 'pick_all'; did you mean lift?"),
        ("s1", "mug_Lift_1", r"unknown motion 'Lift'; did you mean lift\?"),
        ("s1", "cubesmall_psas_1", "unknown motion 'psas'; did you mean pass"),
        ("s1", "flashlight_switchON_1", "unknown motion 'switchON'; did you mean on?"),
        ("s1", "mug_lift_pass_1", "unknown motion 'lift_pass'"),
        ("s1", "cubsmall_lift", "unknown object 'cubsmall'; did you mean cubesmall"),
    ],
)
def test_names_that_are_not_grabs(subject: str, stem: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        parse_name(subject, stem)
