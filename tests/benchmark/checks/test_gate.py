"""The gate lets a healthy repository through and catches each planted fault, and by the check that is meant for it."""

import dataclasses
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmark import params as parameters
from benchmark.checks import gate, integrity, regression, sequences, unexplained_changes
from benchmark.pipeline.schema import RESULT_SCHEMA, Result
from deepgrasp.errors import InputError
from deepgrasp.tasks import METRICS, TASKS
from tests.benchmark.checks.honest import (
    REPLICATES,
    ROOT,
    call,
    change,
    commit,
    everywhere,
    publish,
    scored,
    set_params,
)

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
COUNTS, ASKED = "scores follow from counts and joints", "all rows were asked the same"
WANTED, RECORDS = "every result is asked for", "runs as params.yaml would make them"
CURVES, CODE = "learning curves reach their validation", "runs by the code that is here"
DATA = "the data are those of the graphs here"
DEVICE, BESIDE = "one kind of device", "other boards as their own numbers say"
FILES, STILL = "no file but results, no link", "nothing but what was made anew differs from main"


def scores(key: str, score: float) -> Callable[[dict[str, Any]], None]:
    """Another score of a result, and all that bears it out."""

    def edit(values: dict[str, Any]) -> None:
        assert key == TASKS[values["task"]].primary
        made = scored(values["task"], values["run"]["replicate"], score)
        values.update(made | {"per_sequence": made["per_sequence"].model_dump()})

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
    for k in REPLICATES:
        (root / f"results/body/mlp/single-{k}.json").unlink()
    set_params(root, lambda values: values["grid"].update(tasks=["object", "joint"]))
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


def another_device(root: Path) -> None:
    for k, device in enumerate(("x86_64 CPU, 1 threads", "NVIDIA H100")):
        change(root, f"object/mlp/single-{k}.json", lambda it, to=device: it["run"]["provenance"].update(device=to))
    publish(root)


def a_renamed_metric(root: Path) -> None:
    rename = lambda values: values["metrics"].update(acc=values["metrics"].pop("accuracy"))  # noqa: E731
    change(root, "object/mlp/single-1.json", rename)


def a_duplicate_row(root: Path) -> None:
    shutil.copy(root / "results/object/mlp/single-1.json", root / "results/object/mlp/single-7.json")


def a_nan(root: Path) -> None:
    change(root, "object/mlp/single-1.json", lambda values: values["metrics"].update(accuracy=float("nan")))


def an_old_schema(root: Path) -> None:
    change(root, "object/mlp/single-1.json", lambda values: values["run"].update(schema_version=RESULT_SCHEMA - 1))


def one(edit: Callable[[dict[str, Any]], Any]) -> Callable[[Path], None]:
    return lambda root: change(root, "object/mlp/single-1.json", edit)


def an_unknown_split(root: Path) -> None:
    for path in (root / "results").rglob("*.json"):
        path.write_text(path.read_text().replace('"split": "subject"', '"split": "subjects"'))


def a_bad_replicate_gone(root: Path) -> None:
    for path in (root / "results").glob("*/*/*-2.json"):
        path.unlink()
    set_params(root, lambda values: values["grid"].update(replicates=[0, 1]))
    publish(root)


