"""A part that is larger than the memory it may take is streamed, and nothing that comes out of a cell changes."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from benchmark import params as parameters
from benchmark.params import Budget, Params
from benchmark.pipeline import examples
from benchmark.pipeline.examples import Examples, Streamed, allowed_memory
from benchmark.pipeline.predictions import PREDICTIONS_FILE, Predictions, load_predictions
from benchmark.pipeline.train import load_part, train_cell
from deepgrasp.store.store import open_store

ROOT = Path(__file__).parents[3]
CPU = torch.device("cpu")


def chosen(resident: float, **inputs: Any) -> Params:
    params: Params = parameters.load_params(ROOT / "params.yaml")
    train = params.train.model_copy(update={"budget": Budget.of("epochs", 2), "batch": 3, "resident": resident})
    return params.model_copy(update={"train": train, "inputs": params.inputs.model_copy(update=inputs)})


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    # the test part of the small store has two sequences: an evaluation of one at a time has two blocks
    monkeypatch.setattr(examples, "EVALUATION_BATCH", 1)
    monkeypatch.setattr("benchmark.pipeline.loop.EVALUATION_BATCH", 1)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize(
    ("model", "inputs"), [("lstm", {"fusion": "late"}), ("mlp", {"fusion": "early", "frames": 5, "patches": 778})]
)
def test_a_streamed_cell_is_the_resident_one_bit_by_bit(
    store_path: Path, tmp_path: Path, model: str, inputs: dict[str, Any]
) -> None:
    made: list[Predictions] = []
    for resident in (1.0, 0.0):
        out = tmp_path / str(resident)
        train_cell(chosen(resident, **inputs), "joint", model, 0, store_path, out)
        made.append(load_predictions(out / PREDICTIONS_FILE))
    kept, streamed = made
    assert streamed.sequences == kept.sequences
    assert streamed.run.history == kept.run.history
    assert streamed.run.validation == kept.run.validation
    for task, values in kept.arrays.items():
        np.testing.assert_array_equal(streamed.arrays[task], values)


def test_what_exceeds_the_share_is_streamed(store_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(store_path)
    part = load_part(store, chosen(0.0), "mlp", 0, "train", CPU)
    assert isinstance(part, Streamed)
    kept = part.resident()
    tensors = [*kept.inputs.values(), *kept.tensors.values(), *kept.tensors.values()]
    assert part.nbytes == sum(each.numel() * each.element_size() for each in tensors)
    for memory, kind in ((10 * part.nbytes, Examples), (10 * part.nbytes - 10, Streamed)):
        monkeypatch.setattr(examples, "allowed_memory", lambda device, memory=memory: memory)
        assert type(load_part(store, chosen(0.1), "mlp", 0, "train", CPU)) is kind
    assert 2**28 < allowed_memory(CPU) < 2**50


def test_a_few_batches_are_read_ahead_and_no_more(store_path: Path) -> None:
    part = load_part(open_store(store_path), chosen(0.0), "mlp", 0, "train", CPU)
    asked: list[int] = []

    def order() -> Iterator[torch.Tensor]:
        for k in range(6):
            asked.append(k)
            yield torch.tensor([k % 2, 0])

    batches = part.batches(order())
    next(batches)
    assert len(asked) == 1 + examples.BATCHES_AHEAD
    batches.close()  # type: ignore[attr-defined]
    assert [thread for thread in threading.enumerate() if "ThreadPoolExecutor" in thread.name] == []


def test_what_goes_wrong_in_the_thread_is_raised_here(store_path: Path) -> None:
    part = load_part(open_store(store_path), chosen(0.0), "mlp", 0, "train", CPU)
    with pytest.raises(IndexError):
        list(part.batches([torch.tensor([10**6])]))
