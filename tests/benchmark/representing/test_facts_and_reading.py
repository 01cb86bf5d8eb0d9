"""Facts of recordings by hand, layers that are read in groups, and graphs that are put together for a drawing."""

import numpy as np

import deepgrasp.library as dg
from benchmark.representing import reading
from benchmark.representing.drawn_graphs import blocks_in, layouts
from benchmark.representing.reading import evenly, looked_at, read_layers
from benchmark.representing.recorded_facts import facts_of, velocities
from deepgrasp.representations.activations import held_out
from deepgrasp.representations.layers import main_layers


def test_velocities_mind_that_frames_are_not_even():
    places = np.array([[[0.0], [1.0], [4.0]]])
    even = velocities(places, np.array([[0.0, 1.0, 2.0]]))
    np.testing.assert_allclose(even[0, :, 0], [1, 2, 3])
    # x = t^2 at 0, 1 and 4 seconds: slopes at the ends are one-sided, the middle one is exact for a parabola
    uneven = velocities(np.array([[[0.0], [1.0], [16.0]]]), np.array([[0.0, 1.0, 4.0]]))
    np.testing.assert_allclose(uneven[0, :, 0], [1, 2, 5])


def test_facts_are_the_stores(data, runs):
    model = dg.load_model("mlp", task="action", runs=runs, data=data)
    part, _ = held_out(model)
    facts = facts_of(part)
    assert {name: each.shape[2] for name, each in facts.numbers.items()} == {
        "joint angle": 39 * 3,
        "joint position": 38 * 3,
        "joint velocity": 38 * 3,
        "contact": 32,
    }
    assert (facts.numbers["contact"] == part.all[0]["touch"][..., 0].numpy()).all()
    assert (facts.classes["action"] == part.all[1]["action"].numpy()).all()
    assert set(facts.hands) == {"right", "left"}


def test_layers_that_do_not_fit_memory_are_read_one_by_one(data, runs, monkeypatch):
    model = dg.load_model("stgcn", task="action", runs=runs, data=data)
    part, _ = held_out(model)
    layers = main_layers(model)
    frames = looked_at(layers)
    assert frames == [0, 2, 4, 6]  # what the layers behind a stride of two give as well
    at_once = {layer.name: values for layer, values in read_layers(model, part, layers, frames)}
    monkeypatch.setattr(reading, "MEMORY", 1)
    for layer, values in read_layers(model, part, layers, frames):
        assert (values == at_once[layer.name]).all()
        assert values.shape == (len(part), 4, layer.units)


def test_even_spacing_by_hand():
    assert evenly(range(10), 4) == [0, 3, 6, 9]
    assert evenly(range(3), 4) == [0, 1, 2]


def test_hands_are_put_together_and_subsets_added():
    place = "encoders.touch.encoders.0.stacks"
    graph = np.array([[[1.0, 0.0], [-2.0, 0.0]], [[0.0, 0.5], [0.0, 0.0]]])
    arrays = {}
    for hand, nodes in enumerate(([0, 1], [2, 3])):
        arrays |= {f"{place}.{hand}.0.graph.receive/graph": graph * (hand + 1)}
        arrays |= {f"{place}.{hand}.0.graph.receive/nodes": np.array(nodes)}
        arrays |= {f"{place}.{hand}.0.attention/gate/nodes": np.array([1.5, 1.25])}
        arrays |= {f"{place}.{hand}.0.attention/nodes": np.array(nodes)}
    ((key, block),) = blocks_in(arrays).items()
    assert key == ("touch", "encoders.touch.encoders.0.0")
    assert block.gates.tolist() == [1.5, 1.25, 1.5, 1.25]
    assert block.links.tolist() == [[1, 0.5, 0, 0], [2, 0, 0, 0], [0, 0, 2, 1], [0, 0, 4, 0]]


def test_every_node_has_a_place_of_its_own(data):
    inputs = {"modalities": "both", "fusion": "late", "hands": "both", "part": "arms", "joints": 21, "patches": 16}
    found = layouts(inputs | {"frames": None}, data.store)
    assert {kind: len(np.unique(layout.places.round(4), axis=0)) for kind, layout in found.items()} == {
        "pose": 49,
        "touch": 32,
    }
    assert layouts(inputs | {"frames": None, "fusion": "early"}, data.store) == {}