@pytest.mark.parametrize(
    ("plant", "caught_by", "says"),
    [
        (a_score_down, [BELOW], "object/mlp/single: accuracy 0.6 -> 0.5"),
        (an_error_up, [BELOW], "body/mlp/single: mpjpe_cm 8 -> 9"),
        (a_row_gone, [BELOW], "body/mlp/single is gone"),
        (a_bad_replicate_gone, [BELOW], "action/mlp/joint-2 is gone"),
        (
            one(lambda it: it["metrics"].update(accuracy=0.7)),
            [MEANS, COUNTS],
            "single-1.json: accuracy is 0.7, the mean of its",
        ),
        (
            one(lambda it: it.update(test_sequences=9)),
            [MEANS, COUNTS],
            "1.json: 20 sequences, test_sequences is 9",
        ),
        (one(lambda it: it["per_sequence"]["ids"].pop()), [READ], "ids, subjects and values differ in length"),
        (one(lambda it: it["run"]["validation"].pop("object")), [READ], "run.validation lacks object"),
        (an_unknown_split, [READ], "run.split: value error, is none of subject, object"),
        (a_hand_edited_table, [MADE], "README.md is not what the results generate"),
        (a_hand_edited_board, [MADE], "leaderboard/leaderboard.json is not what"),
        (mixed_data_kinds, [BOARD, RECORDS], "2 kinds of data: grab and synthetic"),
        (another_device, [DEVICE], "NVIDIA H100, such as"),
        (a_renamed_metric, [NAMES], "object/mlp/single-1.json: acc, accuracy"),
        (a_duplicate_row, [ONCE], "object/mlp/single-1.json is there 2 times"),
        (a_nan, [READ], "object/mlp/single-1.json, metrics.accuracy: input should be a finite number"),
        (an_old_schema, [READ], "object/mlp/single-1.json, run.schema_version"),
    ],
)
def test_a_planted_fault_is_caught(
    place: Path, monkeypatch: pytest.MonkeyPatch, plant: Callable[[Path], None], caught_by: list[str], says: str
) -> None:
    monkeypatch.setattr(gate, "stale", lambda root: [])  # a test of its own below: DVC takes seconds
    plant(place)
    report = gate.inspect(place, "main")
    assert report.failing == caught_by
    assert says in "; ".join(report.checks[caught_by[0]] or [])
    assert "**gate failed**" in gate.gate_markdown(report)
    assert says in gate.gate_markdown(report)


def test_several_kinds_of_devices_pass_where_somebody_says_so(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "stale", lambda root: [])
    another_device(place)
    assert gate.inspect(place, mixed_devices=True).failing == []


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
    found = integrity.missing(place, parameters.load_params(place / "params.yaml"))
    assert found == [f"wrist/single-{k}.json is missing for every task" for k in values["grid"]["replicates"]]


def test_the_committed_results_are_the_means_of_their_sequences() -> None:
    results, unreadable = integrity.read_results(ROOT / "results")
    assert (unreadable, integrity.unfounded(results)) == ([], [])
    assert len(results) > 100


def test_a_healthy_repository_passes(place: Path) -> None:
    report = gate.inspect(place, "main")
    of_scores, of_records = (
        [READ, ONCE, BOARD, NAMES, MEANS, COUNTS, ASKED],
        [CELLS, WANTED, RECORDS, CURVES, CODE, DEVICE],
    )
    assert list(report.checks) == [*of_scores, *of_records, FILES, MADE, BESIDE, WAY, LOCK, DATA, BELOW, STILL]
    assert list(report.checks.values()) == [[]] * len(report.checks)
    assert report.comparison is not None
    assert len(report.comparison.changes) > 20
    assert gate.gate_markdown(report).endswith("**gate passed**")
    assert "make repro" not in gate.gate_markdown(report)


def test_a_stale_lock_is_caught(place: Path) -> None:
    with (place / "params.yaml").open("a") as file:
        file.write("# changed after the lock\n")
    report = gate.inspect(place)
    assert report.failing == [LOCK]
    assert report.checks[LOCK] == ["copy is out of date"]
    assert "`dvc checkout --force` brings back the one that dvc.lock names" in gate.gate_markdown(report)


@pytest.mark.parametrize("where", [("copy",), ("copy", "do")])
def test_a_frozen_stage_is_held_to_nothing(place: Path, where: tuple[str, ...]) -> None:
    definition = yaml.safe_load((place / "dvc.yaml").read_text())
    stage = definition["stages"][where[0]]
    if len(where) > 1:
        definition["stages"][where[0]] = {"foreach": [1], "do": stage | {"frozen": True}}
    else:
        stage["frozen"] = True
    (place / "dvc.yaml").write_text(yaml.safe_dump(definition))
    assert "copy is frozen in dvc.yaml, which holds it to nothing" in gate.stale(place)


@pytest.mark.parametrize("name", ["dvc.lock", "dvc.yaml", "README.md"])
def test_what_all_checks_read_is_there(place: Path, name: str) -> None:
    (place / name).unlink()
    with pytest.raises(InputError, match=rf"{name}: is not here, and the checks read it; git checkout {name}"):
        gate.inspect(place)


