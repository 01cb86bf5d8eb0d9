"""Cells of settings are made once each, kept, taken over and made anew; the engine and the data are made up."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmark.engine.jobs import Done, Job
from benchmark.overrides import overridden
from benchmark.params import Params, load_params
from benchmark.paths import CODE, GRAPHS, STANDIN
from benchmark.pipeline import predictions
from benchmark.pipeline.references import answer_cell
from benchmark.pipeline.schema import DataRecord, Run
from benchmark.studies import study as studies
from benchmark.studies import study_graphs
from benchmark.studies.study import Study
from benchmark.studies.study_graphs import GraphStores
from deepgrasp.errors import InputError
from deepgrasp.grab.data_root import STANDIN_MARK
from deepgrasp.store.store import content_hash, open_store
from tests.benchmark.board.test_leaderboard import run

PARAMS = Path(__file__).parents[3] / "params.yaml"
SMALL = ["grid.models=[mlp]", "grid.tasks=[action]", "grid.replicates=[0,1]"]


def params(*overrides: str) -> Params:
    return overridden([*SMALL, *overrides], PARAMS)


def nobody(done: int, total: int) -> None:
    pass


def write_run(folder: Path, values: dict[str, Any], job: Job, root: Path) -> None:
    """A cell's files, as a training with these parameters would record it."""
    own = Params.model_validate(values)
    kind, replicate = job.arguments[0], int(job.option("replicate"))
    trained_on, model = (
        ("none", job.option("row")) if kind == "reference" else (job.option("task"), job.option("model"))
    )
    store = open_store(root / job.graphs)
    made: Run = run(
        model,
        replicate,
        data=DataRecord.of(store),
        trained_on=trained_on,
        split=own.split,
        inputs=own.inputs.model_dump(),
        recipe={} if kind == "reference" else own.recipe(model).model_dump(),
        hyperparameters={} if kind == "reference" else own.hyperparameters(model),
        provenance={"code": hashlib.sha256((root / CODE / kind / f"{model}.json").read_bytes()).hexdigest()},
    )
    folder.mkdir(parents=True, exist_ok=True)
    ids = store.fold(own.split, replicate)["test"]
    answers = np.zeros((len(ids), len(store.manifest["actions"])))
    predictions.save_predictions(folder, made, ids, {"action": answers})


class Engine:
    """Makes every job at once; ``failing`` ones have a problem, and ``stop`` ends it by Ctrl-C after so many."""

    def __init__(self, root: Path) -> None:
        self.root, self.given, self.failing, self.stop = root, [], "none", 99

    def run(self, jobs: Sequence[Job], root: Path) -> Iterator[Done]:
        for k, job in enumerate(jobs):
            if k == self.stop:
                raise KeyboardInterrupt
            self.given.append(job)
            if self.failing in job.name:
                yield Done(job.name, f"{job.name}: out of luck")
                continue
            write_run(self.root / job.out, dict(job.params), job, self.root)
            yield Done(job.name, seconds=1.0)


