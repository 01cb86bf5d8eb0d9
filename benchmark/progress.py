"""Progress on screen: a bar with the time left on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

SECONDS_BETWEEN_LINES = 10.0  # a log, unlike a terminal, keeps every line
SHARE_THAT_TELLS = 0.05  # of the work: before that no time left is told


class Advance(Protocol):
    """Is told how much of the work is done: so many of so many, and the share of its time where that is known."""

    def __call__(self, done: int, total: int, share: float | None = None, /) -> None:
        """Show it; without a ``share`` all pieces take the same time."""


@contextmanager
def progress_bar(title: str) -> Iterator[Advance]:
    """A function that shows how far the work is, see :class:`Advance`."""
    # a bar redraws itself: in a log that would be thousands of lines
    if not sys.stderr.isatty():
        yield _lines(title)
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class TimeLeft(TimeRemainingColumn):
        def render(self, task: Task) -> Text:
            return super().render(task) if task.fields["tells"] else Text("-:--:--")

    # on standard error: standard output stays clean for what a command prints
    columns = (TextColumn(title), BarColumn(), TextColumn("{task.fields[count]}"), TimeElapsedColumn(), TimeLeft())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(title, total=None, count="", tells=False)

        def advance(done: int, total: int, share: float | None = None, /) -> None:
            made = done if share is None else share * total
            progress.update(task, completed=made, total=total, count=f"{done}/{total}", tells=tells(done, total))

        yield advance


def tells(made: float, total: float) -> bool:
    """Whether from so much work the time of the rest follows: not from one piece, nor from a few of many."""
    return made >= max(2, total * SHARE_THAT_TELLS)


def _lines(title: str) -> Advance:
    # monotonic: the clock may be set while the work runs
    start = last = time.monotonic()
    first: tuple[float, int, float] | None = None  # when work was reported first, how many, and their share of the time

    def advance(done: int, total: int, share: float | None = None, /) -> None:
        nonlocal first, last
        now, made = time.monotonic(), done / total if share is None else share
        since, already, before = first = first or (now, done, made)
        # nothing done is told at once: whoever reports it has long work before him, and silence looks like hanging
        if done == total or (done == 0 and last == start) or now - last > SECONDS_BETWEEN_LINES:
            last = now
            # from the first report on: what came before it is the start-up, which is paid once
            known = tells(done - already, total) and before < made < 1
            left = f", about {(now - since) / (made - before) * (1 - made):.0f} s left" if known else ""
            print(f"{title}: {done}/{total}, {now - start:.0f} s{left}", file=sys.stderr, flush=True)

    return advance
