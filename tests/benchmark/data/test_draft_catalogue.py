"""The draft of a lab's catalogue says what its files say."""

from pathlib import Path

import pytest

from benchmark.data.draft_catalogue import draft
from deepgrasp.errors import InputError
from deepgrasp.grab.data_root import find_recordings
from deepgrasp.grab.own_catalogue import catalogue_of
from tests.conftest import save_sequence, sequence_members
from tests.lab import OBJECTS, PEOPLE, RATE, write_lab


def test_what_is_drafted_is_read_again(tmp_path: Path) -> None:
    root = write_lab(tmp_path / "our lab")
    (root / "catalogue.yaml").unlink()
    draft(root)
    found = catalogue_of(root)
    assert (found.name, found.framerate, found.objects, found.genders) == ("our lab", RATE, OBJECTS, PEOPLE)
    assert set(found.actions) == {"pour", "hand_over", "move"}
    recordings = find_recordings(root, found)
    assert len(recordings) == 54
    assert {name.name.action for name in recordings if "-pour-" in name.id} == {"pour"}


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "catalogue.yaml").write_text("mine")
    with pytest.raises(InputError, match="is there already"):
        draft(tmp_path)
    assert (tmp_path / "catalogue.yaml").read_text() == "mine"


def test_names_that_yaml_takes_for_something_else(tmp_path: Path) -> None:
    said = {"obj_name": "no", "motion_intent": "on", "gender": "male", "sbj_id": "1"}
    save_sequence(tmp_path / "grab/1/a.npz", sequence_members("s1", "mug_lift", frames=4) | said)
    draft(tmp_path)
    found = catalogue_of(tmp_path)
    assert (found.objects, found.actions, found.genders) == (("no",), ("on",), {"1": "male"})


@pytest.mark.parametrize(
    ("second", "problem"),
    [
        ({"motion_intent": None}, "does not say its motion_intent"),
        ({"gender": "female"}, r"is male in anna/1 and female in anna/2"),
        ({"framerate": 30.0}, r"frames a second are 120 in anna/1 and 30 in anna/2"),
        ({"framerate": "x"}, "key 'framerate' is no number"),
        ({"framerate": float("nan")}, "key 'framerate' is nan"),
        ({"gender": "female\nlicence: forged"}, r"forged' is no name"),
        ({"gender": "Female"}, "key 'gender' is 'Female'; choose female"),
        ({"obj_name": "coffee cup"}, "'coffee cup' is no name; names are letters"),
        ({"obj_name": "../../etc"}, "is no name"),
    ],
)
def test_files_that_do_not_say_enough(tmp_path: Path, second: dict[str, object], problem: str) -> None:
    said = {"obj_name": "cup", "motion_intent": "lift", "gender": "male", "sbj_id": "anna"}
    for stem, more in (("1", {}), ("2", second)):
        save_sequence(tmp_path / f"grab/anna/{stem}.npz", sequence_members("s1", "mug_lift", frames=4) | said | more)
    with pytest.raises(InputError, match=problem):
        draft(tmp_path)
    assert not (tmp_path / "recordings.csv").exists()


def test_no_recordings(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no recordings"):
        draft(tmp_path)


def test_an_odd_framerate_is_kept_to_the_last_digit(tmp_path: Path) -> None:
    said = {"obj_name": "cup", "motion_intent": "lift", "gender": "male", "sbj_id": "anna", "framerate": 60000 / 1001}
    save_sequence(tmp_path / "grab/anna/1.npz", sequence_members("s1", "mug_lift", frames=4) | said)
    draft(tmp_path)
    assert catalogue_of(tmp_path).framerate == 60000 / 1001


def test_a_link_to_nothing_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "catalogue.yaml").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="is there already"):
        draft(tmp_path)
    assert not (tmp_path / "elsewhere").exists()
