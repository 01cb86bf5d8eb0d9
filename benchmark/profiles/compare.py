"""Verdicts on a profile's expected numbers: which hold, and why they may not be compared at all."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from benchmark.pipeline.tolerances import allowed
from benchmark.profiles.experiment import CommittedBoard
from benchmark.profiles.profile import Expected, Profile
from benchmark.tables import table
from deepgrasp.data_source import data_source
from deepgrasp.tasks import TASKS, metric

GRID = ("grid.tasks", "grid.models")  # they choose rows and leave the others' numbers alone
# the device, its threads and the place of the data move no number beyond its limit
FREE = {*GRID, "data.root", "data.models", "train.device", "train.threads", "train.trackers"}
HOLDS, BEYOND, MISSING, UNASKED, INCOMPARABLE = "holds", "beyond", "missing", "not asked", "not comparable"


class ComparedNumber(NamedTuple):
    """One expected number; ``found`` is ``None`` where the board lacks its row."""

    row: str  # task.row
    expected: float
    within: float
    found: float | None
    verdict: str


def committed(board: CommittedBoard) -> dict[str, Expected]:
    """Expected numbers from a board: its own, each with what another training of as many replicates may move."""
    count = len(board.about["replicates"])
    return {
        row: Expected(value=value, within=allowed(TASKS[_task(row)].primary, count))
        for row, value in board.numbers.items()
    }


def why_not(profile: Profile, overrides: Iterable[str], found: CommittedBoard, before: CommittedBoard | None) -> str:
    """The reason why a run cannot be compared with the expected numbers; empty if it can.

    Args:
        before: the committed board, where that is what is expected.
    """
    numbers = profile.numbers.values()
    # each number may say itself for which modalities it holds
    answered = {"inputs.modalities"} if numbers and all(each.modalities for each in numbers) else set()
    if found.about["source"] != (expected := data_source({"kind": profile.kind}).name):
        return f"the numbers are for {_in_text(expected)}, and this ran on {_in_text(found.about['source'])}"
    if changed := sorted({override.partition("=")[0] for override in overrides} - FREE - answered):
        return f"-S changes {', '.join(changed)}"
    # of the same kind, but perhaps another scale or other choices
    for key in ("data", "split", "inputs", "replicates"):
        if before is not None and before.about[key] != found.about[key]:
            return f"the committed board has other {key}"
    return ""


def _in_text(source: str) -> str:
    return "synthetic data" if source == data_source({"kind": "synthetic"}).name else source


def number_findings(
    expected: Mapping[str, Expected], board: CommittedBoard, *, comparable: bool, narrowed: bool
) -> list[ComparedNumber]:
    """Every expected number beside the one found; ``narrowed``: the user asked for other rows."""
    seen = board.about["inputs"]["modalities"]
    compared = []
    for row, each in expected.items():
        # a profile may set a limit of its own
        limit, found = each.within or allowed(TASKS[_task(row)].primary), board.numbers.get(row)
        if found is None and narrowed:
            verdict = UNASKED
        elif not comparable or each.modalities not in (None, seen):
            verdict = INCOMPARABLE
        elif found is None:
            verdict = MISSING
        else:
            verdict = HOLDS if abs(found - each.value) <= limit else BEYOND
        compared.append(ComparedNumber(row, each.value, limit, found, verdict))
    return compared


def any_failed(found: Sequence[ComparedNumber]) -> bool:
    """Whether a number lies beyond what it may, or a row is missing."""
    return any(each.verdict in (BEYOND, MISSING) for each in found)


def numbers_report(found: Sequence[ComparedNumber], reason: str) -> str:
    """The numbers as a table, then the count that holds or the reason why none is compared."""
    rows = []
    for each in found:
        came_out = "-" if each.found is None else number_text(each.row, each.found)
        rows.append(
            (each.row, number_text(each.row, each.expected), number_text(each.row, each.within), came_out, each.verdict)
        )
    compared = [each for each in found if each.verdict in (HOLDS, BEYOND, MISSING)]
    held = sum(each.verdict == HOLDS for each in compared)
    said = f"not compared: {reason}" if reason else f"{held} of {len(compared)} numbers hold"
    return f"{table(('number', 'expected', 'may move by', 'found', 'verdict'), rows)}\n\n{said}"


def number_text(row: str, value: float) -> str:
    """A number in the unit of its task."""
    unit = metric(TASKS[_task(row)].primary).unit
    return f"{100 * value:.4g} %" if unit == "fraction" else f"{value:.4g} {unit}"


def _task(row: str) -> str:
    return row.partition(".")[0]
