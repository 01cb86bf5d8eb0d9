"""The board of probes from made-up cells: skill and blocks are the board's, and planted rows answer as they must."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmark.board import leaderboard
from benchmark.board.page.render import board_page
from benchmark.board.probes_file import PROBES_FILE, LeftOut, ProbeTable, is_of, load_probes, of_other_trainings
from benchmark.board.probes_in_short import probes_told, span
from benchmark.board.rows import board
from benchmark.pipeline.schema import to_json
from benchmark.probing.cell_record import CellProbes, Drifted, FollowedSenses, Pulled
from benchmark.probing.conditions import asked_names
from benchmark.probing.left_out import no_longer_held
from benchmark.probing.probe_board import board_of_probes
from benchmark.probing.probe_figures import draw_probes
from benchmark.probing.probe_tables import tables
from deepgrasp.errors import InputError
from tests.benchmark.made_up import GRID, data, result
from tests.benchmark.probing.made_up_probes import DRAWN, PROBE, cells, made_up_probes


def planted(touch: float, drift: float) -> ProbeTable:
    """Probes of one row whose answers follow touch, and whose hand drifts, by that much of the way."""
    asked = [result("body", name, way, k) for name, way in (("mlp", "body"), ("trivial", "none")) for k in range(3)]
    found = []
    for cell in cells(asked):
        task = cell.tasks["body"]
        way = {who: Pulled(moved=touch, apart=1.0) for who in task.clean}
        rest = {who: Pulled(moved=1 - touch, apart=1.0) for who in task.clean}
        follows = {name: FollowedSenses(touch=way, pose=rest, paired=1.0) for name in task.followed}
        moved = {
            who: Drifted(moved=[10 * drift, 0, 0], imposed=[10, 0, 0], size=10 * drift, along=10 * drift, asked=10)
            for who in task.clean
        }
        drifts = {name: dict.fromkeys(each, moved) for name, each in task.drift.items()}
        tasks = {"body": task.model_copy(update={"followed": follows, "drift": drifts})}
        found.append(cell.model_copy(update={"tasks": tasks}))
    return board_of_probes(PROBE, found, board(asked), DRAWN)


@pytest.mark.parametrize(("touch", "drift"), [(0.0, 1.0), (1.0, 0.0), (0.25, 0.5)])
def test_planted_rows_have_the_weights_and_the_drift_that_were_planted(touch: float, drift: float) -> None:
    (row,) = planted(touch, drift).tasks["body"]
    for found in row.weights.values():
        assert (found.touch, found.pose) == ([touch] * 3, [1 - touch] * 3)
    for found in row.drift.values():
        assert [each.along for each in found] == [[10 * drift] * 3] * len(found)
        assert [each.moved for each in found] == [[[10 * drift] * 3, [0] * 3, [0] * 3]] * len(found)


def test_strengths_stand_in_their_order_whatever_the_order_of_a_files_keys() -> None:
    asked = [result("body", name, way, k) for name, way in (("mlp", "body"), ("trivial", "none")) for k in range(3)]
    found = []
    for cell in cells(asked):
        task = cell.tasks["body"]
        steps = {
            s: {who: each.model_copy(update={"asked": float(s)}) for who, each in people.items()}
            for s, people in sorted(task.drift["moved_arm"].items())
        }
        tasks = {"body": task.model_copy(update={"drift": task.drift | {"moved_arm": steps}})}
        found.append(cell.model_copy(update={"tasks": tasks}))
    (row,) = board_of_probes(PROBE, found, board(asked), DRAWN).tasks["body"]
    assert [each.asked for each in row.drift["moved_arm"]] == [5, 10, 20]


def test_skill_is_the_boards_and_its_interval_is_over_blocks() -> None:
    probes, table = made_up_probes(), board(GRID)
    for task, rows in probes.tasks.items():
        there = {(row["model"], row["training"]): row for row in table["tasks"][task]}
        zero, one = probes.scale[task].zero, probes.scale[task].one
        for row in rows:
            theirs = there[row.model, row.training]
            assert row.skill[0] == pytest.approx(theirs["skill"], abs=1e-6)
            means = np.array(list(theirs["estimate"]["by_block"].values()))
            skills = (means - zero) / (one - zero)
            half = 4.302652729911275 * skills.std(ddof=1) / 3**0.5  # t of two degrees of freedom
            assert row.skill[2] - row.skill[0] == pytest.approx(half, rel=1e-4)
            assert row.curves["joint_noise"].skill[0] == row.skill
            assert row.by_subject == pytest.approx(theirs["estimate"]["by_subject"], abs=2e-9)


def test_only_what_chance_cannot_explain_stands_in_bold() -> None:
    """One row knows all when frames run backwards and the others nothing; without that, nobody stands out."""
    table = board(GRID)
    ends = {task: (table["scale"][task]["zero"], table["scale"][task]["one"]) for task in table["tasks"]}
    found = []
    for cell in cells():
        knows = (cell.model, cell.trained_on) != ("mlp", "joint") and cell.model == "mlp"
        tasks = {
            name: task.model_copy(
                update={
                    "scores": task.scores | {"reversed_frames": {"1": dict.fromkeys(task.clean, ends[name][knows])}}
                }
            )
            for name, task in cell.tasks.items()
        }
        found.append(cell.model_copy(update={"tasks": tasks}))
    for rows in board_of_probes(PROBE, found, table, DRAWN).tasks.values():
        bold = {
            name: {(row.model, row.training) for row in rows if row.curves[name].may_be_best} for name in rows[0].curves
        }
        assert bold["reversed_frames"] == {("mlp", "single")}
        assert len(bold["joint_noise"]) > 1


def test_tables_and_file_are_the_same_bytes_and_hold_every_row(tmp_path: Path) -> None:
    probes = made_up_probes()
    text = tables(probes)
    assert text == tables(ProbeTable.model_validate_json(to_json(probes.model_dump())))
    for said in (
        "## object",
        "moved_arm 10, of 7.2 cm",
        "| moved_arm 20, to the front | 2.0 ± 0.0 |",
        "Not asked: `before_contact`",
        "| stgcn+joint |",
        "Spearman",
    ):
        assert said in text
    (tmp_path / PROBES_FILE).write_text(to_json(probes.model_dump()), encoding="utf-8")
    assert load_probes(tmp_path) == probes
    assert load_probes(tmp_path / "nowhere") is None


def test_a_damaged_file_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / PROBES_FILE).write_text(to_json(made_up_probes().model_dump() | {"level": "high"}), encoding="utf-8")
    with pytest.raises(InputError, match=r"level: input should be a valid number; make it anew .* benchmark probe"):
        load_probes(tmp_path)


def test_probes_of_other_trainings_are_told_and_of_other_data_left_out() -> None:
    probes, table = made_up_probes(), board(GRID)
    assert is_of(probes, table)
    assert of_other_trainings(probes, table) == []
    changed = next(row for row in table["tasks"]["object"] if (row["model"], row["training"]) == ("mlp", "joint"))
    changed["estimate"]["by_subject"]["s1"] += 1e-9
    assert of_other_trainings(probes, table) == ["object/mlp+joint"]
    assert not is_of(probes, table | {"split": "random"})


def test_page_and_leaderboard_show_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shown,) = data(board_page([(board(GRID), GRID)], probes=made_up_probes()))
    rows = shown["probes"]["tasks"]["body"]
    assert {row["label"] for row in rows} >= {"mlp", "mlp+joint", "linear"}
    assert shown["probes"]["others"] == []
    results, probed = tmp_path / "results", tmp_path / "boards/probes"
    probed.mkdir(parents=True)
    for each in GRID:
        file = results / each.name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(to_json(each.model_dump()), encoding="utf-8")
    (probed / PROBES_FILE).write_text(to_json(made_up_probes().model_dump()), encoding="utf-8")
    leaderboard.write_leaderboard(results, tmp_path / "board", tmp_path / "boards")
    assert probes_told(made_up_probes(), board(GRID)) in (tmp_path / "board/LEADERBOARD.md").read_text()
    other = made_up_probes().model_dump() | {"split": "random"}
    (probed / PROBES_FILE).write_text(to_json(other), encoding="utf-8")
    leaderboard.write_leaderboard(results, tmp_path / "board", tmp_path / "boards")
    assert "PROBES.md" not in (tmp_path / "board/LEADERBOARD.md").read_text()
    assert "are not the board's" in capsys.readouterr().out


def test_the_leaderboard_holds_a_short_table_a_task_of_a_hand_made_board() -> None:
    probes = planted(0.25, 0.5)
    (row,) = probes.tasks["body"]
    curve = row.curves["joint_noise"].model_copy(
        update={"skill": [[0.8, 0.7, 0.9]] + [[k / 10, None, None] for k in (5, 4, 2, 1)], "area": [0.3, 0.2, 0.4],
                "may_be_best": True}
    )  # fmt: skip
    row = row.model_copy(update={"skill": [0.8, 0.7, 0.9], "curves": {"joint_noise": curve}})
    other = row.model_copy(update={"model": "known", "oracle": True, "curves": {}, "weights": {}, "drift": {}})
    text = probes_told(probes.model_copy(update={"tasks": {"body": [row, other]}}), board(GRID))
    assert text.split("**body**")[1].split("\n") == [
        "",
        "",
        "|  | skill | at 0.1 rad of joint noise | mean to 0.4 rad | touch weight (other object) | posture weight "
        "| drift, cm of 10.0 |",
        "|:--|--:|--:|--:|--:|--:|--:|",
        "| mlp | 0.80 ± 0.10 | 0.40 | **0.30 ± 0.10** | 0.25 ± 0.00 | 0.75 ± 0.00 | 5.0 ± 0.0 |",
        "| *known* | 0.80 ± 0.10 | - | - | - | - | - |",
    ]
    bare = row.model_copy(update={"curves": {}, "weights": {}, "drift": {}})
    asked = [each for each in probes.perturbations if each.name == "dead_patches"]
    told = probes_told(probes.model_copy(update={"tasks": {"body": [bare]}, "perturbations": asked}), board(GRID))
    assert told.endswith("|  | skill |\n|:--|--:|\n| mlp | 0.80 ± 0.10 |")


def test_a_narrower_board_tells_what_was_not_asked_and_what_the_former_one_held() -> None:
    whole, table = made_up_probes(), board(GRID)
    assert whole.left_out == LeftOut()
    assert "of all" not in tables(whole)
    few = [
        cell.model_copy(update={"tasks": {name: each for name, each in cell.tasks.items() if name != "pose"}})
        for cell in cells()
        if (cell.model, cell.trained_on) != ("mlp", "joint") and cell.replicate < 2
    ]
    narrow = board_of_probes(
        PROBE.model_copy(update={"perturbations": ["joint_noise"]}), [c for c in few if c.tasks], table, DRAWN
    )
    others = [name for name in asked_names(PROBE, "contact") if name != "joint_noise"]
    said = f"tasks pose; rows mlp+joint; replicates 2; perturbations {', '.join(others[:8])} and {len(others) - 8} more"
    assert f"**Not asked of all** that the board has: {said}." in tables(narrow)
    assert f"**Not asked of all**: {said} are left out." in probes_told(narrow, table)
    assert no_longer_held(whole, narrow) == said
    assert no_longer_held(narrow, whole) == no_longer_held(None, narrow) == ""


def test_figures_show_how_far_they_are_and_go_into_a_folder(tmp_path: Path) -> None:
    few = made_up_probes().model_dump() | {"tasks": {"body": made_up_probes().model_dump()["tasks"]["body"][:1]}}
    few |= {"perturbations": few["perturbations"][:1], "places": []}
    for row in few["tasks"]["body"]:
        row |= {"weights": {}, "drift": {}, "where": None}
    (tmp_path / PROBES_FILE).write_text(to_json(few), encoding="utf-8")
    said: list[tuple[int, int]] = []
    made = draw_probes(tmp_path, tmp_path / "new/figures", lambda done, total: said.append((done, total)))
    assert [path.name for path in made] == ["probe_curves_body.pdf", "probe_curves_body.png"]
    assert said == [(1, 4), (2, 4), (3, 4), (4, 4)]
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    for out in ("taken", "taken/below"):
        with pytest.raises(InputError, match="taken: is a file"):
            draw_probes(tmp_path, tmp_path / out, lambda done, total: pytest.fail("worked before"))
    with pytest.raises(InputError, match="cannot be made"):
        draw_probes(tmp_path, Path("/proc/figures"), lambda done, total: pytest.fail("worked before"))
    (tmp_path / "held/probe_curves_body.pdf").mkdir(parents=True)
    with pytest.raises(InputError, match=r"probe_curves_body.pdf: is a folder; name a file"):
        draw_probes(tmp_path, tmp_path / "held", lambda done, total: None)


def test_numbers_in_tables() -> None:
    assert span([0.123, 0.1, 0.2]) == "0.12 ± 0.05"
    assert span([-0.001, None, None]) == "0.00"
    assert span([None, None, None]) == "-"


def test_a_cell_reads_as_it_was_written() -> None:
    cell = cells()[0]
    assert CellProbes.model_validate(json.loads(to_json(cell.model_dump()))) == cell
