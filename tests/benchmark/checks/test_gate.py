"""The gate lets a healthy repository through and catches each planted fault, and by the check that is meant for it."""

import dataclasses
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmark.board import leaderboard
from benchmark.checks import gate, integrity
from benchmark.pipeline.schema import SCHEMA, Result
from deepgrasp.errors import InputError
from deepgrasp.tasks import METRICS, TASKS
from deepgrasp.tasks.body import body_joints
from tests.benchmark.board.test_leaderboard import result, written

ROOT = Path(__file__).parents[3]
REPLICATES = range(3)
READ, ONCE, BOARD, NAMES = (
    "every result can be read",
    "one result a cell",
    "one board",
    "metrics as the tasks name them",
)
MEANS, CELLS, MADE = (
    "scores are the means of their sequences",
    "every cell of the grid",
    "board and README as the results generate them",
)
WAY, LOCK, BELOW = "right answers rank before wrong ones", "dvc.lock is up to date", "no score below main's"


def call(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def commit(folder: Path, message: str = "all") -> None:
    call(folder, "git", "add", "-A")
    call(folder, "git", "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", message)


def lock(root: Path) -> None:
    """A pipeline of one stage and its dvc.lock as a fresh clone has them: without the data."""
    content = (root / "params.yaml").read_bytes()
    file = {"hash": "md5", "md5": hashlib.md5(content).hexdigest(), "size": len(content)}
    command = "cp params.yaml copy.yaml"
    stage = {"cmd": command, "deps": ["params.yaml"], "outs": ["copy.yaml"]}
    locked = {"cmd": command, "deps": [{"path": "params.yaml"} | file], "outs": [{"path": "copy.yaml"} | file]}
    (root / "dvc.yaml").write_text(yaml.safe_dump({"stages": {"copy": stage}}))
    (root / "dvc.lock").write_text(yaml.safe_dump({"schema": "2.0", "stages": {"copy": locked}}))
    (root / ".dvc").mkdir()
    (root / ".dvc/config").write_text("[core]\nanalytics = false\n")


def publish(root: Path) -> None:
    leaderboard.write(root / "results", root / "leaderboard")
    leaderboard.update_readme(root / "leaderboard", root / "README.md")


def cell(model: str, k: int, primary: float, task: str, trained_on: str) -> Result:
    """A result with the metrics of its task and hand, and no others."""
    made = result(model, k, primary, task=task, trained_on=trained_on)
    joints = {f"joint_{name}_cm" for name in body_joints(made.run.inputs["hands"])}
    kept = {key: value for key, value in made.metrics.items() if not key.startswith("joint_") or key in joints}
    return made.model_copy(update={"metrics": kept})


@pytest.fixture(scope="session")
def _healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("healthy")
    values = yaml.safe_load((ROOT / "params.yaml").read_text())
    grid = {"tasks": ["object", "body"], "models": ["mlp"], "references": ["trivial"]}
    values["grid"] = grid | {"replicates": list(REPLICATES)}
    (root / "params.yaml").write_text(yaml.safe_dump(values))
    cells = [cell("mlp", k, 0.6, "object", "object") for k in REPLICATES]
    cells += [cell("mlp", k, 8.0, "body", "body") for k in REPLICATES]
    cells += [cell("trivial", k, 0.5, task, "none") for k in REPLICATES for task in TASKS]
    written(root / "results", cells)
    (root / "README.md").write_text(f"# All\n{leaderboard.BEGIN}\n{leaderboard.END}\n")
    publish(root)
    lock(root)
    call(root, "git", "init", "-q", "-b", "main")
    commit(root)
    return root


@pytest.fixture
def place(_healthy: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(_healthy, tmp_path / "place", symlinks=True))


def change(root: Path, name: str, edit: Callable[[dict[str, Any]], Any]) -> None:
    path = root / "results" / name
    values = json.loads(path.read_text())
    edit(values)
    path.write_text(json.dumps(values))


def scores(key: str, score: float) -> Callable[[dict[str, Any]], None]:
    """Another score, and sequences that bear it out."""

    def edit(values: dict[str, Any]) -> None:
        each = values["per_sequence"]["values"]
        each[:] = [value + score - values["metrics"][key] for value in each]
        values["metrics"][key] = score

    return edit


def a_score_down(root: Path) -> None:
    for k in REPLICATES:
        change(root, f"object/mlp/single-{k}.json", scores("accuracy", 0.5))
    publish(root)


def an_error_up(root: Path) -> None:
    for k in REPLICATES:
        change(root, f"body/mlp/single-{k}.json", scores("mpjpe_cm", 9.0))
    publish(root)


def a_row_gone(root: Path) -> None:
    shutil.rmtree(root / "results/body/mlp")
    values = yaml.safe_load((root / "params.yaml").read_text())
    values["grid"]["tasks"] = ["object"]
    (root / "params.yaml").write_text(yaml.safe_dump(values))
    publish(root)


def a_cell_missing(root: Path) -> None:
    (root / "results/object/mlp/single-2.json").unlink()
    publish(root)


def a_hand_edited_table(root: Path) -> None:
    text = (root / "README.md").read_text()
    assert "60.0" in text
    (root / "README.md").write_text(text.replace("60.0", "61.0", 1))


def a_hand_edited_board(root: Path) -> None:
    path = root / "leaderboard/leaderboard.json"
    path.write_text(path.read_text().replace('"mlp"', '"MLP"', 1))


def mixed_data_kinds(root: Path) -> None:
    change(root, "object/mlp/single-1.json", lambda values: values["run"]["data"].update(kind="grab"))


def a_renamed_metric(root: Path) -> None:
    rename = lambda values: values["metrics"].update(acc=values["metrics"].pop("accuracy"))  # noqa: E731
    change(root, "object/mlp/single-1.json", rename)


def a_duplicate_row(root: Path) -> None:
    shutil.copy(root / "results/object/mlp/single-1.json", root / "results/object/mlp/single-7.json")


def a_nan(root: Path) -> None:
    change(root, "object/mlp/single-1.json", lambda values: values["metrics"].update(accuracy=float("nan")))


def an_old_schema(root: Path) -> None:
    change(root, "object/mlp/single-1.json", lambda values: values["run"].update(schema_version=SCHEMA - 1))


def one(edit: Callable[[dict[str, Any]], Any]) -> Callable[[Path], None]:
    return lambda root: change(root, "object/mlp/single-1.json", edit)


def an_unknown_split(root: Path) -> None:
    for path in (root / "results").rglob("*.json"):
        path.write_text(path.read_text().replace('"split": "subject"', '"split": "subjects"'))


def a_bad_replicate_gone(root: Path) -> None:
    (root / "results/object/mlp/single-2.json").unlink()
    values = yaml.safe_load((root / "params.yaml").read_text())
    values["grid"]["replicates"] = [0, 1]
    (root / "params.yaml").write_text(yaml.safe_dump(values))
    publish(root)


@pytest.mark.parametrize(
    ("plant", "caught_by", "says"),
    [
        (a_score_down, BELOW, "object/mlp/single: accuracy 0.6 -> 0.5"),
        (an_error_up, BELOW, "body/mlp/single: mpjpe_cm 8 -> 9"),
        (a_row_gone, BELOW, "body/mlp/single is gone"),
        (a_bad_replicate_gone, BELOW, "object/mlp/single-2 is gone"),
        (one(lambda it: it["metrics"].update(accuracy=0.7)), MEANS, "single-1.json: accuracy is 0.7, the mean of its"),
        (one(lambda it: it.update(test_sequences=9)), MEANS, "single-1.json: 4 sequences, test_sequences is 9"),
        (one(lambda it: it["per_sequence"]["ids"].pop()), READ, "ids, subjects and values differ in length"),
        (one(lambda it: it["run"]["validation"].pop("object")), READ, "run.validation lacks object"),
        (an_unknown_split, READ, "run.split: value error, is none of subject, object"),
        (a_hand_edited_table, MADE, "README.md is not what the results generate"),
        (a_hand_edited_board, MADE, "leaderboard/leaderboard.json is not what"),
        (mixed_data_kinds, BOARD, "2 kinds of data: grab and synthetic"),
        (a_renamed_metric, NAMES, "object/mlp/single-1.json: acc, accuracy"),
        (a_duplicate_row, ONCE, "object/mlp/single-1.json is there 2 times"),
        (a_nan, READ, "object/mlp/single-1.json, metrics.accuracy: input should be a finite number"),
        (an_old_schema, READ, "object/mlp/single-1.json, run.schema_version"),
    ],
)
def test_a_planted_fault_is_caught(
    place: Path, monkeypatch: pytest.MonkeyPatch, plant: Callable[[Path], None], caught_by: str, says: str
) -> None:
    monkeypatch.setattr(gate, "stale", lambda root: [])  # a test of its own below: DVC takes seconds
    plant(place)
    report = gate.inspect(place, "main")
    assert report.failing == [caught_by]
    assert says in "; ".join(report.checks[caught_by] or [])
    assert "**gate failed**" in gate.markdown(report)
    assert says in gate.markdown(report)


def test_a_cell_missing_from_the_grid_is_caught_twice(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "stale", lambda root: [])
    a_cell_missing(place)
    report = gate.inspect(place, "main")
    assert report.failing == [CELLS, BELOW]
    assert report.checks[CELLS] == ["object/mlp/single-2.json is missing"]


def test_a_lost_reference_row_is_a_cell_missing_from_the_grid(place: Path) -> None:
    text = (place / "params.yaml").read_text()
    values = yaml.safe_load(text)
    values["grid"]["references"].append("wrist")
    (place / "params.yaml").write_text(yaml.safe_dump(values))
    found = integrity.missing(place)
    assert found == [f"wrist/single-{k}.json is missing for every task" for k in values["grid"]["replicates"]]


def test_the_committed_results_are_the_means_of_their_sequences() -> None:
    results, unreadable = integrity.read(ROOT / "results")
    assert (unreadable, integrity.unfounded(results)) == ([], [])
    assert len(results) > 100


def test_a_healthy_repository_passes(place: Path) -> None:
    report = gate.inspect(place, "main")
    assert list(report.checks) == [READ, ONCE, BOARD, NAMES, MEANS, CELLS, MADE, WAY, LOCK, BELOW]
    assert list(report.checks.values()) == [[]] * len(report.checks)
    assert report.comparison is not None
    assert len(report.comparison.changes) > 20
    assert gate.markdown(report).endswith("**gate passed**")


def test_a_stale_lock_is_caught(place: Path) -> None:
    with (place / "params.yaml").open("a") as file:
        file.write("# changed after the lock\n")
    report = gate.inspect(place)
    assert report.failing == [LOCK]
    assert report.checks[LOCK] == ["copy is out of date"]


@pytest.mark.parametrize("key", METRICS)
def test_a_flipped_direction_is_caught(place: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setattr(gate, "stale", lambda root: [])
    monkeypatch.setitem(
        METRICS, key, dataclasses.replace(METRICS[key], higher_is_better=not METRICS[key].higher_is_better)
    )
    if key in ("accuracy", "add_cm"):  # the whole gate, with the board as the flipped code writes it, takes a second
        publish(place)
        assert gate.inspect(place, "main").failing == [WAY]
    assert any(found.endswith(f": {key}") for found in gate.flipped())


def test_a_small_change_for_the_worse_is_let_through(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "stale", lambda root: [])
    change(place, "object/mlp/single-1.json", scores("accuracy", 0.55))
    publish(place)
    assert gate.inspect(place, "main").failing == []


def test_a_score_up_is_told_and_let_through(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "stale", lambda root: [])
    for k in REPLICATES:
        change(place, f"object/mlp/single-{k}.json", scores("accuracy", 0.9))
        change(place, f"object/mlp/single-{k}.json", lambda values: values["run"]["hyperparameters"].update(hidden=99))
    publish(place)
    report = gate.inspect(place, "main")
    assert report.failing == []
    (line,) = [line for line in gate.markdown(report).splitlines() if "| better" in line and "accuracy" in line]
    assert "hyperparameters.hidden" in line
    assert "-> 99; code not recorded" in line


@pytest.mark.parametrize(
    ("said", "failing"),
    [
        ("Lower-score: object/mlp half as wide", []),
        ("Lower-score: object/mlp", [BELOW]),  # without a reason
        ("Lower-score: action/mlp half as wide", [BELOW]),
        ("object/mlp half as wide", [BELOW]),
    ],
)
def test_a_score_down_passes_only_if_a_commit_concedes_it(
    place: Path, monkeypatch: pytest.MonkeyPatch, said: str, failing: list[str]
) -> None:
    monkeypatch.setattr(gate, "stale", lambda root: [])
    call(place, "git", "checkout", "-qb", "narrower")
    a_score_down(place)
    commit(place, f"A narrower MLP\n\nIt is faster.\n\n{said}")
    report = gate.inspect(place, "main")
    assert report.failing == failing
    assert ("conceded: half as wide" in gate.markdown(report)) == (not failing)


def test_other_data_are_not_compared_and_the_table_says_so(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "stale", lambda root: [])
    a_score_down(place)
    for path in (place / "results").rglob("*.json"):
        path.write_text(path.read_text().replace("ab" * 32, "cd" * 32))
    publish(place)
    report = gate.inspect(place, "main")
    assert report.failing == []
    assert "Scores were not compared: main has other data." in gate.markdown(report)


def test_an_unknown_commit_is_one_clear_error(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "stale", lambda root: [])
    with pytest.raises(InputError, match="--against nowhere: is no commit here"):
        gate.inspect(place, "nowhere")


def test_the_command_fails_with_the_table_and_without_torch(place: Path) -> None:
    a_nan(place)
    code = "import sys; from benchmark.cli import app; status = app(['gate'], standalone_mode=False); "
    code += "sys.exit(status + 10 * ('torch' in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=place, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert "| every result can be read" in done.stdout
    assert done.stdout.endswith("**gate failed**\n")
