"""Gradients go through the streams to recorded joints, and add up to what is lost without any of them."""

import numpy as np
import pytest
import torch

from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.inputs.modalities import input_specs, load_inputs
from deepgrasp.probes.attribution import agreement, integrated_gradients
from deepgrasp.probes.perturbed_store import PerturbedStore, read_windows
from deepgrasp.probes.silence import at_rest, mean_posture, places, silenced
from deepgrasp.probes.torch_streams import network_inputs

STREAMS = ("joint", "bone", "motion", "posture")


@pytest.mark.parametrize("fusion", ["late", "early"])
def test_streams_are_those_of_the_referee(known, fusion):
    graphs = GraphChoice(patches=4, fusion=fusion)
    late = GraphChoice(patches=4)
    recorded = {kind: torch.from_numpy(x) for kind, x in load_inputs(known.store, known.rows, late).items()}
    found = network_inputs(recorded, input_specs(known.store, late), STREAMS, fused=graphs.fused)
    for kind, x in load_inputs(known.store, known.rows, graphs, STREAMS).items():
        np.testing.assert_allclose(found[kind].numpy(), x, atol=2e-6)


def test_attributions_add_up_and_find_the_one_joint_that_counts(known):
    specs = input_specs(known.store, known.graphs)
    wrist = known.graphs.pose_nodes.index("right_wrist")
    rows = known.rows[:3]
    seen = read_windows(known.store, rows, known.graphs).clean
    recorded, rest = (
        load_inputs(PerturbedStore(known.store, rows, each), rows, known.graphs)
        for each in (seen, at_rest(seen, mean_posture(seen.pose)))
    )

    def view(x):
        return network_inputs(x, specs, ("posture",), fused=False)

    def loss(inputs):
        return -inputs["pose"][:, :, wrist, :3].square().sum() - 0.5 * inputs["touch"].square().sum()

    found = integrated_gradients(loss, recorded, rest, view, steps=24)
    ends = [float(loss(view({k: torch.from_numpy(v) for k, v in each.items()}))) for each in (rest, recorded)]
    assert sum(each.sum() for each in found.values()) == pytest.approx(ends[0] - ends[1], rel=5e-3)
    names = np.array(known.graphs.pose_nodes)
    above = {"right_elbow", "right_shoulder", "right_collar"}  # the arm that carries the wrist, and nothing else
    assert set(names[np.abs(found["pose"]).max(axis=0) > 1e-6]) == above


def test_a_place_that_is_silenced_is_silent_and_the_others_are_not(known):
    windows, posture = known.windows, mean_posture(known.windows.clean.pose)
    all_places = places(known.graphs, windows.patches)
    assert len(all_places) == 39 + 2 * 4
    for place in (all_places[3], all_places[-1]):
        seen = silenced(windows, place, posture)
        inputs = load_inputs(PerturbedStore(known.store, known.rows, seen), known.rows, known.graphs)
        clean = load_inputs(known.store, known.rows, known.graphs)
        changed = [
            (kind, np.flatnonzero((inputs[kind] != clean[kind]).any(axis=(0, 1, 3))).tolist()) for kind in inputs
        ]
        expected = {"pose": [3], "touch": []} if place.sense == "pose" else {"pose": [], "touch": [7]}
        assert dict(changed) == expected


def test_agreement_is_spearmans():
    assert agreement([1, 2, 3, 4], [10, 20, 30, 400]) == 1
    assert agreement([1, 2, 3], [3, 2, 1]) == -1
    assert agreement([1, 1, 1], [3, 2, 1]) is None
    assert agreement([1, 2, 2, 3], [1, 2, 3, 4]) == pytest.approx(0.9486832980505138)
