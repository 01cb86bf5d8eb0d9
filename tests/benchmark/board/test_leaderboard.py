import json
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import baselines
from benchmark.board import leaderboard
from benchmark.board.colours import look
from benchmark.board.markdown import board_markdown, compact, inputs_shown, label, whom_tested
from benchmark.board.page.render import board_page
from benchmark.board.results import by_board, load_results
from benchmark.board.rows import board
from benchmark.board.terminal import show
from benchmark.params import load_params
from benchmark.pipeline.schema import RESULT_SCHEMA, Cost, DataRecord, PerSequence, Point, Result, Run, to_json
from deepgrasp.errors import InputError
from deepgrasp.store.splits import TEST_PAIRS
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.body import body_joints
from tests.benchmark.made_up import GRID, data

ROOT = Path(__file__).parents[3]
INPUTS = {
    "modalities": "both",
    "fusion": "late",
    "hands": "right",
    "part": "arms",
    "joints": 15,
    "patches": 8,
    "frames": None,
}


def run(model: str, replicate: int, **changes: Any) -> Run:
    values: dict[str, Any] = {
        "data": DataRecord(kind="synthetic", hash="ab" * 32, prepare={}),
        "split": "subject",
        "inputs": INPUTS,
        "trained_on": "object",
        "model": model,
        "replicate": replicate,
        "validation": dict.fromkeys(TASKS, 0.5),
        "history": [Point(step=9, train_loss=1.0, validation_loss=1.0, skill=0.1)],
        "cost": Cost(parameters=1234, multiply_adds=10, seconds=1.0, ms_per_sample=0.5),
        "recipe": {},
        "hyperparameters": {},
        "provenance": {},
    }
    return Run(**values | changes)


def per_sequence(replicate: int, first: float, second: float) -> PerSequence:
    """Two sequences of each test subject, around the subject's mean."""
    one, other = TEST_PAIRS[replicate % len(TEST_PAIRS)]
    apart = min(0.1, first)  # no score is negative
    return PerSequence(
        ids=[f"{one}/a", f"{one}/b", f"{other}/a", f"{other}/b"],
        subjects=[one, one, other, other],
        values=[first - apart, first + apart, second, second],
    )


def result(
    model: str, replicate: int, primary: float, *, task: str = "object", apart: float = 0, **of_run: Any
) -> Result:
    metrics = dict.fromkeys(TASKS[task].metrics, 0.0) | {TASKS[task].primary: primary}
    if task == "body":
        metrics |= {f"joint_{name}_cm": 1.0 for name in body_joints("right")}
    shown = {"classes": ["cup", "mug"], "confusion": [[3, 1], [0, 4]]}
    counts = shown if TASKS[task].classifies is not None else dict.fromkeys(shown)
    each = per_sequence(replicate, primary - apart, primary + apart)
    return Result(
        task=task, metrics=metrics, test_sequences=4, per_sequence=each, run=run(model, replicate, **of_run), **counts
    )


def written(folder: Path, results: list[Result]) -> Path:
    for each in results:
        file = folder / each.name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(to_json(each.model_dump()))
    return folder


THREE = [result("mlp", k, v) for k, v in enumerate((0.2, 0.4, 0.6))] + [result("lstm", k, 0.5) for k in range(3)]


def test_the_smallest_difference_is_that_of_trained_rows() -> None:
    odd = [result("trivial", k, v, trained_on="none") for k, v in enumerate((0.0, 0.9, 0.1))]
    two, three = (board(results)["resolution"]["object"]["difference"] for results in (THREE, [*THREE, *odd]))
    assert two == three > 0
    assert board([*THREE[:3], *odd])["resolution"]["object"]["difference"] > two  # one alone: with all others


def test_rows_stand_in_the_order_of_their_mean_over_subjects() -> None:
    table = board(THREE)
    first, second = table["tasks"]["object"]
    assert (first["model"], second["model"]) == ("lstm", "mlp")
    assert second["metrics"]["accuracy"] == {
        "mean": pytest.approx(0.4),
        "values": [0.2, 0.4, 0.6],
    }
    assert whom_tested(table) == "6 people tested"


def test_an_error_ranks_upwards() -> None:
    results = [result(model, 0, value, task="body", trained_on="body") for model, value in (("a", 2.0), ("b", 1.0))]
    rows = board(results)["tasks"]["body"]
    assert [row["model"] for row in rows] == ["b", "a"]


