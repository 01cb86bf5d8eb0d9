"""What a board of probes was not asked: of the board that it stands beside, and of the board of probes before it."""

from collections.abc import Mapping
from pathlib import Path

from benchmark.board.probes_file import LeftOut, ProbeTable, load_probes, row_label
from benchmark.board.probes_in_short import left_out_told
from benchmark.board.rows import BoardTable, row_name
from deepgrasp.errors import InputError
from deepgrasp.probes.perturbations import PERTURBATIONS
from deepgrasp.tasks import NO_TASK

Held = Mapping[str, list[str]]
"""Names by what they are of, see :class:`LeftOut`."""


def held_by(probes: ProbeTable) -> Held:
    """Names of tasks, rows, replicates and perturbations that a board of probes holds."""
    return {
        "tasks": list(probes.tasks),
        # once: a row stands under each of its tasks
        "rows": list(dict.fromkeys(row_label(row) for rows in probes.tasks.values() for row in rows)),
        "replicates": [str(k) for k in probes.replicates],
        "perturbations": [each.name for each in probes.perturbations],
    }


def probeable(table: BoardTable) -> Held:
    """What a board of probes could hold: all that the board has trained, and all that its windows can be asked."""
    window = str(table["data"]["prepare"].get("window"))
    # what comes from outside has no checkpoint here; reference rows are chosen for the probes alone
    trained = [
        row_name(row["model"], row["training"])
        for rows in table["tasks"].values()
        for row in rows
        if row["origin"] == "trained" and row["training"] != NO_TASK
    ]
    return {
        "tasks": list(table["tasks"]),
        "rows": list(dict.fromkeys(trained)),
        "replicates": [str(k) for k in table["replicates"]],
        "perturbations": [name for name, each in PERTURBATIONS.items() if each.asked_of(window)],
    }


def lacking(known: Held, held: Held) -> LeftOut:
    """Names that are known and not held."""
    return LeftOut(**{what: [name for name in names if name not in held[what]] for what, names in known.items()})


def no_longer_held(former: ProbeTable | None, made: ProbeTable) -> str:
    """What the board of probes before this one held and this one does not, in words; empty where that is nothing."""
    return "" if former is None else left_out_told(lacking(held_by(former), held_by(made)))


def former_in(folder: Path) -> ProbeTable | None:
    """The board of probes that is replaced; None where there is none that can be read."""
    try:
        return load_probes(folder)
    except InputError:
        # damaged, or of another form: it is written over anyway, and must not stop the one that takes its place
        return None
