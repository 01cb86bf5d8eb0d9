"""A head that is killed between cells: the next call goes on, and no cell that had come back is made again."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.benchmark.engine.clones import ROOT, sources

# what a cell is does not matter here: a file that says who made it
WORK = """
import os, pathlib, time
def work(jobs, root):
    for job in jobs:
        marks = pathlib.Path(os.environ["MARKS"])
        with marks.open("a") as file:
            file.write(job.name + "\\n")
        (root / job.out).mkdir(parents=True)
        (root / job.out / "predictions").write_text(job.name)
        time.sleep(1)
        yield Done(job.name)
"""


@pytest.mark.parametrize("name", ["ray", "slurm"])
def test_the_next_call_goes_on(name: str, tmp_path: Path) -> None:
    values = yaml.safe_load((ROOT / "params.yaml").read_text())
    values["grid"] |= {"tasks": ["action"], "models": ["mlp"], "references": ["wrist"], "replicates": [0, 1]}
    worker = (ROOT / "benchmark/engine/worker.py").read_text() + WORK
    head = sources(tmp_path / "head", {"params.yaml": yaml.safe_dump(values), "benchmark/engine/worker.py": worker})
    for data in ("graphs/array", "code/train/mlp.json", "code/reference/wrist.json"):
        (head / "data" / data).parent.mkdir(parents=True, exist_ok=True)
        (head / "data" / data).write_text(data)
    settings = {"scratch": str(tmp_path / "scratch")} | ({"cluster": "local"} if name == "slurm" else {})
    file = tmp_path / "engine.yaml"
    file.write_text(json.dumps(settings))
    command = [sys.executable, "-m", "benchmark", "cells", "--engine", name, "--engine-config", str(file)]
    marks = tmp_path / "marks"
    environment = os.environ | {"PYTHONPATH": str(head), "MARKS": str(marks)}

    killed = subprocess.Popen(command, cwd=head, env=environment, stderr=subprocess.PIPE)
    # two are there: the head took the first before it asked for the second
    wait_for(lambda: len([*(head / "runs").glob("*/*/[01]/predictions")]) >= 2, killed)
    first = marks.read_text().split()[0]
    killed.kill()
    killed.communicate()
    if name == "slurm":  # its tasks outlive the head, and the next call takes over what they made
        wait_for(lambda: len(marks.read_text().split()) == 4)
        time.sleep(3)
    for _ in range(2):
        done = subprocess.run(command, cwd=head, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    made = Counter(marks.read_text().split())
    assert len(made) == 4
    assert made[first] == 1
    assert max(made.values()) == (1 if name == "slurm" else 2)  # Ray ends a dead head's task in the middle of a cell
    for job in made:
        kind, _, cell = job.partition("@")
        out = Path("runs", *(["none"] if kind == "reference" else []), *cell.split("-"))
        assert (head / out / "predictions").read_text() == job


def wait_for(ready: Callable[[], bool], process: "subprocess.Popen[bytes] | None" = None) -> None:
    deadline = time.monotonic() + 300
    while not ready():
        assert time.monotonic() < deadline
        assert process is None or process.poll() is None, process.communicate()
        time.sleep(0.1)