def test_estimate_is_the_mean_over_blocks_with_its_interval() -> None:
    (row,) = board([result("mlp", k, 0.4 + 0.1 * k, apart=0.1) for k in range(3)])["tasks"]["object"]
    # three trainings, 0.4, 0.5 and 0.6: s = 0.1, over sqrt(3): 0.057735; t(2) = 4.302653
    assert row["estimate"]["mean"] == 0.5
    assert [row["estimate"][end] for end in ("low", "high")] == pytest.approx([0.251586, 0.748414], abs=1e-6)
    assert row["estimate"]["by_block"] == {"s1+s3": 0.4, "s2+s4": 0.5, "s5+s8": 0.6}
    assert row["estimate"]["by_subject"] == pytest.approx(
        {"s1": 0.3, "s3": 0.5, "s2": 0.4, "s4": 0.6, "s8": 0.5, "s5": 0.7}
    )


def test_an_interval_ends_where_scores_do() -> None:
    def estimate(at: float) -> Any:
        return board([result("mlp", k, at + 0.05 * k) for k in range(2)])["tasks"]["object"][0]["estimate"]

    assert (estimate(0.1)["low"], estimate(0.85)["high"]) == (0, 1)


def test_one_training_has_no_interval_and_no_comparison() -> None:
    table = board([result(name, 0, 0.5) for name in ("mlp", "lstm")])
    first, second = table["tasks"]["object"]
    assert [first["estimate"][key] for key in ("mean", "low", "high")] == [0.5, None, None]
    assert (first["may_be_best"], second["may_be_best"], second["p_best"], second["ranks"]) == (True, None, None, None)
    assert table["resolution"]["object"] == {"blocks": 1, "difference": None, "components": None}
    assert "| lstm | single | **50.0** |  |  |  |  |" in board_markdown(table)
    assert "All pairs" not in board_markdown(table)


def test_which_rows_may_be_the_best() -> None:
    wobble = {"best": (0, 0, 0), "close": (0.01, -0.01, 0), "worse": (-0.01, 0, 0.01), "trivial": (0, 0.01, -0.01)}
    at = {"best": 0.5, "close": 0.49, "worse": 0.3, "trivial": 0.12}
    results = [result(name, k, at[name] + wobble[name][k]) for name in at for k in range(3)]
    table = board(results)
    found = {row["model"]: row for row in table["tasks"]["object"]}
    assert [row["may_be_best"] for row in found.values()] == [True, True, False, False]
    assert sum(row["p_best"] for row in found.values()) == pytest.approx(1)
    assert [row["ranks"] for row in found.values()] == [[1, 2], [1, 2], [3, 3], [4, 4]]
    assert "| worse | **-20.0 ± " in board_markdown(table)


def test_skill_is_how_far_from_the_trivial_row_to_the_best_oracle_or_perfection() -> None:
    told = [result(name, 0, at, oracle=True) for name, at in (("wrist", 0.7), ("grasp", 0.9))]
    trained = [result("mlp", 0, 0.5), result("trivial", 0, 0.1)]
    rows = {row["model"]: row["skill"] for row in board([*trained, *told])["tasks"]["object"]}
    assert rows == pytest.approx({"mlp": 0.5, "trivial": 0, "wrist": 0.75, "grasp": 1})
    table = board(trained)
    assert table["scale"]["object"] == {"zero": 0.1, "one": 1.0, "oracle": None}
    assert "| mlp | **50.0** (0.44) |" in compact(table)
    assert board(trained[:1])["tasks"]["object"][0]["skill"] is None


def test_no_end_of_the_scale_was_tested_on_less() -> None:
    whole = [result("mlp", k, 0.5) for k in range(2)] + [result("wrist", k, 0.7, oracle=True) for k in range(2)]
    part = [result("grasp", 0, 0.9, oracle=True), result("trivial", 0, 0.1)]
    assert board(whole + part)["scale"]["object"] == {"zero": None, "one": 0.7, "oracle": "wrist"}


def test_an_oracle_is_shown_last_and_not_ranked() -> None:
    results = [result("mlp", k, 0.4, trained_on="none") for k in range(2)]
    results += [result("wrist", k, 0.9, trained_on="none", oracle=True) for k in range(2)]
    table = board(results)
    first, last = table["tasks"]["object"]
    assert (first["model"], first["may_be_best"], last["may_be_best"]) == ("mlp", True, None)
    assert last["oracle"]
    assert last["ranks"] is None
    assert "| wrist | none | *90.0* |" in board_markdown(table)
    assert "| wrist | *90.0* |" in compact(table)
    assert "not ranked" in compact(table)