@pytest.mark.parametrize("name", ["results/object/x.json", "leaderboard/plots/x.png", "submissions/x"])
def test_a_pipe_is_told_before_anybody_opens_it(place: Path, name: str) -> None:
    (place / name).parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(place / name)
    with pytest.raises(InputError, match=r"x.*: is no plain file; remove it: whoever opens it may wait for ever"):
        gate.inspect(place)


def test_another_stand_in_than_was_asked_for_is_told(place: Path) -> None:
    params = parameters.load_params(place / "params.yaml")
    mark = place / "data/standin/STANDIN.json"
    assert sequences.of_other_standin(place, params) == []
    mark.parent.mkdir(parents=True)
    other = "params.yaml asks for synthetic.seed 0, which data/standin/ is not: run `dvc repro`"
    for seed, said in ((0, []), (1, [other])):
        mark.write_text(json.dumps({"seed": seed, "scale": "default", "people": 10}))
        assert sequences.of_other_standin(place, params) == said


def test_another_stand_in_gives_other_data(place: Path) -> None:
    results, _ = integrity.read_results(place / "results")
    text = (place / "params.yaml").read_text()
    for seed, said in ((0, []), (1, ["params.yaml, synthetic: seed 0 -> 1, and all results are of the same data"])):
        values = yaml.safe_load(text)
        values["synthetic"]["seed"] = seed
        (place / "params.yaml").write_text(yaml.safe_dump(values))
        params = parameters.load_params(place / "params.yaml")
        assert unexplained_changes.of_same_data(place, "HEAD", results, params) == said


def test_of_a_changed_comment_the_lock_says_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # of a stage that follows the imports, DVC sees that some file has changed, and says so beside what else is wrong
    definition = yaml.safe_load((place / "dvc.yaml").read_text())
    definition["stages"]["code"] = {"cmd": "python -m benchmark code", "deps": ["benchmark/cli.py"]}
    (place / "dvc.yaml").write_text(yaml.safe_dump(definition))
    for changed, said in (([], []), (["copy"], ["the code of copy is not that in dvc.lock"])):
        monkeypatch.setattr(gate, "stages_of_other_code", lambda root, changed=changed: changed)
        assert gate.stale(place) == said
    with (place / "params.yaml").open("a") as file:
        file.write("# changed after the lock\n")
    assert gate.stale(place) == ["copy is out of date"]


@pytest.mark.parametrize("key", METRICS)
def test_a_flipped_direction_is_caught(place: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setattr(gate, "stale", lambda root: [])
    monkeypatch.setitem(
        METRICS, key, dataclasses.replace(METRICS[key], higher_is_better=not METRICS[key].higher_is_better)
    )
    if key in (
        "accuracy",
        "mssd_recall",
    ):  # the whole gate, with the board as the flipped code writes it, takes a second
        publish(place)
        assert gate.inspect(place, "main").failing == [WAY]
    assert any(found.endswith(f": {key}") for found in gate.flipped())


def test_a_small_change_for_the_worse_is_let_through(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "stale", lambda root: [])
    change(place, "body/mlp/single-1.json", scores("mpjpe_cm", 8.6))
    publish(place)
    assert gate.inspect(place, "main").failing == []


def wider(values: dict[str, Any]) -> bool:
    return bool(values["run"]["model"] == "mlp")


def test_a_score_up_is_told_and_let_through(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "stale", lambda root: [])
    for k in REPLICATES:
        change(place, f"object/mlp/single-{k}.json", scores("accuracy", 0.9))
    everywhere(place, lambda values: values["run"]["hyperparameters"].update(hidden=99) if wider(values) else None)
    set_params(place, lambda values: values["models"]["mlp"].update(hidden=99))
    publish(place)
    report = gate.inspect(place, "main")
    assert report.failing == []
    (line,) = [line for line in gate.gate_markdown(report).splitlines() if "| better" in line and "| accuracy " in line]
    assert "hyperparameters.hidden" in line
    assert "-> 99" in line


@pytest.mark.parametrize(
    ("said", "failing"),
    [
        ("Lower-score: object/mlp half as wide", []),
        ("Lower-score: object/mlp half as wide \u202e\x1b[31m\udcff", []),  # the last is a byte that is no UTF-8
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
    assert ("conceded: half as wide" in gate.gate_markdown(report)) == (not failing)
    assert all(line.isprintable() for line in gate.gate_markdown(report).splitlines())


def test_other_data_are_not_compared_and_the_table_says_so(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "stale", lambda root: [])
    a_score_down(place)
    for path in [*(place / "results").rglob("*.json"), *(place / "submissions").rglob("*.json")]:
        path.write_text(path.read_text().replace("ab" * 32, "cd" * 32))
    publish(place)
    report = gate.inspect(place, "main")
    assert report.failing == []
    assert "Scores were not compared: main has other data." in gate.gate_markdown(report)


def test_an_unknown_commit_is_one_clear_error(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "stale", lambda root: [])
    with pytest.raises(InputError, match="--against nowhere: is no commit here"):
        gate.inspect(place, "nowhere")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "invalid JSON"),
        ("[]", "the file"),
        ('{"task": "object", "metrics": {}, "run": {"model": 1}}', "run.model"),
    ],
)
def test_a_damaged_result_of_another_commit_is_named(place: Path, text: str, says: str) -> None:
    (place / "results/object/mlp/single-1.json").write_text(text)
    commit(place)
    with pytest.raises(InputError, match=f"main:results/object/mlp/single-1.json.*{says}"):
        regression.results_at(place, "main")


