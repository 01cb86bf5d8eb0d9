"""Experiments in one table: what each changes, what its scores are from, and a mark where they do not compare."""

import re
import shutil
from pathlib import Path

import pytest

from benchmark.board.board_file import BOARD_VERSION
from benchmark.board.markdown import label
from benchmark.board.rows import board
from benchmark.pipeline.schema import to_json
from benchmark.profiles.experiments import Experiment, experiments_report, read_experiments
from deepgrasp.errors import InputError
from tests.benchmark.made_up import GRID

ROOT = Path(__file__).parents[3]
BASE = Experiment("HEAD", {"split": "subject", "models.lstm.hidden": 32}, board(GRID))
FEWER = board([each for each in GRID if each.run.replicate == 0])


def test_scores_stand_beside_what_they_are_from() -> None:
    wider = BASE._replace(name="wider", params=BASE.params | {"models.lstm.hidden": 64})
    head, _, first, second, *notes = experiments_report([BASE, wider], ["lstm"]).splitlines()
    assert re.split("  +", head)[:3] == ["experiment", "from", "object lstm, % ↑"]
    assert re.split("  +", first)[:2] == ["HEAD", "3 × 6"]
    mean = next(row["estimate"]["mean"] for row in board(GRID)["tasks"]["object"] if label(row) == "lstm")
    assert re.split("  +", first)[2] == f"{100 * mean:.1f}"
    assert re.split("  +", second)[:2] == ["wider", "3 × 6"]
    assert [note for note in notes if note] == ["From: replicates × people.", "wider: models.lstm.hidden=64"]


def test_the_usual_table_fits_80_columns() -> None:
    changes = {f"train.a_parameter_with_a_long_name_{k}": k for k in range(9)}
    wider = BASE._replace(name="quiet-cyma", params=BASE.params | changes)
    assert max(map(len, experiments_report([BASE, wider]).splitlines())) <= 80


def test_a_mean_over_fewer_replicates_is_marked() -> None:
    text = experiments_report([BASE, BASE._replace(name="one", board=FEWER)])
    assert "\none *" in text
    assert "\nHEAD *" not in text
    assert "do not compare" in text


def test_a_row_that_no_board_has_is_one_clear_error() -> None:
    with pytest.raises(InputError, match="lsmt: no board has this row; did you mean lstm"):
        experiments_report([BASE], ["lsmt"])


def test_one_without_a_board_is_told() -> None:
    assert experiments_report([BASE, Experiment("early", {}, None)]).splitlines()[3].split() == ["early", *"-----"]


def test_a_damaged_board_of_the_workspace_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmark.profiles.experiments.git", lambda *_: "")
    monkeypatch.setattr("benchmark.profiles.experiments.experiment_refs", lambda *_: ["refs/exps/ab/cd/early"])
    shutil.copy(ROOT / "params.yaml", tmp_path)
    assert [(each.name, each.board) for each in read_experiments(tmp_path)] == [
        ("HEAD", None),
        ("workspace", None),
        ("early", None),
    ]
    (tmp_path / "leaderboard").mkdir()
    file = tmp_path / "leaderboard/leaderboard.json"
    file.write_text("{")
    with pytest.raises(InputError, match="is no leaderboard"):
        read_experiments(tmp_path)
    file.write_text(to_json({"schema_version": BOARD_VERSION, "boards": [FEWER]}))
    assert read_experiments(tmp_path)[1].board == FEWER
