"""The worker: a cell after others is the cell of a fresh process, bit by bit, and a failure is one line."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.numpy import load_file

from benchmark import params as parameters
from benchmark.engine.jobs import Done, Job, reference_job, train_job
from benchmark.params import Budget, Params

ROOT = Path(__file__).parents[3]


@pytest.fixture
def params() -> Params:
    found = parameters.load_params(ROOT / "params.yaml")
    recipe = found.train.model_copy(update={"budget": Budget.of("epochs", 2), "batch": 4})
    return found.model_copy(update={"train": recipe})


def made(root: Path, graphs: Path, *jobs: Job) -> list[Done]:
    """What one new worker process says of the jobs."""
    root.mkdir(exist_ok=True)
    lines = "".join(f"{replace(job, graphs=str(graphs)).to_json()}\n" for job in jobs)
    command = [sys.executable, "-m", "benchmark.engine.worker", str(root), str(os.getpid())]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, input=lines, env=environment, capture_output=True, text=True, check=True)
    return [Done.from_json(line) for line in done.stdout.splitlines()]


def test_a_cell_after_others_is_that_of_a_fresh_process(tmp_path: Path, store_path: Path, params: Params) -> None:
    # what came before has other threads and another precision, and leaves torch's random numbers anywhere
    other = params.model_copy(update={"train": params.train.model_copy(update={"threads": 2, "precision": "bf16"})})
    before = [train_job(other, "body", "mlp", 0), reference_job(params, "linear", 0)]
    cell = train_job(params, "action", "lstm", 0)
    dones = [*made(tmp_path / "fresh", store_path, cell), *made(tmp_path / "late", store_path, *before, cell)]
    assert [done.problem for done in dones] == [None] * 4
    files = [file.relative_to(tmp_path / "fresh") for file in (tmp_path / "fresh").rglob("*.safetensors")]
    assert len(files) == 2  # predictions and weights
    for file in files:
        one, two = (load_file(tmp_path / where / file) for where in ("fresh", "late"))
        assert {key: value.tobytes() for key, value in one.items()} == {
            key: value.tobytes() for key, value in two.items()
        }


def test_a_failed_cell_is_one_line_and_the_next_is_made(tmp_path: Path, store_path: Path, params: Params) -> None:
    good = reference_job(params, "trivial", 0)
    bad = [
        replace(good, name="no such row", arguments=("reference", "--row", "forest", "--replicate", "0")),
        replace(good, name="wrong parameters", params={**params.model_dump(), "split": "moon"}),
        replace(good, name="no room", out="/dev/full/cell"),
    ]
    dones = made(tmp_path, store_path, *bad, good)
    said = {done.name: done.problem for done in dones}
    assert "forest" in str(said["no such row"])
    assert "split" in str(said["wrong parameters"])
    assert all("\n" not in str(problem) for problem in said.values())
    assert said[good.name] is None
    assert (tmp_path / good.out / "predictions.safetensors").exists()
    assert all(done.node and done.device and done.memory > 10**7 for done in dones)


def test_workers_side_by_side_share_no_file_of_dvclives(tmp_path: Path, store_path: Path, params: Params) -> None:
    (tmp_path / ".dvc/tmp").mkdir(parents=True)
    (tmp_path / ".dvc/config").write_text("[core]\n    no_scm = true\n")
    (tmp_path / ".dvc/tmp/exps").touch()  # no folder: whoever writes below it fails
    cell = train_job(params, "action", "mlp", 0)
    (done,) = made(tmp_path, store_path, cell)
    assert done.problem is None
    assert {file.name for file in (tmp_path / cell.out).iterdir()} == {
        "live",
        "model.safetensors",
        "predictions.safetensors",
    }


def test_a_worker_dies_with_its_head(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmark.engine.worker", str(tmp_path), "1"]  # whose parent is not 1
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as worker:
        assert worker.wait(60) == 1
