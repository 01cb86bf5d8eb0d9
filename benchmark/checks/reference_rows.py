"""Whether what a reference row's run says of the row's size and choices is what the row's own file can give."""

import ast
import dataclasses
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from benchmark.pipeline.schema import Result, Run
from deepgrasp import references
from deepgrasp.references import Answer

_FIELDS = {"parameters": "cost.parameters", "multiply_adds": "cost.multiply_adds", "chosen": "hyperparameters"}
"""Fields of an answer that need not be given, and where they stand in a run."""


def unlike_own_file(results: Mapping[str, Result]) -> list[str]:
    """Runs of reference rows that have a size or a choice, though their file gives none, or another than it chooses."""
    rows = [(name, result.run) for name, result in results.items() if result.run.is_reference]
    known = references.names()  # a row without a file is told elsewhere
    return [
        f"{name}: run.{field} is not what deepgrasp/references/{run.model}.py gives"
        for name, run in rows
        if run.model in known
        for field in _odd(run)
    ]


def _odd(run: Run) -> Iterator[str]:
    said = {"parameters": run.cost.parameters, "multiply_adds": run.cost.multiply_adds, "chosen": run.hyperparameters}
    given = _given(run.model)
    if given is None:
        return
    yield from (_FIELDS[field] for field in _FIELDS if field not in given and said[field])
    # one expression for both
    alike = "parameters" in given and given["parameters"] == given.get("multiply_adds")
    if alike and said["parameters"] != said["multiply_adds"]:
        yield _FIELDS["multiply_adds"]
    for key, value in run.hyperparameters.items():
        # as STRENGTHS is of what action_strength was chosen from
        choices = getattr(references.load_row(run.model), f"{key.rpartition('_')[2].upper()}S", None)
        if isinstance(choices, tuple) and value not in choices:
            yield f"{_FIELDS['chosen']}.{key}"


@cache
def _given(row: str) -> dict[str, str] | None:
    """The fields that a row's file gives its answers, each with its expression; None if that cannot be read off it."""
    file = Path(str(references.__file__)).with_name(f"{row}.py")
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return None
    calls = [each for each in ast.walk(tree) if isinstance(each, ast.Call)]
    answers = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == Answer.__name__]
    names = [each.name for each in dataclasses.fields(Answer)]
    found: dict[str, str] = {}
    for call in answers:
        if any(isinstance(each, ast.Starred) for each in call.args):
            return None
        found |= {name: ast.dump(each) for name, each in zip(names, call.args, strict=False)}
    # of any call: a field may also be replaced later
    for call in calls:
        found |= {str(each.arg): ast.dump(each.value) for each in call.keywords}
    # a row that passes another's answer on, or its fields as a dict, does not say what it gives
    return None if not answers or "None" in found else found
