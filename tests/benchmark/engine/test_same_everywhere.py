"""The same cells on this machine, on two nodes of Ray without a shared disk, and by submitit: equal bit by bit."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from numpy.testing import assert_array_equal

import baselines
from benchmark import params as parameters
from benchmark.engine.choice import engine
from benchmark.engine.jobs import Job, reference_job, train_job
from benchmark.params import Budget
from benchmark.paths import OUTSIDERS
from benchmark.pipeline import predictions
from benchmark.pipeline.enrol import keep_source
from tests.benchmark.engine.clones import git, sources

ROOT = Path(__file__).parents[3]
MINE = """
from torch import nn


class Mine(nn.Module):
    def __init__(self, spec):
        super().__init__()
        self.linear = nn.Linear(spec.features, 4)

    def forward(self, x):
        return self.linear(x)
"""
MOVES = {"cost", "provenance"}  # of a run's record: seconds, and a stage's code, which no test computes


@pytest.fixture(scope="module")
def head(tmp_path_factory: pytest.TempPathFactory, store_path: Path) -> Path:
    """A clone of these sources with a small store and an entrant that no commit has, and a bare clone beside it."""
    folder = sources(tmp_path_factory.mktemp("sources") / "head")
    shutil.copytree(store_path, folder / "data/graphs")
    (folder / "data/code").mkdir()
    (folder.parent / "mine.py").write_text(MINE)
    keep_source("mine", str(folder.parent / "mine.py"), folder / OUTSIDERS / "mine")
    git(folder, "clone", "-q", "--bare", str(folder), str(folder.with_name("origin.git")))
    return folder


def made(head: Path, name: Any, config: Path, **settings: Any) -> dict[str, Any]:
    """Predictions, record and checkpoint of each cell, by its folder."""
    config.write_text(json.dumps(settings))
    shutil.rmtree(head / "runs", ignore_errors=True)
    wanted = jobs()
    dones = list(engine(name, config).run(wanted, head))
    assert {done.name: done.problem for done in dones} == dict.fromkeys((job.name for job in wanted), None)
    return {job.out: read(head / job.out) for job in wanted}


def jobs() -> list[Job]:
    params = parameters.load_params(ROOT / "params.yaml")
    recipe = params.train.model_copy(update={"budget": Budget.of("epochs", 1), "batch": 4, "threads": 1})
    mine = {"entrants": {"mine": "mine.py"}, "models": {**params.models, "mine": {}}}  # no worker looks for that file
    params = params.model_copy(update={"train": recipe, **mine})
    trained = [train_job(params, "action", name, 0) for name in ("mlp", "mine")]
    return [*trained, reference_job(params, "wrist", 0)]


def read(folder: Path) -> dict[str, Any]:
    found = predictions.load_predictions(folder / predictions.PREDICTIONS_FILE)
    checkpoint = folder / "model.safetensors"
    return {
        "arrays": found.arrays,
        "record": found.run.model_dump(exclude=MOVES),
        "commit": found.run.provenance["commit"],
        "clean": found.run.provenance["dirty"] is False,
        "checkpoint": checkpoint.read_bytes() if checkpoint.exists() else None,
    }


def test_every_engine_makes_the_same(head: Path, tmp_path: Path, two_nodes: str, monkeypatch: Any) -> None:
    monkeypatch.chdir(head)  # as the commands do
    monkeypatch.setattr(baselines, "__path__", [str(head / "baselines")])
    config, scratch = tmp_path / "engine.yaml", tmp_path / "scratch"
    here = made(head, "local", config, workers=1)
    # no shared disk: code by a repository, data and cells by a remote
    elsewhere = {"repository": str(head.with_name("origin.git")), "remote": str(tmp_path / "remote")}
    on_ray = made(head, "ray", config, address=two_nodes, scratch=str(scratch / "ray"), cells=1, **elsewhere)
    assert len(list((scratch / "ray").iterdir())) == 2  # each node has made some
    on_slurm = made(head, "slurm", config, cluster="local", scratch=str(scratch / "slurm"), cells=2)
    for there in (on_ray, on_slurm):
        for name, cell in here.items():
            same(cell, there[name])


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> None:
    assert {key: value for key, value in one.items() if key != "arrays"} == {
        key: value for key, value in other.items() if key != "arrays"
    }
    assert one["clean"]
    assert one["arrays"].keys() == other["arrays"].keys()
    for task, values in one["arrays"].items():
        assert_array_equal(values, other["arrays"][task], strict=True)
