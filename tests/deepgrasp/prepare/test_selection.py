"""Choices of recordings: exact names, and nothing silent."""

from pathlib import Path

import pytest

from deepgrasp.errors import InputError
from deepgrasp.grab.catalogue import parse_name
from deepgrasp.grab.data_root import RecordingFile
from deepgrasp.prepare.selection import select

NAMES = ("s1/cubesmall_lift", "s1/cubelarge_inspect_1", "s2/mug_drink_1", "s2/mug_pass_1")
RECORDINGS = [RecordingFile(Path(f"{name}.npz"), parse_name(*name.split("/"))) for name in NAMES]


@pytest.mark.parametrize(
    ("keep", "drop", "left"),
    [
        ({}, {}, [0, 1, 2, 3]),
        ({"subjects": []}, {"objects": []}, [0, 1, 2, 3]),
        ({"subjects": ["s2"]}, {}, [2, 3]),
        ({"objects": ["mug", "cubesmall"]}, {}, [0, 2, 3]),
        ({}, {"objects": ["cubesmall"]}, [1, 2, 3]),
        ({"actions": ["use"]}, {}, [1, 2]),
        ({"actions": ["use"]}, {"subjects": ["s1"]}, [2]),
    ],
)
def test_keeps_and_drops(keep: dict[str, list[str]], drop: dict[str, list[str]], left: list[int]) -> None:
    assert select(RECORDINGS, keep, drop) == [RECORDINGS[k] for k in left]


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"objects": ["cube"]}, "prepare.drop.objects: 'cube' is unknown; did you mean cubelarge or cubemedium"),
        ({"objects": ["muug"]}, "did you mean mug"),
        ({"actions": ["drink"]}, "'drink' is unknown; choose from use, pass, lift, offhand"),
        ({"subjects": ["s11"]}, "prepare.drop.subjects: 's11' is unknown; did you mean s1"),
        ({"intents": ["use"]}, "prepare.drop.intents: is not a choice"),
        ({"subjects": ["s1", "s2"]}, "leave no recording"),
    ],
)
def test_a_wrong_choice_is_one_clear_error(choice: dict[str, list[str]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        select(RECORDINGS, {}, choice)
