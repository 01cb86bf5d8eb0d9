"""Makes the gallery's pictures by the commands it shows: ``python -m docs.pictures.gallery``, after ``make repro``.

The board's page is looked at by a headless Chromium, whose fonts decide how it looks. About a minute of one core.
"""

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageSequence

from benchmark.data import film, pictures
from deepgrasp.store.store import open_store

HERE = Path(__file__).parent / "gallery"
SEQUENCE = "s3/mug_drink_1"
PAGE = (1200, 900)  # of a browser's window
BROWSER = ("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")


def make(root: Path, folder: Path) -> None:
    """Write the pictures of a workspace after ``make repro`` into ``folder``."""
    folder.mkdir(exist_ok=True)
    store = open_store(root / "data/graphs")
    with tempfile.TemporaryDirectory() as scratch:
        drawn = Path(scratch)
        pictures.draw(store, drawn)
        for name in ("classes", "lengths"):
            smaller(drawn / f"{name}.png", folder / f"{name}.png")
        film.show(store, SEQUENCE, drawn / "recording.gif")
        smaller_film(drawn / "recording.gif", folder / "recording.gif")
        look(root / "leaderboard/index.html", drawn / "page.png")
        smaller(drawn / "page.png", folder / "page.png")


def smaller(source: Path, path: Path, colours: int = 64) -> None:
    """The same picture in few colours."""
    Image.open(source).convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)


def smaller_film(source: Path, path: Path, colours: int = 48) -> None:
    """The same moving picture in few colours, one set of them for all frames."""
    film = Image.open(source)
    frames = [frame.convert("RGB") for frame in ImageSequence.Iterator(film)]
    # all frames under each other choose the colours: the first one has no touch yet
    column = Image.new("RGB", (film.width, film.height * len(frames)))
    for k, frame in enumerate(frames):
        column.paste(frame, (0, k * film.height))
    shared = column.quantize(colours, dither=Image.Dither.NONE)
    first, *others = [frame.quantize(palette=shared, dither=Image.Dither.NONE) for frame in frames]
    first.save(path, save_all=True, append_images=others, duration=film.info["duration"], loop=0, optimize=True)


def look(page: Path, picture: Path) -> None:
    """Write what a browser shows of a page."""
    if shutil.which(BROWSER[0]) is None:
        raise SystemExit(f"{BROWSER[0]}: not installed; it looks at the board's page")
    size = f"--window-size={PAGE[0]},{PAGE[1]}"
    call = [*BROWSER, size, "--virtual-time-budget=4000", f"--screenshot={picture}", page.absolute().as_uri()]
    subprocess.run(call, check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=Path())
    make(parser.parse_args().root, HERE)
