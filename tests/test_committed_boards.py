"""What the committed boards must be able to tell: whoever makes one anew is told when it no longer can."""

import json
from pathlib import Path
from statistics import correlation
from typing import Any

import pytest

from deepgrasp.intervals import interval
from deepgrasp.tasks import TASKS

ROOT = Path(__file__).parent.parent
FILES = {"default": "leaderboard/leaderboard.json", "decisive": "boards/decisive/leaderboard.json"}
# the smallest difference that one planned comparison of two encoders finds with 80 % power, in the task's own unit
RESOLVED = {
    "default": {"object": 0.09, "action": 0.08, "body": 1.0},
    "decisive": {"object": 0.055, "action": 0.045, "body": 0.55},
}
Board = dict[str, Any]


@pytest.fixture(params=FILES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def board(name: str) -> Board:
    found: Board = json.loads((ROOT / FILES[name]).read_text())["boards"][0]
    return found


def networks(board: Board, task: str) -> list[dict[str, Any]]:
    return [row for row in board["tasks"][task] if row["training"] != "none"]


def test_it_resolves_what_was_asked_of_it(name: str, board: Board) -> None:
    found = {task: board["resolution"][task]["difference"] for task in RESOLVED[name]}
    assert {task: value for task, value in found.items() if value > RESOLVED[name][task]} == {}


def test_every_person_is_tested(board: Board) -> None:
    tested = {person for row in board["tasks"]["action"] for person in row["estimate"]["by_subject"]}
    assert tested == set(board["subjects"])
    assert len(tested) >= 10


def test_no_score_is_near_its_end(board: Board) -> None:
    ranked = {task: [row for row in rows if not row["oracle"]] for task, rows in board["tasks"].items()}
    for task in ("object", "action"):
        assert max(row["estimate"]["mean"] for row in ranked[task]) < 0.97
    assert sum(max(row["skill"] for row in rows) <= 0.9 for rows in ranked.values()) >= 3


@pytest.mark.parametrize("task", TASKS)
def test_every_network_is_better_than_the_trivial_answer(board: Board, task: str) -> None:
    (trivial,) = (row for row in board["tasks"][task] if row["model"] == "trivial")
    sign = 1 if TASKS[task].higher_is_better else -1
    level = []
    for row in networks(board, task):
        blocks, zero = row["estimate"]["by_block"], trivial["estimate"]["by_block"]
        better = interval([sign * (blocks[people] - zero[people]) for people in zero])
        level += [row["model"]] if better is None or better.low <= 0 else []
    assert level == []
    assert networks(board, task)


def test_what_ranks_poses_is_not_where_the_object_is(board: Board) -> None:
    rows = [row["metrics"] for row in board["tasks"]["pose"]]
    place, rank = ([row[key]["mean"] for row in rows] for key in ("translation_cm", "mssd_recall"))
    assert abs(correlation(place, rank)) < 0.9
    wrist, hold = (
        next(row["estimate"] for row in board["tasks"]["pose"] if row["model"] == model)
        for model in ("wrist", "rigid_hold")
    )
    assert wrist["high"] < hold["low"] / 2  # who knows the wrist alone is clearly worse than who knows the grasp, too
