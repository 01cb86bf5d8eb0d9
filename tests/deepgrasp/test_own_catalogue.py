"""A lab's own names: what ``catalogue.yaml`` may say, and what is told of one that is wrong."""

import os
from pathlib import Path

import numpy as np
import pytest

from deepgrasp.errors import InputError
from deepgrasp.grab.catalogue import GRAB
from deepgrasp.grab.own_catalogue import catalogue_of
from tests.lab import CATALOGUE

TABLE = CATALOGUE.replace('names: "{person}-{object}-{motion}-{take}"', "table: all.csv")


def write(folder: Path, text: str = CATALOGUE, table: str | None = None) -> Path:
    (folder / "catalogue.yaml").write_text(text)
    if table is not None:
        (folder / "all.csv").write_text(table)
    return folder


def test_without_a_file_names_are_grabs(tmp_path: Path) -> None:
    assert catalogue_of(tmp_path) is GRAB


def test_what_it_says(tmp_path: Path) -> None:
    found = catalogue_of(write(tmp_path))
    assert (found.name, found.framerate, found.files) == ("Hand Lab", 60, ("catalogue.yaml",))
    assert found.actions == ("operate", "hand_over", "move")
    assert found.genders["carla"] == "female"
    assert [found.object_class("bowl", sizes) for sizes in ("apart", "merged")] == ["bowl", "vessel"]
    assert found.told["licence"] == "CC-BY-4.0"


@pytest.mark.parametrize("title", ["Grabbing in a kitchen", "Standing tables", "Big rabbits 2", "ARCTIC", "Graph B"])
def test_names_that_only_sound_like_others(tmp_path: Path, title: str) -> None:
    assert catalogue_of(write(tmp_path, CATALOGUE.replace("Hand Lab", title))).name == title


def test_symmetries_by_hand(tmp_path: Path) -> None:
    given = catalogue_of(write(tmp_path)).symmetries
    assert [given[name].freedom for name in ("bottle", "brush", "can", "jar")] == [1, 0, 3, 0]
    assert given["bottle"].axis.tolist() == [0, 0, 1]
    quarter = [[0, -1, 0], [1, 0, 0], [0, 0, 1]]  # about an axis of length two, as of length one
    assert np.allclose(given["jar"].turns[1], quarter)
    assert len(given["jar"].turns) == 4
    assert len(given["brush"].turns) == 1


@pytest.mark.parametrize(
    ("stem", "parts"),
    [
        ("anna-bottle-pour-1", ("bottle", "pour", "operate", 1)),
        ("anna-salt_cellar-hand_over-12", ("salt_cellar", "hand_over", "hand_over", 12)),
        ("anna-key-operate-003", ("key", "operate", "operate", 3)),
    ],
)
def test_names_of_a_form(tmp_path: Path, stem: str, parts: tuple[object, ...]) -> None:
    name = catalogue_of(write(tmp_path)).parse("anna", stem)
    assert (name.object, name.motion, name.action, name.take) == parts


