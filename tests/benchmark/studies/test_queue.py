"""What of a study is still to be asked, and what is refused before anything is queued; DVC itself is tried by hand."""

import itertools
import json
import subprocess
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
        for name, how in (("x", None), ("y", {"state": "queued"}))
    )
    shown: list[dict[str, Any]] = [{"experiments": None}, {"experiments": [done, waits]}]
    assert queue.read_experiments(shown) == {"x": Experiment("success", "xxx"), "y": Experiment("queued", "yyy")}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A committed params.yaml alone."""
    (tmp_path / "params.yaml").write_text(PARAMS)
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    for command in (("init", "-q"), ("add", "-A"), (*identity, "commit", "-q", "-m", "one")):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Queue:
    """Stands in for DVC: what is queued is done, or fails, once the queue is started."""

    def __init__(self, *failing: str) -> None:
        self.asked: dict[str, tuple[str, ...]] = {}
        self.states: dict[str, str] = {}
        self.failing = failing

    def __call__(self, root: Path, *words: str) -> str:
        if words[:2] == ("exp", "run"):
            name = words[words.index("--name") + 1]
            self.asked[name] = tuple(after for word, after in itertools.pairwise(words) if word == "-S")
            self.states[name] = "queued"
        elif words[:2] == ("queue", "start"):
            self.states = {name: "failed" if name in self.failing else "success" for name in self.states}
        elif words[:2] == ("queue", "remove"):
            del self.states[words[2]]
        shown = [
            {"name": name, "executor": {"state": state}, "revs": [{"rev": name * 3}]}
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


def test_an_interrupt_is_one_clear_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = []

    def dvc(root: Path, *words: str) -> str:
        if words[:2] == ("queue", "stop"):
            stopped.append(words)
            return ""
        raise KeyboardInterrupt

    monkeypatch.setattr(queue, "dvc", dvc)
    with pytest.raises(InputError, match="study: was stopped; what runs is finished; run the same command to go on"):
        queue.run("study", {"a": []}, 1, folder, lambda done, total: None)
    assert stopped


def test_nothing_is_queued_of_changed_sources_or_wrong_overrides(folder: Path) -> None:
    with pytest.raises(InputError, match=r"-S split\.by=x: names no parameter"):
        queue.run("study", {"a": ["split.by=x"]}, 1, folder, lambda done, total: None)
    (folder / "params.yaml").write_text(PARAMS + "\n")
    with pytest.raises(InputError, match="the sources: have changes that are not committed"):
        queue.run("study", {"a": []}, 1, folder, lambda done, total: None)
