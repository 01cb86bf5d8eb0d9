"""The package as a stranger has it: built, installed into an empty environment, and used there, without a network."""

import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
# the guide's lines, on a third of the tiny stand-in
SCRIPT = """
import sys, time
start = time.process_time()
import deepgrasp as dg
assert "torch" not in sys.modules and "numpy" not in sys.modules
assert dg.__version__
assert "numpy" not in sys.modules
took = time.process_time() - start
import numpy as np
from dataclasses import replace
from deepgrasp.standin.plan.scales import SCALES
few = {"inspect": 4, "drink": 2, "toast": 2, "pass": 5, "lift": 3, "offhand": 2}
SCALES["tiny"] = replace(SCALES["tiny"], objects=("cubesmall", "mug"), actions=few, each=(8, 10))
data = dg.load("standin", scale="tiny", workers=2)
train, validation, test = data.fold("subject", 0)
graphs = train.to_pyg()
signals = list(train.signals("pose"))
scores = dg.evaluate(np.zeros((len(test), len(data.actions)), np.float32), test, task="action")
assert len(graphs) == len(signals) == len(train) and set(test.subjects).isdisjoint(train.subjects)
assert dg.__file__.startswith(sys.prefix)
again = dg.load("standin", scale="tiny")
assert again.store.hash == data.store.hash
try:
    dg.load_model("best", task="action")
except Exception as error:
    print(type(error).__name__, error)
print(scores)
print("IMPORT", took)
"""

MINE = """
from torch import nn


class Mine(nn.Module):
    def __init__(self, spec, *, width: int = 8):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(spec.features, width), nn.ReLU(), nn.Linear(width, width))

    def forward(self, x):
        return self.layers(x)
"""


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run([str(word) for word in command], cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the sources as they lie here."""
    # a copy: setuptools leaves build/ and *.egg-info beside what it builds
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("deepgrasp", "baselines", "benchmark"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    build = f"from setuptools import build_meta; build_meta.build_wheel({str(out)!r})"
    run(sys.executable, "-W", "ignore", "-c", build, cwd=source, PATH="/usr/bin:/bin")
    (made,) = out.glob("*.whl")
    return made


def test_the_wheel_holds_the_science_alone_and_asks_for_little(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        names = file.namelist()
        (about,) = (file.read(name).decode() for name in names if name.endswith(".dist-info/METADATA"))
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"deepgrasp"}
    asked = [line for line in about.splitlines() if line.startswith("Requires-Dist") and "extra ==" not in line]
    assert len(asked) <= 7
    assert not [line for line in asked if "torch" in line or "dvc" in line]
    assert {"torch", "pyg", "temporal", "suite"} <= {
        line.split(": ")[1] for line in about.splitlines() if line.startswith("Provides-Extra")
    }


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has the wheel, and the packages that it asks for."""
    place = tmp_path_factory.mktemp("empty") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", place, cwd=place.parent)
    (site,) = place.glob("lib/python3*/site-packages")
    with zipfile.ZipFile(wheel) as file:  # what an installer does with a wheel of Python files
        file.extractall(site)
    # the packages that ours asks for, which need no network; `import` lines of that folder's own .pth are not run
    (site / "shared.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return place / "bin/python"


def test_the_contract_is_held_against_a_file_or_a_package_of_others(python: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    (tmp_path / "worse.py").write_text(
        MINE.replace("layers(x)", "layers(x) + torch.rand(1)").replace("from", "import torch\nfrom", 1)
    )
    (tmp_path / "theirs-1.dist-info").mkdir()
    (tmp_path / "theirs-1.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1\n")
    (tmp_path / "theirs-1.dist-info/entry_points.txt").write_text("[deepgrasp.entrants]\ntheirs = mine:Mine\n")
    contract = (python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--entrant")
    said = run(*contract, "mine.py", "--entrant", "theirs", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert re.search(r"^\d+ passed", said, re.MULTILINE)
    assert not re.search("skipped|warning", said)
    for name, test, status, problem in (
        ("worse.py", "deterministic", 1, "Mine: draw no random number in evaluation"),
        ("none.py", "any_size", 4, "none.py: cannot be read"),  # of what is not there no test is begun
    ):
        done = subprocess.run([*contract, name, "-k", test], cwd=tmp_path, env={}, capture_output=True, text=True)
        assert done.returncode == status
        assert problem in done.stdout + done.stderr


def test_five_lines_run_from_an_empty_environment(python: Path, tmp_path: Path) -> None:
    said = run(python, "-W", "ignore", "-c", SCRIPT, cwd=tmp_path, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert "InputError runs/action/best/0: no such run" in said
    assert "by person:" in said
    assert len(list((tmp_path / "cache" / "deepgrasp").glob("graphs-*"))) == 1
    # of the processor: on a busy machine a clock measures its neighbours
    assert float(said.rpartition("IMPORT")[2]) < 0.5
