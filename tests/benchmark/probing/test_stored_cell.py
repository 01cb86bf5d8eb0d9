"""A cell is probed if what lies in its folder is its own."""

import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from benchmark.pipeline import predictions
from benchmark.pipeline.schema import DataRecord
from benchmark.probing.stored_cell import stored_cell
from deepgrasp.errors import InputError
from deepgrasp.store.store import Store, open_store
from tests.benchmark.made_up import run


@pytest.fixture
def store(store_path: Path) -> Store:
    return open_store(store_path)


@pytest.mark.parametrize(("own", "taken_for"), [("action/mlp/0", "action/stgcn/0"), ("none/wrist/0", "none/linear/0")])
def test_a_copied_folder_is_not_taken_for_another_cell(store: Store, tmp_path: Path, own: str, taken_for: str) -> None:
    trained_on, model, replicate = own.split("/")
    ids = store.fold("subject", 0)["test"]
    answers = {"action": np.zeros((len(ids), 4), np.float32)}
    record = run(model, trained_on, int(replicate), random.Random(0), data=DataRecord.of(store))
    predictions.save_predictions(tmp_path / own, record, ids, answers)
    assert stored_cell(tmp_path, own, store, ids).run == record
    with pytest.raises(InputError, match="was trained on other data, or tested on other sequences"):
        stored_cell(tmp_path, own, store, ids[::-1])
    shutil.copytree(tmp_path / own, tmp_path / taken_for)
    with pytest.raises(InputError, match=f"holds the answers of {own}; train the cell again, or name that one"):
        stored_cell(tmp_path, taken_for, store, ids)
