"""The option ``--entrant`` of several commands; and a check: only entrants that ``params.yaml`` names are run."""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmark import params as parameters
from benchmark.data_params import PARAMS
from benchmark.paths import CODE, OUTSIDERS
from deepgrasp.errors import InputError


def _enrol(context: typer.Context, said: list[str] | None) -> list[str] | None:
    # a callback: what an option means for the command line is no part of what a stage runs
    from benchmark.pipeline.code import write_closures
    from benchmark.pipeline.enrol import enrol, keep_source

    ranked = context.info_name in ("cells", "repro")
    for each in said or ():
        name = enrol(each, PARAMS, grid=ranked)
        print(f"{PARAMS} names the entrant {name}", file=sys.stderr)
        if context.info_name == "train":  # no stage of DVC, which would do this before
            keep_source(name, parameters.load_params().entrants[name], OUTSIDERS / name)
            write_closures(Path(), CODE)
    return said


Entrants = Annotated[
    list[str] | None,
    typer.Option(
        "--entrant",
        callback=_enrol,
        help="path/to/mine.py, or the name of an installed entry point: goes into params.yaml first",
    ),
]


def of_params(command: Callable[..., None]) -> Callable[..., None]:
    """A command with ``--model`` that takes no entrant from outside which ``params.yaml`` names no more."""

    # a decorator, not a callback of the option: --entrant may come behind --model, and names it first
    @wraps(command)
    def checked(*, model: str, **values: Any) -> None:
        # nothing that the command itself does not run: what a stage runs is followed through its imports
        import baselines
        from benchmark.pipeline.kept_entrants import ABOUT_FILE

        about = baselines.outside(model) / ABOUT_FILE
        if about.is_file() and model not in {*baselines.names(), *parameters.load_params().entrants}:
            problem = f"is no entrant that params.yaml names; {about.parent.as_posix()} is of one that it named before"
            raise InputError(f"--model {model}", problem, "name it again with --entrant, or remove that folder")
        command(model=model, **values)

    return checked
