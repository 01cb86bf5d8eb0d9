"""The made-up store of all tests, opened as a user of the library would, and a model that was trained on it."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

import deepgrasp.library as dg
from benchmark.pipeline import entrants, predictions
from benchmark.pipeline.schema import DataRecord
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.inputs.modalities import input_specs, load_inputs
from deepgrasp.network.network import Network
from deepgrasp.store.manifest import content_hash, manifest_text
from deepgrasp.store.store import MANIFEST
from tests.benchmark.made_up import result

STREAMS = ["posture", "motion"]


@pytest.fixture(scope="session")
def data(store_path: Path, tmp_path_factory: pytest.TempPathFactory) -> dg.Data:
    # a copy that calls itself a stand-in: a release holds no others
    path = Path(shutil.copytree(store_path, tmp_path_factory.mktemp("standin") / "graphs"))
    manifest = json.loads((path / MANIFEST).read_text()) | {"kind": "synthetic"}
    (path / MANIFEST).write_text(manifest_text(manifest | {"hash": content_hash(manifest)}))
    return dg.load(path)


@pytest.fixture(scope="session")
def trained(data: dg.Data, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray]:
    """The folder of runs with one cell, and what its network answers."""
    runs = tmp_path_factory.mktemp("work") / "runs"
    folder = runs / "action" / "gcn" / "0"
    folder.mkdir(parents=True)
    hyper = {"streams": STREAMS, "hidden": 8, "width": 16}
    specs = input_specs(data.store, data.graphs, STREAMS)
    torch.manual_seed(0)
    network = Network(specs, entrants.factory("gcn", hyper), {"action": 4}).eval()
    save_file(network.state_dict(), folder / "model.safetensors")
    ids = data.store.fold("subject", 0)["test"]
    inputs = load_inputs(data.store, data.store.rows(ids), GraphChoice(patches=16), STREAMS)
    with torch.no_grad():
        answer = network({key: torch.from_numpy(x) for key, x in inputs.items()})["action"].numpy()
    said = result("action", "gcn", "action", 0, data=DataRecord.of(data.store), hyperparameters=hyper).run
    predictions.save_predictions(folder, said, ids, {"action": answer})
    return runs, answer
