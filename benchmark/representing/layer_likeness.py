"""How alike layers are: within one network, and as matrices by which other networks are compared with it."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.representing.reading import Seen, evenly, read_layers
from deepgrasp.library.trained import TrainedModel
from deepgrasp.representations.activations import recordings
from deepgrasp.representations.layers import ENCODER_LAYERS, INPUT_LAYERS, Layer
from deepgrasp.representations.similarity import FEWEST, cka, correlation, gram, ranks, rdm

STIMULI = 36  # recordings of a person by which networks are compared

Floats = NDArray[np.float64]


class Likeness:
    """CKA and RSA between all layers of one modality, of each tested person, from layers that come one by one."""

    def __init__(self, people: Sequence[str], tested: Sequence[str]) -> None:
        rows = {person: [k for k, each in enumerate(people) if each == person] for person in tested}
        # of fewer recordings there is no unbiased CKA
        self.rows = {person: found for person, found in rows.items() if len(found) >= FEWEST}
        self.names: dict[str, list[str]] = {}
        self.grams: dict[tuple[str, str], list[Floats]] = {}
        self.ranks: dict[tuple[str, str], list[Floats]] = {}

    def add(self, seen: Seen) -> None:
        """Take a layer of an encoder, or its input; others belong to no modality."""
        if seen.layer.name.partition(".")[0] not in (INPUT_LAYERS, ENCODER_LAYERS):
            return
        kind = seen.layer.modality
        self.names.setdefault(kind, []).append(seen.layer.name)
        for person, rows in self.rows.items():
            own = seen.values[rows].reshape(len(rows), -1)  # [m, S units]: the window as a whole
            self.grams.setdefault((kind, person), []).append(gram(own))
            # ranked once a layer, and not once a pair of layers
            self.ranks.setdefault((kind, person), []).append(ranks(rdm(own)))

    def result(self) -> dict[str, Any]:
        """How alike layers are, by modality: names of ``layers``, and by person ``cka`` and ``rsa``, ``[L, L]``."""
        return {
            kind: {
                "layers": names,
                "cka": {who: _pairs(self.grams[kind, who], cka) for who in self.rows},
                "rsa": {who: _pairs(self.ranks[kind, who], correlation) for who in self.rows},
            }
            for kind, names in self.names.items()
        }


def _pairs(matrices: Sequence[Floats], alike: Callable[[Floats, Floats], float]) -> list[list[float]]:
    found = np.eye(len(matrices))
    for k, one in enumerate(matrices):
        for j in range(k, len(matrices)):
            found[k, j] = found[j, k] = alike(one, matrices[j])
    return [[float(value) for value in row] for row in found]


def matrices_of(model: TrainedModel, layers: Sequence[Layer], frames: Sequence[int]) -> dict[str, NDArray[np.float32]]:
    """``<modality>/<person>/gram`` and ``/rdm``, ``[m, m]``: every person's recordings as the encoders give them.

    Of people on whom the network was trained too: only so can two trainings be compared, as no person is tested on
    both. ``m`` is at most :data:`STIMULI`; the recordings are the same for all networks.
    """
    by_person: dict[str, list[str]] = {}
    for record in model.data.store.sequences:
        by_person.setdefault(record["subject"], []).append(record["id"])
    features = [layer for layer in layers if layer.name == f"{ENCODER_LAYERS}.{layer.modality}"]
    found = {}
    for person, ids in by_person.items():
        if len(ids) < FEWEST:
            continue
        for layer, values in read_layers(model, recordings(model, evenly(ids, STIMULI)), features, frames):
            window = values.reshape(len(values), -1)  # [m, S units]
            found[f"{layer.modality}/{person}/gram"] = gram(window).astype(np.float32)
            found[f"{layer.modality}/{person}/rdm"] = rdm(window).astype(np.float32)
    return found
