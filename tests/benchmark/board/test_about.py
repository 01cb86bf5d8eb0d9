"""What a row is: read from its file's docstrings, and from nothing else."""

from pathlib import Path

import pytest

import baselines
from benchmark.board.page.about import descriptions
from deepgrasp import references
from tests.benchmark.made_up import HOSTILE

TEXT = '''"""A model of ``one`` kind."""

import nowhere


class Mine:
    """Does :func:`this` and that
    (Somebody 2020):

    * one,
      two;
    * three.

    Args:
        hidden: units.
    """
'''


def test_the_files_docstring_then_its_classs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.py").write_text(TEXT)
    (tmp_path / "broken.py").write_text("def (")
    monkeypatch.setattr(baselines, "__path__", [str(tmp_path)])
    told = {
        "mine": ["A model of one kind.", "Does this and that (Somebody 2020):", "* one, two;", "* three."],
        "broken": [],
    }
    assert descriptions(["mine", "theirs"]) == told  # and every entrant, on the board or not


def test_a_name_is_no_path() -> None:
    assert descriptions([HOSTILE, "../benchmark/cli", "*", ""]) == descriptions([])


def test_every_entrant_and_reference_says_what_it_is() -> None:
    names = [*baselines.names(), *references.names()]
    found = descriptions(names)
    assert sorted(found) == sorted(names)
    assert all(found.values())
