"""The commands that show recordings: view, render, explore, gallery."""

from pathlib import Path
from typing import Annotated

import typer

from benchmark import data_params
from benchmark.paths import GRAPHS, PICTURES, RUNS
from benchmark.viewing.atlas.embedding import Method
from deepgrasp.errors import InputError
from deepgrasp.view.portrait import AUTO, SHOWN_LAYERS, Aim

app = typer.Typer()
EXPLORE, GALLERY = Path("data/explore.html"), Path("data/gallery.html")
DEFAULT_LAYERS = ",".join(SHOWN_LAYERS)

Recording = Annotated[str, typer.Argument(help="such as s3/mug_drink_1")]
Few = Annotated[list[str] | None, typer.Argument(help="s3/mug_drink_1 ...; default: a few that differ")]
Out = Annotated[Path | None, typer.Option(help=".png, .gif, .webp or .mp4; default: a .png in data/pictures")]
Which = Annotated[int | None, typer.Option(help="of the recording; default: in the middle of the touch", min=0)]
Strip = Annotated[int | None, typer.Option(help="so many moments beside each other", min=2, max=24)]
View = Annotated[str, typer.Option(help="auto, front, quarter, left, right, back, top; or degrees, such as 30,15")]
Layers = Annotated[str, typer.Option(help="of person, object, table, touch, graph")]
Size = Annotated[str, typer.Option(help="width and height in pixels; of a strip, of each of its pictures")]

RecordingsArgument = Annotated[
    list[str] | None, typer.Argument(help="recordings, such as s3/mug_drink_1; none: all that fit")
]
Subjects = Annotated[list[str] | None, typer.Option("--subject", help="only of this person; may be given again")]
Objects = Annotated[list[str] | None, typer.Option("--object", help="only with this object; may be given again")]
Intents = Annotated[list[str] | None, typer.Option("--intent", help="only with this intent; may be given again")]
CellNames = Annotated[
    list[str] | None, typer.Option("--cell", help="a cell's answers beside the truth, such as pose/best/0; two at most")
]


@app.command()
def view(
    recordings: RecordingsArgument = None,
    html: Annotated[Path | None, typer.Option(help="write one offline page instead of opening a browser")] = None,
    frames: Annotated[int, typer.Option(help="of a recording, evenly spaced; 0: all", min=0)] = 80,
    subject: Subjects = None,
    thing: Objects = None,
    intent: Intents = None,
    cell: CellNames = None,
    best: Annotated[int | None, typer.Option(help="so many recordings that the first cell answers best", min=1)] = None,
    worst: Annotated[int | None, typer.Option(help="so many that it answers worst", min=1)] = None,
    right: Annotated[
        bool | None, typer.Option("--right/--wrong", help="those whose class the first cell names, or does not")
    ] = None,
    conventions: Annotated[
        bool, typer.Option("--conventions", help="open with axes, the transposed rotation, contact codes, neck frame")
    ] = False,
    stored: Annotated[
        bool, typer.Option("--stored", help="only stored answers: no network is asked for gates and early answers")
    ] = False,
    only_list: Annotated[bool, typer.Option("--list", help="only print the recordings that fit")] = False,
    port: Annotated[int, typer.Option(help="of the viewer, on this machine alone", min=1, max=65535)] = 8080,
) -> None:
    """Show recordings in 3D: body, hands, object, touch, arm graph, and models' answers beside the truth."""
    # here, as in all commands: each loads this file, and most need nothing of these
    from benchmark.probing.probe_paths import PROBES
    from benchmark.viewing.asked_networks import networks_of
    from benchmark.viewing.cells import open_cells
    from benchmark.viewing.choosing import Wish, chosen_recordings
    from benchmark.viewing.probed_cells import silenced_of
    from deepgrasp.view.recorded_scene import recordings_of

    if best and worst:
        raise InputError("--best, --worst", "exclude each other", "give one of the two")
    params = data_params.load_data_params()
    known = recordings_of(Path(params.data.root), Path(params.data.models))
    cells = open_cells(cell or [], RUNS, GRAPHS)
    wish = Wish(
        named=recordings or (),
        subjects=subject or (),
        objects=thing or (),
        intents=intent or (),
        answers="" if right is None else "right" if right else "wrong",
        count=best or worst,
        end="best" if best else "worst",
    )
    names = chosen_recordings(known, wish, cells)
    if only_list:  # before a network is loaded, which takes seconds
        print("\n".join(names))
        return
    silenced, missing = silenced_of(cells, PROBES)
    networks, unasked = ({}, []) if stored else networks_of(cells, RUNS)
    for line in (*missing, *unasked):
        print(line)
    if html is None:
        from benchmark.viewing.served import serve

        serve(
            known, names, cells, silenced, networks, frames=frames or None, conventions=conventions, port=port
        )  # fmt: skip
        return
    from benchmark.progress import progress_bar
    from benchmark.viewing.pages import write_page

    with progress_bar("view") as advance:
        opened = {"conventions": True} if conventions else {}
        write_page(
            html, known, names, cells, frames=frames or None, opened=opened, silenced=silenced, networks=networks,
            progress=advance,
        )  # fmt: skip
    print(f"{html}: {html.stat().st_size / 1e6:.1f} MB; open it in any browser, it needs no network")


