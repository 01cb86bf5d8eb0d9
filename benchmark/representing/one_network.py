"""One network looked into: probes of its layers, likeness of its layers, tuning of its units, its graphs and gates."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from safetensors.numpy import save_file

from benchmark.pipeline.schema import checked_json, to_json
from benchmark.representing.activations_file import write_activations
from benchmark.representing.layer_likeness import Likeness, matrices_of
from benchmark.representing.mean_graphs import mean_graphs
from benchmark.representing.networks import NetworkName, checkpoint_hash
from benchmark.representing.reading import evenly, looked_at, read_layers
from benchmark.representing.recorded_facts import facts_of
from benchmark.representing.unit_tuning import tuned_units
from deepgrasp.files import replaced, write_text
from deepgrasp.library.opening import Data
from deepgrasp.library.parts import PartDataset
from deepgrasp.library.trained import TrainedModel
from deepgrasp.representations.activations import held_out, recordings
from deepgrasp.representations.layers import Layer, chosen, find_layers, main_layers
from deepgrasp.representations.linear_probes import most_frequent, probe_classes, probe_numbers

NETWORK_FILE, ACTIVATIONS_FILE = "network.json", "activations.safetensors"
SIMILARITY_FILE, TUNING_FILE, GRAPHS_FILE = "similarity.safetensors", "tuning.safetensors", "graphs.safetensors"
PROBED_FRAMES = 2  # of a window, on which probes are fitted: more are hardly new, and cost the cube
_DIGITS = 6


class NetworkQuestion(NamedTuple):
    """What is to be found of a network.

    Attributes:
        layers: patterns of names; None: the main ones.
        keep: whether the activations themselves are written.
        recordings: of which recordings they are, by id; None: those of tested people.
    """

    layers: tuple[str, ...] | None
    keep: bool
    recordings: tuple[str, ...] | None


def look_into(
    name: NetworkName, runs: Path, data: Data, asked: NetworkQuestion, out: Path, key: Mapping[str, Any]
) -> None:
    """Write what is found of a network into ``out``; it stays as it is if that was found by the same ``key``.

    Raises:
        InputError: a layer is asked for that the network has not, or there are not two held-out people.
    """
    origin = {"checkpoint": checkpoint_hash(runs, name), "data": data.store.hash, "cell": name.cell}
    known = out / NETWORK_FILE
    # the same weights, data, code and options give the same numbers
    if known.is_file() and checked_json(known.read_bytes(), known).get("origin") == origin | dict(key):
        return
    model = name.load(runs, data)
    layers = chosen(find_layers(model), asked.layers) if asked.layers else main_layers(model)
    part, tested = held_out(model)
    with replaced(out) as scratch:
        record, tuned = _found(model, layers, part, tested)
        save_file(tuned, scratch / TUNING_FILE)
        save_file(matrices_of(model, layers, looked_at(layers)), scratch / SIMILARITY_FILE)
        if graphs := mean_graphs(model, part, tested):
            save_file(graphs, scratch / GRAPHS_FILE)
        if asked.keep:
            # the part holds validation people, too: they fit probes, but training may have chosen its state by them
            # as for intervals: scipy.stats would import much more
            of_tested = [each for each, who in zip(part.sequences, part.subjects, strict=True) if who in tested]
            read = recordings(model, asked.recordings or of_tested)
            about = {"network": name.path, **origin}
            write_activations(scratch / ACTIVATIONS_FILE, model, read, layers, about)
        said = {"network": name.path, "origin": origin | dict(key), "tested": list(tested), "recordings": len(part)}
        write_text(scratch / NETWORK_FILE, to_json(rounded(said | record)))


def _found(
    model: TrainedModel, layers: tuple[Layer, ...], part: PartDataset, tested: tuple[str, ...]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The record of a network, and the arrays of its units."""
    facts, people, frames = facts_of(part), part.subjects, looked_at(layers)
    # not the first and the last, whose velocity is one-sided
    probed = evenly(frames[1:-1] or frames, PROBED_FRAMES)
    numbers = {fact: each[:, probed].reshape(-1, each.shape[-1]) for fact, each in facts.numbers.items()}  # [n S, K]
    whose = [person for person in people for _ in probed]
    likeness = Likeness(people, tested)
    probes: dict[str, Any] = {}
    tuned: dict[str, Any] = {}
    arrays: dict[str, Any] = {}
    for seen in read_layers(model, part, layers, frames):
        layer, values = seen
        # the mean over frames: what the heads of classes read, too
        found = probe_classes(values.mean(1), facts.classes, people, tested)
        if layer.time is not None:  # of a layer without frames no moment can be asked
            at = values[:, [frames.index(frame) for frame in probed]].reshape(-1, layer.units)  # [n S, units]
            found |= probe_numbers(at, numbers, whose, tested)
            tuned[layer.name], more = tuned_units(seen, facts, frames, people, tested)
            arrays |= more
        probes[layer.name] = found
        likeness.add(seen)
    return {
        "layers": [{"name": layer.name, "shape": list(layer.shape), "frames": list(layer.frames)} for layer in layers],
        "frames": {"looked_at": frames, "probed": probed},
        "probes": probes,
        "chance": {fact: most_frequent(labels, people, tested) for fact, labels in facts.classes.items()},
        "tuning": tuned,
        "alike": likeness.result(),
    }, arrays


def rounded(value: Any) -> Any:
    """Numbers with six digits behind the point, which a sum in another order hardly moves; None for no number."""
    if isinstance(value, float):
        return round(value, _DIGITS) if np.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: rounded(each) for key, each in value.items()}
    return [rounded(each) for each in value] if isinstance(value, (list, tuple)) else value
