"""What the referee adds around an encoder: standardised inputs, and what an answer costs."""

from pathlib import Path

import torch

from benchmark import params as parameters
from benchmark.params import Params
from benchmark.predictions import FILE, load
from benchmark.train import build_network, load_part, train_cell
from deepgrasp.inputs import input_specs
from deepgrasp.store import open_store

ROOT = Path(__file__).parents[2]
CPU = torch.device("cpu")


def standardised(store_path: Path, fusion: str) -> dict[str, torch.Tensor]:
    params: Params = parameters.load(ROOT / "params.yaml")
    inputs = params.inputs.model_copy(update={"patches": 8, "joints": 21, "fusion": fusion})
    params, store = params.model_copy(update={"inputs": inputs}), open_store(store_path)
    train, test = (load_part(store, params, 0, name, CPU) for name in ("train", "test"))
    network = build_network(params, "mlp", ("action",), input_specs(store, inputs.graphs), train)
    return {name: network.standardise[name](values) for name, values in test.inputs.items()}


def test_fused_nodes_are_standardised_as_they_are_apart_and_padding_stays_zero(store_path: Path) -> None:
    late, (early,) = standardised(store_path, "late"), standardised(store_path, "early").values()
    assert torch.equal(early[:, :, :49, :4], late["pose"])
    assert torch.equal(early[:, :, 49:, 4:], late["touch"])
    assert early[:, :, :49, 4:].count_nonzero() == early[:, :, 49:, :4].count_nonzero() == 0


def test_a_cell_says_what_one_window_costs(store_path: Path, tmp_path: Path) -> None:
    params: Params = parameters.load(ROOT / "params.yaml")
    recipe = params.train.model_copy(update={"epochs": 1, "batch": 4})
    train_cell(params.model_copy(update={"train": recipe}), "action", "mlp", 0, store_path, tmp_path)
    cost = load(tmp_path / FILE).run.cost
    assert cost.latency_p50_ms is not None
    assert cost.latency_p99_ms is not None
    assert 0 < cost.latency_p50_ms <= cost.latency_p99_ms
