"""What the attention STGCN looks at, drawn on the body and on the hands: gates of nodes, and links that it learned."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from benchmark.data.pictures import flat_hand
from benchmark.representing.networks import NetworkName
from benchmark.representing.one_network import GRAPHS_FILE
from benchmark.representing.represent import result_file
from deepgrasp.choices import POSE, TOUCH
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.inputs.modalities import hand_patches, input_specs
from deepgrasp.library.released import PREDICTIONS
from deepgrasp.library.trained import run_record
from deepgrasp.skeleton import FINGERS, SIDES
from deepgrasp.store.store import Store

matplotlib.use("Agg")  # no display, in a container or on a cluster
import matplotlib.pyplot as plt
from matplotlib.collections import LineCollection

Points = NDArray[np.float64]
STRONGEST = 20  # learned links that are drawn
_SPREAD = {"thumb": 62, "index": 24, "middle": 4, "ring": -14, "pinky": -34}
"""Degrees by which each finger of the right hand leans towards the thumb, palm to the viewer."""


class DrawnBlock(NamedTuple):
    """One block of a network over all nodes of an input, a mean over its trainings.

    Attributes:
        gates: of nodes, ``[V]``; ones without a gate.
        links: ``[V, V]``: absolute weight with which a node (first axis) receives from another, over all subsets.
    """

    gates: NDArray[np.float64]
    links: NDArray[np.float64]


def draw_graphs(out: Path, names: Sequence[NetworkName], store: Store, runs: Path) -> Iterator[tuple[str, plt.Figure]]:
    """A figure by model that has learned graphs or gates: a row a training, a column a block of each input."""
    for model in sorted({name.model for name in names}):
        of_model = [name for name in names if name.model == model]
        rows = {}
        for trained_on in dict.fromkeys(name.trained_on for name in of_model):
            files = [
                result_file(out, name).with_name(GRAPHS_FILE) for name in of_model if name.trained_on == trained_on
            ]
            if blocks := mean_blocks(files):
                rows[trained_on] = blocks
        if rows:
            record = run_record(runs / of_model[0].cell / PREDICTIONS)
            yield model, _figure(model, rows, layouts(record["inputs"], store))


def mean_blocks(files: Sequence[Path]) -> dict[tuple[str, str], DrawnBlock]:
    """Mean gates and links over networks, by modality and block, in the order of computation."""
    found: dict[tuple[str, str], list[DrawnBlock]] = {}
    for file in files:
        if file.is_file():
            for key, block in blocks_in(load_file(file)).items():
                found.setdefault(key, []).append(block)
    return {
        key: DrawnBlock(np.mean([each.gates for each in blocks], 0), np.mean([each.links for each in blocks], 0))
        for key, blocks in found.items()
    }


def blocks_in(arrays: dict[str, NDArray[Any]]) -> dict[tuple[str, str], DrawnBlock]:
    """Blocks of one network from its file; connected parts that have stacks of their own are put together again."""
    sizes: dict[tuple[str, str], int] = {}
    parts: dict[tuple[str, str], list[tuple[NDArray[np.int64], NDArray[Any] | None, NDArray[Any] | None]]] = {}
    # of a layer itself: `<layer>/gate/nodes` are factors
    for name in sorted(key.removesuffix("/nodes") for key in arrays if key.count("/") == 1 and key.endswith("/nodes")):
        # without the number of the stack and what is inside of the block
        place = re.sub(r"\.stacks\.\d+", "", name).removesuffix(".graph.receive").removesuffix(".attention")
        key = name.split(".")[1], place
        nodes = arrays[f"{name}/nodes"].astype(int)
        parts.setdefault(key, []).append((nodes, arrays.get(f"{name}/gate/nodes"), arrays.get(f"{name}/graph")))
        sizes[key] = max(sizes.get(key, 0), int(nodes.max()) + 1)
    found = {}
    for key, each in parts.items():
        # ones: a block without a gate lets all nodes through alike
        gates, links = np.ones(sizes[key]), np.zeros((sizes[key],) * 2)
        for nodes, gate, graph in each:
            if gate is not None:
                gates[nodes] = gate
            if graph is not None:
                # over subsets [K, V, V], in absolute value: weights of two signs would hide each other
                links[np.ix_(nodes, nodes)] = np.abs(graph).sum(0)
        found[key] = DrawnBlock(gates, links)
    return found


class Layout(NamedTuple):
    """Where the nodes of an input are drawn, and which of them the given graph joins.

    Attributes:
        places: ``[V, 2]``.
        given: pairs of nodes, in both directions.
        skin: of touch, the place of every vertex ``[n, 2]`` and its node ``[n]``.
    """

    places: Points
    given: set[tuple[int, int]]
    skin: tuple[Points, NDArray[np.int64]] | None = None


def layouts(inputs: Mapping[str, Any], store: Store) -> dict[str, Layout]:
    """Where the nodes of poses and of touch are drawn, of inputs that a run records; none of early fusion."""
    graphs = GraphChoice(**{key: value for key, value in inputs.items() if key != "frames"})
    found = {}
    for kind, spec in input_specs(store.view(inputs["frames"]), graphs).items():
        given = {*spec.edges, *((child, parent) for parent, child in spec.edges)}
        if kind == POSE:
            found[kind] = Layout(np.array([_joint(name) for name in graphs.pose_nodes]), given)
        elif kind == TOUCH:
            skin, nodes = _skin(graphs, store)
            middles = np.array([skin[nodes == node].mean(0) for node in range(spec.nodes)])
            found[kind] = Layout(middles, given, (skin, nodes))
    return found


def _skin(graphs: GraphChoice, store: Store) -> tuple[Points, NDArray[np.int64]]:
    """Places on the skin of both palms, the left one on the left, and the node of each."""
    places, nodes, first = [], [], 0
    for side in graphs.sides:
        labels = hand_patches(store, side, graphs.patches)
        places.append(flat_hand(store, side) + ((0.085, 0) if side == SIDES[0] else (-0.085, 0)))
        nodes.append(labels + first)
        first += int(labels.max()) + 1
    return np.concatenate(places), np.concatenate(nodes)


def _joint(name: str) -> tuple[float, float]:
    if name == "neck":
        return 0.0, 0.0
    side, _, part = name.partition("_")
    sign = -1 if side == "right" else 1  # seen from the front
    limb = {"collar": (0.5, 0.05), "shoulder": (1.2, -0.1), "elbow": (1.9, -0.9), "wrist": (2.5, -1.7)}
    if part in limb:
        return sign * limb[part][0], limb[part][1]
    finger = next(each for each in FINGERS if part.startswith(each))
    step = 4 if part.endswith("_tip") else int(part[-1])
    # hanging arms, palms to the viewer: thumbs point outwards
    angle = np.radians(_SPREAD[finger])
    far = (0.55 if finger == "thumb" else 0.85) + 0.42 * (step - 1)
    return sign * (2.5 + far * np.sin(angle)), -1.7 - far * np.cos(angle)


def _figure(
    model: str, rows: Mapping[str, Mapping[tuple[str, str], DrawnBlock]], places: Mapping[str, Layout]
) -> plt.Figure:
    columns = [key for key in next(iter(rows.values())) if key[0] in places]
    figure, axes = plt.subplots(
        len(rows), max(1, len(columns)), figsize=(2.9 * max(1, len(columns)), 1.7 * len(rows) + 0.6),
        squeeze=False, layout="constrained",
    )  # fmt: skip
    order = {kind: [key for key in columns if key[0] == kind] for kind in places}
    drawn = None
    for axis, key in zip(axes[0], columns, strict=False):
        axis.set_title(f"{key[0]}, block {order[key[0]].index(key) + 1}")
    for row, (trained_on, blocks) in zip(axes, rows.items(), strict=True):
        for axis, key in zip(row, columns, strict=False):
            drawn = _draw_block(axis, blocks[key], places[key[0]])
        # an axis that is off has no label
        row[0].text(-0.04, 0.5, trained_on, transform=row[0].transAxes, rotation=90, ha="right", va="center")
    if drawn is not None:
        figure.colorbar(drawn, ax=axes, shrink=0.5, label="gate, over the mean of the block")
    figure.suptitle(f"{model}: gates of nodes, and the {STRONGEST} strongest links between nodes that no edge joins")
    return figure


def _draw_block(axis: plt.Axes, block: DrawnBlock, layout: Layout) -> Any:
    at, count = layout.places, len(layout.places)
    # over the mean: which nodes are raised above others; and one range for all blocks, as there is one bar of colours
    colours = block.gates / block.gates.mean()
    if layout.skin is None:
        bones = [(at[a], at[b]) for a, b in sorted(layout.given) if a < b]  # given both ways
        axis.add_collection(LineCollection(bones, colors="0.75", linewidths=1, zorder=1))
        drawn = axis.scatter(*at.T, c=colours, s=14, cmap="coolwarm", vmin=0.8, vmax=1.2, zorder=3)
    else:
        skin, nodes = layout.skin
        drawn = axis.scatter(*skin.T, c=colours[nodes], s=2, cmap="coolwarm", vmin=0.8, vmax=1.2, zorder=1)
    # links that the network made itself: between nodes that are neither one node nor neighbours
    own = [
        (block.links[a, b] + block.links[b, a], a, b)  # a line has no direction
        for a in range(count)
        for b in range(a)
        if (a, b) not in layout.given
    ]
    strongest = sorted(own, reverse=True)[:STRONGEST]
    # a network before its training has learned no link
    top = strongest[0][0] if strongest and strongest[0][0] > 0 else 1.0
    lines = [(at[a], at[b]) for weight, a, b in strongest if weight > 0]
    widths = [2 * weight / top for weight, _, _ in strongest if weight > 0]
    axis.add_collection(LineCollection(lines, colors="#009E73", linewidths=widths, alpha=0.7, zorder=2))
    axis.set(aspect="equal")
    axis.margins(0.06)
    axis.axis("off")
    return drawn
