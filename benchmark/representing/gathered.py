"""What was found of all networks, read back and put together by person: probes, tuning, likeness of layers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmark.pipeline.schema import checked_json
from benchmark.representing.networks import CONTROL, NetworkName
from benchmark.representing.represent import result_file
from deepgrasp.representations.layers import ENCODER_LAYERS, INPUT_LAYERS
from deepgrasp.tasks import ALL_TASKS, TASKS

Family = tuple[str, str]
"""What a network was trained on, or ``untrained``, and its model."""


@dataclass
class Gathered:
    """Of each family of networks, which differ by their training alone.

    Attributes:
        families: in the order of tasks, controls last.
        layers: names by family, in the order of computation.
        probes: by family, layer and fact: a number by (person, replicate).
        chance: by fact of classes: accuracy of the most frequent class by (person, replicate).
        tuning: by family, layer, side and kind: share of tuned units by (person, replicate).
        alike: by family and modality: matrices ``[L, L]`` of CKA by (person, replicate).
        tested: by replicate.
        origins: what each network was made from, by path.
    """

    families: list[Family] = field(default_factory=list)
    layers: dict[Family, list[str]] = field(default_factory=dict)
    probes: dict[tuple[Family, str, str], dict[tuple[str, int], float]] = field(default_factory=dict)
    chance: dict[str, dict[tuple[str, int], float]] = field(default_factory=dict)
    tuning: dict[tuple[Family, str, str, str], dict[tuple[str, int], float]] = field(default_factory=dict)
    alike: dict[tuple[Family, str], dict[tuple[str, int], list[list[float]]]] = field(default_factory=dict)
    tested: dict[int, list[str]] = field(default_factory=dict)
    origins: dict[str, Any] = field(default_factory=dict)

    @property
    def facts(self) -> list[str]:
        """What probes were asked: facts of frames in the order of the record, then those of recordings."""
        named = list(dict.fromkeys(fact for _, _, fact in self.probes))
        return [fact for fact in named if fact not in self.chance] + [fact for fact in TASKS if fact in self.chance]

    def modalities(self, family: Family) -> list[str]:
        """Names of the modalities that have an encoder."""
        return [
            name.split(".")[1]
            for name in self.layers[family]
            if name.startswith(f"{ENCODER_LAYERS}.") and _is_output(name)
        ]

    def of_encoder(self, family: Family, modality: str) -> list[str]:
        """Names of an encoder's input, layers and output, in the order of computation."""
        return [
            name
            for name in self.layers[family]
            if name.split(".")[:2] in ([INPUT_LAYERS, modality], [ENCODER_LAYERS, modality])
        ]


def gather_records(out: Path, names: Sequence[NetworkName]) -> Gathered:
    """Read the records of all networks.

    Raises:
        InputError: a record is damaged.
    """
    found = Gathered()
    for name in names:
        path = result_file(out, name)
        _add(found, name, checked_json(path.read_bytes(), path))
    order = [*TASKS, ALL_TASKS, CONTROL]
    found.families.sort(key=lambda family: (order.index(family[0]), family[1]))
    return found


def _add(found: Gathered, name: NetworkName, record: Mapping[str, Any]) -> None:
    family, k = name.family, name.replicate
    if family not in found.families:
        found.families.append(family)
        # once: trainings of one family have the same layers
        found.layers[family] = [layer["name"] for layer in record["layers"]]
    found.tested[k] = record["tested"]  # of all networks of a replicate the same
    found.origins[name.path] = record["origin"]
    for layer, facts in record["probes"].items():
        for fact, people in facts.items():
            _put(found.probes.setdefault((family, layer, fact), {}), people, k)
    for fact, people in record["chance"].items():
        # over and over: it is of the labels alone, and the same for all networks of a replicate
        _put(found.chance.setdefault(fact, {}), people, k)
    for layer, sides in record["tuning"].items():
        for side, kinds in sides.items():
            for kind, people in kinds.items():
                shares = {person: told["tuned"] for person, told in people.items()}
                _put(found.tuning.setdefault((family, layer, side, kind), {}), shares, k)
    for modality, matrices in record["alike"].items():
        _put(found.alike.setdefault((family, modality), {}), matrices["cka"], k)


def _put(into: dict[tuple[str, int], Any], people: Mapping[str, Any], replicate: int) -> None:
    # what does not vary has no number
    into.update({(person, replicate): value for person, value in people.items() if value is not None})


def _is_output(name: str) -> bool:
    return name.count(".") == 1  # encoders.pose, and not encoders.pose.encoders.0
