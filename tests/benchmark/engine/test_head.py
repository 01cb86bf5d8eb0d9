"""The head: what DVC calls stale is made once, as `dvc repro` keeps it, and no interruption loses a cell."""

import re
import subprocess
import sys
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest
from dvc.repo import Repo
from dvc_objects.fs import MemoryFileSystem

from benchmark import params as parameters
from benchmark.engine.head import expected_shares, last_seconds, longest_first, make_cells, reproduce
from benchmark.engine.jobs import Done, Job
from benchmark.engine.time_spent import Spent, time_table
from benchmark.versioning.dvc_pipeline import Pipeline
from deepgrasp.errors import InputError
from deepgrasp.store.store import open_store

ROOT = Path(__file__).parents[3]
PARAMS = parameters.load_params(ROOT / "params.yaml")
PIPELINE = """
stages:
  data:
    cmd: mkdir -p data && cp params.yaml data/graphs
    deps: [params.yaml]
    outs: [data/graphs]
  train:
    matrix:
      task: [action, body]
      model: [mlp, lstm]
    cmd: python -m benchmark train --task ${item.task} --model ${item.model} --replicate 0
    deps: [data/graphs]
    params: ["${item.model}"]
    outs: ["runs/${item.task}/${item.model}/0"]
  score:
    cmd: ls -R runs > scores
    deps: [runs]
    outs: [scores]
"""
# stands where ours would be found, for DVC's own command
STAND_IN = """
import pathlib, sys
out = pathlib.Path("runs", sys.argv[3], sys.argv[5], "0")
out.mkdir(parents=True)
(out / "cell").write_text(str(out))
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small pipeline under DVC."""
    monkeypatch.chdir(tmp_path)
    Repo.init(str(tmp_path), no_scm=True).close()
    (tmp_path / "dvc.yaml").write_text(PIPELINE)
    (tmp_path / "params.yaml").write_text("mlp: 1\nlstm: 2\n")
    (tmp_path / "benchmark").mkdir()
    (tmp_path / "benchmark/__init__.py").touch()  # or it would not stand before the real one
    (tmp_path / "benchmark/__main__.py").write_text(STAND_IN)
    return tmp_path


class Stub:
    """An engine that writes each cell at once, and notes it."""

    def __init__(self, fails: str = "", ends: int = 99) -> None:
        self.made: list[str] = []
        self.fails, self.ends = fails, ends

    def run(self, jobs: Sequence[Job], root: Path) -> Generator[Done]:
        for number, job in enumerate(jobs):
            if number == self.ends:
                raise KeyboardInterrupt
            if job.name == self.fails:
                yield Done(job.name, "it fails")
                continue
            (root / job.out).mkdir(parents=True)
            (root / job.out / "cell").write_text(job.out)
            self.made.append(job.name)
            yield Done(job.name, seconds=1.0)


def cells(engine: Stub) -> list[str]:
    make_cells(PARAMS, engine, Spent())
    return engine.made


def stale(root: Path) -> set[str]:
    with Repo(str(root)) as repo:
        return set(repo.status())


def kept(root: Path) -> dict[str, bytes]:
    files = [root / "dvc.lock", *(file for file in (root / ".dvc/cache").rglob("*") if file.is_file())]
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in files}


