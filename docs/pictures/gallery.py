"""Makes the gallery's pictures by the commands it shows: ``python -m docs.pictures.gallery``, after ``make repro``.

The board's page is looked at by a headless Chromium, whose fonts decide how it looks. About two minutes of one core.
"""

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

from benchmark.data import pictures
from benchmark.viewing.drawing import draw_recording
from benchmark.viewing.gallery.cards import gallery
from benchmark.viewing.still import Look
from deepgrasp.store.store import open_store
from deepgrasp.view.recorded_scene import recordings_of

HERE = Path(__file__).parent / "gallery"
SEQUENCE = "s3/mug_drink_1"
MOVING = (
    *("s6/mug_drink_1", "s1/hammer_use_1", "s7/teapot_pour_1", "s8/wineglass_toast_1"),
    *("s4/torusmedium_offhand_1", "s10/cubelarge_pass_1", "s5/fryingpan_cook_1", "s9/headphones_lift"),
)
FILM = (420, 360)
PAGE = (1200, 900)  # of a browser's window
BROWSER = ("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")


def make(root: Path, folder: Path) -> None:
    """Write the pictures of a workspace after ``make repro`` into ``folder``."""
    folder.mkdir(exist_ok=True)
    store = open_store(root / "data/graphs")
    with tempfile.TemporaryDirectory() as scratch:
        drawn = Path(scratch)
        pictures.draw_store(store, drawn)
        for name in ("classes", "lengths"):
            smaller(drawn / f"{name}.png", folder / f"{name}.png")
        recordings = recordings_of(root / "data/standin", root / "data/standin/models")
        draw_recording(recordings, SEQUENCE, folder / "recording.webp", Look(size=FILM, aim="arms", fineness=2))
        gallery(recordings, MOVING, folder / "recordings.html")
        look(root / "leaderboard/index.html", drawn / "page.png")
        smaller(drawn / "page.png", folder / "page.png")


def smaller(source: Path, path: Path, colours: int = 64) -> None:
    """The same picture in few colours."""
    Image.open(source).convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)


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
