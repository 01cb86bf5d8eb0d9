"""Graphs as index arrays: joint names or mesh faces to edges, patches of a surface, and adjacency matrices."""

from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepgrasp.errors import InputError
from deepgrasp.skeleton import arm_parent

Edges = NDArray[np.int64]  # [E, 2] pairs of node indices


def arm_edges(names: Sequence[str]) -> Edges:
    """Directed parent -> child edges ``[E, 2]`` among the named joints; a joint whose parent is absent has none."""
    index = {name: k for k, name in enumerate(names)}
    pairs = [(index[str(arm_parent(name))], k) for name, k in index.items() if arm_parent(name) in index]
    return _pairs(pairs)


def levels(parents: Sequence[int]) -> list[list[int]]:
    """The nodes of a forest by their number of ancestors, roots first: the order in which kinematics follows them.

    Args:
        parents: index of each node's parent; a root has a negative one, or itself.
    """
    found = [[node for node, parent in enumerate(parents) if parent in (-1, node)]]
    while below := [node for node, parent in enumerate(parents) if parent in found[-1] and parent != node]:
        found.append(below)
    return found


def mesh_edges(faces: ArrayLike) -> Edges:
    """The simple undirected graph of a triangle mesh: each edge once, as ``(low, high)``, sorted.

    Args:
        faces: ``[F, 3]`` vertex indices.
    """
    corners = np.asarray(faces, dtype=np.int64).reshape(-1, 3)
    return simple_edges(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]]))


def simple_edges(edges: ArrayLike) -> Edges:
    """Each undirected edge once, as ``(low, high)``, sorted and without self-loops."""
    pairs = np.sort(_pairs(edges), axis=1)
    return np.asarray(np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0))


def directed(edges: ArrayLike, nodes: int) -> Edges:
    """Point every edge away from node 0: from the node that a breadth-first search meets first to the later one.

    A surface has no parent and child; without a direction the inward and outward subsets of an attention
    graph layer would be the same matrix.
    """
    pairs = simple_edges(edges)
    rank = _breadth_first_rank(pairs, nodes)
    forward = rank[pairs[:, 0]] < rank[pairs[:, 1]]
    return np.where(forward[:, None], pairs, pairs[:, ::-1])


def patches(edges: ArrayLike, nodes: int, count: int) -> NDArray[np.int64]:
    """Cut a graph into ``count`` connected patches of nearly equal size.

    Seeds are spread by farthest-first traversal in hops (Gonzalez 1985) and re-centred (Lloyd 1982); each node joins
    its nearest seed; then border nodes move to smaller neighbours. Only the graph decides: no coordinates, no
    random numbers.

    Returns:
        ``[nodes]`` patch of each node, numbered by their first node, so that patch 0 holds node 0.

    Raises:
        InputError: the count is not between the number of connected parts and the number of nodes.
    """
    pairs = simple_edges(edges)
    hops = _hop_distances(pairs, nodes)
    parts = sum(not np.isfinite(row[:k]).any() for k, row in enumerate(hops))  # nodes that no earlier one reaches
    if not parts <= count <= nodes:
        raise InputError("inputs.patches", f"{count} patches", f"choose {max(parts, 1)} to {nodes}")
    seeds = _farthest_first(hops, count)
    for _ in range(4):  # a hand's seeds hardly move after the second round
        labels = hops[seeds].argmin(axis=0)  # the lower seed wins a tie, which keeps every patch connected
        seeds = [_centre(hops, np.flatnonzero(labels == k)) for k in range(count)]
    labels = _balance(_neighbours(pairs, nodes), hops[seeds].argmin(axis=0))
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]


def quotient(edges: ArrayLike, labels: NDArray[np.int64]) -> Edges:
    """Simple undirected edges between patches: two patches are joined when any of their nodes are."""
    return simple_edges(labels[_pairs(edges)])