def test_the_same_test_sequences_in_every_replicate_are_averaged() -> None:
    results = [result("mlp", k, value, split="object") for k, value in enumerate((0.2, 0.4))]
    again = results[1].model_copy(update={"per_sequence": per_sequence(0, 0.4, 0.4)})
    table = board([results[0], again])
    assert table["tasks"]["object"][0]["estimate"]["by_subject"] == {"s1": 0.3, "s3": 0.3}
    assert whom_tested(table) == "unseen objects tested"


def test_five_replicates_cover_all_subjects() -> None:
    table = board([result("mlp", k, 0.4) for k in range(5)])
    assert table["subjects"] == [f"s{k}" for k in range(1, 11)]
    assert whom_tested(table) == "10 people tested"
    assert "Student's t" in table["method"]["object"]


def test_joint_and_single_training_are_rows_of_their_own() -> None:
    results = [
        result("mlp", 0, 0.3),
        result("mlp", 0, 0.4, trained_on="joint"),
        result("trivial", 0, 0.1, trained_on="none"),
    ]
    rows = board(results)["tasks"]["object"]
    assert [(row["model"], row["training"]) for row in rows] == [
        ("mlp", "joint"),
        ("mlp", "single"),
        ("trivial", "none"),
    ]


def test_tables_show_units_spread_interval_ties_and_banner() -> None:
    table = board([*THREE, *[result("trivial", k, 0.1, trained_on="none") for k in range(3)]])
    assert "SYNTHETIC" in board_markdown(table)
    assert "| mlp | single | **40.0** | 0.0 to 89.7 | 0.33 |" in board_markdown(table)
    assert "| trivial | none | 10.0 | 10.0 to 10.0 | 0.00 |" in board_markdown(table)
    assert "object: accuracy, % ↑" in compact(table)
    assert "| lstm | **50.0** (0.44) |" in compact(table)
    assert "| trivial | 10.0 (0.00) |" in compact(table)


def test_inputs_are_said_in_words_and_fused_only_where_there_are_two() -> None:
    assert inputs_shown(INPUTS) == "pose and touch of the right hand (arms, 15 joints a hand, 8 patches a hand)"
    early = INPUTS | {"fusion": "early"}
    assert inputs_shown(early).startswith("pose and touch as one graph of the right hand (")
    assert inputs_shown(early | {"modalities": "touch"}) == "touch of the right hand (8 patches a hand)"


def test_latency_is_the_mean_over_replicates_that_all_measured_it() -> None:
    def cost(p50: float | None, p99: float | None) -> Cost:
        known = {"parameters": 1, "multiply_adds": 1, "seconds": 1.0, "ms_per_sample": 0.5}
        return Cost(**known, latency_p50_ms=p50, latency_p99_ms=p99)

    results = [result("mlp", k, 0.5, cost=cost(1.0 + k, 3.0 + k)) for k in range(2)]
    results += [result("lstm", 0, 0.5, cost=cost(1.0, 3.0)), result("lstm", 1, 0.5)]
    rows = {row["model"]: row for row in board(results)["tasks"]["object"]}
    assert (rows["mlp"]["latency_p50_ms"], rows["mlp"]["latency_p99_ms"]) == (1.5, 3.5)
    assert rows["lstm"]["latency_p50_ms"] is rows["lstm"]["latency_p99_ms"] is None
    text = board_markdown(board(results))
    assert "| ms/sample | latency p50 / p99, ms |" in text
    assert {"0.50 | 1.50 / 3.50 |", "0.50 | - |"} == set(re.findall(r"0\.50 \| [^|]* \|$", text, re.MULTILINE))


