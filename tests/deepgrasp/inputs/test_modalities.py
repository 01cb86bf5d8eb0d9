"""What a network sees: every choice of modality, hand and patches, with values counted by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from deepgrasp.errors import InputError
from deepgrasp.geometry import graph
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.inputs.modalities import hand_patches, input_specs, load_inputs
from deepgrasp.skeleton import arms
from deepgrasp.stgcn.separate_graphs import connected_parts
from deepgrasp.store.layout import POSE_NODES, unpack_touch
from deepgrasp.store.store import Store, open_store


@pytest.fixture(scope="module")
def store(store_path: Path) -> Store:
    return open_store(store_path)


@pytest.mark.parametrize("modalities", ["both", "touch", "pose"])
@pytest.mark.parametrize("hands", ["both", "right", "left"])
@pytest.mark.parametrize("part", ["arms", "hands"])
@pytest.mark.parametrize(("joints", "patches"), [(15, None), (21, 778), (15, 24), (21, 1)])
def test_specs_describe_the_arrays(store: Store, modalities, hands, part, joints, patches) -> None:
    choice = GraphChoice(modalities, hands, part, joints, patches)
    arrays, specs = load_inputs(store, [4, 1], choice), input_specs(store, choice)
    assert set(arrays) == set(specs) == ({"pose", "touch"} if modalities == "both" else {modalities})
    for name, array in arrays.items():
        spec = specs[name]
        assert array.dtype == np.float32
        assert array.shape == (2, spec.frames, spec.nodes, spec.features)
        assert all(0 <= node < spec.nodes for edge in spec.edges for node in edge)


def test_pose_nodes_are_the_arms_joints(store: Store) -> None:
    left = load_inputs(store, [3], GraphChoice(modalities="pose", hands="left", patches=None))["pose"]
    angles, bones = store.read("pose", [3]), store.read("bones", [3])
    for node, name in enumerate(arms("left")):
        assert np.array_equal(left[:, :, node, :3], angles[:, :, arms("both").index(name)])
        assert (left[:, :, node, 3] == bones[:, POSE_NODES.index(name)]).all()


@pytest.mark.parametrize(
    ("part", "joints", "one", "both"),
    [("arms", 15, 20, 39), ("arms", 21, 25, 49), ("hands", 15, 16, 32), ("hands", 21, 21, 42)],
)
def test_graph_kinds(store: Store, part, joints, one: int, both: int) -> None:
    choices = [GraphChoice("pose", hands, part, joints) for hands in ("right", "left", "both")]
    specs = [input_specs(store, choice)["pose"] for choice in choices]
    assert [spec.nodes for spec in specs] == [one, one, both]
    trees = [1, 1, 2 if part == "hands" else 1]  # without arms, two hands are two graphs
    assert [spec.nodes - len(spec.edges) for spec in specs] == trees


def test_fingertips_have_a_length_and_do_not_turn(store: Store) -> None:
    graphs = GraphChoice("pose", "left", "hands", 21)
    pose = load_inputs(store, [5], graphs)["pose"]
    tip, knuckle = graphs.pose_nodes.index("left_thumb_tip"), graphs.pose_nodes.index("left_thumb3")
    assert not pose[0, :, tip, :3].any()
    assert pose[0, 0, tip, 3] > 0
    spec = input_specs(store, graphs)["pose"]
    assert (knuckle, tip) in spec.edges
    assert spec.rest == ((1, 0, 0),) * 21  # all of a left hand points to the left


def test_every_vertex_is_binary_right_hand_first(store: Store) -> None:
    both = load_inputs(store, [3, 0], GraphChoice(modalities="touch", hands="both", patches=None))["touch"]
    right = load_inputs(store, [3, 0], GraphChoice(modalities="touch", hands="right", patches=None))["touch"]
    left = load_inputs(store, [3, 0], GraphChoice(modalities="touch", hands="left", patches=None))["touch"]
    assert set(np.unique(both)) == {0, 1}
    assert np.array_equal(both, np.concatenate([right, left], axis=2))
    assert np.array_equal(left[..., 0], unpack_touch(store.read("touch", [3, 0]))[:, :, 1])


def test_a_patch_is_the_touched_fraction_of_its_vertices(store: Store) -> None:
    touch = load_inputs(store, [2], GraphChoice(modalities="touch", hands="left", patches=24))["touch"]
    bits = unpack_touch(store.read("touch", [2]))[0, 5, 1]
    labels = hand_patches(store, "left", 24)
    for patch in range(24):
        assert touch[0, 5, patch, 0] == pytest.approx(bits[labels == patch].mean())


def test_rows_do_not_depend_on_their_company(store: Store) -> None:
    choice = GraphChoice("touch", patches=24)
    rows = np.arange(70) % 11  # more than one block
    together, alone = load_inputs(store, rows, choice)["touch"], load_inputs(store, [69 % 11], choice)["touch"]
    assert np.array_equal(together[69], alone[0])


def test_hands_are_two_graphs_whose_edges_point_away_from_their_first_node(store: Store) -> None:
    spec = input_specs(store, GraphChoice(modalities="touch", hands="both", patches=24))["touch"]
    sides = [[edge for edge in spec.edges if edge[0] // 24 == side] for side in (0, 1)]
    assert sorted(sides[0] + sides[1]) == sorted(spec.edges)
    for side, edges in enumerate(sides):
        assert all(head // 24 == side for _, head in edges)
        assert 24 * side not in {head for _, head in edges}
        assert {head for _, head in edges} == set(range(24 * side + 1, 24 * side + 24))


def test_the_surface_graph_is_the_models_own(store: Store) -> None:
    spec = input_specs(store, GraphChoice(modalities="touch", hands="right", patches=None))["touch"]
    assert {tuple(sorted(edge)) for edge in spec.edges} == set(
        map(tuple, graph.mesh_edges(store.meshes["right_faces"]).tolist())
    )


@pytest.mark.parametrize("hands", ["both", "right", "left"])
@pytest.mark.parametrize("part", ["arms", "hands"])
@pytest.mark.parametrize(("joints", "patches"), [(15, 778), (21, 24), (15, 1)])
def test_early_fusion_is_one_graph_joined_at_the_wrists(store: Store, hands, part, joints, patches) -> None:
    late = GraphChoice("both", hands, part, joints, patches)
    early = replace(late, fusion="early")
    arrays, specs = load_inputs(store, [4, 1], late), input_specs(store, late)
    (fused,), (spec,) = load_inputs(store, [4, 1], early).values(), input_specs(store, early).values()
    nodes = specs["pose"].nodes
    assert fused.shape == (2, spec.frames, spec.nodes, spec.features) == (2, 8, nodes + specs["touch"].nodes, 5)
    assert np.array_equal(fused[:, :, :nodes, :4], arrays["pose"])
    assert np.array_equal(fused[:, :, nodes:, 4:], arrays["touch"])
    assert not fused[:, :, :nodes, 4:].any()
    assert not fused[:, :, nodes:, :4].any()
    wrists = [(early.pose_nodes.index(f"{side}_wrist"), nodes + k * patches) for k, side in enumerate(early.sides)]
    surface = {(nodes + tail, nodes + head) for tail, head in specs["touch"].edges}
    assert set(spec.edges) == {*specs["pose"].edges, *wrists, *surface}
    assert len(connected_parts(spec)) == (2 if (part, hands) == ("hands", "both") else 1)


@pytest.mark.parametrize("modalities", ["touch", "pose"])
def test_a_modality_alone_is_the_same_fused_early_or_late(store: Store, modalities) -> None:
    late, early = (GraphChoice(modalities, patches=8, fusion=fusion) for fusion in ("late", "early"))
    assert input_specs(store, early) == input_specs(store, late)
    found, expected = load_inputs(store, [3], early), load_inputs(store, [3], late)
    assert found.keys() == expected.keys() == {modalities}
    assert np.array_equal(found[modalities], expected[modalities])


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"modalities": "smell"}, "inputs.modalities: 'smell' is unknown"),
        ({"hands": "third"}, "inputs.hands: 'third' is unknown"),
        ({"part": "legs"}, "inputs.part: 'legs' is unknown; choose arms or hands"),
        ({"joints": 16}, "inputs.joints: 16 is unknown; choose 15 or 21"),
        ({"fusion": "middle"}, "inputs.fusion: 'middle' is unknown; choose late or early"),
        ({"patches": 0}, "inputs.patches: 0 patches; choose 1 to 778"),
        ({"patches": 779}, "inputs.patches: 779 patches"),
    ],
)
def test_unknown_choices(store: Store, choice, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_inputs(store, [0], GraphChoice(**choice))
    with pytest.raises(InputError, match=message):
        input_specs(store, GraphChoice(**choice))
