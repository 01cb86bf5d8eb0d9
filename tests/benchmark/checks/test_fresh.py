"""The committed board checked from a clone: said before, made, compared, and other data are no forgery."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmark import params as parameters
from benchmark.board.leaderboard import load_results
from benchmark.checks import fresh
from benchmark.checks.cli import app
from benchmark.pipeline import predictions
from benchmark.pipeline.predictions import Predictions
from benchmark.pipeline.references import answer_cell
from benchmark.pipeline.schema import Run
from benchmark.pipeline.score import score
from deepgrasp.errors import InputError
from deepgrasp.store.store import open_store
from tests.benchmark.checks.honest import ROOT, everywhere, set_params


@pytest.fixture
def place(tmp_path: Path, store_path: Path) -> Path:
    """Results of the trivial row, as a clone has them; its data and predictions are elsewhere."""
    (tmp_path / "params.yaml").write_text((ROOT / "params.yaml").read_text())
    params = parameters.load_params(tmp_path / "params.yaml")
    answer_cell(params, "trivial", 0, store_path, tmp_path / "elsewhere/none/trivial/0")
    score(tmp_path / "elsewhere", open_store(store_path), tmp_path / "results")
    return tmp_path


def verify(place: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "benchmark", "verify", *options]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, timeout=600)


def test_a_clone_is_told_of_the_one_command(place: Path) -> None:
    done = verify(place)
    assert done.returncode == 1
    assert done.stderr.startswith("error: data/graphs: is not here")
    assert "python -m benchmark verify --fresh" in done.stderr


def test_what_reproduces_is_told_with_how_long_it_takes(place: Path, store_path: Path) -> None:
    (place / "data").mkdir()
    (place / "data/graphs").symlink_to(store_path)
    done = verify(place, "--fresh")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("data/graphs/ is there; then 1 of the board's 1 cells are made again, which took 0 s")
    assert "4 of 4 results reproduce" in done.stdout
    assert "The data made here are the board's, to the byte." in done.stdout


def test_what_is_missing_is_made_in_order(place: Path, store_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    everywhere(place, lambda it: it["run"]["data"].update(kind="synthetic"))
    called = []

    def stage(name: str) -> None:
        called.append(name)
        if name == "prepare":
            (place / "data").mkdir()
            (place / "data/graphs").symlink_to(store_path)

    monkeypatch.setattr(fresh, "_stage", stage)
    results = load_results(place / "results")
    assert fresh.announced([], 1).startswith("making the data takes some minutes")
    store = fresh.make_data(parameters.load_params(), fresh.board_of(results))
    assert (called, store.hash) == (["synthesize", "prepare"], open_store(store_path).hash)
    fresh.make_data(parameters.load_params(), fresh.board_of(results))
    assert called == ["synthesize", "prepare"]  # what is there is not made again


def test_other_data_are_no_forgery(place: Path, store_path: Path) -> None:
    (place / "data").mkdir()
    (place / "data/graphs").symlink_to(store_path)
    everywhere(place, lambda it: it["run"]["data"].update(hash="f" * 64))
    # a score that these data do not give
    everywhere(place, lambda it: it["metrics"].update({key: 99.0 for key in it["metrics"] if key == "mpjpe_cm"}))
    done = verify(place, "--fresh")
    assert done.returncode == fresh.UNDECIDED, done.stderr
    assert "The data made here are not the board's: their hash is" in done.stdout
    assert "no sign of a forged score" in done.stdout


def test_on_the_boards_data_a_forged_score_is_one(place: Path, store_path: Path) -> None:
    results, store = load_results(place / "results"), open_store(store_path)
    chosen = fresh.sampled_runs(results, [], whole=False)
    assert [run.model for run in chosen] == ["trivial"]
    (file,) = (place / "elsewhere").rglob(predictions.PREDICTIONS_FILE)
    made = predictions.load_predictions(file)

    def retrained(run: Run) -> Predictions:
        return Predictions(run, made.sequences, {"body": made.arrays["body"] + np.float32(0.3)})

    outcome = fresh.again(chosen, results, store, retrained)
    assert outcome.status == 1
    assert outcome._replace(hash="f" * 64).status == fresh.UNDECIDED


def test_licensed_data_cannot_be_made(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    set_params(place, lambda values: values["data"].update(root="data/grab"))
    board = fresh.board_of(load_results(place / "results"))
    with pytest.raises(InputError, match="data/grab: is not here; put the board's recordings there"):
        fresh.make_data(parameters.load_params(), board)


@pytest.mark.parametrize("options", [["--all"], ["--fresh", "--outside"], ["--fresh", "--rerun"]])
def test_options_that_exclude_each_other_are_told(options: list[str]) -> None:
    with pytest.raises(InputError, match="give one of the two alone"):
        app(["verify", *options], standalone_mode=False)
