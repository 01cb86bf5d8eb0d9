"""The networks with drawn weights of the science's tests, and a folder in which some of them were looked into."""

from pathlib import Path

import pytest

from benchmark.representing.report import write_report
from benchmark.representing.represent import ChosenNetworks, look_into_all
from tests.deepgrasp.representations.conftest import data, runs

__all__ = ["data", "runs"]
CHOICE = ChosenNetworks(cells=("*/mlp/*", "action/best/0"), activations=("action/mlp/0",))


def made(runs: Path, graphs: Path, out: Path, choice: ChosenNetworks = CHOICE) -> Path:
    names = look_into_all(runs, graphs, out, choice, 1, lambda done, total: None)
    write_report(out, names, graphs, runs)
    return out


@pytest.fixture(scope="session")
def represented(runs: Path, data, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(runs, data.store.path, tmp_path_factory.mktemp("represented") / "representations")
