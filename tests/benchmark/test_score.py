from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from benchmark import params, predictions, score
from benchmark.records import Result, parse
from benchmark.trivial import predict_cell
from deepgrasp.errors import InputError
from deepgrasp.store import Store, open_store
from deepgrasp.tasks import TASKS

ROOT = Path(__file__).parents[2]
CELL = "none/trivial/0"


@pytest.fixture
def store(store_path: Path) -> Store:
    return open_store(store_path)


@pytest.fixture
def runs(store_path: Path, tmp_path: Path) -> Path:
    """One run: the trivial predictor on fold 0."""
    predict_cell(params.load(ROOT / "params.yaml"), 0, store_path, tmp_path / "runs" / CELL)
    return tmp_path / "runs"


@pytest.fixture
def tamper(runs: Path) -> Callable[..., None]:
    def change(*, sequences: tuple[str, ...] | None = None, data_hash: str | None = None, **arrays: np.ndarray) -> None:
        stored = predictions.load(runs / CELL / predictions.FILE)
        data = stored.run.data.model_copy(update={"hash": data_hash or stored.run.data.hash})
        run = stored.run.model_copy(update={"data": data})
        predictions.save(runs / CELL, run, sequences or stored.sequences, stored.arrays | arrays)

    return change


def test_every_task_of_a_run_becomes_a_result(runs: Path, store: Store, tmp_path: Path) -> None:
    assert score.score(runs, store, tmp_path / "results") == len(TASKS)
    for path in (tmp_path / "results").rglob("*.json"):
        result = parse(Result, path.read_bytes(), path)
        assert result.name == path.relative_to(tmp_path / "results").as_posix()
        assert TASKS[result.task].primary in result.metrics
        assert result.test_sequences == len(store.fold("subject", 0)["test"])


def test_constant_answers_score_as_counted_by_hand(runs: Path, store: Store, tmp_path: Path) -> None:
    score.score(runs, store, tmp_path / "results")
    path = tmp_path / "results" / "action" / "trivial" / "single-0.json"
    result = parse(Result, path.read_bytes(), path)
    # every recording of the test subjects s1 and s3 is mug_drink_1, as most others are
    assert result.confusion == [[2, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert result.metrics["accuracy"] == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"data_hash": "0" * 64}, "made from other data"),
        ({"sequences": ("s3/mug_drink_1", "s1/mug_drink_1")}, "test sequences of fold 0 in order"),
        ({"sequences": ("s1/mug_drink_1",)}, "test sequences of fold 0 in order"),
        ({"action": np.zeros((2, 3), np.float32)}, r"action: shape \(2, 3\)"),
        ({"action": np.full((2, 4), np.nan, np.float32)}, "action: holds something that is not a finite number"),
    ],
)
def test_bad_predictions_are_one_clear_error(
    runs: Path, store: Store, tmp_path: Path, tamper: Callable[..., None], change: dict[str, object], says: str
) -> None:
    tamper(**change)
    with pytest.raises(InputError, match=says):
        score.score(runs, store, tmp_path / "results")
    assert not list(tmp_path.glob("results*"))


def test_a_cut_predictions_file_is_one_clear_error(runs: Path, store: Store, tmp_path: Path) -> None:
    file = runs / CELL / predictions.FILE
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(InputError, match="is no predictions file"):
        score.score(runs, store, tmp_path / "results")


def test_no_predictions_is_one_clear_error(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no predictions"):
        score.score(tmp_path, store, tmp_path / "results")
