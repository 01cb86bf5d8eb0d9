"""Names that no row may have, or not twice: words that tell trainings apart, and those of submissions."""

from collections.abc import Iterable
from pathlib import Path

import baselines
from deepgrasp import references
from deepgrasp.errors import InputError
from deepgrasp.tasks import NOT_TASKS, ONE_TASK, TASKS

_WORDS = frozenset((*TASKS, *NOT_TASKS, ONE_TASK))
"""Words of cells and files that say what a row was trained on: no row may be called so."""

OF_TRAININGS = "says what a row was trained on"


def check_apart(entrants: Iterable[str], submissions: Path) -> None:
    """Refuse an entrant or a reference row whose name a submission has, or is a word of :data:`_WORDS`.

    Args:
        entrants: those from outside that ``params.yaml`` names; those in ``baselines`` are found.

    Raises:
        InputError: naming both.
    """
    # by the predictions, as scoring finds them; whether they are on the data here is known once these are prepared
    submitted = {path.parent.name: path.parent for path in sorted(submissions.glob("*/*.safetensors"))}
    for name, home in homes_of_rows(entrants).items():
        if name in _WORDS:
            raise InputError(home, f"{name!r} {OF_TRAININGS}", "choose another name")
        if name in submitted:
            # scoring would say so after hours: it takes no two for one row
            problem = f"has the name of a submission, {submitted[name].as_posix()}"
            raise InputError(home, problem, "give one of the two another name")


def check_free(name: str, entrants: Iterable[str] = ()) -> None:
    """Refuse a name for a submission that a row of our own has, or that is a word of :data:`_WORDS`.

    Args:
        entrants: those from outside that ``params.yaml`` names.

    Raises:
        InputError: naming the row's home.
    """
    if name in _WORDS:
        raise InputError(f"name {name!r}", OF_TRAININGS, "choose another")
    if home := homes_of_rows(entrants).get(name):
        raise InputError(f"name {name!r}", f"is a row of the board ({home})", "choose another")


def homes_of_rows(entrants: Iterable[str]) -> dict[str, str]:
    """Where each entrant and reference row is defined, by its name."""
    homes = {name: f"deepgrasp/references/{name}.py" for name in references.names()}
    homes |= {name: f"baselines/{name}.py" for name in baselines.names()}
    return homes | {name: f"params.yaml, entrants.{name}" for name in entrants}
