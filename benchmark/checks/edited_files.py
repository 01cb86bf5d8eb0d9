"""Whether the board's folder and the README hold what the results generate, and the folders nothing else."""

import re
import shutil
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from benchmark.board import leaderboard
from benchmark.paths import BOARDS, LEADERBOARD, README, RESULTS, SUBMISSIONS
from benchmark.pipeline.code import PACKAGES
from benchmark.versioning.git import ask_git
from deepgrasp.errors import InputError
from deepgrasp.files import check_is_file

OF_SUBMISSION = re.compile(
    rf"{SUBMISSIONS}/(README\.md|schema\.json|\w+/(encoder\.py|\w+-\d+(\.verified)?\.json|\w+-\d+\.safetensors))$"
)
ROUNDED = 2  # shades of 255 by which processors round a pixel differently
SHADES = 32  # the most, where a line moves by a fraction of a pixel
MOST_OFF = 0.001  # share of the pixels that may be off by more than rounding: a word that is drawn over them is more


def check_there(root: Path) -> None:
    """Check that the files are there which every other check reads, and that nothing is what a reader waits for.

    Raises:
        InputError: ``dvc.lock``, ``dvc.yaml`` or the README is missing; or a pipe, a device or the like lies in a
            folder that the checks, or DVC, read.
    """
    for name in ("dvc.yaml", "dvc.lock", README.as_posix()):
        check_is_file(root / name)
        if not (root / name).exists():
            raise InputError(root / name, "is not here, and the checks read it", f"git checkout {name}")
    # Git does not list them, and DVC opens all that a stage reads or writes
    for folder in (RESULTS, LEADERBOARD, BOARDS, SUBMISSIONS, *map(Path, PACKAGES)):
        for path in (root / folder).rglob("*"):
            if not stat.S_ISREG(mode := path.lstat().st_mode) and not stat.S_ISDIR(mode) and not stat.S_ISLNK(mode):
                raise InputError(path, "is no plain file", "remove it: whoever opens it may wait for ever")


def edited(root: Path) -> list[str]:
    """Files of the board, and the README, that are not what the results generate; pictures are compared by pixels."""
    # made anew in a scratch place: the check itself must change nothing
    with TemporaryDirectory(prefix="deepgrasp-") as place:
        scratch = Path(place)
        leaderboard.write_leaderboard(root / RESULTS, scratch / LEADERBOARD, root / BOARDS)
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
    """What lies in ``results/`` or ``submissions/`` and is none, and links: what they lead to is deployed."""
    there = {folder: present(root, folder) for folder in (RESULTS, LEADERBOARD, BOARDS, SUBMISSIONS)}
    found = [f"{name} is no result" for name in there[RESULTS] if not name.endswith(".json")]
    # a submission in a wrong place would not count, and nobody would know
    found += [f"{name} is no file of a submission" for name in there[SUBMISSIONS] if not OF_SUBMISSION.match(name)]
    return found + [f"{name} is a link" for names in there.values() for name in names if (root / name).is_symlink()]


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

    ours, theirs = (_parts(path.read_bytes()) for path in (here, drawn))
    # what stands behind the end, or in more or longer parts, is deployed too, and nobody sees it
    if ours is None or theirs is None or ours.parts != theirs.parts:
        yield "is no PNG as the board draws them"
        return
    # sizes stand in the first part, which is equal: a bomb is never unpacked
    length = len(zlib.decompress(theirs.data))
    unpacker = zlib.decompressobj()
    try:
        pixels = unpacker.decompress(ours.data, length + 1)
    except zlib.error as error:
        yield f"is a damaged PNG ({error})"
        return
    if len(pixels) != length or unpacker.unused_data or not unpacker.eof:
        yield "is a damaged PNG, or holds more than its pixels"
        return
    try:
        with Image.open(here) as one, Image.open(drawn) as other:
            # of two bytes: a difference of bytes would wrap round
            apart = np.abs(np.asarray(one, np.int16) - np.asarray(other, np.int16))
    except (OSError, SyntaxError) as error:  # a checksum or a line's filter that is none
        yield f"is a damaged PNG ({error})"
        return
    apart = apart.max(axis=-1) if apart.ndim == 3 else apart  # [H, W]
    far, off = int((apart > SHADES).sum()), int((apart > ROUNDED).sum())
    if far or off > MOST_OFF * apart.size:
        yield f"{far or off} pixels are not those that the results draw"


class _Png(NamedTuple):
    parts: list[tuple[bytes, bytes]]  # kind and content, the pixels' parts as one without
    data: bytes  # of the pixels, compressed


def _parts(data: bytes) -> _Png | None:
    """A PNG file in its parts; None if it is no PNG, or does not end with its end."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    parts: list[tuple[bytes, bytes]] = []
    pixels, start = b"", 8
    while start + 12 <= len(data):
        kind, end = data[start + 4 : start + 8], start + 12 + int.from_bytes(data[start : start + 4], "big")
        content = data[start + 8 : end - 4]  # between its kind and its checksum
        start = end
        if kind != b"IDAT":
            parts.append((kind, content))
        else:  # in how many parts the pixels stand, and how long these are, follows from their bytes
            pixels += content
            if parts[-1:] != [(kind, b"")]:
                parts.append((kind, b""))
        if kind == b"IEND":
            return _Png(parts, pixels) if start == len(data) else None
    return None
