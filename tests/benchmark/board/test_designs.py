"""What a design costs and tells apart, by hand."""

from typing import Any

import pytest

from benchmark.board import coverage
from benchmark.board.designs import SECONDS_A_RECORDING, Design, design_cost, designs_report, told_apart

NOISE = {"recordings": 0.3, "people": 0.0, "trainings": 0.02, "recordings_a_person": 72.0, "people_a_training": 2.0}


def row(model: str, training: str, seconds: float) -> dict[str, Any]:
    return {"model": model, "training": training, "seconds": seconds, "may_be_best": False}


BOARD = {
    "tasks": {
        "object": [row("mlp", "single", 10.0), row("linear", "none", 3.0), row("mlp", "joint", 20.0)],
        "action": [row("mlp", "single", 8.0), row("linear", "none", 3.0), row("mlp", "joint", 20.0)],
    },
    "resolution": {"object": {"components": NOISE}, "action": {"components": None}},
}


def test_what_answers_all_tasks_costs_once() -> None:
    # 10 + 8 of the MLP by tasks, 20 of it on all, 3 of the linear row; three folds of six people, two seeds
    assert design_cost(BOARD, Design(6, 50, 2)) == pytest.approx(41 * 3 * 2 + SECONDS_A_RECORDING * 300)


def test_more_people_recordings_and_seeds_tell_more_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "SIMULATED_BOARDS", 200)
    few, *more = (told_apart(BOARD, Design(*each)) for each in ((10, 36, 1), (20, 36, 1), (10, 72, 1), (10, 36, 2)))
    assert few.keys() == {"object"}
    assert all(each["object"] < few["object"] for each in more)
    # per fold 0.3^2 / 72 / 2 + 0.02^2 = 0.001025 with 72 recordings, 0.3^2 / 36 / 2 + 0.02^2 = 0.00165 with 36
    assert more[1]["object"] / few["object"] == pytest.approx((0.001025 / 0.00165) ** 0.5)


def test_the_boards_own_design_is_the_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "SIMULATED_BOARDS", 50)
    (own,) = (line for line in designs_report(BOARD).splitlines() if line.split()[:3] == ["10", "72", "1"])
    assert own.split()[-1] == "1.00"
