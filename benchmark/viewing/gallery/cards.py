"""A page of a few recordings as one HTML file: moving pictures in WebP, words, nothing that is loaded."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from benchmark.progress import Advance
from benchmark.viewing.allowed_place import check_page_place
from benchmark.viewing.film import film_scene, moving
from benchmark.viewing.still import Look, middle_frame, still
from benchmark.viewing.webp import address, webp
from deepgrasp.files import write_text
from deepgrasp.grab.data_root import RecordingFile
from deepgrasp.grab.names import SequenceName
from deepgrasp.view.recorded_scene import Recordings

_SIDE = 280  # pixels of a picture
RATE = 12.0  # pictures a second: half the bytes of a film, and nobody misses the others
_MOST = 60  # pictures of a recording: of a longer one fewer a second
QUALITY = 52  # of WebP
CARD_LOOK = Look(size=(_SIDE, _SIDE), aim="arms", fineness=2, words=False)
_FEW = 8


def gallery(
    recordings: Recordings, names: Sequence[str], out: Path, progress: Advance | None = None, workers: int | None = None
) -> None:
    """Write the page; the same recordings give the same bytes.

    Args:
        names: of the recordings; none: :func:`a_few`.

    Raises:
        InputError: a page of licensed data outside of ``data/``, no such recording, or one that cannot be read.
    """
    check_page_place(out, recordings.source)  # before the work
    chosen = list(names) or a_few(recordings)
    # before the work: a misspelt name is told at once
    for name in chosen:
        recordings.find(name)
    cards = []
    for done, name in enumerate(chosen, start=1):
        cards.append(_card(recordings, name, workers))
        if progress is not None:
            progress(done, len(chosen))
    # escaped, since names come with the data; strict: a misspelt name in the template is an error
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    source = recordings.source
    page = environment.get_template("gallery.html").render(
        name=source.name, synthetic=source.synthetic, cards=cards, side=_SIDE
    )
    write_text(out, page)


def a_few(recordings: Recordings, count: int = _FEW) -> list[str]:
    """Recordings that differ: another object, another intent and another person each, as far as there are any."""
    left, chosen = list(recordings.files), list[RecordingFile]()
    while left and len(chosen) < count:
        # the most unlike those before: in its object first, then its intent, then its person
        chosen.append(min(left, key=lambda file: _alike(file.name, [other.name for other in chosen])))
        left.remove(chosen[-1])
    return [file.id for file in chosen]


def _alike(name: SequenceName, others: Sequence[SequenceName]) -> tuple[int, ...]:
    """How many of the others have the same object, intent and person."""
    return (
        sum(name.object == other.object for other in others),
        sum(name.action == other.action for other in others),
        sum(name.subject == other.subject for other in others),
    )


def _card(recordings: Recordings, name: str, workers: int | None) -> dict[str, str]:
    scene, rate = film_scene(recordings, name, RATE, most=_MOST)
    film = webp(moving(scene, CARD_LOOK, workers=workers), quality=QUALITY, milliseconds=round(1000 / rate))
    return {
        "id": name,
        "object": scene.thing.name,
        "motion": scene.motion,
        "person": scene.person,
        "intent": scene.action,
        "says": f"person {scene.person}: {scene.thing.name}, {scene.motion}",
        "film": address(film),
        "still": address(webp([still(scene, middle_frame(scene), CARD_LOOK)], quality=QUALITY)),
    }
