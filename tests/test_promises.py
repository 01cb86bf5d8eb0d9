"""The page of promises names, for each promise, tests that there are; and for each figure, how it was measured."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parent.parent / "docs/promises.md"
PROMISES, MEASURED = PAGE.read_text().split("## Measured")


def rows(text: str) -> list[list[str]]:
    """The cells of the tables' rows, without those of their heads."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if "held by" not in line]


@pytest.mark.parametrize("row", rows(PROMISES), ids=lambda row: row[0])
def test_a_promise_is_held_by_tests(row: list[str]) -> None:
    promise, tests = row
    files = re.findall(r"\]\((\S+)\)", tests)
    assert files, promise
    for file in files:
        assert re.search(r"^def test_", (PAGE.parent / file).read_text(), re.MULTILINE), file


def test_a_figure_says_how_where_and_when_it_was_measured() -> None:
    head, *measured = rows(MEASURED)
    assert head == ["tried", "outcome", "command", "machine", "date"]
    for _, outcome, command, machine, date in measured:
        assert re.search(r"\d", outcome), outcome
        assert re.match(r"`.+`", command), command
        assert machine
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", date), date