@pytest.mark.parametrize("wrong", [{"latency_p50_ms": 1.0}, {"latency_p50_ms": 2.0, "latency_p99_ms": 1.0}])
def test_half_a_latency_or_a_twisted_one_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must both be there"):
        Cost(parameters=1, multiply_adds=1, seconds=1.0, ms_per_sample=0.5, **wrong)


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    everything = [*THREE, result("mlp", 0, 3.0, task="body", trained_on="body")]
    source = written(tmp_path / "results", everything)
    content = []
    for _ in range(2):
        leaderboard.write_leaderboard(source, tmp_path / "board")
        files = sorted(path for path in (tmp_path / "board").rglob("*") if path.is_file())
        content.append([(path.name, path.read_bytes()) for path in files])
    assert content[0] == content[1]
    names = [
        "LEADERBOARD.md",
        "index.html",
        "leaderboard.json",
        "confusion_object.png",
        "joint_errors_body.png",
        "learning_curves.png",
    ]
    assert sorted(names) == sorted(name for name, _ in content[0] if name != "summary.json")


GRAB = DataRecord(kind="grab", hash="ab" * 32, prepare={})
OTHER = DataRecord(kind="synthetic", hash="cd" * 32, prepare={})


@pytest.mark.parametrize("changes", [{"data": GRAB}, {"data": OTHER}, {"split": "random"}, {"inputs": {"patches": 32}}])
def test_boards_never_mix_and_stand_side_by_side(tmp_path: Path, changes: dict[str, Any]) -> None:
    theirs = changes | ({"inputs": INPUTS | changes["inputs"]} if "inputs" in changes else {})
    others = [result("aaa", k, 0.9, origin="self-reported", **theirs) for k in range(2)]
    leaderboard.write_leaderboard(written(tmp_path / "results", [*others, *THREE]), tmp_path / "board")
    assert leaderboard.load_boards(tmp_path / "board") == [board(THREE), board(others)]
    text = (tmp_path / "board/LEADERBOARD.md").read_text()
    assert board_markdown(board(THREE), level=3) in text
    assert board_markdown(board(others), level=3) in text
    assert len(set(re.findall("^## (.*)$", text, re.MULTILINE))) == 2
    pages = data((tmp_path / "board/index.html").read_text())
    assert [{row["model"] for row in shown["tasks"][0]["rows"]} for shown in pages] == [{"mlp", "lstm"}, {"aaa"}]
    said = json.loads((tmp_path / "board/summary.json").read_text())
    assert said["object"] == {"lstm": 0.5, "mlp": 0.4}
    assert [found["object"] for found in said["boards"].values()] == [{"aaa": 0.9}]
    assert (tmp_path / "board/plots/2/confusion_object.png").exists()


def test_the_readme_names_the_other_boards(tmp_path: Path) -> None:
    others = [result("aaa", 0, 0.9, origin="self-reported", split="random")]
    leaderboard.write_leaderboard(written(tmp_path / "results", [*others, *THREE]), tmp_path / "leaderboard")
    (tmp_path / "README.md").write_text(f"{leaderboard.BEGIN}\n{leaderboard.END}")
    assert not leaderboard.shown_in(tmp_path / "README.md", tmp_path / "leaderboard")
    leaderboard.update_readme(tmp_path / "leaderboard", tmp_path / "README.md")
    assert leaderboard.shown_in(tmp_path / "README.md", tmp_path / "leaderboard")
    assert leaderboard.shown_in(tmp_path / "none.md", tmp_path / "leaderboard")
    text = (tmp_path / "README.md").read_text()
    assert compact(board(THREE)) in text
    assert "In [LEADERBOARD.md](leaderboard/LEADERBOARD.md) too: Synthetic data abababababab, split by random, " in text


