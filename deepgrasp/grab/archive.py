"""Unpacks GRAB's ZIP files into its folders: nothing is written elsewhere, and no half-unpacked folder ever shows."""

import errno
import json
import shutil
import stat
import zipfile
from pathlib import Path, PurePosixPath

from deepgrasp.errors import InputError, check_machine, in_a_line
from deepgrasp.files import check_is_file
from deepgrasp.grab.litter import is_litter, tell_litter
from deepgrasp.processes import Progress

MAX_ARCHIVED_BYTES = 1 << 31  # GRAB's largest member, a subject's long recording, has some 0.1 GB
MAX_RATIO = 1000  # deflate's limit is 1032; members of GRAB's archives are compressed already
_SMALL = 1 << 20  # bytes below which a ratio says nothing
RECEIPTS = ".unpacked"  # one JSON file an archive: what was unpacked, so that a second run skips it; and its scratch
CONTENT = "content.json"  # in the scratch: the archive that it comes from
MANY = 0xFFFF  # what a ZIP says that has more members than two bytes can count
_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS)


def unpack_all(zips: Path, root: Path, progress: Progress | None = None) -> list[str]:
    """Unpack every archive of a folder below ``root``, and return their names; those unpacked before are skipped.

    Every name and size of an archive is checked before its first byte is written, every CRC before its folder appears.
    An interrupted run is continued by the next.

    Returns:
        Names of the archives that were unpacked by this call.

    Raises:
        InputError: the folder holds no archive, or one is damaged, unsafe, or not named as GRAB names its archives; no
            room on the disk.
    """
    zipped = sorted(zips.glob("*.zip"))
    archives = [path for path in zipped if not is_litter(PurePosixPath(path.name))]
    tell_litter(zips, [path.name for path in zipped if path not in archives])
    if not archives:
        raise InputError(zips, "holds no .zip file", "give the folder with GRAB's downloads")
    # All names are looked at before the first archive is opened: a wrong one is told at once, not after gigabytes.
    targets = {archive: destination(archive.name) for archive in archives}
    new = []
    for done, (archive, folder) in enumerate(targets.items(), start=1):
        if _unpack(archive, root, folder):
            new.append(archive.name)
        if progress is not None:
            progress(done, len(archives))
    return new


def destination(name: str) -> PurePosixPath:
    """The folder for an archive's content: ``tools/subject_meshes/male`` for ``tools__subject_meshes__male.zip``.

    The last part names the folder inside the archive, those before it where that folder belongs.

    Raises:
        InputError: not such a name.
    """
    parts = name.removesuffix(".zip").split("__")
    if len(parts) < 2 or any(part in ("", ".", "..") or "/" in part or "\\" in part for part in parts):
        remedy = "expected names such as grab__s1.zip; leave other files out of the folder"
        raise InputError(name, "is not named as GRAB's archives are", remedy)
    # The rule of GRAB's own unzip_grab.py. The tree must be the same, whichever of the two has unpacked it.
    return PurePosixPath(*parts)


def _unpack(archive: Path, root: Path, folder: PurePosixPath) -> bool:
    check_is_file(archive)  # to open a pipe would wait for ever
    receipt, place = root / RECEIPTS / f"{archive.name}.json", root / folder.parent
    scratch = None
    try:
        with zipfile.ZipFile(archive) as opened:
            files = _files(archive, opened, folder.name)
            # Name, size and CRC-32 tell whether content is the same without reading it: the directory of a zip has
            # all three.
            content = sorted((info.filename, info.file_size, info.CRC) for info in files)
            if _is_unpacked(receipt, content, place):
                return False
            scratch = _scratch_folder(root, place / folder.name) / f"{archive.name}.partial"
            _begin(scratch, content)  # what an earlier call wrote there needs no room again
            _check_room(scratch, sum(info.file_size for info in files if not _is_there(scratch / info.filename, info)))
            _write(opened, files, scratch)
    # ours: it already says what to do, and below it would be called damage
    except InputError:
        raise
    except Exception as error:  # a damaged archive makes zipfile and zlib raise nearly anything
        if isinstance(error, OSError) and error.errno in _DISK:
            raise InputError(
                root, f"cannot be written ({error.strerror})", "make room there, then ingest again"
            ) from None
        check_machine(archive, error)
        problem = f"is damaged ({in_a_line(error)})"
        # not after a full disk: there the files that are whole save the next call their time
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
        raise InputError(archive, problem, "download it again") from None
    try:
        _show(scratch, place, folder.name, [info.filename for info in files])
        # Last of all: a run that is killed before this line unpacks again, and never skips what is not there.
        receipt.write_text(json.dumps(content), encoding="utf-8")
    except OSError as error:
        check_machine(error.filename or place, error)
        raise InputError(place, f"cannot be written ({error.strerror})", "move away what stands there") from None
    shutil.rmtree(scratch)
    if scratch.parent != receipt.parent:
        scratch.parent.rmdir()
    return True


def _scratch_folder(root: Path, target: Path) -> Path:
    """A folder for unfinished files from which the finished ones can be renamed to where they belong.

    It is the one of the receipts, unless a folder between is a link to another disk: then it is on that disk.
    """
    receipts = root / RECEIPTS
    # into the folder itself if it is there, a link included; otherwise it will appear beside its siblings
    goal = target if target.is_dir() else target.parent
    for folder in (receipts, goal):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except FileExistsError:  # a link that leads nowhere, or a file
            problem = "is not a folder, and none can be made there"
            raise InputError(folder, problem, "mend the link, or choose another place with --to") from None
    # tried, not guessed: of two mounts of one disk each file has the same device number, and a rename still fails
    probe, moved = receipts / ".probe", goal / ".probe"
    probe.touch()
    try:
        probe.rename(moved)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = goal / RECEIPTS
        beside.mkdir(exist_ok=True)
        return beside
    finally:
        for left in (probe, moved):
            left.unlink(missing_ok=True)
    return receipts


