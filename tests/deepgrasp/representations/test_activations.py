"""Activations are those of `model.embed`, in one order of axes, whatever the order of the entrant's."""

import numpy as np
import pytest
import torch

import deepgrasp.library as dg
from deepgrasp.errors import InputError
from deepgrasp.representations.activations import activations, held_out, recordings
from deepgrasp.representations.layers import chosen, find_layers, main_layers


@pytest.mark.parametrize("name", ["stgcn", "best", "mlp", "transformer"])
def test_they_are_what_the_model_embeds(data, runs, name):
    model = dg.load_model(name, task="action", runs=runs, data=data)
    part, _ = held_out(model)
    layers = find_layers(model)
    blocks = list(activations(model, part, layers))
    assert tuple(name for block in blocks for name in block.sequences) == part.sequences
    embedded = model.embed(part.all[0])
    for layer in layers:
        found = np.concatenate([block.layers[layer.name] for block in blocks])
        first = [layer.batch] if layer.time is None else [layer.batch, layer.time]
        output = embedded[layer.name]
        whole = output.permute(*first, *(axis for axis in range(output.ndim) if axis not in first)).numpy()
        assert (found.reshape(whole.shape) == whole).all()
        assert found.shape == (len(part), *([] if layer.time is None else [layer.steps]), layer.units)


def test_axes_are_found(data, runs):
    model = dg.load_model("stgcn", task="action", runs=runs, data=data)
    found = {layer.name: layer for layer in find_layers(model)}
    seen, block, features = (
        found[name] for name in ("standardise.pose", "encoders.pose.encoders.0.0.attention", "encoders.pose")
    )
    assert (seen.batch, seen.time, seen.shape, seen.frames) == (0, 1, (39, 4), tuple(range(8)))
    assert (block.batch, block.time, block.shape) == (0, 2, (39, 16))
    assert (features.steps, features.frames) == (4, (0, 2, 4, 6))  # every second frame
    assert found["heads.action"].time is None
    # the last block, dropout and their stack give the same numbers: the shortest name stands for all
    assert "encoders.pose.encoders.0" in found
    assert not {"encoders.pose.encoders.0.2", "encoders.pose.encoders.0.3"} & found.keys()


def test_an_encoder_with_weights_for_each_frame_has_its_inputs_and_features(data, runs):
    model = dg.load_model("transformer", task="action", runs=runs, data=data)
    assert [layer.name for layer in main_layers(model)] == [
        "standardise.pose",
        "standardise.touch",
        "encoders.pose",
        "encoders.touch",
    ]


def test_the_main_layers_are_the_blocks(data, runs):
    model = dg.load_model("best", task="action", runs=runs, data=data)
    assert [layer.name for layer in main_layers(model) if layer.modality == "pose"] == [
        "standardise.pose",
        "encoders.pose.encoders.0.stacks.0.0",
        "encoders.pose",
    ]


def test_layers_are_chosen_by_pattern(data, runs):
    layers = find_layers(dg.load_model("mlp", task="action", runs=runs, data=data))
    assert {layer.name for layer in chosen(layers, ["encoders.*e"])} == {"encoders.pose"}
    with pytest.raises(InputError, match=r"encoders\.poise: no such layer; did you mean encoders\.pose"):
        chosen(layers, ["encoders.poise"])


def test_any_recordings_can_be_read(data, runs):
    model = dg.load_model("best", task="action", runs=runs, data=data)
    part = recordings(model, ["s2/mug_lift"])
    (block,) = activations(model, part, chosen(find_layers(model), ["heads.action"]))
    # with gradients torch may take another kernel, which rounds otherwise
    np.testing.assert_allclose(block.layers["heads.action"], model(part.all[0])["action"].detach(), rtol=1e-5)
    with pytest.raises(InputError, match="no sequence 's2/gone'"):
        recordings(model, ["s2/gone"])
    with pytest.raises(InputError, match="none are named"):
        recordings(model, [])


def test_nobody_held_out_was_trained_on(data, runs):
    model = dg.load_model("mlp", task="action", replicate=1, runs=runs, data=data)
    part, tested = held_out(model)
    fold = model.fold()
    assert not set(part.subjects) & set(fold.train.subjects)
    assert set(tested) == set(fold.test.subjects)


def test_an_untrained_network_has_other_weights_and_the_same_normalisation(data, runs):
    model = dg.load_model("mlp", task="body", runs=runs, data=data)
    control, again = model.untrained(5), model.untrained(5)
    states = [each.state_dict() for each in (model, control, again)]
    assert all(torch.equal(states[1][key], states[2][key]) for key in states[1])
    fixed = [key for key in states[0] if "standardise" in key or "natural" in key]
    assert fixed
    assert all(torch.equal(states[0][key], states[1][key]) for key in fixed)
    assert not torch.equal(states[0]["network.heads.body.linear.weight"], states[1]["network.heads.body.linear.weight"])
    # seed 0 drew this one, as the referee draws: the same order, so the same weights
    assert all(torch.equal(states[0][key], model.untrained(0).state_dict()[key]) for key in states[0])


def test_untrained_networks_are_at_chance(data, runs):
    """Drawn weights prefer no class: over many draws the accuracy is that of a blind guess, 1 of 4."""
    model = dg.load_model("mlp", task="action", runs=runs, data=data)
    test = model.fold().test
    inputs, targets = test.all
    right = [
        (model.untrained(seed)(inputs)["action"].argmax(1) == targets["action"]).float().mean() for seed in range(60)
    ]
    assert abs(float(np.mean(right)) - 0.25) < 0.06
