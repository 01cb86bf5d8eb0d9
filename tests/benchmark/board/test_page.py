"""The page: the same bytes, all in one file, what the board says, and hostile names harmless."""

import json
import re
from pathlib import Path

import pytest

from benchmark.board.page.render import PAGE_SOURCES, board_page
from benchmark.board.rows import board
from deepgrasp.files import json_in_html
from deepgrasp.tasks import TASKS
from tests.benchmark.made_up import GRID, HOSTILE, data, result


def test_the_same_results_give_the_same_bytes_and_fewer_than_three_million() -> None:
    first = board_page([(board(GRID), GRID)])
    assert first == board_page([(board(GRID), list(reversed(GRID)))])
    assert 100_000 < len(first.encode()) < 3_000_000


def test_the_page_holds_what_the_board_says() -> None:
    (shown,), table = data(board_page([(board(GRID), GRID)])), board(GRID)
    assert [task["name"] for task in shown["tasks"]] == list(TASKS)
    for task in shown["tasks"]:
        rows = table["tasks"][task["name"]]
        assert [(row["model"], row["best"]) for row in task["rows"]] == [(r["model"], r["may_be_best"]) for r in rows]
        assert [row["mean"] for row in task["rows"]] == pytest.approx([r["estimate"]["mean"] for r in rows], rel=1e-4)
    best = shown["tasks"][0]["rows"][0]
    cell = [r for r in GRID if r.task == "object" and r.run.model == best["model"]]
    cell = [r for r in cell if (r.run.trained_on == "joint") == (best["kind"] == "joint")]
    assert sum(count for *_, count in best["confusion"]) == sum(
        sum(sum(row) for row in r.confusion or []) for r in cell
    )
    assert [origin["replicates"] for origin in best["origins"]] == [[0, 2], [1]]


def test_boards_of_other_profiles_stand_on_the_page_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = [result("object", "mlp", "object", k, split="random") for k in range(2)]
    file, broken = tmp_path / "decisive.html", tmp_path / "broken.html"
    file.write_text(board_page([(board(other), other)]), encoding="utf-8")
    broken.write_text('<script type="application/json" id="data">[{"version": 1}]</script>', encoding="utf-8")
    shown = data(board_page([(board(GRID), GRID)], [file, broken]))
    assert [each["split"] for each in shown] == ["subject", "random"]
    assert shown[1:] == [each | {"from": tmp_path.name} for each in data(board_page([(board(other), other)]))]
    assert "broken.html: is no page of version" in capsys.readouterr().err


def test_what_a_page_shows_of_others_is_not_passed_on(tmp_path: Path) -> None:
    """Else the page of a profile that was made beside its own old board would show the old one for ever."""
    old, new = ([result("object", name, "object", k, split="random") for k in range(2)] for name in ("mlp", "lstm"))
    file = tmp_path / "index.html"
    file.write_text(board_page([(board(old), old)]), encoding="utf-8")
    file.write_text(board_page([(board(new), new)], [file]), encoding="utf-8")
    _, *others = data(board_page([(board(GRID), GRID)], [file]))
    assert [[row["model"] for row in each["tasks"][0]["rows"]] for each in others] == [["lstm"]]


def test_hostile_names_stay_text() -> None:
    hostile = [result("object", HOSTILE, "object", k) for k in range(2)]
    html = board_page([(board(hostile), hostile)])
    assert html.count("<script") == html.count("</script>") == 2
    assert "<!--" not in html
    assert data(html)[0]["tasks"][0]["rows"][0]["model"] == HOSTILE
    assert json.loads(json_in_html({"key": HOSTILE})) == {"key": HOSTILE}


def test_nothing_is_loaded_from_elsewhere() -> None:
    html = board_page([(board(GRID), GRID)])
    assert not re.search(r"https?:|\bsrc=|<link|@import|url\(", html)
    assert set(re.findall(r'href="([^"]*)"', html)) == {
        *("#board", "#cost", "#probes", "#rows"),
        *("LEADERBOARD.md", "leaderboard.json", "../docs/pictures/gallery/recordings.html"),
    }


def test_every_script_and_style_of_the_folder_is_in_the_page() -> None:
    html = board_page([(board(GRID), GRID)])
    sources = [file for file in PAGE_SOURCES.iterdir() if file.suffix in {".js", ".css"}]
    assert len(sources) > 10
    assert [file.name for file in sources if file.read_text(encoding="utf-8") not in html] == []


def test_who_answers_for_a_row_stands_beside_its_name() -> None:
    grid = [*GRID, *(result("object", "theirs", "object", k, origin="self-reported") for k in range(2))]
    rows = {row["label"]: row["remarks"] for row in data(board_page([(board(grid), grid)]))[0]["tasks"][0]["rows"]}
    assert rows["mlp"] == []
    assert rows["theirs"] == ["self-reported", "tested on 4 people, not on everything: not ranked"]
