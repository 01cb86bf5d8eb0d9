"""Windows to be perturbed: those of the made-up store."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.probes.perturbation import Windows
from deepgrasp.probes.perturbed_store import read_windows
from deepgrasp.store.store import Store, open_store


class Known(NamedTuple):
    store: Store
    rows: np.ndarray
    windows: Windows
    graphs: GraphChoice


@pytest.fixture(scope="session")
def known(store_path: Path) -> Known:
    store, graphs = open_store(store_path), GraphChoice(patches=4)
    rows = np.arange(len(store.sequences))
    return Known(store, rows, read_windows(store, rows, graphs), graphs)
