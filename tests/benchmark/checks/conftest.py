"""The honest repository, built once."""

from pathlib import Path

import pytest

from tests.benchmark.checks.honest import build, copied


@pytest.fixture(scope="session")
def _healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("healthy"))


@pytest.fixture
def place(_healthy: Path, tmp_path: Path) -> Path:
    return copied(_healthy, tmp_path / "place")
