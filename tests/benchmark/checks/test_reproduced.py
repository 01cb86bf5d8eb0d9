"""Reproduced or not, in words: counted, the largest change named, nothing claimed without anything to compare with."""

from benchmark.checks.reproduced import reproduced
from tests.benchmark.made_up import GRID

COMMITTED = [each.model_dump() for each in GRID]


def test_the_same_scores_are_said_to_be_the_same() -> None:
    assert reproduced(COMMITTED, GRID) == f"Reproduced: all {len(GRID)} scores equal the committed ones."


def test_the_largest_change_of_each_task_is_named() -> None:
    moved = [
        each.model_copy(update={"metrics": each.metrics | {"accuracy": each.metrics["accuracy"] + 0.05}})
        if (each.task, each.run.model, each.run.trained_on, each.run.replicate) == ("action", "mlp", "joint", 2)
        else each
        for each in GRID
    ]
    said = reproduced(COMMITTED, moved)
    assert said.startswith(f"{len(GRID) - 1} of {len(GRID)} scores equal the committed ones.")
    assert "action 5.0 points (mlp/joint-2)" in said
    assert "up to 10.0 points and 1.50 cm a cell counts as the same" in said
    assert "git checkout -- results leaderboard README.md dvc.lock" in said


def test_without_committed_results_nothing_is_claimed() -> None:
    assert reproduced([], GRID).startswith("Nothing to compare with")