def test_all_is_made_once_and_kept_as_dvc_itself_keeps_it(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spent = Spent()
    reproduce(PARAMS, engine := Stub(), spent)
    said = capsys.readouterr().err
    assert "cells: 0/4, first train@action-mlp, train@action-lstm, train@body-mlp and 1 more\n" in said
    assert len(engine.made) == len(spent.dones) == 4
    ours = kept(root)
    # each look into it goes through all of its names: a grid's cost would be quadratic
    assert not MemoryFileSystem().fs.store
    assert stale(root) == set()
    again = Spent()
    reproduce(PARAMS, engine := Stub(), again)
    assert (engine.made, again.dones) == ([], [])
    assert "cells: " not in capsys.readouterr().err  # there is nothing to wait for
    for name in ("dvc.lock", "runs", "data", "scores", ".dvc/cache"):
        subprocess.run(["rm", "-rf", name], check=True)
    subprocess.run([sys.executable, "-m", "dvc", "repro", "-q"], check=True)
    assert kept(root) == ours


def test_what_was_made_before_an_interruption_is_not_made_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run([sys.executable, "-m", "dvc", "repro", "-q", "data"], check=True)
    with pytest.raises(KeyboardInterrupt):
        cells(first := Stub(ends=2))
    assert len(first.made) == 2
    # and as if it had been killed before it wrote the lock
    with monkeypatch.context() as patch:
        patch.setattr(Pipeline, "write", lambda self: None)
        with pytest.raises(KeyboardInterrupt):
            cells(second := Stub(ends=1))
    third = cells(Stub())
    assert sorted(first.made + second.made + third) == sorted({*first.made, *second.made, *third})
    assert len(first.made + second.made + third) == 4
    assert stale(root) == {"score"}


@pytest.mark.usefixtures("root")
def test_an_interruption_leaves_alone_what_ran_before() -> None:
    subprocess.run([sys.executable, "-m", "dvc", "repro", "-q", "data"], check=True)
    other = subprocess.Popen(["sleep", "60"])
    try:
        with pytest.raises(KeyboardInterrupt):
            cells(Stub(ends=0))
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_cell_that_fails_stops_no_other_and_is_tried_again(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InputError, match="cells: 1 of 4 could not be made"):
        reproduce(PARAMS, engine := Stub(fails="train@body-mlp-0".removesuffix("-0")), Spent())
    assert "train@body-mlp failed: it fails" in capsys.readouterr().err
    assert len(engine.made) == 3
    assert stale(root) == {"train@body-mlp", "score"}
    assert cells(Stub()) == ["train@body-mlp"]


def test_what_it_depends_on_is_as_it_was_when_the_cell_began(root: Path) -> None:
    class Meanwhile(Stub):
        def run(self, jobs: Sequence[Job], root: Path) -> Generator[Done]:
            (root / "params.yaml").write_text("mlp: 1\nlstm: 3\n")
            yield from super().run(jobs, root)

    reproduce(PARAMS, Meanwhile(), Spent())
    assert {"train@action-lstm", "train@body-lstm"} <= stale(root)
    assert "train@action-mlp" not in stale(root)
    # what is in the run cache is taken from there
    (root / "params.yaml").write_text("mlp: 1\nlstm: 2\n")
    assert cells(Stub()) == []


def test_what_was_made_here_is_taken_though_the_lock_names_what_was_made_elsewhere(root: Path) -> None:
    reproduce(PARAMS, Stub(), Spent())
    here = kept(root)
    # a cell of another machine says how long it took there: its files are others
    lock = (root / "dvc.lock").read_text()
    with Repo(str(root)) as repo:
        for stage in repo.index.stages:
            if stage.addressing.startswith("train"):
                lock = lock.replace(stage.outs[0].hash_info.value, f"{'0' * 32}.dir")
    (root / "dvc.lock").write_text(lock)
    subprocess.run(["rm", "-r", "runs"], check=True)
    reproduce(PARAMS, engine := Stub(), Spent())
    assert engine.made == []
    assert kept(root) == here


def test_of_two_that_were_made_of_the_same_that_is_taken_of_which_the_files_are_there(root: Path) -> None:
    reproduce(PARAMS, Stub(), Spent())
    here = (root / "dvc.lock").read_bytes()
    # a newer one, as pulled without its files
    for file in [each for each in (root / ".dvc/cache/runs").rglob("*") if each.is_file()]:
        if "outs" in (text := file.read_text()) and "runs/" in text:
            file.with_name("f" * 64).write_text(re.sub(r"[0-9a-f]{32}\.dir", f"{'0' * 32}.dir", text))
    (root / "dvc.lock").unlink()
    subprocess.run(["rm", "-r", "runs"], check=True)
    reproduce(PARAMS, engine := Stub(), Spent())
    assert engine.made == []
    assert (root / "dvc.lock").read_bytes() == here


def test_what_no_cell_can_be_made_of_is_told_before_any_begins(root: Path, store_path: Path) -> None:
    (root / "dvc.yaml").write_text(PIPELINE.replace("cp params.yaml", f"cp -r {store_path}"))
    with pytest.raises(InputError, match=r"graphs: was prepared with another .*frames.*; run `dvc repro prepare`"):
        reproduce(PARAMS, engine := Stub(), Spent())
    changes = {"grid": PARAMS.grid.model_copy(update={"replicates": [99]})}
    changes |= {"prepare": PARAMS.prepare.model_validate(open_store(store_path).manifest["prepare"])}
    with pytest.raises(InputError, match="graphs: no fold 99 of a split by subject"):
        reproduce(PARAMS.model_copy(update=changes), engine := Stub(), Spent())
    assert engine.made == []


def test_a_failed_stage_is_one_line(root: Path) -> None:
    (root / "dvc.yaml").write_text(PIPELINE.replace("mkdir -p data", "false"))
    with pytest.raises(InputError, match=r"data: failed \(exit status 1\); see above why"):
        reproduce(PARAMS, Stub(), Spent())


def test_the_longest_come_first(tmp_path: Path) -> None:
    file = tmp_path / "action/mlp/single-0.json"
    file.parent.mkdir(parents=True)
    jobs = [Job(name, (), f"runs/{name}", {}) for name in ("action/mlp/0", "new/mlp/0", "action/mlp/1")]
    for k, seconds in ((0, 1.0), (1, 5.0)):
        run = f'"trained_on": "action", "model": "mlp", "replicate": {k}, "cost": {{"seconds": {seconds}}}'
        file.with_stem(f"single-{k}").write_text(f'{{"run": {{{run}}}}}')
    (file.parent / "damaged.json").write_text("{")
    took = last_seconds(tmp_path)
    assert [job.name for job in longest_first(jobs, took)] == ["new/mlp/0", "action/mlp/1", "action/mlp/0"]
    # of 9 expected seconds; the new one is taken for a usual one
    assert expected_shares(jobs, took) == {"new/mlp/0": 3 / 9, "action/mlp/1": 5 / 9, "action/mlp/0": 1 / 9}
    assert expected_shares(jobs, {}) == dict.fromkeys(("new/mlp/0", "action/mlp/1", "action/mlp/0"), 1 / 3)


def test_where_the_time_went() -> None:
    stages = {"start": 2.0, "prepare": 30.0, "cells": 50.0, "tiny": 0.01}
    spent = Spent(2, stages, [Done("a", seconds=60.0), Done("b", seconds=30.0)])
    assert spent.overhead == pytest.approx(2.0 + 50.0 + 0.01 - 45.0)
    said = time_table(spent)
    assert "tiny" not in said
    assert said.endswith(
        "82 s in all; 2 cells took 90 s, with 2 side by side 45 s; 7 s were neither data nor training."
    )