@app.command()
def render(
    recording: Recording,
    out: Out = None,
    frame: Which = None,
    strip: Strip = None,
    camera: View = AUTO,
    aim: Annotated[Aim, typer.Option(help="what is in the picture")] = "person",
    layers: Layers = DEFAULT_LAYERS,
    size: Size = "1200x900",
    speed: Annotated[float, typer.Option(help="of a film: 1 is real time, 0.5 half as fast")] = 1.0,
    cell: CellNames = None,
    dark: Annotated[bool, typer.Option("--dark", help="on dark paper")] = False,
    parallel: Annotated[bool, typer.Option("--parallel", help="parallel rays in the place of a perspective")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="without title and legend")] = False,
) -> None:
    """Draw a recording as a still or a film, without display or GPU: body, object, touch, arm graph."""
    from benchmark.progress import progress_bar
    from benchmark.viewing.cells import open_cells
    from benchmark.viewing.drawing import draw_recording
    from benchmark.viewing.still import Look, size_of
    from deepgrasp.view.portrait import chosen_layers
    from deepgrasp.view.recorded_scene import recordings_of

    data = data_params.load_data_params().data
    path = out or PICTURES / f"{recording.replace('/', '_')}.png"
    look = Look(
        size=size_of(size), view=camera, aim=aim, layers=chosen_layers(layers), dark=dark, parallel=parallel,
        # a film has hundreds of pictures: four points a pixel, not nine
        fineness=3 if path.suffix == ".png" else 2, words=not plain,
    )  # fmt: skip
    recordings = recordings_of(Path(data.root), Path(data.models))
    cells = open_cells(cell or [], RUNS, GRAPHS)
    with progress_bar("render") as advance:
        draw_recording(
            recordings, recording, path, look, frame=frame, moments=strip, speed=speed, cells=cells, progress=advance
        )  # fmt: skip
    print(path)


@app.command()
def explore(
    out: Annotated[Path, typer.Option(help="the page; of licensed data below data/ alone")] = EXPLORE,
    cell: Annotated[
        str | None, typer.Option(help="such as action/best/0: near is what this model takes for alike")
    ] = None,
    method: Annotated[Method, typer.Option(help="of making a plane; umap needs the extra of that name")] = "pca",
    stills: Annotated[bool, typer.Option(help="paint a small picture of each recording")] = True,
) -> None:
    """Write one offline page of all recordings: what moves alike lies near; hover, filter, open in 3D."""
    from benchmark.progress import progress_bar
    from benchmark.viewing.atlas.write import explore as write
    from deepgrasp.store.store import open_store
    from deepgrasp.view.recorded_scene import recordings_of

    data, store = data_params.load_data_params().data, open_store(GRAPHS)
    recordings = recordings_of(Path(data.root), Path(data.models)) if stills else None
    with progress_bar("explore") as advance:
        count = write(store, recordings, out, runs=RUNS, cell=cell, method=method, progress=advance)
    print(f"{out}: {count} recordings")


@app.command()
def gallery(
    recordings: Annotated[
        list[str] | None, typer.Argument(help="s3/mug_drink_1 ...; default: a few that differ")
    ] = None,
    out: Annotated[Path, typer.Option(help="the page; of licensed data below data/ alone")] = GALLERY,
) -> None:
    """Write one offline page of a few recordings as moving pictures."""
    from benchmark.progress import progress_bar
    from benchmark.viewing.gallery.cards import gallery as write
    from deepgrasp.view.recorded_scene import recordings_of

    data = data_params.load_data_params().data
    with progress_bar("gallery") as advance:
        write(recordings_of(Path(data.root), Path(data.models)), recordings or [], out, advance)
    print(out)
