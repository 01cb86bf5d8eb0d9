"""What the referee adds around an encoder: standardised inputs, and what an answer costs."""

from pathlib import Path

import numpy as np
import pytest
import torch
from accelerate.state import AcceleratorState

from benchmark import params as parameters
from benchmark.params import Budget, Params
from benchmark.pipeline.predictions import PREDICTIONS_FILE, load_predictions
from benchmark.pipeline.train import build_network, load_part, train_cell
from deepgrasp.inputs.modalities import input_specs
from deepgrasp.store.store import open_store

ROOT = Path(__file__).parents[3]
CPU = torch.device("cpu")


def standardised(store_path: Path, fusion: str, streams: list[str]) -> dict[str, torch.Tensor]:
    params: Params = parameters.load_params(ROOT / "params.yaml")
    inputs = params.inputs.model_copy(update={"patches": 8, "joints": 21, "fusion": fusion})
    models = {"mlp": {"streams": streams}}
    params, store = params.model_copy(update={"inputs": inputs, "models": models}), open_store(store_path)
    train, test = (load_part(store, params, "mlp", 0, name, CPU) for name in ("train", "test"))
    specs = input_specs(store, inputs.graphs, params.streams("mlp"))
    network = build_network(params, "mlp", ("action",), specs, train)
    return {name: network.standardise[name](values) for name, values in test.inputs.items()}


@pytest.mark.parametrize(
    ("streams", "of_touch"), [(["joint"], [4]), (["posture", "motion"], [9, 14]), (["bone", "posture"], [4, 14])]
)
def test_fused_nodes_are_standardised_as_they_are_apart_and_padding_stays_zero(
    store_path: Path, streams: list[str], of_touch: list[int]
) -> None:
    late = standardised(store_path, "late", streams)
    (early,) = standardised(store_path, "early", streams).values()
    of_pose = [column for column in range(early.shape[-1]) if column not in of_touch]
    assert torch.equal(early[:, :, :49, of_pose], late["pose"])
    assert torch.equal(early[:, :, 49:, of_touch], late["touch"])
    assert early[:, :, :49, of_touch].count_nonzero() == early[:, :, 49:, of_pose].count_nonzero() == 0


def test_a_cell_says_what_one_window_costs(store_path: Path, tmp_path: Path) -> None:
    params: Params = parameters.load_params(ROOT / "params.yaml")
    recipe = params.train.model_copy(update={"budget": Budget.of("epochs", 1), "batch": 4})
    train_cell(params.model_copy(update={"train": recipe}), "action", "mlp", 0, store_path, tmp_path)
    cost = load_predictions(tmp_path / PREDICTIONS_FILE).run.cost
    assert cost.latency_p50_ms is not None
    assert cost.latency_p99_ms is not None
    assert 0 < cost.latency_p50_ms <= cost.latency_p99_ms


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
@pytest.mark.parametrize("precision", ["no", "bf16"])
def test_a_gpu_gives_the_same_answers_twice(store_path: Path, tmp_path: Path, precision: str) -> None:
    params: Params = parameters.load_params(ROOT / "params.yaml")
    changes = {"budget": Budget.of("epochs", 2), "batch": 4, "device": "auto", "precision": precision}
    params = params.model_copy(update={"train": params.train.model_copy(update=changes)})
    found = []
    for name in ("once", "again"):
        AcceleratorState._reset_state()  # one precision a process
        train_cell(params, "joint", "best", 0, store_path, tmp_path / name)
        found.append(load_predictions(tmp_path / name / PREDICTIONS_FILE))
    assert found[0].run.provenance["device"] == torch.cuda.get_device_name()
    for task, predicted in found[0].arrays.items():
        np.testing.assert_array_equal(predicted, found[1].arrays[task])
