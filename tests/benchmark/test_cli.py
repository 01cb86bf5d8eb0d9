"""A user's mistake is one line on standard error and a non-zero exit, whichever command meets it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.warm import programs

ROOT = Path(__file__).parents[2]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(programs() / "python"), "-m", "benchmark", *arguments]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}  # as the process behind it has started
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("old", "new", "command", "says"),
    [
        ("frames: 12 ", "frams: 12 ", "prepare", "params.yaml, prepare.frams: is not a parameter"),
        ("  - mlp\n", "  - mpl\n", "code", "grid.models: 'mpl' has no file baselines/mpl.py; did you mean mlp?"),
        ("seed: 0", "seed: zero", "synthesize", "params.yaml, synthetic.seed: is 'zero'"),
        ("", "", "prepare", "data/standin"),
        ("", "", "cells", "data/graphs: no graph store here; run `dvc repro prepare` first"),
        ("", "", "score", "data/graphs: no graph store here"),
        ("", "", "keep --name other", "--name other: is no entrant from outside that params.yaml names; leave it out"),
        ("entrants: {}", "entrants: {mine: a.py}", "keep --name mien", "that params.yaml names; did you mean mine?"),
        ("", "", "leaderboard", "results: holds no results"),
        ("", "", "board", "leaderboard/leaderboard.json: is no leaderboard"),
        ("", "", "contributions --models ,", "--models ,: names no entrant; give one or more, such as mlp,stgcn"),
        ("", "", "compare a b --margin inf", "--margin inf: is no size of a difference; give points, cm or degrees"),
    ],
)
def test_mistakes(tmp_path: Path, old: str, new: str, command: str, says: str) -> None:
    shutil.copy(ROOT / "params.yaml", tmp_path)
    file = tmp_path / "params.yaml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new, 1))
    done = run(tmp_path, *command.split())
    assert done.returncode == 1
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_cell_made_by_hand_says_how_the_one_of_the_lock_comes_back(
    tmp_path: Path, store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DVC_STAGE", raising=False)
    shutil.copy(ROOT / "params.yaml", tmp_path)
    shutil.copytree(store_path, tmp_path / "data/graphs")
    by_hand = ("reference", "--row", "trivial", "--replicate", "0")
    assert "dvc" not in run(tmp_path, *by_hand).stderr  # no lock names it
    (tmp_path / "dvc.lock").write_text("    - path: runs/none/trivial/0\n")
    done = run(tmp_path, *by_hand)
    assert done.returncode == 0, done.stderr
    assert "`dvc checkout --force runs/none/trivial/0` brings that back, and so does `make repro`" in done.stderr
    monkeypatch.setenv("DVC_STAGE", "reference@trivial-0")  # DVC itself keeps what it makes
    assert "dvc" not in run(tmp_path, *by_hand).stderr


def test_an_experiment_with_a_mistake_says_where_its_parameters_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DVC_EXP_BASELINE_REV", "0" * 40)  # as `dvc exp run` sets it for every stage
    text = (ROOT / "params.yaml").read_text()
    (tmp_path / "params.yaml").write_text(text.replace("  - mlp\n", "  - mpl\n", 1))
    said = run(tmp_path, "code").stderr
    assert "did you mean mlp? What -S has changed stays in params.yaml: see `git diff params.yaml`" in said
    assert len(said.splitlines()) == 1


def test_outside_the_repository(tmp_path: Path) -> None:
    done = run(tmp_path, "prepare")
    assert done.returncode == 1
    assert done.stderr == "error: params.yaml: cannot be read; run from the root of the repository\n"
