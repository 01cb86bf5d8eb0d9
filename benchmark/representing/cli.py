"""The command that looks into networks: represent."""

from pathlib import Path
from typing import Annotated

import typer

from benchmark.outputs import check_folder
from benchmark.paths import GRAPHS, RUNS

app = typer.Typer()


@app.command()
def represent(
    cells: Annotated[
        list[str] | None, typer.Option(help="cells, such as 'action/*/0'; repeatable; default: all")
    ] = None,
    layers: Annotated[
        list[str] | None, typer.Option(help="layers, such as 'encoders.*'; repeatable; default: the main ones")
    ] = None,
    activations: Annotated[
        list[str] | None,
        typer.Option(help="networks whose activations are written, such as 'action/best/0'; repeatable"),
    ] = None,
    recordings: Annotated[
        list[str] | None,
        typer.Option(help="of which, such as 's1/mug_*'; repeatable; default: those of the people who are tested"),
    ] = None,
    controls: Annotated[bool, typer.Option(help="look into untrained networks too")] = True,
    out: Annotated[Path | None, typer.Option(help="folder; default: data/representations")] = None,
    runs: Annotated[Path, typer.Option(help="folder of the trained cells")] = RUNS,
    graphs: Annotated[Path, typer.Option(help="the graph store that they were trained on")] = GRAPHS,
    jobs: Annotated[int | None, typer.Option(help="networks side by side; default: one a core", min=1)] = None,
) -> None:
    """Look into trained networks: linear probes, similarity, tuning, learned graphs; activations on demand."""
    # here, as all below: every command loads this file, and torch alone takes seconds
    from benchmark.pipeline import environment

    environment.apply()  # before torch is imported below, which reads some variables then
    from benchmark.progress import progress_bar
    from benchmark.representing.report import write_report
    from benchmark.representing.represent import REPRESENTATIONS_FOLDER, ChosenNetworks, look_into_all

    choice = ChosenNetworks(
        tuple(cells or ("*",)),
        tuple(layers) if layers else None,
        tuple(activations or ()),
        tuple(recordings) if recordings else None,
        controls,
    )
    folder = out or REPRESENTATIONS_FOLDER
    check_folder(folder)
    with progress_bar("represent") as advance:
        names = look_into_all(runs, graphs, folder, choice, jobs, advance)
    print(write_report(folder, names, graphs, runs))
