"""Names that no row may have, or not twice: words that tell trainings apart, and those of submissions."""

from collections.abc import Iterable
from pathlib import Path

import baselines
from benchmark.pipeline.grid import WORDS
from deepgrasp import references
from deepgrasp.errors import InputError


def check_apart(entrants: Iterable[str], submissions: Path) -> None:
    """Refuse an entrant or a reference row whose name a submission has, or is a word of :mod:`benchmark.pipeline.grid`.

    Args:
        entrants: those from outside that ``params.yaml`` names; those in ``baselines`` are found.

    Raises:
        InputError: naming both.
    """
    homes = {name: f"deepgrasp/references/{name}.py" for name in references.names()}
    homes |= {name: f"baselines/{name}.py" for name in baselines.names()}
    homes |= {name: f"params.yaml, entrants.{name}" for name in entrants}
    # by the predictions, as scoring finds them; whether they are on the data here is known once these are prepared
    submitted = {path.parent.name: path.parent for path in sorted(submissions.glob("*/*.safetensors"))}
    for name, home in homes.items():
        if name in WORDS:
            raise InputError(home, f"{name!r} says what a row was trained on", "choose another name")
        if name in submitted:
            # scoring would say so after hours: it takes no two for one row
            problem = f"has the name of a submission, {submitted[name].as_posix()}"
            raise InputError(home, problem, "give one of the two another name")
