"""The honest repository, built once, and boards whose pictures are drawn once."""

import pickle
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmark.board import plots
from benchmark.board.rows import BoardTable
from benchmark.pipeline.schema import Result
from tests.benchmark.checks.honest import build, copied


@pytest.fixture(scope="session")
def _healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("healthy"))


@pytest.fixture
def place(_healthy: Path, tmp_path: Path) -> Path:
    return copied(_healthy, tmp_path / "place")


@pytest.fixture(scope="session")
def _drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[bytes, Path]]:
    return tmp_path_factory.mktemp("drawn"), {}


@pytest.fixture(autouse=True)
def _pictures(_drawn: tuple[Path, dict[bytes, Path]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures of the same board and results are copies: half of the time went to drawing them again.

    What a fault changes is drawn anew. That the same results give the same bytes is tested with the pictures.
    """
    (place, known), draw = _drawn, plots.draw_plots

    def draw_once(table: BoardTable, results: Sequence[Result], folder: Path) -> None:
        asked = pickle.dumps((table, [result.model_dump_json() for result in results]))
        if asked not in known:
            made = place / str(len(known))
            draw(table, results, made)
            known[asked] = made
        shutil.copytree(known[asked], folder, dirs_exist_ok=True)

    monkeypatch.setattr(plots, "draw_plots", draw_once)
