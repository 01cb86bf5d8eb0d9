"""Graphs as index arrays: edges from joint names or mesh faces, their directions, and adjacency matrices."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepgrasp.skeleton import arm_parent

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Edges = NDArray[np.int64]  # [E, 2] pairs of node indices


def arm_edges(names: Sequence[str]) -> Edges:
    """Directed parent -> child edges ``[E, 2]`` among the named joints; a joint whose parent is absent has none."""
    index = {name: k for k, name in enumerate(names)}
    # directed: with edges both ways the inward and outward subsets of an adaptive layer are one matrix
    pairs = [(index[str(arm_parent(name))], k) for name, k in index.items() if arm_parent(name) in index]
    return _pairs(pairs)


def levels(parents: Sequence[int]) -> list[list[int]]:
    """Nodes of a forest in levels, by their number of ancestors, roots first: the order that kinematics needs.

    Args:
        parents: index of each node's parent; a root has a negative one, or itself.
    """
    # breadth first, a level at a time: SMPL-X has ten
    found = [[node for node, parent in enumerate(parents) if parent in (-1, node)]]
    while below := [node for node, parent in enumerate(parents) if parent in found[-1] and parent != node]:
        found.append(below)
    return found


def mesh_edges(faces: ArrayLike) -> Edges:
    """Undirected edges ``[E, 2]`` of a triangle mesh, each once as ``(low, high)``, sorted.

    Args:
        faces: ``[F, 3]`` vertex indices.
    """
    corners = np.asarray(faces, dtype=np.int64).reshape(-1, 3)
    # each inner edge is in two triangles: counted twice, as in the published touch graph, it would weigh double
    return simple_edges(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]]))


def simple_edges(edges: ArrayLike) -> Edges:
    """Undirected edges ``[E, 2]``, each once as ``(low, high)``, sorted and without self-loops."""
    pairs = np.sort(_pairs(edges), axis=1)
    return np.asarray(np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0))


def links(edges: ArrayLike, nodes: int) -> "csr_array":
    """Symmetric sparse matrix of ones ``[nodes, nodes]`` of an undirected graph, for scipy; columns are sorted."""
    from scipy.sparse import coo_array  # here: kinematics import this module too, in processes that need numpy alone

    pairs = simple_edges(edges)
    both = np.concatenate([pairs, pairs[:, ::-1]])
    matrix = coo_array((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(nodes, nodes)).tocsr()
    matrix.sort_indices()  # a search meets the lower node first
    return matrix


def directed(edges: ArrayLike, nodes: int) -> Edges:
    """Edges ``[E, 2]`` that point away from node 0: from the node that a breadth-first search meets first.

    A surface has no parent and child; without a direction the inward and outward subsets of an attention
    graph layer would be the same matrix.
    """
    from scipy.sparse.csgraph import breadth_first_order

    pairs = simple_edges(edges)
    matrix = links(pairs, nodes)
    # [nodes]: when the search meets each node
    rank = np.full(nodes, -1)
    while (unmet := np.flatnonzero(rank < 0)).size:  # more than once only if the graph falls apart
        order = breadth_first_order(matrix, unmet[0], return_predecessors=False)
        rank[order] = nodes - unmet.size + np.arange(order.size)
    forward = rank[pairs[:, 0]] < rank[pairs[:, 1]]
    return np.where(forward[:, None], pairs, pairs[:, ::-1])


def quotient(edges: ArrayLike, labels: NDArray[np.int64]) -> Edges:
    """Undirected edges between patches, each once: two patches are joined when any of their nodes are.

    Args:
        labels: ``[nodes]`` patch of each node.
    """
    # edges inside a patch become self-loops, which simple_edges drops
    return simple_edges(labels[_pairs(edges)])


def partition_adjacency(edges: ArrayLike, nodes: int) -> NDArray[np.float32]:
    """Adjacency matrices of an adaptive graph layer: identity, inward, outward; columns sum to 1 (or 0).

    Follows 2s-AGCN (Shi et al. 2019, section 3.1): ``inward[parent, child]`` and its transpose. A layer computes
    ``x @ A``, so column v holds what node v receives.

    Args:
        edges: directed ``(parent, child)`` pairs.

    Returns:
        ``[3, nodes, nodes]``.
    """
    # The published layer gets undirected edges, and then its inward and outward subsets are identical.
    inward = np.zeros((nodes, nodes), dtype=np.float32)
    parents, children = _pairs(edges).T
    inward[parents, children] = 1
    return np.stack([np.eye(nodes, dtype=np.float32), _columns_to_one(inward), _columns_to_one(inward.T)])


def normalised_adjacency(edges: ArrayLike, nodes: int) -> NDArray[np.float32]:
    """Normalised adjacency ``D^-1/2 (A + I) D^-1/2`` ``[nodes, nodes]`` (Kipf and Welling 2017, eq. 2)."""
    adjacency = np.eye(nodes, dtype=np.float32)
    tails, heads = _pairs(edges).T
    adjacency[tails, heads] = adjacency[heads, tails] = 1
    # no division by zero: the self-loop gives each node a degree of at least one
    scale = 1 / np.sqrt(adjacency.sum(axis=0))
    return np.asarray(scale[:, None] * adjacency * scale, dtype=np.float32)


def _pairs(edges: ArrayLike) -> Edges:
    return np.asarray(edges, dtype=np.int64).reshape(-1, 2)


def _columns_to_one(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    # a node that receives nothing keeps its column of zeros
    return np.asarray(matrix / np.maximum(matrix.sum(axis=0, keepdims=True), 1), dtype=np.float32)
