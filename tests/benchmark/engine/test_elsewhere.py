"""Workers elsewhere, on Ray and by submitit: the commit's code or none, every job back once, whoever dies."""

import errno
import json
import os
import shutil
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from benchmark.engine import cluster_tasks, start_elsewhere, worker_elsewhere
from benchmark.engine.choice import engine
from benchmark.engine.code_source import CodeSource
from benchmark.engine.jobs import Done, Job
from benchmark.engine.on_slurm import SLURM_FOLDER
from benchmark.engine.storage import Storage
from deepgrasp.errors import InputError
from tests.benchmark.engine.clones import git

# a worker without torch, in the repository that is cloned: its job's name says what it does
STUB = """
import json, os, pathlib, signal, sys, time
parent, scratch = sys.argv[1:]
about = json.loads(sys.stdin.readline())
for line in sys.stdin:
    job = json.loads(line)
    mark = pathlib.Path(job["params"]["marks"], job["name"])
    first = not mark.exists()
    with mark.open("a") as file:
        file.write("x")
    if "die" in job["name"] and ("twice" in job["name"] or first):
        os.kill(os.getpid(), signal.SIGKILL)
    if "slow" in job["name"]:
        time.sleep(60)
    print(json.dumps({"name": job["name"], "node": os.getcwd()}), flush=True)
"""


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone with a commit, data, and the stub in the place of its worker."""
    root = tmp_path_factory.mktemp("pristine") / "head"
    for name, text in {
        "benchmark/__init__.py": "",
        "benchmark/engine/__init__.py": "",
        "benchmark/engine/worker_elsewhere.py": STUB,
        ".dvc/config": "",
        ".dvc/.gitignore": "/tmp\n/cache\n",
        "data/graphs/sub/array": "graph",
        "data/code/train.json": "{}",
        ".gitignore": "/data/\n/runs/\n__pycache__/\n.*.lock\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    git(root.parent, "init", "-q", str(root))
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "start")
    return root


@pytest.fixture
def root(pristine: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pristine, tmp_path / "head"))


@pytest.fixture(params=["ray", "slurm"])
def config(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Any, Path]:
    """The name of an engine and its file: two cells a task."""
    values = {"scratch": str(tmp_path / "scratch"), "cells": 2}
    if request.param == "ray":
        values |= {"address": request.getfixturevalue("two_nodes"), "remote": str(tmp_path / "remote")}
    else:
        values |= {"cluster": "local"}
    file = tmp_path / "engine.yaml"
    file.write_text(json.dumps(values))  # JSON is YAML
    return request.param, file


def jobs(marks: Path, *names: str) -> list[Job]:
    marks.mkdir(exist_ok=True)
    return [Job(name, (), f"runs/{name}", {"marks": str(marks)}) for name in names]


def run(config: tuple[Any, Path], made: Sequence[Job], root: Path) -> dict[str, Done]:
    dones = list(engine(*config).run(made, root))
    assert len({done.name for done in dones}) == len(dones)
    return {done.name: done for done in dones}


def test_each_job_comes_back_and_that_of_a_killed_worker_is_tried_again(
    config: tuple[Any, Path], root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("a", "die", "die-twice", "b", "c")
    dones = run(config, jobs(tmp_path / "marks", *names), root)
    assert {name: done.problem is None for name, done in dones.items()} == {name: name != "die-twice" for name in names}
    assert "its worker was lost 2 times" in str(dones["die-twice"].problem)
    assert {name: len((tmp_path / "marks" / name).read_text()) for name in names} == {
        "a": 1, "b": 1, "c": 1, "die": 2, "die-twice": 2
    }  # fmt: skip
    assert "die: its worker was lost (" in capsys.readouterr().err
    # not the head's workspace: the commit's code, in a clone of its own
    assert all(done.node.startswith(str(tmp_path / "scratch")) for done in dones.values() if done.node)


def test_what_is_not_committed_or_not_there_is_refused_in_one_line(
    config: tuple[Any, Path], root: Path, tmp_path: Path
) -> None:
    (root / "benchmark/engine/worker_elsewhere.py").write_text(STUB + "# changed")
    with pytest.raises(InputError, match="the sources: have changes that are not committed") as refused:
        run(config, jobs(tmp_path / "marks", "a"), root)
    assert "\n" not in str(refused.value)
    git(root, "commit", "-q", "-a", "-m", "changed")
    (old := tmp_path / "old.git").mkdir()
    git(old, "clone", "-q", "--bare", str(root), ".")
    git(old, "update-ref", "HEAD", "HEAD~1")
    git(old, "gc", "-q", "--prune=now")
    git(root, "commit", "-q", "--allow-empty", "-m", "not pushed")
    config[1].write_text(json.dumps(json.loads(config[1].read_text()) | {"repository": str(old)}))
    commit = git(root, "rev-parse", "HEAD")
    dones = run(config, jobs(tmp_path / "marks", "a", "b"), root)
    assert {name: done.problem for name, done in dones.items()} == dict.fromkeys(
        ("a", "b"), f"{os.uname().nodename}: the repository has no commit {commit[:12]}; push it there"
    )
    assert list((tmp_path / "marks").iterdir()) == []


def test_closed_it_leaves_no_worker(config: tuple[Any, Path], root: Path, tmp_path: Path) -> None:
    with closing(engine(*config).run(jobs(tmp_path / "marks", "a", "slow"), root)) as dones:  # type: ignore[type-var]
        assert next(dones).name == "a"
    deadline = time.monotonic() + 30
    while at_work(tmp_path / "scratch") and time.monotonic() < deadline:
        time.sleep(0.2)
    assert at_work(tmp_path / "scratch") == []


def at_work(scratch: Path) -> list[list[str]]:
    """Command lines of processes in a clone."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.cwd().startswith(str(scratch)) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.cmdline())
    return found


