"""Every text file and every program's output is read and written as UTF-8, whatever the locale of the machine."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("deepgrasp", "baselines", "benchmark", "docker")
FILES = sorted(path for name in FOLDERS for path in (ROOT / name).rglob("*.py"))


def unnamed(tree: ast.AST) -> Iterator[int]:
    """Lines of calls that read or write text and name no encoding."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        named = {keyword.arg: keyword.value for keyword in call.keywords}
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        path_method = isinstance(call.func, ast.Attribute)
        # open(path, mode) and path.open(mode); what opens members of an archive names no mode
        modes = [*call.args[0 if path_method else 1 :], *filter(None, [named.get("mode")])]
        mode = next((m.value for m in modes if isinstance(m, ast.Constant) and isinstance(m.value, str)), None)
        opens = name == "open" and ("b" not in mode if mode else not path_method or not (call.args or named))
        text = name in ("read_text", "write_text") and path_method
        if (opens or text or "text" in named or "universal_newlines" in named) and "encoding" not in named:
            yield call.lineno


def test_an_encoding_is_named() -> None:
    found = {str(path.relative_to(ROOT)): [*unnamed(ast.parse(path.read_text(encoding="utf-8")))] for path in FILES}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "line",
    ["open(p)", "open(p, 'w')", "p.open()", "p.open('w')", "p.read_text()", "p.write_text(s)", "run(c, text=True)"],
)
def test_one_without_is_found(line: str) -> None:
    assert list(unnamed(ast.parse(line)))


@pytest.mark.parametrize("line", ["open(p, 'rb')", "p.open(mode='wb')", "archive.open(f'{n}.npy')", "write_text(p, s)"])
def test_bytes_need_none(line: str) -> None:
    assert not list(unnamed(ast.parse(line)))
