"""The fast way reads and writes YAML as ruamel.yaml does, or leaves it to that."""

import io
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from benchmark.versioning import fast_yaml

ROOT = Path(__file__).parents[3]
LONG = "python -m benchmark train --task object --model lstm_large --replicate 0 --more and more words that go on"
TEXTS = [
    *("no", "yes", "true", "True", "~", "null", "", "1", "1.5", "1e-06", "-3", "0x1f", "0o17", "017", "1_000", "12:30"),
    *("2020-01-01", ".inf", ".5", "5.", "<<", "=", "-", "--x", "#a", "a: b", "a #b", "- a", "*", "&x", "ends:", " a"),
    *("a ", "a b", "a=b", "a,b", "[a]", "{a}", "'q'", '"q"', "o'clock", "é", "a\nb", "lstm_large", "x" * 100, LONG),
    *("014b07d112a82338fa56671fc379752e", "1" * 32, "1" * 30 + "e1", "1" * 30 + "e1.dir", "/a/b", "@a", "%a", "|", "?"),
]  # fmt: skip
NUMBERS = [None, True, False, 0, 1, -5, 10**12, 1.0, 1e-6, 0.1, 1e16, 1e22, -2.5e-7, float("inf")]


def drawn(draw: random.Random, depth: int) -> Any:
    kind = draw.random()
    if depth and kind < 0.35:
        keys = draw.choices([*TEXTS, "models.lstm", "data/code"], k=draw.randint(0, 4))
        return {f"{key}{number}": drawn(draw, depth - 1) for number, key in enumerate(keys)}
    if depth and kind < 0.5:
        return [drawn(draw, depth - 1) for _ in range(draw.randint(0, 3))]
    return draw.choice(TEXTS if kind < 0.75 else NUMBERS)


def test_values_and_texts_are_those_of_the_other_library() -> None:
    draw, yaml, fast = random.Random(0), YAML(), 0
    yaml.default_flow_style = False
    for _ in range(1000):
        values, stream = {"key": drawn(draw, 3)}, io.StringIO()
        yaml.dump(values, stream)
        with suppress(fast_yaml.DoubtError):
            assert fast_yaml.dump(values) == stream.getvalue()
            fast += 1
        with suppress(fast_yaml.DoubtError):
            assert repr(fast_yaml.load_yaml(stream.getvalue())) == repr(
                YAML(typ="safe", pure=True).load(stream.getvalue())
            )
    assert fast > 300


def test_a_lock_is_read_and_written_fast() -> None:
    text = (ROOT / "dvc.lock").read_text()
    values = fast_yaml.load_yaml(text)
    assert fast_yaml.dump(values) == text
    values["stages"].clear()
    assert fast_yaml.load_yaml(text)["stages"]  # what a caller changes is its own


@pytest.mark.parametrize("text", ["a: 1\na: 2\n", "a: [\n", "a: &x 1\nb: !x 2\n", "1: a\n", "a: 0x1f\n"])
def test_what_may_be_read_in_two_ways_is_left(text: str) -> None:
    with pytest.raises(fast_yaml.DoubtError):
        fast_yaml.load_yaml(text)
