"""The commands of a version: release, croissant."""

from pathlib import Path
from typing import Annotated

import typer

from benchmark.paths import GRAPHS
from deepgrasp.errors import InputError

app = typer.Typer()


@app.command()
def release(
    folder: Annotated[Path, typer.Argument(help="a new folder, or an earlier release, which is replaced")],
    check: Annotated[bool, typer.Option("--check", help="write nothing: say whether the folder is whole")] = False,
    licensed: Annotated[
        bool, typer.Option("--licensed", help="also what was made from licensed data, where the licence allows it")
    ] = False,
) -> None:
    """Gather checkpoints, predictions, board, cards and hashes into one folder; with --check, examine such a folder."""
    from benchmark.release import examine, gather  # here: every command loads this file

    if not check:
        made = gather.gather_release(folder, Path(), licensed=licensed)
        if made.dirty:
            print("sources differ from the commit: nobody else can make this release again")
        print(f"version {made.version}, {len(made.cells)} cells in {folder}/")
        return
    found = examine.release_problems(folder)
    for problem in found:
        print(problem)
    if found:
        count = f"{len(found)} problem{'' if len(found) == 1 else 's'}"
        raise InputError(folder, f"is not the release that was made: {count}", "get it again")
    print(f"{folder}: whole, and its parts fit together")


@app.command("croissant")
def print_croissant() -> None:
    """Print the Croissant card (JSON-LD) of the graph store in data/graphs, made from its manifest."""
    from benchmark.release.croissant import card
    from deepgrasp.store.store import open_store

    print(card(open_store(GRAPHS)), end="")
