"""The made-up store of all tests, opened as a user of the library would."""

from pathlib import Path

import pytest

import deepgrasp.library as dg


@pytest.fixture(scope="session")
def data(store_path: Path) -> dg.Data:
    return dg.load(store_path)
