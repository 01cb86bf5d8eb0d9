"""The command that probes the grid's trained cells and makes the board of probes."""

from pathlib import Path
from typing import Annotated

import typer

from benchmark import params as parameters
from benchmark.paths import BOARDS, GRAPHS, RESULTS
from deepgrasp.errors import InputError

app = typer.Typer()


@app.command()
def probe(
    jobs: Annotated[int | None, typer.Option(help="processes (default: one for each core)", min=1)] = None,
    figures: Annotated[
        Path | None, typer.Option(help="draw the board's figures into this folder, and probe no more")
    ] = None,
) -> None:
    """Ask stored checkpoints about noise, loss and conflict of the senses, and make the board of probes."""
    # here, as all below: every command loads this file, and torch and these rooms take two seconds
    from benchmark.board.probes_file import PROBES_FOLDER
    from benchmark.probing.probe_paths import PROBES

    if figures is not None:
        from benchmark.probing.probe_figures import draw_probes
        from benchmark.progress import progress_bar

        with progress_bar("figures") as advance:
            paths = draw_probes(BOARDS / PROBES_FOLDER, figures, advance)
        print("\n".join(map(str, paths)))
        return
    from benchmark.probing.make_probes import make_probes
    from benchmark.probing.probe_board import write_probes
    from benchmark.probing.probe_params import load_probe

    params = parameters.load_params()
    asked = load_probe()
    if not GRAPHS.is_dir():
        raise InputError(GRAPHS, "no graph store here", "run `dvc repro` first: probes ask networks that are trained")
    made = make_probes(params, asked, jobs)
    written = write_probes(params, asked, PROBES, RESULTS, GRAPHS, BOARDS / PROBES_FOLDER)
    print(f"probed {made} cells anew; {written}")
