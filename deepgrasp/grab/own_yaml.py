"""Reads a catalogue's YAML, of which nothing is believed: what is wrong is one error, soon and in little memory."""

from pathlib import Path
from typing import Any

import numpy as np

from deepgrasp.errors import InputError, check_machine, in_a_line
from deepgrasp.files import check_is_file

MOST_BYTES = 1_000_000
DEEPEST = 100  # brackets inside of each other: a parser in Python takes minutes to find that 100,000 are too many


def read_yaml(path: Path) -> dict[Any, Any]:
    """The keys and values of a file, not checked yet.

    Raises:
        InputError: it cannot be read, is too large, is no YAML, or holds no keys.
    """
    # here: GRAB and the stand-in have no such file
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError

    check_is_file(path)
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        check_machine(path, error)
        raise InputError(path, "cannot be read", "a catalogue is a text file") from error
    if len(content) > MOST_BYTES:
        raise InputError(path, f"is larger than {MOST_BYTES:,} bytes", "a catalogue holds names alone")
    if _depth(content) > DEEPEST:
        raise InputError(path, f"has more than {DEEPEST} brackets inside of each other", "mend the file")
    yaml = YAML(typ="safe", pure=True)  # YAML 1.2: `on` is a word
    yaml.Composer = _without_aliases()  # type: ignore[assignment]
    try:
        values = yaml.load(content.decode("utf-8"))
    except MarkedYAMLError as error:
        line = "" if error.problem_mark is None else f"line {error.problem_mark.line + 1}: "
        raise InputError(path, f"is not YAML ({line}{error.problem})", "mend the file") from error
    except Exception as error:  # its constructors raise whatever Python's conversions do
        told = in_a_line(error).partition(";")[0]
        raise InputError(path, f"is not YAML ({told})", "mend the file, and save it as UTF-8") from error
    if not isinstance(values, dict):
        raise InputError(path, "holds no keys", "write name, people, objects, intents, and names or table")
    return values


def _depth(content: bytes) -> int:
    """How many brackets stand inside of each other, in names too."""
    steps = np.zeros(len(content) + 1, np.int64)
    signs = np.frombuffer(content, np.uint8)
    steps[1:] += np.isin(signs, np.frombuffer(b"[{", np.uint8))
    steps[1:] -= np.isin(signs, np.frombuffer(b"]}", np.uint8))
    return int(steps.cumsum().max())


def _without_aliases() -> type:
    """A composer that refuses ``*name``, which stands for what another place holds: ten lines fill any memory."""
    from ruamel.yaml.composer import Composer, ComposerError
    from ruamel.yaml.events import AliasEvent

    class WithoutAliases(Composer):
        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.parser.check_event(AliasEvent):
                raise ComposerError(None, None, "an alias is no value", self.parser.peek_event().start_mark)
            return super().compose_node(parent, index)

    return WithoutAliases
