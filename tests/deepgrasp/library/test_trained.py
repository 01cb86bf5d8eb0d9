"""Models of a local run: the answers that the run stored, the layers' features, and files that are refused."""

import shutil

import pytest
import torch
from torch import nn

import deepgrasp.library as dg
from deepgrasp.errors import InputError


class Other(nn.Module):
    """Has no weights that the run has."""

    def __init__(self, spec, **_):
        super().__init__()

    def forward(self, x):
        return x


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
    shutil.copytree(runs / "action/gcn/0", tmp_path / "action/gcn/3")
    with pytest.raises(InputError, match="holds the run of action/gcn/0"):
        dg.load_model("gcn", task="action", replicate=3, runs=tmp_path, data=data)
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
