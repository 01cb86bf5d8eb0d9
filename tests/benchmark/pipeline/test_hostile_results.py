"""Results that are damaged, out of range or ambiguous: one error that names the file and the key, never a traceback."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmark.pipeline.schema import LARGEST, Result, parse, to_json
from deepgrasp.errors import InputError
from tests.benchmark.board.test_leaderboard import result

HERE = Path("results/object/mlp/single-0.json")


def edited(edit: Callable[[dict[str, Any]], Any]) -> bytes:
    values = json.loads(to_json(result("mlp", 0, 0.5).model_dump()))
    edit(values)
    return json.dumps(values).encode()


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (lambda it: it.update(confusion=None), "needs classes and confusion"),
        (lambda it: it.update(classes=None), "needs classes and confusion"),
        (lambda it: it.update(confusion=[]), "a table of 2 x 2"),
        (lambda it: it["confusion"][0].pop(), "a table of 2 x 2"),
        (lambda it: it["confusion"].append([0, 0]), "a table of 2 x 2"),
        (lambda it: it.update(classes=["cup", "cup"]), "a table of 2 x 2"),
        (lambda it: it["confusion"][0].__setitem__(0, -1), "confusion.0.0: input should be greater"),
        (lambda it: it["confusion"][0].__setitem__(0, 10**30), "confusion.0.0: "),
        (lambda it: it["confusion"][0].__setitem__(0, 1.5), "confusion.0.0: input should be a valid integer"),
        (lambda it: it["metrics"].update(macro_f1=-1), "metrics.macro_f1 is -1, and must lie between 0 and 1"),
        (lambda it: it["metrics"].update(mcc=1.1), "metrics.mcc is 1.1"),
        (lambda it: it["metrics"].update(accuracy=None), "metrics.accuracy: input should be a valid number"),
        (lambda it: it["metrics"].update(accuracy="0.5"), "metrics.accuracy: input should be a valid number"),
        (lambda it: it["run"]["history"][0].update(epoch=10**30), "run.history.0.epoch: "),
        (lambda it: it["run"]["history"][0].update(skill=2), "run.history.0.skill: "),
        (lambda it: it["run"].update(replicate=-1), "run.replicate: "),
        (lambda it: it.update(test_sequences="4"), "test_sequences: input should be a valid integer"),
        (lambda it: it.update(test_sequences=0), "test_sequences: "),
        (lambda it: it["per_sequence"]["values"].__setitem__(0, -0.1), "per_sequence.values.0: "),
        (lambda it: it["run"]["inputs"].update(hands="three"), "run.inputs: value error, hands: "),
        (lambda it: it["run"]["inputs"].pop("frames"), "run.inputs: value error, frames: "),
        (lambda it: it["run"]["provenance"].update(dirty="no"), "run.provenance: value error, dirty is 'no'"),
        (lambda it: it["run"]["provenance"].update(commit=7), "run.provenance: value error, commit is 7"),
    ],
)
def test_a_value_out_of_range_is_named(edit: Callable[[dict[str, Any]], Any], says: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(Result, edited(edit), HERE)
    assert str(caught.value).startswith(str(HERE))
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b'{"task": "object", "task": "action"}', "'task' is there twice"),
        (b'{"task": "\xe9"}', "utf-8"),
        ('{"task": "object"}'.encode("utf-16"), "utf-8"),
        (b"[" * 100_000, "invalid JSON"),
        (b"1" * 10_000, "invalid JSON"),
        (b"", "invalid JSON"),
        (b"[]", "the file: input should be an object"),
        (b" " * (LARGEST + 1), "more than"),
    ],
    ids=["twice", "latin-1", "utf-16", "deep", "digits", "empty", "list", "large"],
)
def test_text_that_is_no_result_is_one_clear_error(text: bytes, says: str) -> None:
    with pytest.raises(InputError, match=f"^{HERE}.*{says}"):
        parse(Result, text, HERE)


def test_what_a_later_version_records_besides_is_kept() -> None:
    read = parse(Result, edited(lambda it: it["run"]["inputs"].update(cameras=2)), HERE)
    assert read.run.inputs["cameras"] == 2