def test_a_reader_that_stops_early_leaves_the_readme_up_to_date(tmp_path: Path) -> None:
    leaderboard.write_leaderboard(written(tmp_path / "results", THREE), tmp_path / "leaderboard")
    (tmp_path / "README.md").write_text(f"{leaderboard.BEGIN}\n{leaderboard.END}")
    reader, writer = os.pipe()
    os.close(reader)  # as `board | head -1` does
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "benchmark", "board"]
    ended = subprocess.run(command, cwd=tmp_path, env=environment, stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert "Traceback" not in ended.stderr
    assert compact(board(THREE)) in (tmp_path / "README.md").read_text()


def poses(**changes: Any) -> list[Result]:
    inputs = INPUTS | {"modalities": "pose"} | changes
    return [result("poser", k, 0.6, origin="self-reported", inputs=inputs) for k in range(3)]


def test_a_submission_of_poses_alone_stands_on_the_board_of_both() -> None:
    # patches mean nothing to poses: whatever stands there
    (group,) = by_board([*poses(patches=778), *THREE])
    table = board(group)
    assert table["inputs"] == INPUTS
    first, *others = table["tasks"]["object"]
    assert (first["model"], first["sees"], first["may_be_best"]) == ("poser", "pose", True)
    assert [row["sees"] for row in others] == [None, None]
    assert "| poser † (pose alone) | **60.0** |" in compact(table)
    assert data(board_page([(table, group)]))[0]["tasks"][0]["rows"][0]["remarks"][-1] == "sees pose alone"


@pytest.mark.parametrize("changes", [{"hands": "left"}, {"frames": 6}, {"part": "hands"}, {"joints": 21}])
def test_one_that_was_asked_or_saw_something_else_does_not(changes: dict[str, Any]) -> None:
    assert len(by_board([*poses(**changes), *THREE])) == 2


def test_page_and_markdown_show_the_same_digits() -> None:
    # 0.259503 is 0.25950 in five digits, and 0.3125 a tie, which Python and JavaScript round differently
    group = [result("mlp", 0, 0.259503), result("lstm", 0, 0.3125)]
    table = board(group)
    shown = {
        row["model"]: row["metrics"]["accuracy"][1] for row in data(board_page([(table, group)]))[0]["tasks"][0]["rows"]
    }
    assert shown == {"mlp": "26.0", "lstm": "31.2"}
    assert all(re.search(rf"\| \**{text}\** \|", board_markdown(table)) for text in shown.values())


def test_what_nobody_measured_is_no_zero() -> None:
    unmeasured = Cost(parameters=1, multiply_adds=1, seconds=1.0, ms_per_sample=0.0)
    group = [result("trivial", 0, 0.1, cost=unmeasured)]
    table = board(group)
    assert "| 1 | - | - |\n" in board_markdown(table)
    assert data(board_page([(table, group)]))[0]["tasks"][0]["rows"][0]["cost"]["ms_per_sample"] is None


def test_a_models_colour_is_its_own_whatever_stands_beside_it() -> None:
    assert look("mlp") == look("mlp") == (336, 2)
    assert len({look(name) for name in baselines.names()}) == len(baselines.names())
    # a circle has room for ten hues that far apart: those of the default board have them
    hues = sorted(look(name).hue for name in load_params(Path(__file__).parents[3] / "params.yaml").grid.models)
    assert min(after - before for before, after in pairwise([*hues, hues[0] + 360])) > 35


@pytest.mark.parametrize("columns", ["80", "0"])  # of 0 as of none: some shells say so where there is no terminal
def test_no_name_is_cut_in_a_terminal_of_80_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    name = "a_name_that_is_forty_characters_long_oh_"
    joint = [result("lstm_large", k, 12.34, task="body", apart=3.0, trained_on="joint") for k in range(3)]
    large = result(name, 0, 20.0, task="body", apart=3.0)
    cost = large.run.cost.model_copy(update={"parameters": 10**12})
    show(board([*joint, large.model_copy(update={"run": large.run.model_copy(update={"cost": cost})})]))
    printed = capsys.readouterr().out
    assert re.search(r"^lstm_large\+joint +\*12\.34 ", printed, re.MULTILINE)
    assert "…" not in printed
    assert name in re.sub(r"  .*|\n", "", printed.partition("MPJPE")[2])
    assert " 1.0 T" in printed


def test_without_styles_a_star_stands_for_bold_and_brackets_for_italics(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = result("oracle", 0, 0.9)
    told = told.model_copy(update={"run": told.run.model_copy(update={"oracle": True})})
    table = board([result("mlp", 0, 0.6), told])
    show(table)
    plain = capsys.readouterr().out
    assert re.search(r"^mlp +\*60\.0 ", plain, re.MULTILINE)
    assert re.search(r"^\(oracle\) +90\.0 ", plain, re.MULTILINE)
    said = " ".join(plain.split())
    assert "A * before a score may be the best" in said
    assert "Rows in (brackets) are oracles" in said
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    show(table)
    styled = capsys.readouterr().out
    assert "*" not in styled
    assert "(oracle)" not in styled


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"accuracy": 0.5', '"accuracy": NaN', "finite"),
        (
            f'"schema_version": {RESULT_SCHEMA}',
            f'"schema_version": {RESULT_SCHEMA - 1}',
            "schema_version: .*regenerate it",
        ),
        ('"s1/b"', '"s1/a"', "per_sequence: value error, a sequence is there twice"),
        ('"s1/a", ', "", "per_sequence: value error, ids, subjects and values differ"),
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
        load_results(source)


def test_no_results_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no results"):
        load_results(tmp_path)


def test_readme_table_replaces_the_old_one(tmp_path: Path) -> None:
    leaderboard.write_leaderboard(written(tmp_path / "results", THREE), tmp_path / "board")
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{leaderboard.BEGIN}\nyesterday's\n{leaderboard.END}\nafter\n")
    leaderboard.update_readme(tmp_path / "board", readme)
    text = readme.read_text()
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "yesterday" not in text
    assert compact(*leaderboard.load_boards(tmp_path / "board")) in text


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '{"schema_version": 1}'])
def test_no_board_or_an_old_one_is_one_clear_error(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / leaderboard.BOARD_FILE).write_text(text)
    with pytest.raises(InputError, match="is no leaderboard"):
        leaderboard.load_boards(tmp_path)


