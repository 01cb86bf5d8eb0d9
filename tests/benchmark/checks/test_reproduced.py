"""Reproduced or not, in words: counted, the largest change named, nothing claimed without anything to compare with."""

from benchmark.checks.reproduced import reproduced
from benchmark.pipeline.schema import Result
from tests.benchmark.made_up import GRID

COMMITTED = [each.model_dump() for each in GRID]


def test_the_same_scores_are_said_to_be_the_same() -> None:
    assert reproduced(COMMITTED, GRID) == f"Reproduced: all {len(GRID)} scores equal the committed ones."


def shifted(by: float) -> list[Result]:
    """The grid with one cell's accuracy moved."""
    return [
        each.model_copy(update={"metrics": each.metrics | {"accuracy": each.metrics["accuracy"] + by}})
        if (each.task, each.run.model, each.run.trained_on, each.run.replicate) == ("action", "mlp", "joint", 2)
        else each
        for each in GRID
    ]


def test_the_largest_changes_are_named_and_another_processor_explains_them() -> None:
    said = reproduced(COMMITTED, shifted(0.06))
    within = "10.0 points (object, action) and 1.50 cm (body) and 3.0 points (pose)"
    assert said.startswith(f"Reproduced, but not to the digit: every cell lies within the {within} that")
    assert f"{len(GRID) - 1} of {len(GRID)} scores equal the committed ones." in said
    assert "action 6.0 points (mlp/joint-2)" in said
    assert "Of a row's mean: object 0.0 points (" in said
    assert "action 2.0 points (mlp/joint)" in said
    assert "git checkout -- results leaderboard README.md dvc.lock" in said


def test_a_cell_that_moved_further_is_not_reproduced() -> None:
    said = reproduced(COMMITTED, shifted(-0.2))
    assert said.startswith("NOT reproduced: action/mlp/joint-2 moved by more than the 10.0 points (object, action) and")


def test_data_that_are_rounded_otherwise_are_compared() -> None:
    def elsewhere(**changes: object) -> str:
        data = COMMITTED[0]["run"]["data"] | {"hash": "cd" * 32} | changes
        return reproduced([raw | {"run": raw["run"] | {"data": data}} for raw in COMMITTED], shifted(0.06))

    said = elsewhere()
    assert said.startswith(
        "The same recordings, prepared alike, have another hash here: their numbers are rounded otherwi"
    )
    assert "\nReproduced, but not to the digit" in said
    nothing = "Nothing to compare with: the committed scores are of other data."
    assert elsewhere(prepare={"frames": 80}) == elsewhere(kind="grab") == nothing


def test_a_pose_head_that_answers_nothing_is_not_reproduced() -> None:
    silent = [
        each.model_copy(update={"metrics": each.metrics | {"mssd_recall": each.metrics["mssd_recall"] - 0.05}})
        if (each.task, each.run.model, each.run.trained_on, each.run.replicate) == ("pose", "mlp", "pose", 0)
        else each
        for each in GRID
    ]
    assert reproduced(COMMITTED, silent).startswith("NOT reproduced: pose/mlp/single-0 moved by more than")


def test_cells_of_one_side_alone_and_other_data_are_told() -> None:
    assert reproduced(COMMITTED[3:], GRID).endswith(" Besides, 3 are new here.")
    assert reproduced(COMMITTED, GRID[:-2]).endswith(" Besides, 2 are gone.")
    other = [raw | {"run": raw["run"] | {"split": "random"}} for raw in COMMITTED]
    assert reproduced(other, GRID) == "Nothing to compare with: the committed scores are of other split."


def test_without_committed_results_nothing_is_claimed() -> None:
    assert reproduced([], GRID).startswith("Nothing to compare with")
