"""One version everywhere, and the committed board on the terms that the changelog says of it."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import deepgrasp
from benchmark.board.board_file import load_boards
from deepgrasp.tasks import TASKS
from deepgrasp.version import VERSION

ROOT = Path(__file__).parent.parent
CHANGES = (ROOT / "CHANGELOG.md").read_text()
NEWEST = CHANGES.split("\n## ")[1]
CITED = (ROOT / "docs/citing.md").read_text()
BOARD = load_boards(ROOT / "leaderboard")[0]


def test_one_version_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    bibtex = re.findall(r"deepgrasp_bench,.*?version = \{(.*?)\}", CITED, re.DOTALL)
    assert deepgrasp.__version__ == VERSION
    assert [project["version"], cited["version"], *bibtex, NEWEST.split("\n")[0]] == [VERSION] * 4


def test_the_command_line_says_it() -> None:
    done = subprocess.run([sys.executable, "-m", "benchmark", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"DeepGrasp Bench {VERSION}\n"


@pytest.mark.parametrize("task", BOARD["tasks"])
def test_the_changelog_says_what_ranks(task: str) -> None:
    """Another ranking metric: scores are not comparable, so raise the minor version and write its terms."""
    assert f"`{task}` `{TASKS[task].primary}`" in NEWEST


def test_the_changelog_says_the_terms_of_the_board() -> None:
    """Other data, split or budget: scores are not comparable, so raise the minor version and write its terms."""
    terms = dict(re.findall(r"^\| (\w+) \| (.*) \|$", NEWEST, re.MULTILINE))
    budget = yaml.safe_load((ROOT / "params.yaml").read_text())["train"]["budget"]
    assert f"`{BOARD['data']['hash'][:12]}`" in terms["data"]
    assert f"`{BOARD['split']}`" in terms["split"]
    assert (budget["unit"], *map(int, re.findall(r"\d+", terms["recipe"]))) == tuple(budget.values())


def test_the_citation_is_whole() -> None:
    """Every work of CITATION.cff stands in the BibTeX too, by its title's words."""
    works = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert {"cff-version", "message", "title", "authors", "license", "references"} <= works.keys()
    plain = CITED.replace("{", "").replace("}", "")
    assert [work["title"] for work in works["references"] if work["title"] not in plain] == []
