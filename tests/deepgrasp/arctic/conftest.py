"""A stand-in for ARCTIC's download, and the data root that is made of it."""

import shutil
from pathlib import Path

import pytest

from deepgrasp.arctic.convert import convert
from deepgrasp.standin.arctic_files import write_arctic


@pytest.fixture(scope="session")
def arctic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three people, two things, two intents. Not to be changed."""
    root = tmp_path_factory.mktemp("download") / "arctic"
    assert write_arctic(root) == 12
    return root


@pytest.fixture(scope="session")
def data_root(arctic: Path) -> Path:
    """What is made of it. Not to be changed."""
    root = arctic.parent / "data"
    convert(arctic, arctic / "models", root, workers=1)
    return root


@pytest.fixture
def own(arctic: Path, tmp_path: Path) -> Path:
    """A recording of the download, to be damaged."""
    root = tmp_path / "own"
    shutil.copytree(arctic / "meta", root / "meta")
    (root / "raw_seqs/s01").mkdir(parents=True)
    for part in ("smplx", "object"):
        shutil.copy(arctic / f"raw_seqs/s01/box_use_01.{part}.npy", root / "raw_seqs/s01")
    return root