@pytest.fixture
def place(tmp_path: Path, store_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with graphs and code, and without DVC."""
    place = tmp_path / "workspace"  # beside a data root
    shutil.copytree(store_path, place / GRAPHS)
    for name in ("train/mlp", "train/gcn", "reference/trivial", "prepare", "synthesize"):
        file = place / CODE / f"{name}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'{{"{name}": "1"}}')
    monkeypatch.setattr(studies.code, "write_closures", lambda root, out: None)
    monkeypatch.setattr(study_graphs, "dvc", lambda root, *words: "{}")
    return place


@pytest.fixture
def engine(place: Path) -> Engine:
    return Engine(place)


@pytest.fixture
def make(place: Path, engine: Engine) -> Callable[..., list[str]]:
    """Makes settings, and returns the names of the cells that the engine was given for it, without their keys."""

    def names(*wanted: Params) -> list[str]:
        engine.given.clear()
        Study("try", params(), engine, place).made(dict(enumerate(wanted)), ["trivial"], nobody)  # type: ignore[arg-type]
        return [job.name.rpartition("-")[0] for job in engine.given]

    return names


ALL = ["reference@trivial-0", "reference@trivial-1", "train@action-mlp-0", "train@action-mlp-1"]


def test_what_settings_share_is_made_once_and_kept(make: Callable[..., list[str]]) -> None:
    wider = params("models.mlp.hidden=64")
    assert sorted(make(params(), wider)) == sorted([*ALL, *ALL[2:]])  # the trivial rows are the same
    assert make(wider, params()) == []


def test_a_cell_is_made_anew_when_its_code_data_or_parameters_change(
    make: Callable[..., list[str]], place: Path
) -> None:
    make(params())
    assert sorted(make(params("train.threads=2"))) == ALL
    assert sorted(make(params("inputs.hands=left"))) == ALL
    assert make(params("models.gcn.hidden=8")) == []  # another's
    (place / CODE / "train/mlp.json").write_text("{}")
    assert sorted(make(params())) == ALL[2:]
    manifest = place / GRAPHS / "manifest.json"
    changed = json.loads(manifest.read_text()) | {"source_hash": "cd" * 32}
    manifest.write_text(json.dumps(changed | {"hash": content_hash(changed)}))
    assert sorted(make(params())) == ALL


def test_an_interrupted_study_goes_on(make: Callable[..., list[str]], engine: Engine) -> None:
    engine.stop = 3
    with pytest.raises(KeyboardInterrupt):
        make(params())
    engine.stop = 99
    assert len(make(params())) == 1


def test_a_cell_that_fails_is_said_once_the_others_are_done(make: Callable[..., list[str]], engine: Engine) -> None:
    engine.failing = "mlp-0"
    with pytest.raises(InputError, match=r"try, 1 of 4 cells: failed, the first: train@action-mlp-0-\w+: out of luck"):
        make(params())
    engine.failing = "none"
    assert make(params()) == ["train@action-mlp-0"]


def test_a_damaged_cell_is_made_again(make: Callable[..., list[str]], place: Path, engine: Engine) -> None:
    make(params())
    (job,) = (job for job in engine.given if job.name.startswith("train@action-mlp-1"))
    (place / job.out / predictions.PREDICTIONS_FILE).write_bytes(b"half")
    assert make(params()) == ["train@action-mlp-1"]


def test_cells_of_the_workspace_are_taken_if_they_are_the_same(
    make: Callable[..., list[str]], place: Path, store_path: Path
) -> None:
    job = Job("", ("train", "--task", "action", "--model", "mlp", "--replicate", "0"), "", {})
    write_run(place / "runs/action/mlp/0", params().model_dump(), job, place)
    other = replace(job, arguments=(*job.arguments[:-1], "1"))
    write_run(place / "runs/action/mlp/1", params("train.batch=16").model_dump(), other, place)
    answer_cell(params(), "trivial", 0, store_path, place / "runs/none/trivial/0")  # by code that nobody knows
    assert sorted(make(params())) == [*ALL[:2], "train@action-mlp-1"]


def test_results_are_scored_as_those_of_the_board(place: Path, engine: Engine) -> None:
    study = Study("try", params(), engine, place)  # type: ignore[arg-type]
    made = study.made({"one": params()}, ["trivial"], nobody)["one"]
    assert {(each["task"], each["run"]["model"], each["run"]["replicate"]) for each in study.results(made)} == {
        ("action", model, k) for model in ("mlp", "trivial") for k in (0, 1)
    }
    assert [each.model for each in study.runs(made)] == ["mlp", "trivial"] * 2


def test_graphs_are_the_workspaces_or_made_once(
    place: Path, root: Path, models: Path, store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = [f"data.root={root}", f"data.models={models}", "prepare.frames=6"]
    asked = []

    def made(data: Path, bodies: Path, out: Path, **options: Any) -> None:
        asked.append((data, bodies, options["frames"]))
        shutil.copytree(store_path, out)

    monkeypatch.setattr("deepgrasp.prepare.prepare.prepare", made)
    stores = GraphStores(params(), place)
    assert stores.path(params("inputs.hands=left")) == GRAPHS
    path = stores.path(params(*own))
    assert stores.path(params(*own, "train.batch=16")) == path
    next((root / "grab").rglob("*.npz")).touch()  # another file, as far as one can tell without reading it
    assert stores.path(params(*own)) != path
    assert asked == [(root, models, 6)] * 2


def test_an_empty_folder_is_neither_a_graph_store_nor_a_stand_in(
    place: Path, store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def prepare(data: Path, bodies: Path, out: Path, **options: Any) -> None:
        made.append(out)
        shutil.copytree(store_path, out, dirs_exist_ok=True)

    def synthesize(scratch: Path) -> None:
        made.append(scratch)
        (scratch / STANDIN).mkdir(parents=True)
        (scratch / STANDIN / STANDIN_MARK).touch()

    monkeypatch.setattr("deepgrasp.prepare.prepare.prepare", prepare)
    monkeypatch.setattr(study_graphs, "_synthesize", synthesize)
    other = params("synthetic.scale=tiny")
    path = GraphStores(params(), place).path(other)
    assert len(made) == 2
    assert GraphStores(params(), place).path(other) == path  # both are there
    assert len(made) == 2
    (standin,) = (place / "data/studies/standin").iterdir()
    for folder in (place / path, standin):
        shutil.rmtree(folder)
        folder.mkdir()
    assert GraphStores(params(), place).path(other) == path
    assert len(made) == 4
    assert open_store(place / path).hash == open_store(store_path).hash


def test_another_stand_in_is_made_by_its_own_command(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def made(scratch: Path) -> None:
        assert load_params(scratch / "params.yaml").synthetic.scale == "tiny"
        (scratch / STANDIN).mkdir(parents=True)

    asked = []
    monkeypatch.setattr(study_graphs, "_synthesize", made)
    monkeypatch.setattr("deepgrasp.prepare.prepare.prepare", lambda data, models, out, **options: asked.append(data))
    GraphStores(params(), place).path(params("synthetic.scale=tiny"))
    (data,) = asked
    assert data.is_dir()
    assert data.is_relative_to(place / "data/studies/standin")


def test_a_stage_that_is_not_up_to_date_is_run(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = []

    class Failed:
        returncode = 1

    def run_dvc(root: Path, *words: str, shown: bool) -> Failed:
        ran.append(words)
        return Failed()

    monkeypatch.setattr(study_graphs, "run_dvc", run_dvc)
    monkeypatch.setattr(study_graphs, "dvc", lambda root, *words: '{"code": [], "prepare": []}')
    with pytest.raises(InputError, match="dvc repro prepare: failed with status 1"):
        GraphStores(params(), place).path(params())
    assert ran == [("repro", "prepare")]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("train.recordings=100", r"train\.recordings: is 100, and fold 0 trains on"),
        ("models.mlp.layers=100000000", r"models\.mlp\.layers: is 100000000"),
    ],
)
def test_what_no_cell_can_be_made_of_is_told_before_any_begins(
    change: str, says: str, make: Callable[..., list[str]], engine: Engine
) -> None:
    with pytest.raises(InputError, match=says):
        make(params(), params(change))
    assert engine.given == []
