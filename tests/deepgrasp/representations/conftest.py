"""A store with six recordings of each person, and networks of it with drawn weights, saved as runs save them."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

import deepgrasp.library as dg
from benchmark.pipeline import entrants, predictions
from benchmark.pipeline.schema import DataRecord
from deepgrasp.grab.catalogue import GENDERS
from deepgrasp.inputs.modalities import input_specs
from deepgrasp.network.network import Network, Output
from deepgrasp.prepare.prepare import prepare
from tests.benchmark.made_up import result
from tests.conftest import write_root

RECORDED = ("mug_drink_1", "mug_lift", "cubesmall_lift", "cubesmall_pass_1", "apple_eat_1", "apple_lift")
OUTPUTS: dict[str, Output] = {"action": 4, "body": (38, 3)}
HYPER = {
    "stgcn": {"streams": ["joint"]},
    "best": {
        "streams": ["posture", "motion"],
        "merge": "input",
        "components": "separate",
        "kernel": 3,
        "attention": ["spatial", "temporal", "channel"],
    },
    "mlp": {"streams": ["joint"], "hidden": 8},
    "transformer": {"streams": ["joint"]},
}


@pytest.fixture(scope="session")
def data(models: Path, tmp_path_factory: pytest.TempPathFactory) -> dg.Data:
    root = write_root(tmp_path_factory.mktemp("six") / "data", dict.fromkeys(sorted(GENDERS), RECORDED), frames=16)
    return dg.load(prepare(root, models, root.parent / "graphs", frames=8, workers=1))


@pytest.fixture(scope="session")
def runs(data: dg.Data, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of runs: weights are drawn, and what learning would move is moved."""
    folder = tmp_path_factory.mktemp("drawn") / "runs"
    cells = [("action", "stgcn", 0), ("action", "best", 0), ("action", "mlp", 0), ("action", "mlp", 1)]
    for task, model, k in [*cells, ("body", "mlp", 0), ("action", "transformer", 0)]:
        save_cell(data, folder / task / model / str(k), task, model, k)
    return folder


def save_cell(data: dg.Data, folder: Path, task: str, model: str, k: int) -> None:
    folder.mkdir(parents=True)
    specs = input_specs(data.store, data.graphs, HYPER[model]["streams"])
    torch.manual_seed(k)
    network = Network(specs, entrants.factory(model, HYPER[model]), {task: OUTPUTS[task]})
    for name, parameter in network.named_parameters():
        if name.endswith(("alpha", "receivers", "excite.weight", "temporal.weight")):
            parameter.data.normal_()
    save_file(network.state_dict(), folder / "model.safetensors")
    said = result(task, model, task, k, data=DataRecord.of(data.store), hyperparameters=HYPER[model]).run
    predictions.save_predictions(folder, said, data.store.fold("subject", k)["test"], {})
