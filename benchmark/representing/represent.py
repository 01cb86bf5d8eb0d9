"""Looks into the networks of many cells side by side, and writes what they have in common into one folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from joblib import delayed

from benchmark.representing.networks import NetworkName, networks_matching
from benchmark.representing.one_network import NETWORK_FILE, NetworkQuestion, look_into
from benchmark.representing.own_code import code_hash
from deepgrasp.errors import InputError
from deepgrasp.library.opening import Data, load
from deepgrasp.processes import Progress, run_jobs
from deepgrasp.representations.patterns import matching
from deepgrasp.store.store import open_store

REPRESENTATIONS_FOLDER = Path("data/representations")
NETWORKS = "networks"
"""Folder below it with one folder a network."""


@dataclass(frozen=True)
class ChosenNetworks:
    """What is looked into, each by patterns such as ``action/*/0``.

    Attributes:
        cells: of ``runs/``.
        layers: names of layers; None: the main ones.
        activations: networks whose activations are written: cells, or ``untrained/best/0``.
        recordings: ids of recordings, trained on or not, of which they are written; None: those of tested people.
        controls: whether untrained networks are looked into beside them.
    """

    cells: tuple[str, ...] = ("*",)
    layers: tuple[str, ...] | None = None
    activations: tuple[str, ...] = ()
    recordings: tuple[str, ...] | None = None
    controls: bool = True


def look_into_all(
    runs: Path, graphs: Path, out: Path, choice: ChosenNetworks, jobs: int | None, progress: Progress
) -> list[NetworkName]:
    """Look into every chosen network; those that were looked into before, by the same code, stay as they are.

    Raises:
        InputError: a pattern matches nothing, or what is in the way of one of the networks.
    """
    if choice.recordings is not None and not choice.activations:
        problem = "says of which recordings activations are written, and none are"
        raise InputError("--recordings", problem, "name networks by --activations, too")
    names = networks_matching(runs, choice.cells, controls=choice.controls)
    store = open_store(graphs)
    ids = [record["id"] for record in store.sequences]
    # before any work, as are the next lines: what matches nothing is told at once
    recordings = None if choice.recordings is None else _matching("--recordings", choice.recordings, ids)
    kept = _matching("--activations", choice.activations, [name.path for name in names])
    calls: list[Any] = []
    for name in names:
        asked = NetworkQuestion(choice.layers, name.path in kept, recordings)
        # lists and no tuples: it is compared with what JSON gives back
        key: dict[str, object] = {"code": code_hash(name.model), "layers": choice.layers and list(choice.layers)}
        key |= {"activations": (list(recordings or ()) or "tested people") if asked.keep else None}
        folder = out / NETWORKS / name.path
        calls.append(delayed(_look_into)(name, runs, graphs, asked, folder, key))
    progress(0, len(calls))  # how many there are shows before the first is done
    for done, _ in enumerate(run_jobs(calls, jobs), 1):
        progress(done, len(calls))
    return names


def _look_into(
    name: NetworkName, runs: Path, graphs: Path, asked: NetworkQuestion, out: Path, key: dict[str, object]
) -> None:
    import torch

    torch.set_num_threads(1)  # sums of several round differently
    look_into(name, runs, _data(graphs), asked, out, key)


@lru_cache(maxsize=1)  # a worker opens the store once, and not for each of its networks
def _data(graphs: Path) -> Data:
    return load(graphs)


def _matching(where: str, patterns: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    return matching(names, patterns, f"{where} ", "matches nothing", "leave it out")


def result_file(out: Path, name: NetworkName) -> Path:
    """Where what was found of a network lies."""
    return out / NETWORKS / name.path / NETWORK_FILE
