"""Writes recordings, with answers beside the truth, into one offline page."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmark.progress import Advance
from benchmark.viewing.allowed_place import check_page_place
from benchmark.viewing.asked_networks import AskedNetwork
from benchmark.viewing.cells import AnsweredCell, asked_of
from deepgrasp.errors import InputError
from deepgrasp.files import replaced_file
from deepgrasp.view.answers import ShownAnswer
from deepgrasp.view.loss_on_skin import Silenced
from deepgrasp.view.offline_page import page
from deepgrasp.view.recorded_scene import Recordings, Scene

_MOST = 40
"""Recordings in a page: of about half a megabyte each, a browser holds so many with ease."""


def write_page(
    path: Path,
    recordings: Recordings,
    names: Sequence[str],
    cells: Sequence[AnsweredCell] = (),
    *,
    frames: int | None,
    opened: dict[str, Any] | None = None,
    silenced: Sequence[Silenced] = (),
    networks: Mapping[str, AskedNetwork] | None = None,
    progress: Advance | None = None,
) -> None:
    """Write the page of recordings; it is there as a whole or not at all.

    Args:
        frames: of each recording, evenly spaced; None for all. Those that a cell was asked about are shown besides.
        opened: how the page opens, see :func:`deepgrasp.view.offline_page.page`.
        silenced: what the cells look at.
        networks: of cells by name, to be asked again: see :func:`scene_with_answers`.

    Raises:
        InputError: too many recordings for a page, licensed bodies outside ``data/``, or damaged data.
    """
    check_page_place(path, recordings.source)  # before the work, as is the number
    if len(names) > _MOST:
        remedy = "narrow it: --subject, --object, --intent, --worst 10"
        raise InputError(path, f"{len(names)} recordings, a page holds at most {_MOST}", remedy)
    shown = []
    for done, name in enumerate(names, start=1):
        shown.append(scene_with_answers(recordings, name, cells, frames, networks))
        if progress is not None:
            progress(done, len(names))
    title = names[0] if len(names) == 1 else f"{len(names)} recordings of {recordings.source.name}"
    # half a page would be taken for the page
    with replaced_file(path) as scratch:
        scratch.write_text(page(shown, title, opened, silenced), encoding="utf-8")


def scene_with_answers(
    recordings: Recordings,
    name: str,
    cells: Sequence[AnsweredCell],
    frames: int | None,
    networks: Mapping[str, AskedNetwork] | None = None,
) -> tuple[Scene, list[ShownAnswer]]:
    """A recording's scene in evenly spaced frames and those that the cells were asked about, and their answers.

    Args:
        networks: of cells by name; their answers come with gates, and with answers to parts of the recording.
    """
    scene = recordings.scene(name, frames, asked_of(cells, name))
    # a network gives its cell's own answers, and more
    return scene, [each for cell in cells for each in (networks or {}).get(cell.name, cell).answers(scene)]
