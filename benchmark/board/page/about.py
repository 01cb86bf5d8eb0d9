"""What each row is, from the docstrings of its file: the one place where its author says it."""

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path

import baselines
from benchmark.pipeline.kept_entrants import ABOUT_FILE, kept
from deepgrasp import references

HOMES = (baselines, references)
_LISTS = ("Args:", "Raises:", "Attributes:")  # what a caller wants to know, and a reader of the board does not


def descriptions(models: Collection[str]) -> dict[str, list[str]]:
    """Paragraphs by model, its file's docstring and then its class's: of these whose file is here, and of all entrants.

    Nothing of a file is run: it may need a library that is not installed.
    """
    # by listing: a row's name comes from outside, and may be any text
    listed = [file for home in reversed(HOMES) for file in Path(next(iter(home.__path__))).glob("[!_]*.py")]
    files = {file.stem: file for file in listed}
    found = {name: _paragraphs(files[name]) for name in {*models, *baselines.names()} & files.keys()}
    for file in baselines.outside("").glob(f"*/{ABOUT_FILE}"):
        name = file.parent.name
        if name in models and name not in found and (known := kept(name)):
            found[name] = _paragraphs(file.parent / known.file, known.cls)
    return dict(sorted(found.items()))


def _paragraphs(file: Path, cls: str | None = None) -> list[str]:
    """Paragraphs of the docstrings of a file and of its last class, or of the class named ``cls``."""
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError, OSError):
        return []  # a board can be made without its entrants' code
    classes = [each for each in tree.body if isinstance(each, ast.ClassDef) and cls in (None, each.name)]
    docstrings = [ast.get_docstring(tree), *map(ast.get_docstring, classes[-1:])]
    return [text for each in docstrings for text in _told(each or "")]


def _told(docstring: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\n|\n(?=\* )", docstring):  # the items of a list too
        if paragraph.startswith(_LISTS):
            return
        # the page has no markup within a paragraph: a role and its quotes would only be seen
        yield re.sub(r":\w+:`~?([^`]+)`|`+([^`]+)`+", r"\1\2", " ".join(paragraph.split()))