def test_what_slurm_made_after_the_head_was_killed_is_not_made_again(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "engine.yaml"
    file.write_text(json.dumps({"cluster": "local", "scratch": str(tmp_path / "scratch")}))
    made = jobs(tmp_path / "marks", "a", "b")
    folder = root / SLURM_FOLDER / "earlier"
    folder.mkdir(parents=True)
    about = json.dumps({"commit": git(root, "rev-parse", "HEAD")})
    there = replace(made[0], graphs=f"data/stores/{Storage(root, None).keep(root / made[0].graphs)['md5'][:-4]}")
    other = replace(made[1], params={**made[1].params, "other": 1})
    with (folder / "told.jsonl").open("w") as told:
        for job in (there, other):
            told.write(
                json.dumps(
                    {"key": start_elsewhere.content_key(about, job.to_json()), "name": job.name, "node": "earlier"}
                )
                + "\n"
            )
        told.write('{"key": "cut o')
    dones = run(("slurm", file), made, root)
    assert {name: done.node == "earlier" for name, done in dones.items()} == {"a": True, "b": False}
    assert [mark.name for mark in (tmp_path / "marks").iterdir()] == ["b"]
    assert not (root / SLURM_FOLDER).exists()


def test_a_task_whose_head_is_gone_ends_between_two_cells(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start_elsewhere, "HEAD_PATIENCE", 0.0)
    (tmp_path / "alive").touch()
    monkeypatch.setattr(start_elsewhere, "boot", lambda *_: iter(['{"name": "a"}', '{"name": "b"}']))
    start_elsewhere.boot_on_slurm('{"commit": "1"}', ["a", "b"], str(tmp_path / "told"))
    assert [json.loads(line)["name"] for line in (tmp_path / "told").read_text().splitlines()] == ["a"]


def origin(root: Path, tmp_path: Path, **other: Any) -> CodeSource:
    values = {"run": "r", "commit": git(root, "rev-parse", "HEAD"), "repository": str(root), "remote": None}
    return CodeSource(**values | {"cache": None, "scratch": str(tmp_path / "scratch"), "inputs": {}} | other)


def test_a_full_disk_is_one_line(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (job,), node = jobs(tmp_path / "marks", "a"), os.uname().nodename
    # while the worker clones
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/git").write_text("#!/bin/sh\necho 'fatal: write error: No space left on device' >&2; exit 128\n")
    (tmp_path / "bin/git").chmod(0o755)
    about = origin(root, tmp_path).to_json()
    with monkeypatch.context() as patch:
        patch.setenv("PATH", str(tmp_path / "bin"))
        (line,) = start_elsewhere.boot(about, [job.to_json()])
    assert json.loads(line)["problem"] == f"{node}, git clone: the disk is full; make room, or name another `scratch`"

    # while DVC copies the data, and while it keeps the cell
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/d/x")

    remote = str(tmp_path / "remote")
    kept = {"data/stores/1": Storage(root, remote).keep(root / "data/graphs")}
    monkeypatch.setattr("dvc_objects.fs.generic.copy", full)
    monkeypatch.setattr("dvc_objects.fs.local.LocalFileSystem.put_file", full)
    told = f"{node}, /d/x: the disk is full; make room, then run this again"
    for inputs in (kept, {}):
        about = origin(root, tmp_path, remote=remote, inputs=inputs)
        monkeypatch.setattr(worker_elsewhere, "work", lambda jobs, root: (made(job, root) for job in jobs))
        assert [done.problem for done in worker_elsewhere.work_off(about, [job], root, tmp_path)] == [told]


def made(job: Job, root: Path) -> Done:
    (root / job.out).mkdir(parents=True)
    (root / job.out / "predictions").write_text("new")
    return Done(job.name)


def test_folders_pass_through_a_remote_by_their_content(root: Path, tmp_path: Path) -> None:
    head, remote = Storage(root, str(tmp_path / "remote")), str(tmp_path / "remote")
    saved = head.keep(root / "data/graphs")
    git(root, "clone", "-q", str(root), str(tmp_path / "clone"))
    there = Storage(tmp_path / "clone", remote, tmp_path / "scratch/cache", tmp_path / "scratch")
    there.bring(saved, tmp_path / "clone/data/here")
    assert (tmp_path / "clone/data/here/sub/array").read_text() == "graph"
    shutil.rmtree(tmp_path / "remote")
    with pytest.raises(InputError, match="here: is not in DVC's cache"):
        Storage(tmp_path / "clone", remote, tmp_path / "other", tmp_path).bring(saved, tmp_path / "clone/data/here")
    with pytest.raises(InputError, match="remote nowhere: "):
        Storage(root, "nowhere")
    with pytest.raises(InputError, match="graphs: is missing; run"):
        head.keep(root / "data/no/graphs")


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("ray", "adress: auto", "adress: is not a parameter; did you mean address?"),
        ("ray", "gpus: 0", "gpus: is 0; input should be greater than 0"),
        ("slurm", "cluster: sge", "cluster: is 'sge'; input should be 'slurm' or 'local'"),
        ("slurm", "cells: two", "cells: is 'two'; input should be a valid integer"),
    ],
)
def test_a_wrong_setting(name: Any, text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "engine.yaml").write_text(text)
    with pytest.raises(InputError) as refused:
        engine(name, tmp_path / "engine.yaml")
    assert str(refused.value).endswith(f"engine.yaml, {says}")


def test_ray_is_not_waited_for_in_vain(root: Path, tmp_path: Path, two_nodes: str) -> None:
    file, (job,) = tmp_path / "engine.yaml", jobs(tmp_path / "marks", "a")
    file.write_text(f"address: {two_nodes}\ncpus: 2")
    with pytest.raises(InputError, match="ray: no node of the cluster has 2 CPU; set `cpus` or"):
        list(engine("ray", file).run([job], root))


def test_a_task_holds_what_needs_the_same_and_long_jobs_are_dealt_to_all(tmp_path: Path) -> None:
    made = [replace(job, gpu=job.name == "c") for job in jobs(tmp_path, *"abcde")]
    assert [[job.name for job in task] for task in cluster_tasks.cut_jobs(made, 3)] == [["a", "d"], ["b", "e"], ["c"]]
