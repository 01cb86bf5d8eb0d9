"""How alike the features of networks are: entrants, tasks, trainings, and networks that were never trained."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open

from benchmark.representing.gathered import Family, Gathered
from benchmark.representing.networks import NetworkName
from benchmark.representing.one_network import SIMILARITY_FILE
from benchmark.representing.represent import result_file
from deepgrasp.representations.similarity import cka, correlation, ranks

Matrix = NDArray[np.float64]
Values = dict[tuple[str, int], float]


class FamilyLikeness(NamedTuple):
    """Likeness of features by pair of families; of a family with itself, of its trainings with each other."""

    cka: dict[tuple[Family, Family], Values]
    rsa: dict[tuple[Family, Family], Values]


def between(out: Path, names: Sequence[NetworkName], gathered: Gathered, modality: str) -> FamilyLikeness:
    """Compare all families by the people on whom a replicate is tested.

    Networks of one replicate are compared on the people whom none of them has seen. A training is compared with each
    other one of its family on its own tested people, and the mean is taken: the others may have been trained on them.
    """
    found = FamilyLikeness({}, {})
    by_key = {(name.family, name.replicate): name for name in names}
    for k, tested in sorted(gathered.tested.items()):
        of_family = {family: by_key[family, k] for family in gathered.families if (family, k) in by_key}
        for person in tested:
            own = {
                family: each for family, name in of_family.items() if (each := _matrices(out, name, modality, person))
            }
            families = list(own)
            for i, one in enumerate(families):  # each pair once: both measures are symmetric
                for other in families[i + 1 :]:
                    _put(found, (one, other), (person, k), [(own[one], own[other])])
                rest = [by_key[one, j] for j in gathered.tested if j != k and (one, j) in by_key]
                trainings = [each for name in rest if (each := _matrices(out, name, modality, person))]
                _put(found, (one, one), (person, k), [(own[one], each) for each in trainings])
    return found


def _put(
    found: FamilyLikeness,
    pair: tuple[Family, Family],
    key: tuple[str, int],
    matrices: list[tuple[tuple[Matrix, Matrix], tuple[Matrix, Matrix]]],
) -> None:
    for into, values in (
        (found.cka, [cka(one[0], other[0]) for one, other in matrices]),
        (found.rsa, [correlation(one[1], other[1]) for one, other in matrices]),
    ):
        # a layer that gives the same for all recordings is like nothing, and has NaN
        if values and np.isfinite(values).all():
            into.setdefault(pair, {})[key] = float(np.mean(values))


def _matrices(out: Path, name: NetworkName, modality: str, person: str) -> tuple[Matrix, Matrix] | None:
    """Products, and ranks of dissimilarities, of one person's recordings."""
    # not the whole file: it holds the matrices of all people
    with safe_open(result_file(out, name).with_name(SIMILARITY_FILE), framework="numpy") as file:
        keys = [f"{modality}/{person}/gram", f"{modality}/{person}/rdm"]
        # a person of fewer than four recordings has none
        if keys[0] not in file.keys():  # noqa: SIM118 - it is no dict
            return None
        gram, rdm = (file.get_tensor(key).astype(np.float64) for key in keys)
    return gram, ranks(rdm)  # of ranks, Spearman's correlation is a product
