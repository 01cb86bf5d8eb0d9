"""What of a study is still to be asked, and what is refused before anything is queued; DVC itself is tried by hand."""

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmark.studies import queue
from benchmark.studies.queue import Experiment
from deepgrasp.errors import InputError

PARAMS = (Path(__file__).parents[3] / "params.yaml").read_text()


def test_only_what_is_new_or_failed_is_queued() -> None:
    found = {"a": Experiment("success", ""), "b": Experiment("failed", ""), "c": Experiment("queued", "")}
    assert queue.to_queue(["a", "b", "c", "d"], found) == ["b", "d"]


def test_states_are_read_from_what_dvc_shows() -> None:
    done, waits = (
        {"name": name, "executor": how, "revs": [{"rev": name * 3}]}
        for name, how in (("x", None), ("y", {"state": "queued", "local": {"pid": 7}}))
    )
    shown: list[dict[str, Any]] = [{"experiments": None}, {"experiments": [done, waits]}]
    assert queue.read_experiments(shown) == {"x": Experiment("success", "xxx"), "y": Experiment("queued", "yyy", 7)}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A committed params.yaml alone."""
    (tmp_path / "params.yaml").write_text(PARAMS)
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    for command in (("init", "-q"), ("add", "-A"), (*identity, "commit", "-q", "-m", "one")):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


GONE = 2**22 + 1  # no process has a number that high


class Queue:
    """Stands in for DVC: what is queued is done, or fails, once the queue is started."""

    def __init__(self, *failing: str, killed: bool = False) -> None:
        self.killed = killed  # the worker, as soon as it runs the first
        self.asked: dict[str, tuple[str, ...]] = {}
        self.states: dict[str, str] = {}
        self.failing = failing

    def __call__(self, root: Path, *words: str) -> str:
        if words[:2] == ("exp", "run"):
            name = words[words.index("--name") + 1]
            self.asked[name] = tuple(after for word, after in itertools.pairwise(words) if word == "-S")
            self.states[name] = "queued"
        elif words[:2] == ("queue", "start"):
            if self.killed:
                self.states[next(iter(self.states))] = "running"
            else:
                self.states = {name: "failed" if name in self.failing else "success" for name in self.states}
        elif words[:3] == ("queue", "kill", "--force"):
            self.states |= dict.fromkeys(words[3:], "failed")
        elif words[:2] == ("queue", "remove"):
            del self.states[words[2]]
        shown = [
            {"name": name, "executor": {"state": state, "local": {"pid": GONE}}, "revs": [{"rev": name * 3}]}
            for name, state in self.states.items()
        ]
        return json.dumps([{"experiments": shown}])


def test_what_is_new_or_failed_runs_and_every_commit_comes_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dvc = Queue("b")
    monkeypatch.setattr(queue, "dvc", dvc)
    wanted, seen = {"a": ["split=random"], "b": ["split=subject", "inputs.hands=left"]}, []
    with pytest.raises(InputError, match="b: failed; see `dvc queue logs b`"):
        queue.run("study", wanted, 1, folder, lambda *done: seen.append(done))
    assert dvc.asked == {name: tuple(overrides) for name, overrides in wanted.items()}
    dvc.failing, dvc.asked = (), {}
    assert queue.run("study", wanted, 1, folder, lambda *done: seen.append(done)) == {"a": "aaa", "b": "bbb"}
    assert list(dvc.asked) == ["b"]
    assert seen == [(2, 2), (2, 2)]


def test_a_killed_worker_is_said_and_the_next_call_goes_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dvc = Queue(killed=True)
    monkeypatch.setattr(queue, "dvc", dvc)
    monkeypatch.setattr(queue, "SECONDS", 0.0)
    wanted, seen = {"a": ["split=random"], "b": ["inputs.hands=left"]}, []
    with pytest.raises(InputError, match="study: 2 of 2 experiments wait for a worker of DVC's queue that was killed"):
        queue.run("study", wanted, 1, folder, lambda *done: seen.append(done))
    assert seen == [(0, 2)] * queue.LOOKS
    dvc.killed, dvc.asked = False, {}
    assert queue.run("study", wanted, 1, folder, lambda *done: None) == {"a": "aaa", "b": "bbb"}
    assert list(dvc.asked) == ["a"]  # it ran, so it is begun anew; b still waited


def test_only_processes_of_dvc_that_live_are_workers(tmp_path: Path) -> None:
    noted = tmp_path / ".dvc/tmp/exps/celery"
    noted.mkdir(parents=True)
    command = [sys.executable, "-c", "print(flush=True); input()  # dvc exp queue-worker"]
    worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert worker.stdout is not None
    worker.stdout.readline()  # it runs: a moment before, it has no command line yet
    for name, process in (("1", worker.pid), ("2", GONE), ("3", os.getpid())):
        (noted / f"dvc-exp-worker-{name}.json").write_text(json.dumps({"pid": process, "returncode": None}))
    (noted / "dvc-exp-worker-4.json").touch()  # just being written
    assert queue.workers(tmp_path) == [worker.pid]
    worker.communicate(b"\n")
    assert queue.workers(tmp_path) == []


@pytest.mark.parametrize(("at_work", "ends"), [([1], "DVC still finishes what runs"), ([], "nothing runs any more")])
def test_an_interrupt_is_one_clear_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, at_work: list[int], ends: str
) -> None:
    stopped = []
    monkeypatch.setattr(queue, "workers", lambda root: at_work)

    def dvc(root: Path, *words: str) -> str:
        if words[:2] == ("queue", "stop"):
            stopped.append(words)
            return ""
        raise KeyboardInterrupt

    monkeypatch.setattr(queue, "dvc", dvc)
    with pytest.raises(InputError, match=f"study: was stopped; {ends}; run the same command to go on"):
        queue.run("study", {"a": []}, 1, folder, lambda done, total: None)
    assert stopped


def test_nothing_is_queued_of_changed_sources_or_wrong_overrides(folder: Path) -> None:
    with pytest.raises(InputError, match=r"-S split\.by=x: names no parameter"):
        queue.run("study", {"a": ["split.by=x"]}, 1, folder, lambda done, total: None)
    (folder / "params.yaml").write_text(PARAMS + "\n")
    with pytest.raises(InputError, match="the sources: have changes that are not committed"):
        queue.run("study", {"a": []}, 1, folder, lambda done, total: None)
