"""The pages' commands: each is walked or has a reason, and the quick ones run here. All of them: `make walk`."""

import re
from pathlib import Path

import pytest

from tests import walk
from tests.repository import Repository

ALL = [command for page in walk.PAGES for command in walk.commands(page)]
QUICK: dict[str, tuple[str, str]] = {}  # what runs, each once; the first page that has it, and its words there
for page in walk.PAGES:
    for command in walk.commands(page):
        if not walk.why_not(command) and walk.quick(command):
            QUICK.setdefault(walk.ours(command), (page, command))


@pytest.mark.parametrize("begins", [*walk.NOT_WALKED, *walk.LONG, *walk.BEFORE, *walk.AFTER])
def test_what_is_treated_otherwise_is_on_a_page(begins: str) -> None:
    assert any(re.match(begins, command) for command in ALL)


def test_examples_are_replaced() -> None:
    for example, _ in walk.INSTEAD[:3]:
        assert any(re.search(example, command) for command in ALL)
    assert not any("path/to" in walk.ours(command) for command in ALL if not walk.why_not(command))


def test_commands_are_read_as_people_copy_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = "```sh\none --a b \\\n  --c   # why\n```\n```console\n$ two\nout\n```\nThen `dvc\nthree`, `dvc three`.\n"
    (tmp_path / "page.md").write_text(page)
    monkeypatch.setattr(walk, "ROOT", tmp_path)
    assert walk.commands("page.md") == ["one --a b --c", "two", "dvc three"]


@pytest.fixture(scope="module")
def walker(tmp_path_factory: pytest.TempPathFactory, dvc_cache: Path) -> walk.Walker:
    repository = Repository.with_board(tmp_path_factory.mktemp("walk"), dvc_cache)
    return walk.Walker(repository, tmp_path_factory.mktemp("inputs") / "inputs")


@pytest.mark.parametrize(("page", "command"), QUICK.values())
def test_a_quick_command_of_a_page_runs(walker: walk.Walker, page: str, command: str) -> None:
    walker.failed.clear()
    walker.walk(page, command)
    assert walker.failed == []
