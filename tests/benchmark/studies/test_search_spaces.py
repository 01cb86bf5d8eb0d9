"""An entrant's search space: read from its file, completed by the referee, and no part of what a training runs."""

import ast
from pathlib import Path

import pytest

import baselines
from benchmark.pipeline.read_code import SEARCH_NAME
from benchmark.studies.search_spaces import DROPPED, STREAM_CHOICES, Kinds, Steps, space
from deepgrasp.errors import InputError
from tests.benchmark.studies.searched_entrants import searchable

CLASS = """
from torch import nn

class Mine(nn.Module):
    def __init__(self, spec, *, hidden: int = 8, widths: tuple = (8, 8), wide: bool = True, dropout: float = 0.1):
        super().__init__()
"""


def written(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> str:
    (folder / f"{name}.py").write_text(CLASS + text)
    monkeypatch.setattr(baselines, "__path__", [str(folder)])
    return name


def test_rising_numbers_are_steps_and_streams_and_dropout_are_the_referees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = 'SEARCH = {"hidden": (8, 16), "widths": ((8, 8), (8, 16)), "wide": (True, False)}'
    assert space(written(tmp_path, monkeypatch, "searched", text)) == {
        "streams": STREAM_CHOICES,
        "hidden": Steps((8, 16)),
        "widths": Kinds(([8, 8], [8, 16])),  # lists, as in params.yaml
        "wide": Kinds((True, False)),
        "dropout": DROPPED,
    }
    assert searchable() == ["searched"]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("silent", "", "baselines/silent.py: has no search space; write SEARCH = "),
        ("flat", "SEARCH = (8, 16)", "baselines/flat.py, SEARCH: is (8, 16); give a dictionary"),
        ("typo", "SEARCH = {'hiden': (8, 16)}", "SEARCH['hiden']: is not a hyper-parameter; did you mean hidden"),
        ("single", "SEARCH = {'hidden': (8,)}", "SEARCH['hidden']: is (8,); give a tuple of two or more"),
        ("double", "SEARCH = {'hidden': (8, 8)}", "SEARCH['hidden']: is (8, 8); give a tuple of two or more"),
        ("open", "SEARCH = {'hidden': 8}", "SEARCH['hidden']: is 8; give a tuple"),
    ],
)
def test_a_mistake_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, says: str
) -> None:
    with pytest.raises(InputError) as error:
        space(written(tmp_path, monkeypatch, name, text))
    assert says in str(error.value)


@pytest.mark.parametrize("name", baselines.names())
def test_no_entrant_reads_its_search_space(name: str) -> None:
    # a change of it trains nothing anew, so nothing that is trained may depend on it
    tree = ast.parse((Path(next(iter(baselines.__path__))) / f"{name}.py").read_text(encoding="utf-8"))
    read = [each for each in ast.walk(tree) if isinstance(each, ast.Name) and each.id == SEARCH_NAME]
    assert all(isinstance(each.ctx, ast.Store) for each in read)
    # nor that of another one
    assert [n for n in ast.walk(tree) if isinstance(n, ast.alias) and n.name == SEARCH_NAME] == []
    assert [n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr == SEARCH_NAME] == []
