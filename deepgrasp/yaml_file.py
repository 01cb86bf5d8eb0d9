"""Reads a YAML file of which nothing is believed: whatever it holds is one error, and takes neither time nor memory."""

import reprlib
from pathlib import Path
from typing import Any

import numpy as np

from deepgrasp.errors import InputError, check_machine, in_a_line
from deepgrasp.files import check_is_file

_DEEPEST = 100  # brackets inside of each other: a parser in Python takes minutes to find that 100,000 are too many


def read_yaml(
    path: Path,
    *,
    largest: int = 200_000,  # some twenty times what params.yaml has
    absent: str = "run from the root of the repository",
    keys: str = "write its values as key: value",
) -> dict[str, Any]:
    """The keys and values of a file, not checked yet.

    Args:
        largest: bytes that it may have.
        absent: what to do where there is no such file.
        keys: what to do where it holds no keys.

    Raises:
        InputError: the file is missing, too large, no YAML, holds no keys, or a number that no library takes.
    """
    # here: GRAB and the stand-in have no such file
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError

    check_is_file(path)
    try:
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except OSError as error:
        check_machine(path, error)
        raise InputError(path, "cannot be read", absent) from error
    if len(content) > largest:
        raise InputError(path, f"is larger than {largest:,} bytes", "look whether it is the file that you mean")
    if _depth(content) > _DEEPEST:
        raise InputError(path, f"is nested too deeply: more than {_DEEPEST} brackets", "mend the file")
    yaml = YAML(typ="safe", pure=True)  # YAML 1.2 as in DVC: "no" and "on" are words
    yaml.Composer = _without_aliases()  # type: ignore[assignment]
    try:
        values = yaml.load(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(path, f"is not text in UTF-8 (byte {error.start})", "save it as UTF-8") from error
    except MarkedYAMLError as error:
        # its own words are several lines, with a picture of the place
        line = "" if error.problem_mark is None else f"line {error.problem_mark.line + 1}: "
        raise InputError(path, f"is not YAML ({line}{error.problem})", "mend the file") from error
    except RecursionError:
        raise InputError(path, "is nested too deeply", "mend the file") from None
    except Exception as error:  # its constructors raise whatever Python's conversions do
        raise InputError(path, f"is not YAML ({in_a_line(error).partition(';')[0]})", "mend the file") from error
    if not isinstance(values, dict):
        raise InputError(f"{path}, the file", f"is {reprlib.repr(values)}", keys)
    _check_numbers(path, values)
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


def _check_numbers(path: Path, value: Any, *keys: object) -> None:
    """Refuse numbers that are none, or that no library takes: a rate without end trains to nothing, after a while."""
    if isinstance(value, (dict, list)):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            _check_numbers(path, each, *keys, key)
    # the number is not shown: Python refuses to write one of 10,000 digits
    elif isinstance(value, (int, float)) and not abs(value) < 2**63:
        key = ".".join(map(str, keys))
        raise InputError(f"{path}, {key}", "is no finite number below 2 to the power of 63", "give one")
