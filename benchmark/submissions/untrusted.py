"""Reads others' files without surprises: plain files of a bounded size, strict JSON, and text that a line can show."""

import stat
from pathlib import Path
from typing import Any

from deepgrasp import files
from deepgrasp.data_source import is_seen
from deepgrasp.errors import InputError, check_machine

_LONGEST = 80  # characters of somebody else's text in a message of ours
_DEEPEST = 20  # levels of JSON; ours has four


def printable(text: str) -> str:
    """Others' text as a message of one line may hold it: printable, and not for ever."""
    # a line feed would forge a second line, an escape would recolour the terminal
    plain = "".join(each if each.isprintable() else "?" for each in text[: _LONGEST + 1])
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}..."


def seen(text: str) -> str:
    """The text itself, of which a reader sees every character; it is shown to others beside the scores.

    Raises:
        ValueError: it is blank, or holds what nobody sees or what turns the rest around: a control character, a mark
            of direction, a space of no width.
    """
    odd = next((each for each in text if not is_seen(each)), None)
    if odd is not None:
        raise ValueError(f"holds U+{ord(odd):04X}, which cannot be seen: give one line of characters that can")
    if not text.strip():
        raise ValueError("give one line of characters that can be seen")
    return text


def check_plain_file(path: Path, largest: int, what: str) -> None:
    """Refuse what is no plain file, or too large; a link counts as what it leads to.

    Raises:
        InputError: it is missing, a folder, a device or a pipe, or has more bytes.
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        raise InputError(path, "is missing", f"write the {what} there; see submissions/README.md") from None
    except OSError as error:
        check_machine(path, error)
        raise InputError(path, f"cannot be read ({error.strerror})", "mend the path") from None
    # a pipe would be waited for, /dev/zero read for ever
    if not stat.S_ISREG(found.st_mode):
        raise InputError(path, "is no plain file", f"give a file of {what}")
    if found.st_size > largest:
        problem = f"has {found.st_size} bytes, more than {largest}"
        raise InputError(path, problem, f"a file of {what} is smaller")


def parse_untrusted(text: bytes) -> Any:
    """The value of JSON in UTF-8; a ``ValueError`` if it is none, holds a key twice or too many levels."""
    value = files.parse_json(text)
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > _DEEPEST:
            raise ValueError("it is nested too deeply")
        inner = [each for each in level if isinstance(each, (dict, list))]
        level = [item for each in inner for item in (each.values() if isinstance(each, dict) else each)]
    return value
