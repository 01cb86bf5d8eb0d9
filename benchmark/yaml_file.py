"""Reads a YAML file of which nothing is believed: whatever it holds is one error, and takes neither time nor memory."""

import reprlib
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer, ComposerError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent

from deepgrasp.errors import InputError

MOST_BYTES = 200_000  # some twenty times what params.yaml has


class _WithoutAliases(Composer):
    """Refuses ``*name``, which stands for what another place holds: ten lines of them fill any memory."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.parser.check_event(AliasEvent):
            raise ComposerError(None, None, "an alias is no value", self.parser.peek_event().start_mark)
        return super().compose_node(parent, index)


def read(path: Path) -> dict[str, Any]:
    """All values of the file, not checked yet.

    Raises:
        InputError: the file is missing, too large, or no YAML with names for its values.
    """
    yaml = YAML(typ="safe", pure=True)  # YAML 1.2 as in DVC: "no" is a word, not False
    yaml.Composer = _WithoutAliases
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise InputError(path, f"is larger than {MOST_BYTES:,} bytes", "look whether it is the file that you mean")
        values = yaml.load(data.decode("utf-8"))
    except OSError as error:
        raise InputError(path, "cannot be read", "run from the root of the repository") from error
    except UnicodeDecodeError as error:
        raise InputError(path, f"is not text in UTF-8 (byte {error.start})", "save it as UTF-8") from error
    except MarkedYAMLError as error:
        # its own words are several lines, with a picture of the place
        line = "" if error.problem_mark is None else f"line {error.problem_mark.line + 1}: "
        raise InputError(path, f"is not YAML ({line}{error.problem})", "mend the file") from error
    except (YAMLError, ValueError, TypeError) as error:
        # ValueError: more digits than Python reads, or a month 13; TypeError: a list as a key
        raise InputError(
            path, f"is not YAML ({' '.join(str(error).partition(';')[0].split())})", "mend the file"
        ) from error
    except RecursionError:
        raise InputError(path, "is nested too deeply", "mend the file") from None
    if not isinstance(values, dict):
        raise InputError(f"{path}, the file", f"is {reprlib.repr(values)}", "write its values as key: value")
    _check_numbers(path, values)
    return values


def _check_numbers(path: Path, value: Any, *keys: object) -> None:
    """Refuse numbers that are none, or that no library takes: a rate without end trains to nothing, after a while."""
    if isinstance(value, (dict, list)):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            _check_numbers(path, each, *keys, key)
    # the number is not shown: Python refuses to write one of 10,000 digits
    elif isinstance(value, (int, float)) and not abs(value) < 2**63:
        key = ".".join(map(str, keys))
        raise InputError(f"{path}, {key}", "is no finite number below 2 to the power of 63", "give one")