def partition_adjacency(edges: ArrayLike, nodes: int) -> NDArray[np.float32]:
    """The three subsets of an adaptive graph layer: identity, inward, outward, each column summing to 1 (or 0).

    Follows 2s-AGCN (Shi et al. 2019, section 3.1): ``inward[parent, child]`` and its transpose. A layer computes
    ``x @ A``, so column v holds what node v receives.

    Args:
        edges: directed ``(parent, child)`` pairs.

    Returns:
        ``[3, nodes, nodes]``.
    """
    inward = np.zeros((nodes, nodes), dtype=np.float32)
    parents, children = _pairs(edges).T
    inward[parents, children] = 1
    return np.stack([np.eye(nodes, dtype=np.float32), _columns_to_one(inward), _columns_to_one(inward.T)])


def normalised_adjacency(edges: ArrayLike, nodes: int) -> NDArray[np.float32]:
    """``D^-1/2 (A + I) D^-1/2`` of the undirected graph (Kipf and Welling 2017, eq. 2), ``[nodes, nodes]``."""
    adjacency = np.eye(nodes, dtype=np.float32)
    tails, heads = _pairs(edges).T
    adjacency[tails, heads] = adjacency[heads, tails] = 1
    scale = 1 / np.sqrt(adjacency.sum(axis=0))
    return np.asarray(scale[:, None] * adjacency * scale, dtype=np.float32)


def _pairs(edges: ArrayLike) -> Edges:
    return np.asarray(edges, dtype=np.int64).reshape(-1, 2)


def _columns_to_one(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(matrix / np.maximum(matrix.sum(axis=0, keepdims=True), 1), dtype=np.float32)


def _neighbours(pairs: Edges, nodes: int) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(nodes)]
    for tail, head in pairs.tolist():
        found[tail].append(head)
        found[head].append(tail)
    return [sorted(near) for near in found]


def _breadth_first_rank(pairs: Edges, nodes: int) -> NDArray[np.int64]:
    neighbours = _neighbours(pairs, nodes)
    rank: dict[int, int] = {}
    for start in range(nodes):  # more than one start only if the graph falls apart
        if start in rank:
            continue
        rank[start] = len(rank)
        queue = deque([start])
        while queue:
            for node in neighbours[queue.popleft()]:
                if node not in rank:
                    rank[node] = len(rank)
                    queue.append(node)
    return np.array([rank[node] for node in range(nodes)], dtype=np.int64)


def _hop_distances(pairs: Edges, nodes: int) -> NDArray[np.float64]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import shortest_path

    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(nodes, nodes))
    return np.asarray(shortest_path(links.tocsr(), directed=False, unweighted=True))


def _farthest_first(hops: NDArray[np.float64], count: int) -> list[int]:
    seeds = [0]
    while len(seeds) < count:
        seeds.append(int(hops[seeds].min(axis=0).argmax()))
    return seeds


def _centre(hops: NDArray[np.float64], members: NDArray[np.int64]) -> int:
    return int(members[hops[np.ix_(members, members)].sum(axis=1).argmin()])


def _balance(neighbours: list[list[int]], labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Move border nodes to a neighbouring patch that is smaller by two or more, while the old patch stays connected."""
    home = labels.tolist()
    members: list[set[int]] = [set() for _ in range(max(home) + 1)]
    for node, patch in enumerate(home):
        members[patch].add(node)
    moved = True
    while moved:  # ends: each move lowers the sum of squared sizes
        moved = False
        for node, near in enumerate(neighbours):
            patches_near = {home[other] for other in near} | {home[node]}
            target = min(patches_near, key=lambda patch: (len(members[patch]), patch))
            rest = members[home[node]] - {node}
            if len(members[target]) < len(rest) and _is_connected(rest, neighbours):
                members[home[node]], home[node], moved = rest, target, True
                members[target].add(node)
    return np.array(home, dtype=np.int64)


def _is_connected(nodes: set[int], neighbours: list[list[int]]) -> bool:
    reached = {min(nodes)}
    frontier = list(reached)
    while frontier:
        new = {near for near in neighbours[frontier.pop()] if near in nodes} - reached
        reached |= new
        frontier.extend(new)
    return len(reached) == len(nodes)
