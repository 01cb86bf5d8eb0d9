"""The workflow calls only what there is: our commands and options, make targets, parameters; its actions are pinned."""

import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from packaging.specifiers import SpecifierSet
from ruamel.yaml import YAML

from benchmark.cli import app

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / ".github/workflows/ci.yml").read_text()
FLOW: dict[Any, Any] = yaml.safe_load(TEXT)
JOBS: dict[str, Any] = FLOW["jobs"]
RUNS = [step["run"] for job in JOBS.values() for step in job["steps"] if "run" in step]
COMMANDS: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def called(pattern: str) -> list[str]:
    found = [match for run in RUNS for match in re.findall(pattern, run)]
    assert found, "the workflow calls it no more: mend the pattern"
    return found


@pytest.mark.parametrize("line", called(r"python -m benchmark ([^|\n]+)"))
def test_our_commands_exist(line: str) -> None:
    name, *rest = line.split()
    command = COMMANDS[name]
    if hasattr(command, "commands"):  # such as `container build`
        command = command.commands[rest.pop(0)]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert {word for word in rest if word.startswith("--")} <= known


@pytest.mark.parametrize("target", called(r"make ([\w-]+)"))
def test_make_targets_exist(target: str) -> None:
    subprocess.run(["make", "--dry-run", target], cwd=ROOT, check=True, capture_output=True)


@pytest.mark.parametrize("key", sorted(set(re.findall(r"-S '?([\w.]+)=", TEXT))))
def test_parameters_exist(key: str) -> None:
    value: Any = yaml.safe_load((ROOT / "params.yaml").read_text())
    for part in key.split("."):
        value = value[part]


@pytest.mark.parametrize("action", re.findall(r"uses: (.*)", TEXT))
def test_actions_are_pinned_to_a_commit_and_name_its_version(action: str) -> None:
    assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action)


def test_no_key_is_there_twice() -> None:
    # ruamel refuses it, as GitHub does; PyYAML takes the last
    assert YAML(typ="safe").load(TEXT)["jobs"] == JOBS


def test_every_supported_python_is_tested() -> None:
    supported = SpecifierSet(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"])
    pythons = JOBS["test"]["strategy"]["matrix"]["python"]
    assert pythons == [f"3.{minor}" for minor in range(30) if f"3.{minor}" in supported]
    (readme,) = re.findall(r"with Python (\S+)-(\S+),", (ROOT / "README.md").read_text())
    assert readme == (pythons[0], pythons[-1])


def test_jobs_wait_for_jobs_that_there_are_and_end() -> None:
    for job in JOBS.values():
        needs = job.get("needs", [])
        assert set([needs] if isinstance(needs, str) else needs) <= set(JOBS)
        assert job["timeout-minutes"] <= 300


def test_a_pull_request_gets_a_smoke_leaderboard_of_every_entrant_found() -> None:
    assert "pull_request" in FLOW[True]  # YAML 1.1 reads `on` as true
    assert not any("if" in JOBS[name] for name in ("profile", "entrants", "smoke", "board", "gate"))
    assert JOBS["smoke"]["strategy"]["matrix"]["model"] == "${{ fromJSON(needs.entrants.outputs.found) }}"


def test_only_the_page_may_write_and_it_publishes_the_board() -> None:
    assert FLOW["permissions"] == {"contents": "read"}
    assert [name for name, job in JOBS.items() if "permissions" in job] == ["page"]
    (folder,) = [step["with"]["path"] for step in JOBS["page"]["steps"] if "pages-artifact" in step.get("uses", "")]
    assert (ROOT / folder).is_dir()


def test_no_token_lies_where_others_code_runs() -> None:
    steps = [step for job in JOBS.values() for step in job["steps"]]
    checkouts = [step for step in steps if step.get("uses", "").startswith("actions/checkout@")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)
    # by the job's permissions alone, and in none of the environments
    assert "secrets." not in TEXT
    assert "github.token" not in TEXT


def test_verified_cells_that_a_pull_request_touches_are_trained_again(tmp_path: Path) -> None:
    (step,) = [step for step in JOBS["outside"]["steps"] if "git diff" in step.get("run", "")]
    assert step["if"] == "github.event_name == 'pull_request'"
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org"]
    files = ("README.md", "old/body-0.verified.json", "mine/action-0.verified.json", "mine/joint-1.verified.json")
    for name in (*files, "mine/encoder.py", "own/pose-0.json", "bin/python"):
        path = tmp_path / "submissions" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('#!/bin/sh\necho "$@"\n')
    tool = tmp_path / "submissions/bin/python"
    tool.chmod(0o755)
    environment = os.environ | {"PATH": f"{tool.parent}:{os.environ['PATH']}", "BEFORE": "main"}
    environment["GITHUB_STEP_SUMMARY"] = os.devnull

    def trained(*touched: str) -> str:
        for name in touched:
            (tmp_path / "submissions" / name).write_text("changed")
        subprocess.run([*git, "commit", "-qam", "touched", "--allow-empty"], cwd=tmp_path, check=True)
        command = ["bash", "-eo", "pipefail", "-c", step["run"]]
        return subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True).stdout

    for command in (["init", "-qb", "main"], ["add", "-A"], ["commit", "-qm", "all"], ["switch", "-qc", "theirs"]):
        subprocess.run([*git, *command], cwd=tmp_path, check=True)
    assert trained("README.md", "own/pose-0.json") == ""
    again = "-m benchmark container build --target cpu\n-m benchmark verify --outside --rerun --isolation container"
    again += " --cell action/mine/0 --cell joint/mine/1\n"
    assert trained("mine/encoder.py") == again