@pytest.mark.parametrize(
    ("person", "stem", "problem"),
    [
        ("gus", "gus-bottle-pour-1", "unknown person 'gus'; .* anna, ben"),
        ("anna", "ben-bottle-pour-1", "is not '{person}-{object}-{motion}-{take}'"),
        ("anna", "anna-cup-pour-1", "is not '{person}"),
        ("anna", "anna-bottle-drink-1", "motions: hand_over, move"),
        ("anna", "anna-bottle-pour-x", "is not '{person}"),
    ],
)
def test_other_names_are_refused(tmp_path: Path, person: str, stem: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        catalogue_of(write(tmp_path)).parse(person, stem)


def test_a_name_with_two_readings_is_refused(tmp_path: Path) -> None:
    text = CATALOGUE.replace("  key:\n", "  key:\n  key_move:\n").replace(
        "{person}-{object}-{motion}-{take}", "{object}_{motion}"
    )
    text = text.replace("[operate, hand_over, move]", "[operate, hand_over, move, move_move]")
    with pytest.raises(InputError, match="may be move_move of key or move of key_move"):
        catalogue_of(write(tmp_path, text)).parse("anna", "key_move_move")


def test_names_by_a_table(tmp_path: Path) -> None:
    table = "\ufeffintent, recording, object, note\npour, anna/0001, bottle, x\nmove,anna/0002,bottle,\n"
    found = catalogue_of(write(tmp_path, TABLE, table))
    first, second = (found.parse("anna", stem) for stem in ("0001", "0002"))
    assert (first.object, first.action, second.action) == ("bottle", "operate", "move")
    assert found.files == ("catalogue.yaml", "all.csv")
    with pytest.raises(InputError, match=r"anna/0003: is not in all\.csv; add a row"):
        found.parse("anna", "0003")


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (None, r"all\.csv: cannot be read"),
        ("recording,object\n", "has no column 'intent'"),
        ("recording,object,intent\nanna/1,cup,move\n", "line 2: unknown object 'cup'"),
        ("recording,object,intent\nanna/1,key,eat\n", "line 2: unknown intent 'eat'"),
        ("recording,object,intent\nanna/1,key,move\nanna/1,key,move\n", "line 3: names anna/1 once more"),
        ("recording,object,intent\nanna/1\n", "line 2: unknown object ''"),
        ("recording,object,object,intent\nanna/1,key,pen,move\n", "has two columns 'object'"),
        ("recording,object,intent\nanna/1,key,move,x\n", "line 2: has more cells than the first line"),
    ],
)
def test_a_table_that_is_wrong(tmp_path: Path, table: str | None, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        catalogue_of(write(tmp_path, TABLE, table))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("name: Hand Lab", "", "name: is missing; add what boards"),
        ("name: Hand Lab", "name: GRAB", "name: is 'GRAB'; .* not GRAB's or the stand-in's"),
        ("name: Hand Lab", "name: Synthetic data", "name: is 'Synthetic data'"),
        ("name: Hand Lab", "name: G.R.A.B", "name: is 'G.R.A.B'"),
        ("name: Hand Lab", "name: GRAB (real)", r"name: is 'GRAB \(real\)'"),
        ("name: Hand Lab", "name: SYNTHETIC DATA, says", "name: is 'SYNTHETIC DATA, says'"),
        ("name: Hand Lab", "name: The grab2020 data", "name: is 'The grab2020 data'"),
        ("name: Hand Lab", "name: A lab (G-R-A-B)", "name: is 'A lab"),
        ("name: Hand Lab", "name: No stand in", "name: is 'No stand in'"),
        ("name: Hand Lab", 'name: "Hand\\u200b Lab"', "name: is"),
        ("cite: Doe", "cite: Doe\u3164", "cite: is"),
        ("licence: CC-BY-4.0", "licence: CC\ufe0f-BY-4.0", "licence: is"),
        ("cite: Doe", "cite: <b>Doe</b>", "cite: is .*; a line of text without"),
        ("cite: Doe", "cite: Doe\u202e", "cite: is"),
        ("anna: female", "meshes: female", "people.meshes: is the name of a file of the store"),
        ("anna: female", "ben-2: female", "people.ben-2: is the name of a file of the store"),
        ("{pour: operate}", "{pour: operate, move: operate}", "motions.move: is 'operate'; move is an intent"),
        ("{pour: operate}", "{Move: move}", "motions.Move: is 'move'; move is an intent"),
        ("[0, 0, 1]", "[1e300, 1, 0]", "objects.bottle.symmetries.axis.0: is no finite number"),
        ("[0, 0, 1]", f"[1{'0' * 400}, 1, 0]", "objects.bottle.symmetries.axis.0: is no finite number"),
        ("-{take}", "-{take}-{take}", "names: has {take} twice"),
        ("name: Hand Lab", "name: <b>Lab</b>", "name: is '<b>Lab</b>'"),
        ("name: Hand Lab", "naem: Hand Lab", "naem: is no key; did you mean name"),
        ("anna: female", "anna: woman", "people.anna: is 'woman'; choose female, male, neutral"),
        ("anna: female", "1: female", "people: has 1; .* write numbers in quotes"),
        ("anna: female", "Ben: female", "people: has 'ben' twice; .* upper and lower case"),
        ("anna: female", "../x: female", "people: has '../x'"),
        ("[operate, hand_over, move]", "operate", "intents: is 'operate'; write a list"),
        ("[operate, hand_over, move]", "[]", "intents: are none"),
        ("{pour: operate}", "{pour: drink}", "motions.pour: is 'drink'; choose operate"),
        ("framerate: 60", "framerate: fast", "framerate: is 'fast'"),
        ("framerate: 60", "framerate: .nan", "framerate: is no finite number"),
        ("{family: vessel}", "{famliy: vessel}", "objects.bowl: has 'famliy'"),
        ("[0, 0, 1]", "[0, 0, 0]", "objects.bottle.symmetries.axis: is"),
        ("[0, 0, 1]", "[0, 0]", "objects.bottle.symmetries: is"),
        ("turns: 4", "turns: 1", "objects.jar.symmetries.turns: is 1; 2 to 60"),
        ("{person}-", "{who}-", "names: has {who}, which is no part of a name"),
        ("-{motion}", "", "names: must have {motion} once"),
        ("{person}-", "{", "names: is no form"),
        ("name: Hand Lab", "name: [", r"is not YAML \(line"),
        ("name: Hand Lab", "name: Hand Lab\ntable: all.csv", "names, table: are both given"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert old in CATALOGUE
    with pytest.raises(InputError, match=problem):
        catalogue_of(write(tmp_path, CATALOGUE.replace(old, new, 1)))


@pytest.mark.parametrize(
    "content",
    [b"", b"- a", b"a: !!bool abc", b"\xff\xfe", b"a: " + b"[" * 5000, b"&a [*a, *a]", b"!!python/object:os.x {}"],
)
def test_what_is_no_catalogue_is_one_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "catalogue.yaml").write_bytes(content)
    with pytest.raises(InputError, match=r"catalogue\.yaml"):
        catalogue_of(tmp_path)


def test_a_folder_in_its_place_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "catalogue.yaml").mkdir()
    with pytest.raises(InputError, match="is a folder, a pipe or a device"):
        catalogue_of(tmp_path)


def test_a_link_to_nothing_and_another_ending_are_told(tmp_path: Path) -> None:
    (tmp_path / "catalogue.yaml").symlink_to(tmp_path / "nothing")
    with pytest.raises(InputError, match="cannot be read"):
        catalogue_of(tmp_path)
    (tmp_path / "catalogue.yaml").rename(tmp_path / "catalogue.yml")
    with pytest.raises(InputError, match=r"catalogue\.yml: is not read; call it catalogue\.yaml"):
        catalogue_of(tmp_path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "catalogue.yaml")
    with pytest.raises(InputError, match="a pipe"):
        catalogue_of(tmp_path)


@pytest.mark.parametrize("stem", ["take 1", "take(1)", "a,1", "#1", "-x"])
def test_a_name_that_no_store_can_have_is_refused(tmp_path: Path, stem: str) -> None:
    found = catalogue_of(write(tmp_path, TABLE, f'recording,object,intent\n"anna/{stem}",key,move\n'))
    with pytest.raises(InputError, match="is no name for a recording; rename it"):
        found.parse("anna", stem)