def test_the_command_fails_with_the_table_and_without_torch(place: Path) -> None:
    a_nan(place)
    code = "import sys; from benchmark.cli import app; status = app(['gate'], standalone_mode=False); "
    code += "sys.exit(status + 10 * ('torch' in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=place, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert "| every result can be read" in done.stdout
    assert done.stdout.endswith("**gate failed**\n")


def test_fold_pairs_are_asked_of_ten_people_alone(place: Path) -> None:
    results, _ = integrity.read_results(place / "results")
    # a split of eight people has other pairs
    changed = {
        name: each.model_copy(update={"per_sequence": each.per_sequence.model_copy(update=moved(each))})
        for name, each in results.items()
    }

    def problems(edit: Callable[[dict[str, Any]], Any]) -> list[str]:
        set_params(place, edit)
        params = parameters.load_params(place / "params.yaml")
        return sequences.strangers(changed, sequences.everyone(place, changed, params))

    # the grid tests six of the ten, and each fold's people are written down
    assert any("is of s1 and s3" in each for each in problems(lambda values: None))
    assert problems(lambda values: values["synthetic"].update(people=8)) == []
    ten = lambda values: values["synthetic"].update(people=10)  # noqa: E731
    assert problems(ten) != []
    assert problems(lambda values: values["prepare"]["drop"].update(subjects=["s10"])) == []


def moved(result: Result) -> dict[str, list[str]]:
    """Ids and people of a result, with s6 in the place of s3."""
    each = result.per_sequence
    people = ["s6" if who == "s3" else who for who in each.subjects]
    ids = [f"{who}/{id_.partition('/')[2]}" for who, id_ in zip(people, each.ids, strict=True)]
    return {"ids": ids, "subjects": people}


def test_no_number_is_shown_with_400_digits() -> None:
    report = gate.Report({BOARD: [f"2 inputs: {10**400} and 12"], DATA: [f"{'ab' * 32} is another"]}, None)
    assert "2 inputs: 100000000... and 12 " in gate.gate_markdown(report)
    assert f"{'ab' * 32} is another" in gate.gate_markdown(report)


def test_the_results_are_of_the_graphs_that_are_here(
    place: Path, store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "stale", lambda root: ["prepare is out of date"])
    assert gate.inspect(place).checks[DATA] is None  # what is stale may be of other parameters than the results
    monkeypatch.setattr(gate, "stale", lambda root: [])
    assert gate.inspect(place).checks[DATA] == []  # a fresh clone has none
    (place / "data").mkdir()
    (place / "data/graphs").symlink_to(store_path)
    found = gate.inspect(place).checks[DATA]
    assert found
    assert found[0] == "action/mlp/joint-0.json: run.data.hash is not that of data/graphs/"
    assert not [each for each in found if "guest" in each]  # a submission's may lie on a board of its own
