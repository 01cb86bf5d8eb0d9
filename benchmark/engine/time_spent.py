"""Where the time of a call went: by stage, and how much of it was no training."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmark.engine.jobs import Done
from benchmark.tables import table

_DATA = ("synthesize", "prepare")  # stages whose work no engine shares out


@dataclass
class Spent:
    """What a call did.

    Attributes:
        workers: how many cells were made side by side.
        stages: seconds of each stage, in the order of the work.
        dones: the cells that were made.
    """

    workers: int = 1
    stages: dict[str, float] = field(default_factory=dict)
    dones: list[Done] = field(default_factory=list)

    @contextmanager
    def on(self, name: str) -> Iterator[None]:
        """A block whose seconds count for the stage."""
        started = time.monotonic()  # a clock that nobody sets
        try:
            yield
        finally:
            self.stages[name] = self.stages.get(name, 0.0) + time.monotonic() - started

    @property
    def training(self) -> float:
        """Seconds of all cells, as if one after the other."""
        return sum(done.seconds for done in self.dones)

    @property
    def overhead(self) -> float:
        """Seconds beyond making the data and the cells' own seconds, which the workers share."""
        return (
            sum(self.stages.values()) - sum(self.stages.get(name, 0.0) for name in _DATA) - self.training / self.workers
        )


def time_table(spent: Spent) -> str:
    """A table of the stages that took a tenth of a second, and one sentence."""
    rows = [(name, f"{seconds:.1f}") for name, seconds in spent.stages.items() if seconds >= 0.1]
    total = sum(spent.stages.values())
    said = f"{total:.0f} s in all"
    if spent.dones:
        said += (
            f"; {len(spent.dones)} cells took {spent.training:.0f} s, with {spent.workers} side by side "
            f"{spent.training / spent.workers:.0f} s"
        )
    return f"{table(('stage', 's'), rows)}\n\n{said}; {spent.overhead:.0f} s were neither data nor training."
