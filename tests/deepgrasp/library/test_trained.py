"""Models of a local run: the answers that the run stored, the layers' features, and files that are refused."""

import random

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

import deepgrasp.library as dg
from benchmark.pipeline import entrants, predictions
from benchmark.pipeline.schema import DataRecord
from deepgrasp.errors import InputError
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.inputs.modalities import input_specs, load_inputs
from deepgrasp.network.network import Network
from tests.benchmark.made_up import run

STREAMS = ["posture", "motion"]


class Other(nn.Module):
    """Has no weights that the run has."""

    def __init__(self, spec, **_):
        super().__init__()

    def forward(self, x):
        return x


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory):
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
    said = run("gcn", "action", 0, random.Random(0), data=DataRecord.of(data.store), hyperparameters=hyper)
    predictions.save(folder, said, ids, {"action": answer})
    return runs, answer


def test_a_loaded_model_gives_the_answers_of_its_run(data, trained):
    runs, answer = trained
    model = dg.load_model("gcn", task="action", replicate=0, runs=runs, data=data)
    # its own streams, and recorded ones that it makes its streams of
    for test in (model.fold().test, data.fold("subject", 0).test):
        assert (model.predict(test)["action"] == answer).all()


def test_every_layer_has_features_by_name(data, trained):
    model = dg.load_model("gcn", task="action", runs=trained[0], data=data)
    inputs, _ = data.fold("subject", 0).test.all
    found = model.embed(inputs)
    assert {"encoders.pose", "encoders.touch", "heads.action", "standardise.pose"} <= found.keys()
    assert torch.equal(found["heads.action"], model(inputs)["action"])
    assert not any(layer._forward_hooks for layer in model.modules())


def test_what_cannot_be_loaded_is_said(data, trained, tmp_path):
    runs, _ = trained
    with pytest.raises(InputError, match="did you mean action/gcn/0"):
        dg.load_model("gcm", task="action", runs=runs, data=data)
    with pytest.raises(InputError, match="does not fit the network"):
        dg.load_model("gcn", task="action", runs=runs, data=data, encoder=Other)
    model = dg.load_model("gcn", task="action", runs=runs, data=data)
    with pytest.raises(InputError, match="touch: is missing"):
        model({"pose": torch.zeros(1, 8, 39, 4)})
    with pytest.raises(InputError, match="has the shape"):
        model({"pose": torch.zeros(1, 8, 39, 5), "touch": torch.zeros(1, 8, 32, 1)})


@pytest.mark.parametrize("content", [b"", b"\xff" * 64, b"\x02" + bytes(7) + b"{}", b"\x02" + bytes(7) + b"[]"])
def test_a_file_that_is_no_runs_is_refused(data, content, tmp_path):
    folder = tmp_path / "runs" / "action" / "gcn" / "0"
    folder.mkdir(parents=True)
    (folder / "predictions.safetensors").write_bytes(content)
    with pytest.raises(InputError, match="is not a run's file"):
        dg.load_model("gcn", task="action", runs=tmp_path / "runs", data=data)
