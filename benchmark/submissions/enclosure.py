"""What an enclosure of submitted code is: the bounds it keeps, how it is run, and the errors of what runs in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmark.pipeline.schema import Isolation
from deepgrasp.errors import InputError

BOOT = "inside_enclosure.py"
NOBODY = 65534
TAIL_BYTES = 4096  # bytes of its complaints that are looked at


@dataclass(frozen=True)
class Bounds:
    """What submitted code may take.

    Attributes:
        seconds: from start to end.
        memory: bytes; of each process where there is no container.
        processes: threads count as such.
        answer: bytes of what comes back, and of each file that it writes.
    """

    seconds: float = 3600.0
    memory: int = 8 * 2**30
    processes: int = 512
    answer: int = 256 * 2**20


@dataclass(frozen=True)
class Enclosure:
    """A way to run submitted code.

    Attributes:
        run: takes the folder that goes in, what ``inside_enclosure.py`` is told, and bounds; gives what comes back. It
            raises an ``InputError`` where nothing does.
        provenance: what a record says of the place besides.
        misses: what this way does not keep apart, for people; empty if nothing.
    """

    isolation: Isolation
    run: Callable[[Path, Mapping[str, Any], Bounds], bytes]
    provenance: Mapping[str, Any]
    misses: str = ""


def too_slow(bounds: Bounds) -> InputError:
    """The error for code that does not end."""
    return InputError("submitted code", f"did not end within {bounds.seconds / 3600:g} h", "give it more with --hours")


def code_failed(status: int, complaints: bytes) -> InputError:
    """The error for code that fails, with the last line that it wrote."""
    lines = complaints.decode(errors="replace").strip().splitlines()
    # a line of theirs, on our terminal: no control characters, and not for ever
    last = "".join(c if c.isprintable() else " " for c in (lines or ["it says nothing"])[-1])[:200]
    how = f"signal {-status}" if status < 0 else f"status {status}"
    return InputError("submitted code", f"does not train ({how}: {last.removeprefix('error: ')})", "mend the file")
