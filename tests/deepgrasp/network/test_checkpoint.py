"""Weights are read as they were written, and those of another cell are refused by name."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file
from torch import nn

from deepgrasp.errors import InputError
from deepgrasp.network.checkpoint import check_weights, load_weights, save_weights


@pytest.fixture
def file(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    save_weights(nn.Linear(2, 3), tmp_path / "model.safetensors", "action/mlp/1")
    return tmp_path / "model.safetensors"


def test_weights_come_back_and_are_the_cells_own(file: Path) -> None:
    layer = nn.Linear(2, 3)
    load_weights(layer, file, "action/mlp/1")
    torch.manual_seed(0)
    assert torch.equal(layer.weight, nn.Linear(2, 3).weight)
    with pytest.raises(InputError, match="holds the weights of 'action/mlp/1', not of action/mlp/0"):
        load_weights(layer, file, "action/mlp/0")
    with pytest.raises(InputError, match="does not fit the network"):
        load_weights(nn.Linear(3, 3), file, "action/mlp/1")


def test_what_holds_no_weights_is_refused_and_an_earlier_version_taken(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"no weights")
    with pytest.raises(InputError, match="told: is no safetensors file"):
        check_weights(path, "action/mlp/1", Path("told"))
    save_file({}, path)
    with pytest.raises(InputError, match="holds no weights"):
        check_weights(path, "action/mlp/1")
    save_file({"weight": np.zeros((3, 2), np.float32), "bias": np.zeros(3, np.float32)}, path)
    check_weights(path, "action/mlp/1")  # does not say whose they are
    path.unlink()
    path.mkdir()
    with pytest.raises(InputError, match="is a folder"):
        check_weights(path, "action/mlp/1")
