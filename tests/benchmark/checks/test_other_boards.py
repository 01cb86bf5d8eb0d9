"""A text beside a board's numbers that says another thing, and a file that nobody left there, are told by name."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmark.board.page.render import held, page_of, redraw
from benchmark.checks.edited_files import foreign
from benchmark.checks.other_boards import unlike
from benchmark.checks.unexplained_changes import of_same_numbers
from deepgrasp.errors import InputError

BOARDS = Path(__file__).parents[3] / "boards"
PAGE = "boards/decisive/index.html"


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


def _changed(old: str, new: str) -> Callable[[Path], None]:
    def plant(root: Path) -> None:
        file = root / "boards/decisive/index.html"
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new, 1))

    return plant


page_says_more = _changed("DeepGrasp Bench: leaderboard", "Official board")
page_runs_more = _changed("</body>", "<script>alert(1)</script></body>")
page_has_another_style = _changed("</style>", "p { display: none }</style>")
# who reads the page's data takes the first, and a browser none of a comment
page_has_data_twice = _changed("<head>", '<!-- <script type="application/json" id="data">[]</script> --><head>')


def page_shows_others(root: Path) -> None:
    file = root / "boards/decisive/index.html"
    (shown,) = held(file)
    file.write_text(page_of([shown, shown | {"from": "official"}]))


def _edited(edit: Callable[[dict[str, Any]], Any]) -> Callable[[Path], None]:
    def plant(root: Path) -> None:
        file = root / "boards/decisive/index.html"
        (shown,) = held(file)
        edit(shown)
        file.write_text(page_of([shown]))

    return plant


def first_row(board: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = board["tasks"][0]["rows"][0]
    return found


def right_answers_more(board: dict[str, Any]) -> None:
    counts = first_row(board)["confusion"]
    right = next(cell for cell in counts if cell[0] == cell[1])
    wrong = next(cell for cell in counts if cell[0] == right[0] != cell[1] and cell[2] > 1)
    right[2], wrong[2] = right[2] + 1, wrong[2] - 1


def classes_asked(board: dict[str, Any]) -> None:
    wrong = [cell for cell in first_row(board)["confusion"] if cell[0] != cell[1] and cell[2] > 1]
    other = next(cell for cell in wrong if cell[0] != wrong[0][0])
    wrong[0][2], other[2] = wrong[0][2] - 1, other[2] + 1


page_scales = _edited(lambda board: board["tasks"][0]["columns"][0].update(scale=1000))
page_is_anothers = _edited(lambda board: board.update({"from": "decisive"}))
page_holds_more = _edited(lambda board: first_row(board).update(note="the best"))
page_counts_more = _edited(lambda board: first_row(board)["confusion"][0].__setitem__(2, 999))
page_is_right_more = _edited(right_answers_more)
page_asks_others = _edited(classes_asked)
page_names_no_class = _edited(lambda board: first_row(board)["confusion"][0].__setitem__(1, 999))


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
        (page_says_more, f"{PAGE}: has other scripts, styles or texts"),
        (page_runs_more, f"{PAGE}: has other scripts"),
        (page_has_another_style, f"{PAGE}: has other scripts"),
        (page_has_data_twice, f"{PAGE}: shows 0 boards, the JSON beside it has 1"),
        (page_shows_others, f"{PAGE}: shows 2 boards, the JSON beside it has 1"),
        (page_scales, f"{PAGE}: object: columns is another"),
        (page_is_anothers, f"{PAGE}: holds data that no page of this board has"),
        (page_holds_more, f"{PAGE}: holds data that no page of this board has"),
        (page_counts_more, f"{PAGE}: object, trees: its confusion counts 3"),
        (page_is_right_more, f"{PAGE}: object, trees: its confusion has 1345 right answers, its scores 1344"),
        (page_asks_others, f"{PAGE}: object: its rows were asked other classes"),
        (page_names_no_class, f"{PAGE}: object, trees: its confusion has places that no class has"),
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


def test_a_page_is_drawn_anew_from_its_own_boards(root: Path) -> None:
    page = root / PAGE
    whole = page.read_text()
    page_shows_others(root)
    page_runs_more(root)
    page_shows_more(root)  # what the JSON beside it says is taken from there
    redraw(page)
    assert page.read_text() == whole
    page.write_text("<p>no page</p>")
    redraw(page)
    assert page.read_text() == "<p>no page</p>"


def shows_another_confusion(root: Path) -> None:
    page = root / PAGE
    (shown,) = held(page)
    shown["tasks"][0]["rows"][0]["confusion"] = []
    page.write_text(page_of([shown]))


def paints(root: Path) -> None:
    with next((root / "boards/decisive/plots").glob("*.png")).open("ab") as file:
        file.write(b"more")


@pytest.mark.parametrize("change", [shows_another_confusion, paints, lacks_its_text])
def test_what_no_number_tells_is_compared_with_another_commit(root: Path, change: Callable[[Path], None]) -> None:
    for command in ("init -q", "add -A", "-c user.name=t -c user.email=t@example.org commit -q -m one"):
        subprocess.run(["git", *command.split()], cwd=root, check=True)
    page_runs_more(root)  # of new scripts alone it says nothing, nor of what the JSON says
    page_shows_more(root)
    assert of_same_numbers(root, "HEAD") == []
    change(root)
    (said,) = of_same_numbers(root, "HEAD")
    assert said.startswith("boards/decisive/")
    assert said.endswith("is another than at HEAD, and leaderboard.json beside it is the same")
