"""Progress on screen: a bar with the time left on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SECONDS_BETWEEN_LINES = 10.0  # a log, unlike a terminal, keeps every line

Advance = Callable[[int, int], None]  # (done, total)


@contextmanager
def bar(title: str) -> Iterator[Advance]:
    """A function ``advance(done, total)`` that shows how far the work is."""
    # a bar redraws itself: in a log that would be thousands of lines
    if not sys.stderr.isatty():
        yield _lines(title)
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    # on standard error: standard output stays clean for what a command prints
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _lines(title: str) -> Advance:
    # monotonic: the clock may be set while the work runs
    start = last = time.monotonic()

    def advance(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done == total or now - last > SECONDS_BETWEEN_LINES:
            last = now
            left = (now - start) / max(done, 1) * (total - done)
            print(f"{title}: {done}/{total}, {now - start:.0f} s, about {left:.0f} s left", file=sys.stderr, flush=True)

    return advance
