"""Hashes of a folder's files, as ``sha256sum`` writes and checks them, and what a folder holds besides."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from deepgrasp.errors import InputError
from deepgrasp.files import check_is_file

CHECKSUMS_FILE = "SHA256SUMS"
NOTE = ".graphs.checked.json"  # written beside a store when it is read, see deepgrasp/store/arrays.py
_LARGEST = 2**26  # bytes of that file: a line has some hundred
PATH = r"(?:\w[\w.+-]*/)*\w[\w.+-]*"
"""A file's name below the folder: none above, none absolute, nothing that a shell or a terminal takes for a command."""
_LINE = re.compile(rf"([0-9a-f]{{64}})  ({PATH})")


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files(folder: Path) -> Iterator[Path]:
    """Paths of all that lies in a folder and is no folder, links and pipes too, sorted, relative to it.

    All but the note of whoever opened its graph store: to use a release does not change it.
    """
    found = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    yield from sorted(path.relative_to(folder) for path in found if path != folder / NOTE)


def write_hashes(folder: Path) -> None:
    """Write ``SHA256SUMS`` over all other files of the folder."""
    lines = [
        f"{sha256(folder / name)}  {name.as_posix()}\n" for name in files(folder) if name.as_posix() != CHECKSUMS_FILE
    ]
    # the line ends of sha256sum, on Windows, too
    (folder / CHECKSUMS_FILE).write_text("".join(lines), encoding="utf-8", newline="\n")


def read_hashes(folder: Path) -> dict[str, str]:
    """The hash of every file by its name, as ``SHA256SUMS`` says.

    Raises:
        InputError: there is none, it is no list of hashes, or it names a file twice or outside of the folder.
    """
    path = folder / CHECKSUMS_FILE
    check_is_file(path)
    try:
        if path.stat().st_size > _LARGEST:  # before it is read into memory
            raise InputError(path, "is too large for a list of hashes", "get the release again")
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        problem = "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read ({error})"
        raise InputError(path, problem, "get the release again, or name its folder") from None
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line)
        # of a name that stands there twice, the second hash would count without a word
        if match is None or match[2] in found:
            problem = "is no hash and name" if match is None else f"names {match[2]} twice"
            raise InputError(f"{path}, line {number}", problem, "get the release again")
        found[match[2]] = match[1]
    return found


def problems(folder: Path) -> Iterator[str]:
    """What is not as ``SHA256SUMS`` says: files that lack, differ, are foreign, or are links.

    Raises:
        InputError: as :func:`read_hashes`.
    """
    said = read_hashes(folder)
    there = {name.as_posix() for name in files(folder)} - {CHECKSUMS_FILE}
    yield from (f"{name} is missing" for name in sorted(said.keys() - there))
    yield from (f"{name} is not in {CHECKSUMS_FILE}" for name in sorted(there - said.keys()))
    for name in sorted(there & said.keys()):
        if found := problem(folder, name, said[name]):
            yield f"{name} {found}"


def problem(folder: Path, name: str, known: str) -> str | None:
    """What is wrong with one file, of which the hash is known; None if it is what was released."""
    path = folder / name
    # a link may lead anywhere, and a pipe would be waited for
    if path.resolve() != folder.resolve() / name:
        return "is a link, or lies behind one"
    if not path.exists():
        return "is missing"
    if not path.is_file():
        return "is no plain file"
    return None if sha256(path) == known else "is not what was released: its SHA-256 differs"
