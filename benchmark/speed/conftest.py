"""`make speed`: each race's rows beside its first one, which is the library's or the research code's."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import torch

from benchmark.speed.contenders import has_bf16


@dataclass(frozen=True)
class RaceRow:
    """Measured figures of one side of a race; those that a race does not measure are None."""

    race: str
    side: str
    rate: float | None = None  # samples/s
    mib: int | None = None
    millions: float | None = None  # of multiply-adds of one sample, forward
    note: str = ""


_ROWS = pytest.StashKey[list[RaceRow]]()


@pytest.fixture
def record(request: pytest.FixtureRequest) -> Callable[[RaceRow], None]:
    """A function that takes a row for the table at the end."""
    return request.config.stash.setdefault(_ROWS, []).append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table of all races."""
    rows = config.stash.get(_ROWS, [])
    bf16 = "with" if has_bf16() else "without"
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU"
    terminalreporter.section(f"ratios, {torch.get_num_threads()} threads, {bf16} bf16 instructions, {gpu}")
    heads = ("race", "side", "samples/s", "ratio", "peak MiB", "ratio", "M multiply-adds", "ratio")
    terminalreporter.write_line("{:<18}{:<26}{:>10}{:>8}{:>10}{:>8}{:>17}{:>8}".format(*heads))
    for row in rows:
        # the first side that was run is the library or the research code
        first = next(each for each in rows if each.race == row.race)
        cells = f"{row.race:<18}{row.side:<26}"
        cells += _figure(row.rate, first.rate, 10, "{:.3g}") + _figure(row.mib, first.mib, 10, "{:,.0f}")
        cells += _figure(row.millions, first.millions, 17, "{:,.1f}")
        terminalreporter.write_line(f"{cells}  {row.note}".rstrip())


def _figure(value: float | None, first: float | None, width: int, form: str) -> str:
    if value is None or first is None:
        # empty, not 0: a race does not measure everything
        return " " * (width + 8)
    return f"{form.format(value):>{width}}{value / first:>7.3g}x"
