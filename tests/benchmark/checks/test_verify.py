"""What verify finds: nothing in results that follow from their predictions, and each thing that does not."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmark import params as parameters
from benchmark.board.leaderboard import load_results
from benchmark.checks import verify
from benchmark.params import Budget, Params
from benchmark.pipeline.predictions import Predictions
from benchmark.pipeline.references import answer_cell
from benchmark.pipeline.schema import Cost, Run
from benchmark.pipeline.score import score
from benchmark.pipeline.tolerances import CELL_TOLERANCES, ROW, deviations
from deepgrasp.errors import InputError
from deepgrasp.store.store import Store, open_store
from deepgrasp.tasks import METRICS

ROOT = Path(__file__).parents[3]
COST: dict[str, Any] = {"parameters": 1, "multiply_adds": 1, "ms_per_sample": 1.0}
ENCODER = """\
from torch import nn

class Mine(nn.Module):
    def __init__(self, spec, *, hidden: int = 4):
        super().__init__()
        self.embed = nn.Linear(spec.features, hidden)

    def forward(self, x):
        return self.embed(x).relu()
"""


@pytest.fixture
def store(store_path: Path) -> Store:
    return open_store(store_path)


@pytest.fixture
def params() -> Params:
    loaded = parameters.load_params(ROOT / "params.yaml")
    small = loaded.train.model_copy(update={"budget": Budget.of("epochs", 1), "batch": 4})
    return loaded.model_copy(update={"train": small})


@pytest.fixture
def place(store: Store, params: Params, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The trivial predictor's run of fold 0 and its results."""
    # whether `make repro` has run in this clone must not matter
    monkeypatch.setattr("benchmark.pipeline.provenance.CODE", tmp_path / "code")
    answer_cell(params, "trivial", 0, store.path, tmp_path / "runs/none/trivial/0")
    score(tmp_path / "runs", store, tmp_path / "results")
    return tmp_path


def found(place: Path, store: Store) -> dict[str, str]:
    results = load_results(place / "results")
    return {
        each.name: each.problem
        for each in verify.rescore(verify.stored_predictions((place / "runs").rglob("*.safetensors")), results, store)
    }


def test_what_follows_from_its_predictions_reproduces(place: Path, store: Store) -> None:
    assert found(place, store) == {f"{task}/trivial/single-0.json": "" for task in ("object", "action", "body", "pose")}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda result: result["metrics"].update(accuracy=0.9), "moved too far"),
        (lambda result: result["metrics"].update(acuracy=result["metrics"].pop("accuracy")), "other metrics: accuracy"),
        (lambda result: result["metrics"].clear(), "other metrics: accuracy"),
        (lambda result: result["confusion"][0].reverse(), "says otherwise: confusion"),
        (lambda result: result.update(test_sequences=9), "says otherwise: test_sequences"),
        (lambda result: result["metrics"].update(kappa=result["metrics"]["kappa"] + 1e-5), "moved too far"),
        (lambda result: result["run"]["cost"].update(parameters=9), "says otherwise: run.cost"),
        (lambda result: result["run"]["cost"].update(seconds=0.1), "says otherwise: run.cost"),
        (lambda result: result["run"]["provenance"].update(device="H100"), "says otherwise: run.provenance"),
        (lambda result: result["run"]["validation"].update(action=0.9), "says otherwise: run.validation"),
        (lambda result: result["run"].update(origin="verified"), "says otherwise: run.origin"),
    ],
)
def test_an_edited_result_is_found(
    place: Path, store: Store, change: Callable[[dict[str, Any]], Any], says: str
) -> None:
    path = place / "results/action/trivial/single-0.json"
    values = json.loads(path.read_text())
    change(values)
    path.write_text(json.dumps(values))
    problems = found(place, store)
    assert says in problems.pop("action/trivial/single-0.json")
    assert set(problems.values()) == {""}


def test_a_result_without_predictions_and_one_too_few_are_found(place: Path, store: Store) -> None:
    path = place / "results/action/trivial/single-0.json"
    path.rename(path.with_name("single-1.json"))
    text = path.with_name("single-1.json").read_text().replace('"replicate": 0', '"replicate": 1')
    path.with_name("single-1.json").write_text(text)
    problems = found(place, store)
    assert problems["action/trivial/single-1.json"] == "has no predictions here"
    assert problems["action/trivial/single-0.json"] == "is not among the results"


def test_a_damaged_store_is_told_once(place: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*_: object) -> None:
        raise InputError(store.path / "s1.safetensors", "its content is not what was written", "prepare again")

    monkeypatch.setattr(verify, "score_any", damaged)
    with pytest.raises(InputError, match=r"s1\.safetensors: its content"):
        found(place, store)


