"""The workflow's jobs, run from the file itself as far as a machine without GitHub goes, in tiny clones."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmark.versioning.repository import check_clone
from deepgrasp.errors import InputError
from tests.repository import Repository
from tests.warm import programs

ROOT = Path(__file__).parent.parent
FLOW: dict[Any, Any] = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
JOBS: dict[str, Any] = FLOW["jobs"]
MADE = "made"  # what stands in for `make` writes the targets that it was asked for


class Runner:
    """Runs the steps of a job in a clone, as deep as the job asks for, with the shell that the workflow names."""

    def __init__(self, repository: Repository, folder: Path) -> None:
        self.repository, self.folder = repository, folder
        (folder / "tools").mkdir()
        make = folder / "tools/make"  # the environment is here already
        link = f'ln -sfn "{sys.prefix}" .venv'
        make.write_text(f'#!/bin/sh\necho "$@" >>"{folder}/{MADE}"\n{link}\n')
        make.chmod(0o755)

    def checkout(self, job: str, folder: str) -> Path:
        """The clone that the job's first step makes; its history ends after one commit unless the step asks for all."""
        first = JOBS[job]["steps"][0]
        assert first["uses"].startswith("actions/checkout@")
        whole = first.get("with", {}).get("fetch-depth") == 0
        clone = self.folder / folder
        depth = [] if whole else ["--depth", "1"]
        source = f"file://{self.repository.folder}"
        subprocess.run(["git", "clone", "-q", *depth, source, str(clone)], check=True, capture_output=True)
        (clone / ".git/info/exclude").write_text(".venv\n")  # a link here, and .gitignore names a folder
        shutil.copy(self.repository.folder / ".dvc/config.local", clone / ".dvc")  # the cache of this session
        return clone

    def run(self, job: str, clone: Path, known: Mapping[str, str], asked: str = "") -> dict[str, str]:
        """Run the steps whose command holds the text; returns the job's outputs. An unknown expression is an error."""
        files = {
            name: self.folder / f"{job}.{name}" for name in ("GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")
        }
        said: dict[str, str] = {}
        for step in JOBS[job]["steps"]:
            if "run" not in step or asked not in step["run"] or step.get("if", "").startswith("github.event_name"):
                continue
            added = files["GITHUB_PATH"].read_text().split() if files["GITHUB_PATH"].exists() else []
            path = os.pathsep.join([str(programs()), *reversed(added), str(self.folder / "tools"), os.environ["PATH"]])
            environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
            environment |= FLOW["env"] | {"PATH": path, "CI": "true", "GIT_CONFIG_GLOBAL": os.devnull}
            environment |= {name: filled(value, known) for name, value in step.get("env", {}).items()}
            environment |= {name: str(file) for name, file in files.items()}
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", filled(step["run"], known)],
                cwd=clone,
                env=environment,
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, f"{job}: {step['run']}\n{done.stdout}\n{done.stderr}"
        if files["GITHUB_OUTPUT"].exists():
            said = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
        return said

    def summary(self, job: str) -> str:
        """What the job shows on its page."""
        return (self.folder / f"{job}.GITHUB_STEP_SUMMARY").read_text()


def filled(text: str, known: Mapping[str, str]) -> str:
    return re.sub(r"\$\{\{ (.*?) \}\}", lambda found: known[found[1]], text)


def artefact(step: str, job: str) -> dict[str, Any]:
    (found,) = [each["with"] for each in JOBS[job]["steps"] if f"{step}-artifact@" in each.get("uses", "")]
    return found


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory, dvc_cache: Path) -> Runner:
    repository = Repository.with_board(tmp_path_factory.mktemp("workflow"), dvc_cache)
    return Runner(repository, tmp_path_factory.mktemp("runner"))


def test_the_shell_is_the_one_that_is_played_here() -> None:
    assert FLOW["defaults"]["run"]["shell"].split()[0] == "bash"
    assert not any("shell" in step for job in JOBS.values() for step in job["steps"])


def test_the_smoke_board_of_a_pull_request(runner: Runner) -> None:
    """Entrants are listed, one of them is trained, and the board is made of what was handed on."""
    clone = runner.checkout("entrants", "entrants")
    outputs = runner.run("entrants", clone, {})
    found = yaml.safe_load(outputs["found"])
    assert set(JOBS["entrants"]["outputs"]) == set(outputs)
    assert found == outputs["list"].split(",")
    assert "mlp" in found

    trained = runner.checkout("smoke", "smoke")
    runner.run("smoke", trained, {"matrix.model": "mlp"})
    handed = artefact("upload", "smoke")
    assert filled(handed["name"], {"matrix.model": "mlp"}) == "runs-mlp"
    base, _, pattern = handed["path"].partition("/")  # an artefact holds paths below what has no wildcard
    made = {file.relative_to(trained / base): file for file in (trained / base).glob(pattern)}
    assert {file.parts[:2] for file in made} >= {
        (task, "mlp") for task in ("object", "action", "body", "pose", "joint")
    }

    board = runner.checkout("board", "board")
    got = artefact("download", "board")
    assert got["pattern"] == "runs-*"
    assert got["merge-multiple"] is True
    for name, file in made.items():
        (board / got["path"] / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, board / got["path"] / name)
    runner.run("board", board, {"needs.entrants.outputs.list": "mlp"})
    page = runner.summary("board")
    for training in ("single", "joint"):
        assert len(re.findall(rf"^\| mlp\S* \| {training} \|", page, re.MULTILINE)) == 4, page


def test_the_gate_and_the_submissions_check(runner: Runner) -> None:
    """On a commit with its own board, as the pipeline makes it."""
    before = next(key for step in JOBS["gate"]["steps"] for key in step.get("env", {}).values())
    clone = runner.checkout("gate", "gate")
    runner.run("gate", clone, {before.removeprefix("${{ ").removesuffix(" }}"): "HEAD"})
    assert "**gate passed**" in runner.summary("gate")
    clone = runner.checkout("outside", "outside")
    runner.run("outside", clone, {})
    assert (clone / "data/graphs").is_dir()


@pytest.mark.parametrize("job", ["profile", "full"])
def test_experiments_run_in_clones_that_are_deep_enough(runner: Runner, job: str) -> None:
    clone = runner.checkout(job, job)
    runner.run(job, clone, {}, asked="make ")
    assert (runner.folder / MADE).read_text().split()[-1] in ("smoke", "repro")
    check_clone(clone, apart=job == "profile")  # `make smoke` runs in a folder of its own


def test_a_shallow_one_would_fail_here(runner: Runner) -> None:
    with pytest.raises(InputError, match="git fetch --unshallow"):
        check_clone(runner.checkout("check", "check"), apart=True)