def test_a_board_on_disk_reads_in_its_order(tmp_path: Path) -> None:
    results = [*THREE, result("mlp", 0, 0.3, task="pose", trained_on="pose"), result("mlp", 0, 3.0, task="body")]
    leaderboard.write_leaderboard(written(tmp_path / "results", results), tmp_path / "board")
    text = board_markdown(*leaderboard.load_boards(tmp_path / "board"))
    assert text == board_markdown(board(results))
    assert re.findall("^## (.*)$", text, re.MULTILINE) == ["object", "body", "pose"]


def test_summary_is_one_number_a_row_and_how_many_they_are_from() -> None:
    assert leaderboard.summary([board(THREE)]) == {"replicates": 3, "people": 6, "object": {"lstm": 0.5, "mlp": 0.4}}


def test_summary_has_the_means_of_the_board() -> None:
    table = board(GRID)  # made up so that a mean over recordings is another
    first = table["tasks"]["object"][0]
    assert leaderboard.summary([table])["object"][label(first)] == round(first["estimate"]["mean"], 4)
    assert round(first["metrics"]["accuracy"]["mean"], 4) != round(first["estimate"]["mean"], 4)


def test_rows_from_outside_are_marked_by_who_answers_for_them() -> None:
    found = [result("theirs", 0, 0.6, origin="verified"), result("theirs", 1, 0.6, origin="self-reported")]
    found += [result("sure", k, 0.7, origin="verified") for k in range(2)] + [result("mlp", k, 0.5) for k in range(2)]
    table = board(found)
    origins = {row["model"]: row["origin"] for row in table["tasks"]["object"]}
    assert origins == {"theirs": "self-reported", "sure": "verified", "mlp": "trained"}  # a row is as sure as its least
    for text in (board_markdown(table), compact(table)):
        assert {"| theirs † |", "| sure ✓ |", "| mlp |"} <= set(re.findall(r"^\| [a-z]+(?: .)? \|", text, re.MULTILINE))
        assert "† reports its own predictions" in text
    assert "†" not in board_markdown(board(THREE))


def test_a_row_that_was_tested_on_less_is_shown_and_not_ranked() -> None:
    rows = {row["model"]: row for row in board(THREE)["tasks"]["object"]}
    best = [result("lucky", 0, 0.99, origin="self-reported")]
    more = [result("diligent", k, 0.99, origin="self-reported") for k in range(4)]  # other people than the board's too
    table = board([*THREE, *best, *more])
    shown = table["tasks"]["object"]
    assert [row["model"] for row in shown] == ["lstm", "mlp", "diligent", "lucky"]
    assert [row["complete"] for row in shown] == [True, True, False, False]
    assert [row["may_be_best"] for row in shown[2:]] == [None, None]
    assert all(row["ranks"] == rows[row["model"]]["ranks"] for row in shown[:2])
    assert "| lucky † ◦ |" in leaderboard.board_markdown(table)
    assert "◦ was not tested on all people" in leaderboard.compact(table)


def test_a_row_verified_in_a_mere_process_says_so() -> None:
    found = [result("theirs", k, 0.6, origin="verified" if k else "weakly verified") for k in range(2)]
    text = board_markdown(board([*THREE, *found]))
    assert "| theirs (✓)" in text  # a row is as sure as its least
    assert "(✓) likewise, but in a process from which the test labels were within reach." in text
