"""Whether the board's folder and the README hold what the results generate, and the folders nothing else."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmark.board import leaderboard
from benchmark.paths import BOARDS, LEADERBOARD, README, RESULTS
from benchmark.versioning.git import ask_git
from deepgrasp.errors import InputError

SHADES = 32  # of 255: processors round a picture's shades differently, by one or two


def edited(root: Path) -> list[str]:
    """Files of the board, and the README, that are not what the results generate; pictures are compared by pixels."""
    # made anew in a scratch place: the check itself must change nothing
    with TemporaryDirectory(prefix="deepgrasp-") as place:
        scratch = Path(place)
        leaderboard.write(root / RESULTS, scratch / LEADERBOARD, root / BOARDS)
        shutil.copy(root / README, scratch)
        try:
            leaderboard.update_readme(scratch / LEADERBOARD, scratch / README)
        except InputError as error:
            return [f"{README}: {error.problem}"]
        made = sorted(path for path in scratch.rglob("*") if path.is_file())
        problems = []
        for path in made:
            name = path.relative_to(scratch)
            # the stage writes the one, and no stage may write the other
            command = "python -m benchmark board" if name == README else "python -m benchmark leaderboard"
            if not (root / name).exists():
                problems.append(f"{name.as_posix()} is missing: run `{command}`")
            elif path.suffix == ".png":
                problems += [f"{name.as_posix()}: {why}: run `{command}`" for why in unlike_picture(root / name, path)]
            elif (root / name).read_bytes() != path.read_bytes():
                problems.append(f"{name.as_posix()} is not what the results generate: run `{command}`")
        known = {path.relative_to(scratch).as_posix() for path in made}
    return problems + [f"{name} is no file of the board" for name in present(root, LEADERBOARD) if name not in known]


def foreign(root: Path) -> list[str]:
    """What lies in ``results/`` and is no result, and links, whose targets the page's job would deploy."""
    found = [f"{name} is no result" for name in present(root, RESULTS) if not name.endswith(".json")]
    everything = [name for folder in (RESULTS, LEADERBOARD, BOARDS) for name in present(root, folder)]
    return found + [f"{name} is a link" for name in everything if (root / name).is_symlink()]


def present(root: Path, folder: Path) -> list[str]:
    """Files of a folder, links too, sorted; what Git ignores does not count, because it reaches no clone."""
    listed = ask_git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", folder.as_posix())
    if listed is None:  # no Git here
        paths = [path for path in (root / folder).rglob("*") if path.is_symlink() or not path.is_dir()]
        return sorted(path.relative_to(root).as_posix() for path in paths)
    # cached: what was deleted and not committed is still listed
    names = {name for name in listed.decode("utf-8", "surrogateescape").split("\0") if name}
    return sorted(name for name in names if (root / name).is_symlink() or (root / name).exists())


def unlike_picture(here: Path, drawn: Path) -> Iterator[str]:
    """In what a PNG differs from the one that the results draw; nothing where all pixels agree but for rounding."""
    from PIL import Image

    kinds = {chunk for chunk, _ in _chunks(drawn.read_bytes())}
    parts = list(_chunks(here.read_bytes()))
    # what stands behind the end or in chunks of text is deployed too, and nobody sees it
    if not parts or {chunk for chunk, _ in parts} - kinds or parts[-1] != (b"IEND", here.stat().st_size):
        yield "is no PNG as the board draws them"
        return
    with Image.open(here) as ours, Image.open(drawn) as theirs:
        # sizes first: they stand in the header, and a bomb is never unpacked
        if ours.size != theirs.size or ours.mode != theirs.mode:
            yield f"is {ours.size[0]} x {ours.size[1]} pixels, the results draw {theirs.size[0]} x {theirs.size[1]}"
            return
        try:
            # of two bytes: a difference of bytes would wrap round
            apart = np.abs(np.asarray(ours, np.int16) - np.asarray(theirs, np.int16)) > SHADES
        except (OSError, SyntaxError) as error:
            yield f"is a damaged PNG ({error})"
            return
    if apart.any():
        pixels = int(apart.any(axis=-1).sum()) if apart.ndim == 3 else int(apart.sum())
        yield f"{pixels} pixels are not those that the results draw"


def _chunks(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Kind and end of each part of a PNG file; none if it is no PNG."""
    end = 8 if data.startswith(b"\x89PNG\r\n\x1a\n") else len(data)
    while end + 12 <= len(data):
        kind = data[end + 4 : end + 8]
        end += 12 + int.from_bytes(data[end : end + 4], "big")  # its length counts the data alone
        yield kind, end
        if kind == b"IEND":
            return
