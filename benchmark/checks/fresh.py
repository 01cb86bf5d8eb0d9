"""The committed board checked from nothing but a clone: the data made, a sample of its cells trained again."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmark.board.results import home
from benchmark.checks import verify
from benchmark.checks.verify import Finding, Retrain
from benchmark.params import Params
from benchmark.paths import GRAPHS, STANDIN
from benchmark.pipeline.schema import Result, Run
from benchmark.versioning.commands import run_ours
from deepgrasp.errors import InputError
from deepgrasp.store.store import Store, open_store

UNDECIDED = 3  # exit status: neither what reproduces (0) nor what does not (1)
_DATA = "making the data takes some minutes (at GRAB's size, twice as many recordings, 5.1 min on 2 cores)"


class FreshOutcome(NamedTuple):
    """Findings of a sample made again, and hashes of data: the board's, and of those that were made here."""

    findings: list[Finding]
    board: str
    hash: str

    @property
    def status(self) -> int:
        """0 if the sample reproduces, 1 if not; on other data than the board's a difference decides nothing."""
        if not any(finding.problem for finding in self.findings):
            return 0
        return 1 if self.board == self.hash else UNDECIDED


def sampled_runs(results: Sequence[Result], cells: Sequence[str], *, whole: bool) -> list[Run]:
    """The runs to make again: those named, else all that can be, else one of each kind and of each reference row.

    Raises:
        InputError: there is no such cell.
    """
    ours = [result for result in results if result.run.origin == "trained"]
    if cells:
        return verify.chosen_runs(ours, cells)
    runs = {result.run.cell: result.run for result in ours}
    if whole:
        return list(runs.values())
    rows: dict[str, Run] = {}
    for run in runs.values():
        if run.is_reference:
            rows.setdefault(run.model, run)
    return [*rows.values(), *verify.chosen_runs(ours, [])]


def announced(chosen: Sequence[Run], cells: int) -> str:
    """What will be done and how long it takes, told before it is begun."""
    data = f"{GRAPHS}/ is there" if GRAPHS.exists() else _DATA
    seconds = sum(run.cost.seconds for run in chosen)
    return (
        f"{data}; then {len(chosen)} of the board's {cells} cells are made again, "
        f"which took {seconds:.0f} s where the board was made, and some seconds of start each"
    )


def make_data(params: Params, board: Run) -> Store:
    """The graph store; what of it is missing is made, without DVC, whose lock stays as it is.

    Raises:
        InputError: the board's recordings are licensed and not here, or a stage fails.
    """
    root = Path(params.data.root)
    if not GRAPHS.exists():
        if not root.exists():
            if root != STANDIN or board.data.kind != "synthetic":
                raise InputError(root, "is not here", "put the board's recordings there: they are licensed")
            _stage("synthesize")
        _stage("prepare")
    return open_store(GRAPHS)


def _stage(name: str) -> None:
    # a process of its own, as DVC starts it: the command line stands above this room
    if run_ours(Path(), name, shown=True).returncode:
        raise InputError(name, "failed", "its own message stands above")


def again(chosen: Sequence[Run], results: Sequence[Result], store: Store, retrain: Retrain) -> FreshOutcome:
    """The chosen cells made again and compared within what another training may move."""
    return FreshOutcome(verify.rerun(chosen, results, store, retrain), board_of(results).data.hash, store.hash)


def board_of(results: Sequence[Result]) -> Run:
    """A run of the board of cells trained here."""
    return home(results, lambda result: result.run.origin).run


def outcome_text(outcome: FreshOutcome, board: Run) -> str:
    """The table of all that was made again, and what it says about the board."""
    table = verify.findings_report(outcome.findings, every=True)
    if outcome.board == outcome.hash:
        same = "The data made here are the board's, to the byte."
        return f"{table}\n\n{same} The limits allow for another processor, which rounds a training differently."
    where = ", ".join(
        str(board.provenance[key]) for key in ("device", "cpu") if board.provenance.get(key, "none") != "none"
    )
    verdict = {
        0: "The sample lies within what another training may move all the same.",
        UNDECIDED: "What moved too far is no sign of a forged score: nothing here speaks for or against the board.",
    }[outcome.status]
    return (
        f"{table}\n\nThe data made here are not the board's: their hash is {outcome.hash[:12]}, the board's "
        f"{outcome.board[:12]}. The stand-in is drawn with sums that processors round differently, and other data move "
        f"scores by some points. {verdict} To decide it, run this on the kind of processor that made the board"
        f"{f' ({where})' if where else ''}."
    )