def test_a_damaged_cell_speaks_for_its_results(place: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*_: object) -> None:
        raise InputError("predictions", "are damaged", "train again")

    monkeypatch.setattr(verify, "score_any", damaged)
    assert set(found(place, store).values()) == {"predictions: are damaged; train again"}


def test_another_training_may_differ_by_the_stated_tolerance(place: Path, store: Store) -> None:
    results = load_results(place / "results")

    def retrained(shift: float) -> Callable[[Run], Predictions]:
        (made, _), *_ = verify.stored_predictions((place / "runs").rglob("*.safetensors"))
        body = made.arrays["body"] + np.float32([shift, 0, 0])
        return lambda run: Predictions(run, made.sequences, {"body": body})

    run = results[0].run
    (near,) = verify.rerun([run], results, store, retrained(0.003))  # 3 mm
    (far,) = verify.rerun([run], results, store, retrained(0.3))
    assert (near.problem, far.problem) == ("", "moved too far")
    assert "| moved too far |" in verify.findings_report([near, far], every=False)
    assert far.differs == "code not recorded"
    assert "what differs" in verify.findings_report([near, far], every=False)
    assert verify.findings_report([near, far], every=False).endswith("1 of 2 results reproduce")


def test_a_training_that_fails_is_a_finding(place: Path, store: Store) -> None:
    def broken(run: Run) -> Predictions:
        raise InputError("cell", "cannot be trained again", "look")

    results = load_results(place / "results")
    (finding,) = verify.rerun([results[0].run], results, store, broken)
    assert finding.problem == "cell: cannot be trained again; look"


def test_cells_are_chosen_by_name(place: Path) -> None:
    results = load_results(place / "results")
    assert [run.model for run in verify.chosen_runs(results, ["none/trivial/0"])] == ["trivial"]
    assert verify.chosen_runs(results, []) == []  # the trivial predictor is no training
    with pytest.raises(InputError, match="--cell action/mlp/0: is not among the results; name one such as none/tri"):
        verify.chosen_runs(results, ["action/mlp/0"])
    with pytest.raises(InputError, match="--cell action/mine/0: is not among the results; of those that were asked"):
        verify.chosen_runs([], ["action/mine/0"])  # verify --outside, and nobody has submitted anything


def test_the_cheapest_is_nobodys_word_for_it(place: Path) -> None:
    like = load_results(place / "results")[0]
    runs = [
        like.run.model_copy(update={"trained_on": "action", "model": origin, "cost": Cost(**COST | {"seconds": k})})
        for k, origin in enumerate(("self-reported", "verified", "trained"))
    ]
    results = [like.model_copy(update={"run": r.model_copy(update={"origin": r.model})}) for r in runs]
    assert [run.model for run in verify.chosen_runs(results, [])] == ["verified"]
    assert verify.trust(results).startswith("1 marked verified; the mark is as good as the reviewer who merged")
    assert verify.trust(results).endswith(" --cell action/verified/0")
    assert verify.trust(results[:1]) == ""


def test_the_command_needs_no_torch(place: Path, store: Store) -> None:
    (place / "data").mkdir()
    (place / "data/graphs").symlink_to(store.path)
    (place / "params.yaml").write_text((ROOT / "params.yaml").read_text())
    for arguments, says in ((["verify"], "4 of 4"), (["verify", "--outside"], "0 of 0")):
        code = f"import sys; from benchmark.cli import app; status = app({arguments}, standalone_mode=False); "
        code += "sys.exit(status + 10 * ('torch' in sys.modules))"
        done = subprocess.run([sys.executable, "-c", code], cwd=place, capture_output=True, text=True)
        assert (done.returncode, done.stdout.strip()) == (0, f"{says} results reproduce"), done.stderr


def test_tolerances_cover_every_unit_and_a_mean_moves_less() -> None:
    units = {metric.unit for metric in METRICS.values()}
    assert set(CELL_TOLERANCES) == set(ROW) == units
    assert all(ROW[unit] < CELL_TOLERANCES[unit] for unit in units)


def test_the_metric_that_moved_most_comes_first() -> None:
    first, second = deviations({"accuracy": 0.5, "mpjpe_cm": 8.0}, {"accuracy": 0.45, "mpjpe_cm": 9.4}, trained=True)
    assert (first.key, second.key) == ("mpjpe_cm", "accuracy")
    assert second.share == pytest.approx(0.5)