def _files(archive: Path, opened: zipfile.ZipFile, top: str) -> list[zipfile.ZipInfo]:
    infos = opened.infolist()
    litter = [info for info in infos if is_litter(PurePosixPath(info.filename))]  # never written, so never unsafe
    tell_litter(archive, [info.filename for info in litter if not info.is_dir()])
    wanted = [_checked(archive, info, top) for info in infos if not is_litter(PurePosixPath(info.filename))]
    files = [info for info in wanted if not info.is_dir()]
    # as the disk will see them: s1/a, s1/./a and, on some, S1/A are one file
    paths = [PurePosixPath(info.filename.casefold()) for info in files]
    problems = {
        "holds another number of files than it says": _claimed(archive) not in (len(infos), MANY),
        "holds no file": not files,
        "holds a file twice": len(set(paths)) < len(files),
        "holds a file that is a folder too": bool(set(paths) & {parent for path in paths for parent in path.parents}),
        "holds more than its size": sum(info.compress_size for info in files) > archive.stat().st_size,  # overlaps
    }
    for problem, found in problems.items():
        if found:
            raise InputError(archive, problem, "download it again")
    return files


def _claimed(archive: Path) -> int:
    """How many members a ZIP says that it has, or :data:`MANY`."""
    # zipfile does not compare: one bit in the length of a comment, and the member after it is gone without a word
    with archive.open("rb") as file:
        file.seek(max(0, archive.stat().st_size - (1 << 16) - 22))  # a comment of 65,535 bytes may follow the record
        end = file.read()
    at = end.rfind(b"PK\5\6") + 10
    return int.from_bytes(end[at : at + 2], "little")


def _check_room(scratch: Path, needed: int) -> None:
    free = shutil.disk_usage(scratch).free
    if needed > free:
        problem = f"an archive needs {needed / 1e9:.1f} GB, {free / 1e9:.1f} GB are free"
        raise InputError(scratch.parents[1], problem, "make room there, or choose another place, then ingest again")


def _checked(archive: Path, info: zipfile.ZipInfo, top: str) -> zipfile.ZipInfo:
    parts = PurePosixPath(info.filename).parts
    # the upper half holds the Unix mode of the file; it is 0 in archives from other systems
    kind = stat.S_IFMT(info.external_attr >> 16)
    unsafe = {
        # Python's zipfile repairs some of these names silently, other programs do not: refused, not repaired. A
        # backslash or a drive's colon matters on Windows, and zipfile cuts a name at its first NUL.
        "has a name that leaves its folder": ".." in parts or info.filename.startswith("/") or "\\" in info.filename
        or ":" in info.filename or "\0" in info.orig_filename,
        "has a name that no disk takes": any(len(part.encode(errors="replace")) > 255 for part in parts)
        or len(info.filename) > 1000,
        f"is not in the folder {top}/ that the archive's name announces": not parts or parts[0] != top
        or (len(parts) < 2 and not info.is_dir()),
        "is a link or another special file": kind not in (0, stat.S_IFREG, stat.S_IFDIR),
        # bit 0 of the general purpose flags of the ZIP format
        "is encrypted": bool(info.flag_bits & 1),
        f"claims {info.file_size} bytes": info.file_size > MAX_ARCHIVED_BYTES
        or info.file_size > max(_SMALL, MAX_RATIO * info.compress_size),
    }  # fmt: skip
    for problem, found in unsafe.items():
        if found:
            raise InputError(archive, f"member {info.filename!r} {problem}", "do not use it; get it from GRAB's site")
    return info


def _is_unpacked(receipt: Path, content: list[tuple[str, int, int]], place: Path) -> bool:
    try:
        known = [tuple(entry) for entry in json.loads(receipt.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError, RecursionError):
        return False
    # The receipt alone is not enough, because files may have been deleted since. Sizes are compared and contents are
    # not: to hash them would take as long as to unpack.
    return known == content and all(
        (place / name).is_file() and (place / name).stat().st_size == size for name, size, _ in content
    )


def _begin(scratch: Path, content: list[tuple[str, int, int]]) -> None:
    """Make the scratch folder; keep what an interrupted run left in it if that came from the same archive."""
    note = scratch / CONTENT
    if not note.is_file() or note.read_bytes() != json.dumps(content).encode():
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        note.write_text(json.dumps(content), encoding="utf-8")


def _write(opened: zipfile.ZipFile, files: list[zipfile.ZipInfo], place: Path) -> None:
    """Write each file complete or not at all; zipfile checks every CRC and reads no more than the directory claims."""
    for info in files:
        target = place / info.filename
        if _is_there(target, info):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = place / ".partial"
        with opened.open(info) as source, scratch.open("wb") as sink:
            shutil.copyfileobj(source, sink, 1 << 20)
        if not _is_there(
            scratch, info
        ):  # zeros where its CRC and packed size should be: zipfile reads nothing, content
            raise zipfile.BadZipFile(f"{info.filename} is shorter than it claims")
        scratch.replace(target)  # in one file system a rename is atomic


def _is_there(target: Path, info: zipfile.ZipInfo) -> bool:
    """Whether an interrupted run has written this file."""
    return target.is_file() and target.stat().st_size == info.file_size


def _show(scratch: Path, place: Path, top: str, names: list[str]) -> None:
    """A new folder appears at once; one that is there gets its files one by one, and keeps what else it holds."""
    place.mkdir(parents=True, exist_ok=True)
    if not (place / top).exists():
        (scratch / top).rename(place / top)
        return
    for name in names:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (scratch / name).replace(place / name)
