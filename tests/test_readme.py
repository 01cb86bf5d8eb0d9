"""The README keeps its promises: its table is the board's, its example runs, its commands exist."""

import re
import subprocess
from pathlib import Path

import pytest
import torch

from benchmark.board import leaderboard
from deepgrasp.spec import InputSpec

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def test_is_short() -> None:
    before, _, rest = TEXT.partition(leaderboard.BEGIN)
    prose = before + rest.partition(leaderboard.END)[2]  # the table is as long as the grid is
    assert len(prose.splitlines()) <= 150


def test_table_is_what_the_leaderboard_generates() -> None:
    table = leaderboard.compact(leaderboard.load_boards(ROOT / "leaderboard")[0])
    assert f"{leaderboard.BEGIN}\n{table}{leaderboard.END}" in TEXT


def test_leaderboard_is_what_the_results_generate(tmp_path: Path) -> None:
    leaderboard.write_leaderboard(ROOT / "results", tmp_path / "board", ROOT / "boards")
    for name in (leaderboard.BOARD_FILE, "LEADERBOARD.md", "index.html", "summary.json"):
        assert (tmp_path / "board" / name).read_bytes() == (ROOT / "leaderboard" / name).read_bytes()


def test_example_baseline_runs() -> None:
    (code,) = (block for block in blocks("python") if "class Mine" in block)
    scope: dict[str, type[torch.nn.Module]] = {}
    exec(code, scope)
    encoder = scope["Mine"](InputSpec(nodes=5, features=4, frames=3, edges=((0, 1),)))
    assert encoder(torch.zeros(2, 3, 5, 4)).shape == (2, 3, 5, 64)


@pytest.mark.parametrize("target", re.findall(r"^make (\w+)", TEXT, re.MULTILINE))
def test_make_targets_exist(target: str) -> None:
    subprocess.run(["make", "--dry-run", target], cwd=ROOT, check=True, capture_output=True)


@pytest.mark.parametrize("link", re.findall(r"\]\((?!http)([^)]+)\)", TEXT))
def test_links_lead_somewhere(link: str) -> None:
    assert (ROOT / link).exists()
