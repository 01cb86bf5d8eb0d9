"""A text beside a board's numbers that says another thing, and a file that nobody left there, are told by name."""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmark.checks.edited_files import foreign
from benchmark.checks.other_boards import unlike
from deepgrasp.errors import InputError

BOARDS = Path(__file__).parents[3] / "boards"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(BOARDS, tmp_path / "boards")
    return tmp_path


def test_the_committed_ones_hold(root: Path) -> None:
    assert unlike(root) == []


def says_more(root: Path) -> None:
    file = root / "boards/decisive/LEADERBOARD.md"
    file.write_text(file.read_text().replace("87.1", "97.1"))


def probes_say_more(root: Path) -> None:
    file = root / "boards/probes/PROBES.md"
    file.write_text(file.read_text() + "\n| best | 100 % |\n")


def sums_up_otherwise(root: Path) -> None:
    (root / "boards/decisive/summary.json").write_text("{}")


def lacks_its_text(root: Path) -> None:
    (root / "boards/decisive/LEADERBOARD.md").unlink()


def of_somebody(root: Path) -> None:
    (root / "boards/decisive/foreign.html").write_text("<p>")


def page_shows_more(root: Path) -> None:
    file = root / "boards/decisive/index.html"
    text = file.read_text()
    file.write_text(re.sub(r'("mean":)0\.\d+', r"\g<1>0.99", text, count=1))


def page_of_nothing(root: Path) -> None:
    (root / "boards/official").mkdir()
    shutil.copy(root / "boards/decisive/index.html", root / "boards/official")


def text_of_nothing(root: Path) -> None:
    (root / "boards/official").mkdir()
    (root / "boards/official/LEADERBOARD.md").write_text("| best | 99.9 |")


def no_page(root: Path) -> None:
    (root / "boards/decisive/index.html").write_text("<script>alert(1)</script>")


def link(root: Path) -> None:
    (root / "boards/decisive/index.html").unlink()
    (root / "boards/decisive/index.html").symlink_to("/etc/hostname")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (says_more, "boards/decisive/LEADERBOARD.md is not what the JSON beside it says"),
        (probes_say_more, "boards/probes/PROBES.md is not what the JSON beside it says"),
        (sums_up_otherwise, "boards/decisive/summary.json is not what"),
        (lacks_its_text, "boards/decisive/LEADERBOARD.md is not what"),
        (page_shows_more, "boards/decisive/index.html: object, trees: mean is another"),
        (page_of_nothing, "boards/official/index.html is no file of a board"),
        (text_of_nothing, "boards/official/LEADERBOARD.md is no file of a board"),
        (no_page, "boards/decisive/index.html: shows 0 boards, the JSON beside it has 1"),
        (of_somebody, "boards/decisive/foreign.html is no file of a board"),
        (link, "boards/decisive/index.html is a link"),
    ],
)
def test_a_fault_is_told_by_its_file(root: Path, change: Callable[[Path], None], says: str) -> None:
    change(root)
    (said,) = unlike(root) + foreign(root)  # a link is told beside those of other folders
    assert said.startswith(says)


def test_a_pipe_in_the_place_of_a_page_is_not_waited_for(root: Path) -> None:
    page = root / "boards/decisive/index.html"
    page.unlink()
    os.mkfifo(page)
    with pytest.raises(InputError, match=r"index\.html: is a folder, a pipe or a device"):
        unlike(root)
