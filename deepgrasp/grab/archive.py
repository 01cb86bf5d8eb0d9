"""GRAB's ZIP files to its folders: names tell the place, nothing leaves it, and what is half-unpacked never shows."""

import json
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from deepgrasp.errors import InputError

MAX_MEMBER_BYTES = 1 << 31  # GRAB's largest member, a subject's long recording, has some 0.1 GB
MAX_RATIO = 1000  # deflate's limit is 1032; members of GRAB's archives are compressed already
SMALL = 1 << 20  # bytes below which a ratio says nothing
RECEIPTS = ".unpacked"  # one JSON file an archive: what was unpacked, so that a second run skips it

Progress = Callable[[int, int], None]


def unpack_all(zips: Path, root: Path, progress: Progress | None = None) -> list[str]:
    """Unpack every archive of a folder below ``root``; archives that are unpacked already are skipped.

    Every name and size is checked before the first byte is written.

    Returns:
        Names of the archives that were unpacked by this call.

    Raises:
        InputError: the folder holds no archive, or one is damaged, unsafe, or not named as GRAB names its archives.
    """
    archives = sorted(zips.glob("*.zip"))
    if not archives:
        raise InputError(zips, "holds no .zip file", "give the folder with GRAB's downloads")
    targets = {archive: destination(archive.name) for archive in archives}
    new = []
    for done, (archive, folder) in enumerate(targets.items(), start=1):
        if _unpack(archive, root, folder):
            new.append(archive.name)
        if progress is not None:
            progress(done, len(archives))
    return new


def destination(name: str) -> PurePosixPath:
    """The folder that an archive's content appears as: ``tools__subject_meshes__male.zip``, tools/subject_meshes/male.

    The last part names the folder inside the archive, those before it where that folder belongs.

    Raises:
        InputError: not such a name.
    """
    parts = name.removesuffix(".zip").split("__")
    if len(parts) < 2 or any(part in ("", ".", "..") or "/" in part or "\\" in part for part in parts):
        remedy = "expected names such as grab__s1.zip; leave other files out of the folder"
        raise InputError(name, "is not named as GRAB's archives are", remedy)
    return PurePosixPath(*parts)


def _unpack(archive: Path, root: Path, folder: PurePosixPath) -> bool:
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [_checked(archive, info, folder.name) for info in opened.infolist()]
            files = [info for info in members if not info.is_dir()]
            names = [info.filename for info in files]
            if not files or len(set(names)) < len(names):
                problem = "holds a file twice" if files else "holds no file"
                raise InputError(archive, problem, "download it again")
            content = sorted((info.filename, info.file_size, info.CRC) for info in files)
            receipt = root / RECEIPTS / f"{archive.name}.json"
            if _is_unpacked(receipt, content, root / folder.parent):
                return False
            _write(opened, files, root / folder.parent)
    except InputError:
        raise
    except Exception as error:  # a damaged archive makes zipfile and zlib raise nearly anything
        problem = f"is damaged ({type(error).__name__}: {error})".replace("\n", " ")
        raise InputError(archive, problem, "download it again") from None
    receipt.parent.mkdir(parents=True, exist_ok=True)
    receipt.write_text(json.dumps(content))
    return True


def _checked(archive: Path, info: zipfile.ZipInfo, top: str) -> zipfile.ZipInfo:
    parts = PurePosixPath(info.filename).parts
    kind = stat.S_IFMT(info.external_attr >> 16)
    unsafe = {
        "has a name that leaves its folder": ".." in parts or info.filename.startswith("/") or "\\" in info.filename
        or ":" in info.filename or "\0" in info.orig_filename,
        f"is not in the folder {top}/ that the archive's name announces": not parts or parts[0] != top
        or (len(parts) < 2 and not info.is_dir()),
        "is a link or another special file": kind not in (0, stat.S_IFREG, stat.S_IFDIR),
        "is encrypted": bool(info.flag_bits & 1),
        f"claims {info.file_size} bytes": info.file_size > MAX_MEMBER_BYTES
        or info.file_size > max(SMALL, MAX_RATIO * info.compress_size),
    }  # fmt: skip
    for problem, found in unsafe.items():
        if found:
            raise InputError(archive, f"member {info.filename!r} {problem}", "do not use it; get it from GRAB's site")
    return info


def _is_unpacked(receipt: Path, content: list[tuple[str, int, int]], place: Path) -> bool:
    try:
        known = [tuple(entry) for entry in json.loads(receipt.read_text())]
    except (OSError, ValueError, TypeError):
        return False
    return known == content and all(
        (place / name).is_file() and (place / name).stat().st_size == size for name, size, _ in content
    )


def _write(opened: zipfile.ZipFile, files: list[zipfile.ZipInfo], place: Path) -> None:
    """Each file complete or not at all; zipfile checks every CRC, and reads no more than the directory claims."""
    for info in files:
        target = place / info.filename
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = target.with_name(f".{target.name}.partial")
        try:
            with opened.open(info) as source, scratch.open("wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
            scratch.replace(target)
        finally:
            scratch.unlink(missing_ok=True)
