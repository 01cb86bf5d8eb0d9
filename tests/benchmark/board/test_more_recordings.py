"""Curves over recordings: the record round-trips, a bad one is one clear error, and other data are not shown."""

from pathlib import Path
from typing import Any

import pytest

from benchmark.board import leaderboard
from benchmark.board.more_recordings import LEARNING_FILE, load_curves
from benchmark.board.page.render import board_page
from benchmark.board.rows import board
from benchmark.pipeline.schema import to_json
from deepgrasp.errors import InputError
from tests.benchmark.made_up import GRID, INPUTS, data, growth


def kept(folder: Path, **changes: Any) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / LEARNING_FILE).write_text(to_json(growth().model_dump() | changes), encoding="utf-8")
    return folder


def test_what_was_kept_is_read(tmp_path: Path) -> None:
    assert load_curves(tmp_path) is None
    assert load_curves(kept(tmp_path)) == growth()


POINT = growth().points[0].model_dump()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"schema_version": 2}, "schema_version: input should be less than or equal to 1"),
        ({"split": "year"}, "split: "),
        ({"points": [POINT | {"values": [40.0, 0.4]}]}, "points.0: .*values of object must lie between 0 and 1"),
        ({"points": [POINT | {"values": [0.4]}]}, "object, mlp of 108: has 1 values for 2 replicates"),
        ({"points": [POINT, POINT]}, "object, mlp of 108: is there twice"),
        ({"points": [POINT | {"task": "dance"}]}, "points.0.task: "),
        ({"more": 1}, "more: extra inputs are not permitted"),
    ],
)
def test_a_bad_one_is_one_error(tmp_path: Path, changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(InputError, match=rf"learning\.json, .*{problem}.*; delete it, or make it again"):
        load_curves(kept(tmp_path, **changes))


def test_the_board_is_not_made_beside_a_bad_one(tmp_path: Path) -> None:
    for result in GRID[:3]:
        file = tmp_path / "results" / result.name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(result.model_dump_json(), encoding="utf-8")
    with pytest.raises(InputError, match=r"learning\.json, replicates"):
        leaderboard.write_leaderboard(
            tmp_path / "results", tmp_path / "board", kept(tmp_path / "boards", replicates=[])
        )
    assert not (tmp_path / "board").exists()


def test_the_page_has_them_in_the_order_and_look_of_the_board() -> None:
    (shown,) = data(board_page([(board(GRID), GRID)], curves=growth()))
    ranked = {row["label"]: row for row in shown["tasks"][0]["rows"]}
    rows = shown["recordings"]["tasks"]["object"]
    *rows, stranger = rows
    assert [row["label"] for row in rows] == [name for name in ranked if name in {"mlp", "lstm+joint", "linear"}]
    assert all(row["look"] == ranked[row["label"]]["look"] and row["opens"] for row in rows)
    assert (stranger["label"], stranger["kind"], stranger["opens"]) == ("mine+joint", "joint", False)
    assert [n for n, *_ in rows[0]["points"]] == [54, 108, 432]


@pytest.mark.parametrize(
    "changes",
    [
        {"data": GRID[0].run.data.model_copy(update={"hash": "cd" * 32})},
        {"split": "random"},
        {"inputs": INPUTS | {"modalities": "pose"}},
    ],
)
def test_those_of_other_data_are_told_and_not_shown(
    changes: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    plain = board_page([(board(GRID), GRID)])
    assert board_page([(board(GRID), GRID)], curves=growth(**changes)) == plain
    assert "learning.json: its data, split or inputs are of none of the boards" in capsys.readouterr().out


def test_other_profiles_pages_pass_no_curves_on(tmp_path: Path) -> None:
    other = [result.model_copy(update={"run": result.run.model_copy(update={"split": "random"})}) for result in GRID]
    file = tmp_path / "index.html"
    file.write_text(board_page([(board(other), other)], curves=growth(split="random")), encoding="utf-8")
    assert not any("recordings" in each for each in data(board_page([(board(GRID), GRID)], [file])))
    own, theirs = data(board_page([(board(GRID), GRID)], [file], growth(split="random")))
    assert "recordings" in theirs
    assert "recordings" not in own
