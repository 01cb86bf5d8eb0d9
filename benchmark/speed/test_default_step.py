"""Training steps at the default sizes, of this code and of the commit that speed is held against, in turns."""

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from statistics import median

import pytest

from benchmark.speed import default_step
from benchmark.speed.conftest import RaceRow
from deepgrasp.geometry.graph import arm_edges
from deepgrasp.skeleton import arms, rest_direction
from deepgrasp.spec import InputSpec

_THEN, _ROUNDS, _WARM_UP = "3c83a10", 9, 3
_ROOT = Path(__file__).parents[2]
_TARGETS = {"best": 3.0, "stgcn": 2.0, "gcn": 1.5}
_FRAMES = 12


def specs() -> str:
    """Both arms and sixteen patches a hand, as JSON: the sizes of the default board."""
    names = arms("both")
    edges = tuple((int(tail), int(head)) for tail, head in arm_edges(names))
    pose = InputSpec(len(names), 4, _FRAMES, edges, tuple(map(rest_direction, names)))
    # patches of one hand: each touches the next two
    hand = [(k - step, k) for step in (1, 2) for k in range(step, 16)]
    touch = InputSpec(32, 1, _FRAMES, tuple((tail + side, head + side) for side in (0, 16) for tail, head in hand))
    shared = ("nodes", "features", "frames", "edges", "rest")  # what a spec had then too
    return json.dumps(
        {name: {key: asdict(spec)[key] for key in shared} for name, spec in (("pose", pose), ("touch", touch))}
    )


@pytest.fixture(scope="module")
def then(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The older code in a folder of its own."""
    found = subprocess.run(["git", "archive", _THEN], cwd=_ROOT, capture_output=True, check=False)
    if found.returncode:
        pytest.skip(f"this clone does not hold commit {_THEN}: fetch the whole history (git fetch --unshallow)")
    folder = tmp_path_factory.mktemp("then")
    with tarfile.open(fileobj=io.BytesIO(found.stdout)) as files:
        files.extractall(folder, filter="data")  # no file and no link leads out of the folder
    return folder


@pytest.mark.parametrize("model", _TARGETS)
def test_step(record: Callable[[RaceRow], None], then: Path, model: str) -> None:
    sides = {_THEN: _start(then, model), "now": _start(_ROOT, model)}
    times: dict[str, list[float]] = {side: [] for side in sides}
    for _ in range(_WARM_UP + _ROUNDS):
        for side, process in sides.items():
            print(file=process.stdin, flush=True)
            times[side].append(float(process.stdout.readline()))  # type: ignore[union-attr]
    for side, process in sides.items():
        process.communicate()  # the end of its input ends it
        note = f"{median(times[side][_WARM_UP:]):.0f} ms" + (f"; at least {_TARGETS[model]} x" if side == "now" else "")
        rate = 1000 * default_step.STEP_BATCH / median(times[side][_WARM_UP:])
        record(RaceRow(f"{model} step", side, rate, note=note))


def _start(folder: Path, model: str) -> subprocess.Popen[str]:
    """The program of this code in the folder of a checkout, whose packages it imports."""
    # -P: the folder of the program, which is of this code, is not searched
    program = [sys.executable, "-P", str(Path(default_step.__file__)), model, specs()]
    environment = os.environ | {"PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    return subprocess.Popen(program, cwd=folder, env=environment, encoding="utf-8", **pipes)  # type: ignore[call-overload]
