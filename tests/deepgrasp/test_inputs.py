"""What a network sees: every choice of modality, hand and patches, with values counted by hand."""

from pathlib import Path

import numpy as np
import pytest

from deepgrasp import graph
from deepgrasp.errors import InputError
from deepgrasp.features import unpack_touch
from deepgrasp.inputs import hand_patches, input_specs, load_inputs
from deepgrasp.skeleton import arms
from deepgrasp.store import Store, open_store


@pytest.fixture(scope="module")
def store(store_path: Path) -> Store:
    return open_store(store_path)


@pytest.mark.parametrize("modalities", ["both", "touch", "pose"])
@pytest.mark.parametrize("hands", ["both", "right", "left"])
@pytest.mark.parametrize("patches", [None, 778, 24, 1])
def test_specs_describe_the_arrays(store: Store, modalities, hands, patches) -> None:
    choice = {"modalities": modalities, "hands": hands, "patches": patches}
    arrays, specs = load_inputs(store, [4, 1], **choice), input_specs(store, **choice)
    assert set(arrays) == set(specs) == ({"pose", "touch"} if modalities == "both" else {modalities})
    for name, array in arrays.items():
        spec = specs[name]
        assert array.dtype == np.float32
        assert array.shape == (2, spec.frames, spec.nodes, spec.features)
        assert all(0 <= node < spec.nodes for edge in spec.edges for node in edge)


def test_pose_nodes_are_the_arms_joints(store: Store) -> None:
    left = load_inputs(store, [3], modalities="pose", hands="left", patches=None)["pose"]
    everything = store.read("pose", [3])
    for node, name in enumerate(arms("left")):
        assert np.array_equal(left[:, :, node], everything[:, :, arms("both").index(name)])


def test_every_vertex_is_binary_right_hand_first(store: Store) -> None:
    both = load_inputs(store, [3, 0], modalities="touch", hands="both", patches=None)["touch"]
    right = load_inputs(store, [3, 0], modalities="touch", hands="right", patches=None)["touch"]
    left = load_inputs(store, [3, 0], modalities="touch", hands="left", patches=None)["touch"]
    assert set(np.unique(both)) == {0, 1}
    assert np.array_equal(both, np.concatenate([right, left], axis=2))
    assert np.array_equal(left[..., 0], unpack_touch(store.read("touch", [3, 0]))[:, :, 1])


def test_a_patch_is_the_touched_fraction_of_its_vertices(store: Store) -> None:
    touch = load_inputs(store, [2], modalities="touch", hands="left", patches=24)["touch"]
    bits = unpack_touch(store.read("touch", [2]))[0, 5, 1]
    labels = hand_patches(store, "left", 24)
    for patch in range(24):
        assert touch[0, 5, patch, 0] == pytest.approx(bits[labels == patch].mean())


def test_rows_do_not_depend_on_their_company(store: Store) -> None:
    choice = {"modalities": "touch", "hands": "both", "patches": 24}
    rows = np.arange(70) % 11  # more than one block
    together, alone = load_inputs(store, rows, **choice)["touch"], load_inputs(store, [69 % 11], **choice)["touch"]
    assert np.array_equal(together[69], alone[0])


def test_hands_are_two_graphs_whose_edges_point_away_from_their_first_node(store: Store) -> None:
    spec = input_specs(store, modalities="touch", hands="both", patches=24)["touch"]
    sides = [[edge for edge in spec.edges if edge[0] // 24 == side] for side in (0, 1)]
    assert sorted(sides[0] + sides[1]) == sorted(spec.edges)
    for side, edges in enumerate(sides):
        assert all(head // 24 == side for _, head in edges)
        assert 24 * side not in {head for _, head in edges}
        assert {head for _, head in edges} == set(range(24 * side + 1, 24 * side + 24))


def test_the_surface_graph_is_the_models_own(store: Store) -> None:
    spec = input_specs(store, modalities="touch", hands="right", patches=None)["touch"]
    assert {tuple(sorted(edge)) for edge in spec.edges} == set(
        map(tuple, graph.mesh_edges(store.meshes["right_faces"]).tolist())
    )


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"modalities": "smell"}, "inputs.modalities: 'smell' is unknown"),
        ({"hands": "third"}, "inputs.hands: 'third' is unknown"),
        ({"patches": 0}, "inputs.patches: 0 patches; choose 1 to 778"),
        ({"patches": 779}, "inputs.patches: 779 patches"),
    ],
)
def test_unknown_choices(store: Store, choice, message: str) -> None:
    chosen = {"modalities": "both", "hands": "both", "patches": 24} | choice
    with pytest.raises(InputError, match=message):
        load_inputs(store, [0], **chosen)
    with pytest.raises(InputError, match=message):
        input_specs(store, **chosen)
