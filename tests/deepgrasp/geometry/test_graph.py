"""Edges, directions, patches and adjacency matrices, by cases small enough to check by hand."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from deepgrasp import skeleton
from deepgrasp.errors import InputError
from deepgrasp.geometry import graph
from deepgrasp.geometry.patches import cut_patches

SQUARE = [[0, 1, 2], [0, 2, 3]]  # two triangles share the diagonal 0-2
PATH = [(0, 1), (1, 2), (2, 3)]


def grid(side: int) -> np.ndarray:
    """Edges of a ``side x side`` square grid."""
    nodes = np.arange(side * side).reshape(side, side)
    across = np.stack([nodes[:, :-1].ravel(), nodes[:, 1:].ravel()], axis=1)
    down = np.stack([nodes[:-1].ravel(), nodes[1:].ravel()], axis=1)
    return np.concatenate([across, down])


def test_arm_edges_run_from_parent_to_child_by_name() -> None:
    names = ("left_wrist", "left_elbow", "neck", "left_collar", "left_shoulder", "left_thumb1")
    edges = {(names[a], names[b]) for a, b in graph.arm_edges(names).tolist()}
    assert edges == {
        ("left_elbow", "left_wrist"),
        ("left_shoulder", "left_elbow"),
        ("left_collar", "left_shoulder"),
        ("neck", "left_collar"),
        ("left_wrist", "left_thumb1"),
    }


@pytest.mark.parametrize(("hands", "nodes"), [("right", 20), ("left", 20), ("both", 39)])
def test_an_arm_graph_is_a_tree_rooted_at_the_neck(hands: str, nodes: int) -> None:
    names = skeleton.arms(hands)
    children = graph.arm_edges(names)[:, 1].tolist()
    assert len(names) == nodes
    assert sorted([*children, names.index("neck")]) == list(range(nodes))


def test_mesh_edges_are_simple() -> None:
    assert graph.mesh_edges(SQUARE).tolist() == [[0, 1], [0, 2], [0, 3], [1, 2], [2, 3]]
    assert graph.mesh_edges(SQUARE + SQUARE).tolist() == graph.mesh_edges(SQUARE).tolist()


def test_directed_edges_point_away_from_node_0() -> None:
    assert graph.directed([(3, 2), (2, 1), (1, 0)], 4).tolist() == [[0, 1], [1, 2], [2, 3]]
    # 0 meets 2 and 3 before 1: the edge 1-2 points towards 1, though 1 is the lower number
    assert graph.directed([(1, 2), (0, 2), (0, 3)], 4).tolist() == [[0, 2], [0, 3], [2, 1]]


def test_directed_edges_of_a_graph_in_two_parts() -> None:
    assert graph.directed([(0, 1), (3, 2)], 4).tolist() == [[0, 1], [2, 3]]


@pytest.mark.parametrize("count", [1, 2, 7, 24, 100, 225])
def test_patches_cover_are_connected_and_balanced(count: int) -> None:
    edges, nodes = grid(15), 225
    labels = cut_patches(edges, nodes, count)
    sizes = np.bincount(labels, minlength=count)
    inside = edges[labels[edges[:, 0]] == labels[edges[:, 1]]]
    assert sizes.min() >= nodes / count / 2 - 1
    assert sizes.max() <= 2 * nodes / count
    assert _parts(inside, nodes) == count
    assert labels[0] == 0
    assert np.array_equal(labels, cut_patches(edges[::-1, ::-1], nodes, count))


def test_patches_of_a_path_and_their_quotient() -> None:
    labels = cut_patches(PATH, 4, 2)
    assert labels.tolist() == [0, 0, 1, 1]
    assert graph.quotient(PATH, labels).tolist() == [[0, 1]]


@pytest.mark.parametrize("count", [0, 1, 5])
def test_an_impossible_number_of_patches_is_refused(count: int) -> None:
    with pytest.raises(InputError, match="choose 2 to 4"):
        cut_patches([(0, 1), (2, 3)], 4, count)


def test_partition_adjacency_by_hand() -> None:
    identity, inward, outward = graph.partition_adjacency([(0, 1), (0, 2)], 4)
    assert np.array_equal(identity, np.eye(4))
    assert inward.tolist() == [[0, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert outward.tolist() == [[0, 0, 0, 0], [0.5, 0, 0, 0], [0.5, 0, 0, 0], [0, 0, 0, 0]]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch_geometric calls torch.jit
def test_partition_adjacency_equals_the_library() -> None:
    import torch

    edges = graph.arm_edges(skeleton.arms("both"))
    reference = _library().GraphAAGCN(torch.as_tensor(edges.T), 39).A
    assert np.array_equal(graph.partition_adjacency(edges, 39), reference.numpy())


def test_normalised_adjacency_by_hand() -> None:
    half, mixed, third = 1 / 2, 1 / 6**0.5, 1 / 3
    expected = [[half, mixed, 0], [mixed, third, mixed], [0, mixed, half]]
    assert np.allclose(graph.normalised_adjacency([(0, 1), (1, 2)], 3), expected)


def _parts(edges: np.ndarray, nodes: int) -> int:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(nodes, nodes))
    return int(connected_components(links, directed=False)[0])


def _library():  # the one module by its file: importing the package needs torch-sparse
    package = importlib.util.find_spec("torch_geometric_temporal")
    if package is None or package.submodule_search_locations is None:
        pytest.skip("torch-geometric-temporal is not installed")
    path = Path(package.submodule_search_locations[0], "nn", "attention", "tsagcn.py")
    spec = importlib.util.spec_from_file_location("tsagcn_reference", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
