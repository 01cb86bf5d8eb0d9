"""The commands that bring recordings in and show them: ingest, catalogue, import, pictures."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from benchmark import params as parameters
from benchmark.paths import GRAPHS, PICTURES

app = typer.Typer()


@app.command()
def ingest(
    zips: Annotated[Path, typer.Option(help="folder with GRAB's downloads, grab__s1.zip and so on")],
    models: Annotated[Path, typer.Option(help="folder that holds smplx/SMPLX_{MALE,FEMALE}, .npz or .pkl")],
    to: Annotated[Path, typer.Option(help="data root to be")] = Path("data/grab"),
) -> None:
    """Unpack GRAB, check that all is there, and set params.yaml so that `dvc repro` runs on it."""
    # imported in the commands, not above: a command loads only what it needs, and `score` no torch
    from benchmark.data.ingest import ingest as unpack
    from benchmark.progress import progress_bar

    parameters.load_params()  # a mistake there shows before the long work
    with progress_bar("ingest") as advance:
        found = unpack(zips, models, to, Path("params.yaml"), advance)
    print(found)
    print("params.yaml now points there: run `dvc repro`")


@app.command()
def catalogue(root: Annotated[Path, typer.Argument(help="folder that holds grab/ and tools/")]) -> None:
    """Draft catalogue.yaml for your own capture, from what its recordings say inside."""
    from benchmark.data.draft_catalogue import draft
    from benchmark.progress import progress_bar

    with progress_bar("catalogue") as advance:
        page, table = draft(root, advance)
    print(f"wrote {page} and {table}: read them, give the data a name, and mend what is wrong")


@app.command(name="import")
def import_recordings(
    folder: Annotated[Path, typer.Argument(help="folder of the download: for ARCTIC the one that holds raw_seqs/")],
    models: Annotated[Path, typer.Option(help="folder that holds smplx/SMPLX_{MALE,FEMALE}, .npz or .pkl")],
    to: Annotated[Path, typer.Option(help="data root to be")],
    whose: Annotated[Literal["arctic"], typer.Option("--from", help="whose format the files have")],
    hands: Annotated[
        Path | None, typer.Option(help="SMPL-X's MANO_SMPLX_vertex_ids.pkl, or a folder with GRAB's two tables")
    ] = None,
) -> None:
    """Make a data root, with its catalogue, of recordings in another format than GRAB's."""
    from deepgrasp.processes import check_address_space

    check_address_space()
    from dataclasses import replace

    from benchmark.data.inventory import take_stock
    from benchmark.progress import progress_bar
    from deepgrasp.arctic.convert import convert

    assert whose == "arctic"  # the one there is: another one is another room beside deepgrasp/arctic
    with progress_bar("import") as advance:
        convert(folder, models, to, hands=hands, progress=advance)
    print(replace(take_stock(to, models), unneeded=()))  # what GRAB publishes besides is nothing to miss here
    print(f"now: dvc exp run -S data.root={to} -S data.models={models}")


@app.command()
def pictures() -> None:
    """Draw the data: sequences per class, lengths, and where hands touch each object."""
    from benchmark.data.pictures import draw_store
    from deepgrasp.store.store import open_store

    for path in draw_store(open_store(GRAPHS), PICTURES):
        print(path)
