from pathlib import Path
from typing import Any

import pytest

from benchmark import leaderboard
from benchmark.records import Cost, DataRecord, Epoch, Result, Run, to_json
from deepgrasp.errors import InputError
from deepgrasp.tasks import TASKS, body_joints

INPUTS = {"modalities": "both", "hands": "right", "part": "arms", "joints": 15, "patches": 8, "frames": None}


def run(model: str, replicate: int, **changes: Any) -> Run:
    values: dict[str, Any] = {
        "data": DataRecord(kind="synthetic", hash="ab" * 32, prepare={}),
        "split": "subject",
        "inputs": INPUTS,
        "trained_on": "object",
        "model": model,
        "replicate": replicate,
        "validation": dict.fromkeys(TASKS, 0.5),
        "history": [Epoch(epoch=1, train_loss=1.0, skill=0.1)],
        "cost": Cost(parameters=1234, multiply_adds=10, seconds=1.0, ms_per_sample=0.5),
        "recipe": {},
        "hyperparameters": {},
        "provenance": {},
    }
    return Run(**values | changes)


def result(model: str, replicate: int, primary: float, *, task: str = "object", **changes: Any) -> Result:
    metrics = dict.fromkeys(TASKS[task].metrics, 0.0) | {TASKS[task].primary: primary}
    if task == "body":
        metrics |= {f"joint_{name}_cm": 1.0 for name in body_joints("right")}
    shown = {"classes": ["cup", "mug"], "confusion": [[3, 1], [0, 4]]}
    counts = shown if TASKS[task].kind == "classification" else dict.fromkeys(shown)
    return Result(task=task, metrics=metrics, test_sequences=8, run=run(model, replicate, **changes), **counts)


def written(folder: Path, results: list[Result]) -> Path:
    for each in results:
        file = folder / each.name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(to_json(each.model_dump()))
    return folder


THREE = [result("mlp", k, v) for k, v in enumerate((0.2, 0.4, 0.6))] + [result("lstm", k, 0.5) for k in range(3)]


def test_rows_are_ranked_by_the_mean_over_replicates() -> None:
    table = leaderboard.board(THREE)
    first, second = table["tasks"]["object"]
    assert (first["model"], second["model"]) == ("lstm", "mlp")
    assert second["metrics"]["accuracy"] == {
        "mean": pytest.approx(0.4),
        "sd": pytest.approx(0.2),
        "values": [0.2, 0.4, 0.6],
    }
    assert table["held_out"] == "6 of 10 subjects tested"


def test_an_error_ranks_upwards() -> None:
    results = [result(model, 0, value, task="body", trained_on="body") for model, value in (("a", 2.0), ("b", 1.0))]
    rows = leaderboard.board(results)["tasks"]["body"]
    assert [row["model"] for row in rows] == ["b", "a"]
    assert rows[0]["metrics"]["mpjpe_cm"]["sd"] is None


def test_joint_and_single_training_are_rows_of_their_own() -> None:
    results = [
        result("mlp", 0, 0.3),
        result("mlp", 0, 0.4, trained_on="joint"),
        result("trivial", 0, 0.1, trained_on="none"),
    ]
    rows = leaderboard.board(results)["tasks"]["object"]
    assert [(row["model"], row["training"]) for row in rows] == [
        ("mlp", "joint"),
        ("mlp", "single"),
        ("trivial", "none"),
    ]


def test_tables_show_units_spread_and_banner() -> None:
    table = leaderboard.board(THREE)
    assert "SYNTHETIC" in leaderboard.markdown(table)
    assert "| 2 | mlp | single | 40.0 ± 20.0 |" in leaderboard.markdown(table)
    assert "object: accuracy, % ↑" in leaderboard.compact(table)
    assert "**50.0 ± 0.0**" in leaderboard.compact(table)


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    everything = [*THREE, result("mlp", 0, 3.0, task="body", trained_on="body")]
    source = written(tmp_path / "results", everything)
    content = []
    for _ in range(2):
        leaderboard.write(source, tmp_path / "board")
        files = sorted(path for path in (tmp_path / "board").rglob("*") if path.is_file())
        content.append([(path.name, path.read_bytes()) for path in files])
    assert content[0] == content[1]
    names = ["LEADERBOARD.md", "leaderboard.json", "confusion_object.png", "joint_errors.png", "learning_curves.png"]
    assert sorted(names) == sorted(name for name, _ in content[0] if name != "summary.json")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"data": DataRecord(kind="grab", hash="ab" * 32, prepare={})}, "another kind of data"),
        ({"data": DataRecord(kind="synthetic", hash="cd" * 32, prepare={})}, "another data"),
        (
            {
                "inputs": {
                    "modalities": "pose",
                    "hands": "right",
                    "part": "arms",
                    "joints": 15,
                    "patches": 8,
                    "frames": None,
                }
            },
            "another choice of inputs",
        ),
    ],
)
def test_boards_never_mix(tmp_path: Path, changes: dict[str, Any], says: str) -> None:
    source = written(tmp_path, [result("lstm", 0, 0.5), result("mlp", 0, 0.5, **changes)])
    with pytest.raises(InputError, match=says):
        leaderboard.load_results(source)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"accuracy": 0.5', '"accuracy": NaN', "finite"),
        ('"schema_version": 1', '"schema_version": 2', "schema_version"),
        ('"replicate": 0', '"replicate": 1', "holds the result"),
        ('"model"', '"modle"', "run.model: field required"),
        ("{", "", "invalid json"),
    ],
)
def test_a_damaged_result_is_one_clear_error(tmp_path: Path, old: str, new: str, says: str) -> None:
    source = written(tmp_path, [result("mlp", 0, 0.5)])
    file = next(source.rglob("*.json"))
    file.write_text(file.read_text().replace(old, new, 1))
    with pytest.raises(InputError, match=f"(?i){says}"):
        leaderboard.load_results(source)


def test_no_results_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no results"):
        leaderboard.load_results(tmp_path)


def test_readme_table_replaces_the_old_one(tmp_path: Path) -> None:
    leaderboard.write(written(tmp_path / "results", THREE), tmp_path / "board")
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{leaderboard.BEGIN}\nold\n{leaderboard.END}\nafter\n")
    leaderboard.update_readme(tmp_path / "board", readme)
    text = readme.read_text()
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    assert leaderboard.compact(leaderboard.load_board(tmp_path / "board")) in text


def test_summary_is_one_number_a_cell() -> None:
    assert leaderboard.summary(leaderboard.board(THREE)) == {"object": {"lstm": 0.5, "mlp": 0.4}}
