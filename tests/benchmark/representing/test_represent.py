"""Networks looked into: the same bytes twice, nothing made again, every number by person, mistakes in one line."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors import safe_open

import deepgrasp.library as dg
from benchmark.pipeline import entrants
from benchmark.pipeline.seeds import seed
from benchmark.representing.networks import networks_matching
from benchmark.representing.represent import ChosenNetworks, look_into_all
from deepgrasp.errors import InputError
from deepgrasp.inputs.modalities import input_specs
from deepgrasp.network.network import Network
from tests.benchmark.representing.conftest import CHOICE, made
from tests.deepgrasp.representations.conftest import HYPER


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_the_same_bytes_twice_and_a_second_call_makes_nothing_again(represented, runs, data, tmp_path):
    first = files(represented)
    again = files(made(runs, data.store.path, tmp_path / "again"))
    assert first == again
    networks = sorted((tmp_path / "again").rglob("network.json"))
    times = [path.stat().st_mtime_ns for path in networks]
    look_into_all(runs, data.store.path, tmp_path / "again", CHOICE, 1, lambda done, total: None)
    assert times == [path.stat().st_mtime_ns for path in networks]
    pictures = {name for name in first if name.endswith(".pdf")}
    assert {"probes_pose.pdf", "features_touch.pdf", "layers_pose.pdf", "tuned.pdf", "graphs_best.pdf"} <= pictures


def test_every_tested_person_has_a_number_for_every_layer_and_fact(represented):
    record = json.loads((represented / "networks/action/mlp/1/network.json").read_text())
    facts = {"joint angle", "joint position", "joint velocity", "contact", "object", "action"}
    for probes in record["probes"].values():
        assert set(probes) == facts
        assert all(set(people) == set(record["tested"]) for people in probes.values())
    # the input holds the angles and the touched patches themselves; features of drawn weights hold less
    first = record["probes"]["standardise.touch"]["contact"]
    assert min(first.values()) > 0.9
    of_all = json.loads((represented / "representations.json").read_text())
    assert of_all["origins"]["action/mlp/1"]["data"] == of_all["data"]["hash"]
    (row,) = (
        row
        for row in of_all["probes"]
        if (row["model"], row["trained_on"], row["layer"], row["fact"])
        == ("mlp", "action", "standardise.touch", "contact")
    )
    assert row["people"] == 4  # two of each replicate


def test_networks_that_differ_by_nothing_are_alike(represented):
    """The cells of these tests were drawn from the seeds 0 and 1, whatever their task: their encoders are the same."""
    of_all = json.loads((represented / "representations.json").read_text())
    pairs = {
        (tuple(row["one"]), tuple(row["other"])): row["mean"]
        for row in of_all["alike"]
        if row["modality"] == "pose" and row["measure"] == "cka"
    }
    assert pairs[("action", "mlp"), ("body", "mlp")] == pytest.approx(1, abs=1e-5)
    assert pairs[("action", "mlp"), ("action", "mlp")] < 0.999  # two trainings
    assert len(pairs) == 10 + 2  # of five families, and of the two that have two replicates


def test_activations_on_disk_are_those_of_the_model(represented, runs, data):
    model = dg.load_model("mlp", task="action", runs=runs, data=data)
    with safe_open(represented / "networks/action/mlp/0/activations.safetensors", framework="numpy") as file:
        about, frame = json.loads(file.metadata()["about"]), file.get_tensor("frame")
        features = file.get_tensor("encoders.pose")
        names = set(file.keys())
    test = model.fold().test
    assert set(about["sequences"]) == set(test.sequences)
    part = replace(test, sequences=tuple(about["sequences"]), rows=data.store.rows(about["sequences"]))
    expected = model.embed(part.all[0])["encoders.pose"][:, :, 0].numpy()  # [n, T, C]
    assert (features == expected).all()
    assert (frame == data.store.read("frame", part.rows)).all()
    assert names == {"frame", *about["layers"]}
    assert about["subjects"] == list(part.subjects)


def test_activations_of_any_recordings_are_written(runs, data, tmp_path):
    choice = ChosenNetworks(("action/mlp/0",), ("heads.*",), ("*",), ("s5/mug_*",), controls=False)
    look_into_all(runs, data.store.path, tmp_path, choice, 1, lambda done, total: None)
    with safe_open(tmp_path / "networks/action/mlp/0/activations.safetensors", framework="numpy") as file:
        about, answers = json.loads(file.metadata()["about"]), file.get_tensor("heads.action")
    assert set(about["sequences"]) == {"s5/mug_drink_1", "s5/mug_lift"}
    assert answers.shape == (2, 4)  # no axis of frames


def test_a_control_is_the_network_before_its_training(runs, data):
    (control,) = (
        name for name in networks_matching(runs, ["*/mlp/1"], controls=True) if name.trained_on == "untrained"
    )
    found = control.load(runs, data).network
    specs = input_specs(data.store, data.graphs, ["joint"])
    torch.manual_seed(seed(role="initial weights", replicate=1))  # as benchmark/pipeline/train.py does
    drawn = Network(specs, entrants.factory("mlp", HYPER["mlp"]), {"action": 4})
    for key, value in drawn.encoders.state_dict().items():
        assert torch.equal(found.encoders.state_dict()[key], value)


def test_graphs_on_disk_are_means_over_tested_people(represented, runs, data):
    from deepgrasp.representations.attended import attended

    model = dg.load_model("best", task="action", runs=runs, data=data)
    found = attended(model, model.fold().test.all[0])
    with safe_open(represented / "networks/action/best/0/graphs.safetensors", framework="numpy") as file:
        for name, graph in found.graphs.items():
            np.testing.assert_allclose(file.get_tensor(f"{name}/graph"), graph.mean(0), rtol=1e-4, atol=1e-5)
        for name, gates in found.gates.items():
            np.testing.assert_allclose(file.get_tensor(f"{name}/gate/nodes"), gates.nodes.mean(0), rtol=1e-5)
        left = "encoders.touch.encoders.0.stacks.1.0.graph.receive"
        assert file.get_tensor(f"{left}/nodes").tolist() == list(range(16, 32))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"cells": ("action/mpl/*",)}, "action/mpl/.*: no such cell; did you mean action/mlp/"),
        ({"layers": ("encoders.poise",)}, "encoders.poise: no such layer; did you mean encoders.pose"),
        ({"recordings": ("s99/*",), "activations": ("*",)}, r"--recordings s99/\*: matches nothing"),
        ({"recordings": ("s4/*",)}, "--recordings: says of which recordings activations are written, and none are"),
        ({"activations": ("pose/mlp/0",)}, "--activations pose/mlp/0: matches nothing"),
    ],
)
def test_mistakes_are_said(runs, data, tmp_path, changed, says):
    choice = replace(CHOICE, **({"cells": ("action/mlp/0",), "activations": (), "controls": False} | changed))
    with pytest.raises(InputError, match=says):
        look_into_all(runs, data.store.path, tmp_path, choice, 1, lambda done, total: None)
    assert list(tmp_path.rglob("*.json")) == []
