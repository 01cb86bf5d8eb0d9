"""Progress on screen: a bar with the time left on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SECONDS_BETWEEN_LINES = 10.0  # a log, unlike a terminal, keeps every line
SHARE_THAT_TELLS = 0.05  # of the work: before that no time left is told

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
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class TimeLeft(TimeRemainingColumn):
        def render(self, task: Task) -> Text:
            return super().render(task) if tells(task.completed, task.total or 0) else Text("-:--:--")

    # on standard error: standard output stays clean for what a command prints
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeLeft())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def tells(made: float, total: float) -> bool:
    """Whether from so much work the time of the rest follows: not from one piece, nor from a few of many."""
    return made >= max(2, total * SHARE_THAT_TELLS)


def _lines(title: str) -> Advance:
    # monotonic: the clock may be set while the work runs
    start = last = time.monotonic()
    first: tuple[float, int] | None = None  # when work was reported first, and how much of it

    def advance(done: int, total: int) -> None:
        nonlocal first, last
        now = time.monotonic()
        since, already = first = first or (now, done)
        if done == total or now - last > SECONDS_BETWEEN_LINES:
            last = now
            # from the first report on: what came before it is the start-up, which is paid once
            made = done - already
            known = tells(made, total) and done < total
            left = f", about {(now - since) / made * (total - done):.0f} s left" if known else ""
            print(f"{title}: {done}/{total}, {now - start:.0f} s{left}", file=sys.stderr, flush=True)

    return advance
