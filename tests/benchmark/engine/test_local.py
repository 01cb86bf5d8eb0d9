"""The local engine: every job comes back once, whatever becomes of its worker."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmark.engine import local
from benchmark.engine.choice import engine
from benchmark.engine.jobs import Done, Job
from benchmark.engine.local import Local, LocalSettings, worker_environments

# a worker without torch: its job's arguments say what it does
STUB = """
import json, os, signal, sys
for line in sys.stdin:
    job = json.loads(line)
    name, out = job["name"], job["out"]
    first = not os.path.exists(out)
    open(out, "a").write("x")
    if "die" in name and ("twice" in name or first):
        os.kill(os.getpid(), signal.SIGKILL)
    print(json.dumps({"name": name, "node": os.environ.get("CUDA_VISIBLE_DEVICES", "")}), flush=True)
"""


@pytest.fixture(autouse=True)
def _stub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "WORKER_COMMAND", (sys.executable, "-c", STUB))


def jobs(folder: Path, *names: str, gpu: bool = False) -> list[Job]:
    return [Job(name, (), str(folder / name), {}, gpu=gpu) for name in names]


def run(made: Sequence[Job], **settings: int) -> dict[str, Done]:
    dones = list(Local(LocalSettings(**settings)).run(made, Path()))
    assert len({done.name for done in dones}) == len(dones)
    return {done.name: done for done in dones}


def test_each_job_comes_back_and_an_unlucky_one_is_tried_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dones = run(jobs(tmp_path, "a", "die", "b", "die-twice", "c"), workers=2)
    assert {name for name, done in dones.items() if done.problem} == {"die-twice"}
    assert "its worker was killed 2 times (signal 9)" in str(dones["die-twice"].problem)
    assert {name: len((tmp_path / name).read_text()) for name in dones} == {
        "a": 1, "b": 1, "c": 1, "die": 2, "die-twice": 2
    }  # fmt: skip
    assert "die: its worker was killed (signal 9), once more" in capsys.readouterr().err


def test_closed_it_leaves_no_process(tmp_path: Path) -> None:
    running = Local(LocalSettings(workers=1)).run(jobs(tmp_path, "a", "b"), Path())
    next(running)
    children = f"/proc/{os.getpid()}/task/{os.getpid()}/children"
    before = Path(children).read_text().split()
    running.close()
    assert len(Path(children).read_text().split()) < len(before)


def test_workers_share_gpus_evenly_and_cores_by_threads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(local, "allowed_cores", lambda: 8)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,3")
    (plain, gpu) = jobs(tmp_path, "a"), jobs(tmp_path, "a", gpu=True)
    assert worker_environments(plain, LocalSettings()) == [{}] * 8
    assert worker_environments([Job("a", (), "", {}, threads=3)], LocalSettings()) == [{}] * 2
    each = [{"CUDA_VISIBLE_DEVICES": "0"}, {"CUDA_VISIBLE_DEVICES": "3"}]
    assert worker_environments(gpu, LocalSettings(per_gpu=2)) == each * 2
    assert worker_environments(gpu, LocalSettings(workers=3)) == [*each, each[0]]
    assert {done.node for done in run(jobs(tmp_path, "b", "c", gpu=True)).values()} == {"0", "3"}


def test_settings_come_from_the_file_and_the_command_line_stands_above_them(tmp_path: Path) -> None:
    file = tmp_path / "engine.yaml"
    file.write_text("workers: 3\nper_gpu: 2\n")
    chosen = engine("local", file, workers=5)
    assert isinstance(chosen, Local)
    assert chosen.settings == LocalSettings(workers=5, per_gpu=2)


def test_a_job_and_its_end_go_through_json() -> None:
    job = Job("train@action-mlp-0", ("train", "--task", "action"), "runs/a", {"split": "subject"}, threads=2)
    assert Job.from_json(job.to_json()) == job
    assert job.option("task") == "action"
    done = Done("a", "full", 1.5, 10, "here", "cpu", "log", {"md5": "1"})
    assert Done.from_json(done.to_json()) == done
