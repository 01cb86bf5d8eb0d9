"""Folders and text files that appear complete or not at all, made by one process at a time; and JSON, read strictly."""

import codecs
import ctypes
import errno
import json
import os
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from deepgrasp.errors import InputError, check_machine

PATH_PART = re.compile(r"\w[\w.+-]*", re.ASCII)
"""What a store's files and sequences may be called in each part of a path: no folder above, no other place."""
NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)  # what file systems say that know no locks


@contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """A scratch folder for a ``with`` block; it takes the place of ``folder`` when the block ends without an error.

    Whatever stood there before stays until then. A killed run leaves at most scratch beside it, which the next clears.
    A link stays a link: what it leads to is replaced.

    Raises:
        InputError: another process is writing it.
    """
    folder = linked_to(folder)
    with only_writer(folder):
        old = folder.with_name(f"{folder.name}.old.partial")
        _put_back(old, folder)
        for left in folder.parent.glob(f"{folder.name}.*.partial"):  # a killed run's: we are the only writer
            shutil.rmtree(left, ignore_errors=True)
        # beside the folder, so that both lie in one file system, where renaming copies nothing; a name of its own,
        # because workers of a killed run may still write into theirs for a moment
        scratch = folder.with_name(f"{folder.name}.{os.getpid()}.partial")
        try:
            scratch.mkdir(parents=True)
            yield scratch
            if not folder.exists() or not _exchanged(scratch, folder):
                try:
                    if folder.exists():
                        folder.rename(old)  # a folder that is not empty cannot be renamed over
                    scratch.rename(folder)
                finally:
                    _put_back(old, folder)
        finally:
            try:
                _remove(scratch)
            finally:
                _remove(old)


def write_text(path: Path, text: str) -> None:
    """Write a text file as UTF-8, as :func:`replaced_file` does."""
    with replaced_file(path) as scratch:
        scratch.write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def replaced_file(path: Path) -> Iterator[Path]:
    """A scratch path for a ``with`` block that writes a file there; it takes the place of ``path`` at the block's end.

    So a file holds the old content or the new one, whatever happens in between. A link stays a link, and the file
    keeps its permissions; a second writer waits for the first.

    Raises:
        InputError: a folder, a pipe or a device stands there, or nothing can be made there.
    """
    path = linked_to(path)
    check_replaceable(path)
    # with the suffix that it will have: some libraries choose the format by it
    scratch = path.with_name(f".{path.stem}.partial{path.suffix}")
    with only_writer(path, wait=True):
        try:
            yield scratch
            with scratch.open("rb") as file:
                # some file systems rename before they write: after a loss of power the file would be empty
                os.fsync(file.fileno())
            if path.exists():
                shutil.copymode(path, scratch)
            scratch.replace(path)
        finally:
            scratch.unlink(missing_ok=True)


def check_replaceable(path: Path) -> None:
    """Check that a path leads to a file, or to nothing, so that a file may take its place.

    Raises:
        InputError: it leads to a folder, a pipe or a device.
    """
    if path.is_dir():
        raise InputError(path, "is a folder", "name a file")
    # a file takes its place by renaming, and whoever may rename over /dev/null leaves a machine without it
    if path.exists() and not path.is_file():
        raise InputError(path, "is a device or a pipe", "name a file")


def linked_to(path: Path) -> Path:
    """What a link leads to, there or not; anything else as it is, so that messages name it as the user does."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


@contextmanager
def only_writer(path: Path, *, wait: bool = False) -> Iterator[None]:
    """A block in which no other process writes ``path``; killed processes are no writers.

    Raises:
        InputError: another process writes it, and the caller does not ``wait``; or nothing can be made there.
    """
    import fcntl  # here: only Unix has it, and what merely reads needs no Unix

    # our own few lines: filelock leaves its files behind, and Git and people would see them
    lock = path.with_name(f".{path.name}.lock")
    while True:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            number = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
        except FileNotFoundError:  # of a file that was to be made: /proc and its like, a drive that went away
            raise InputError(path, "cannot be made there", "choose another place") from None
        try:
            fcntl.flock(number, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            writer = os.read(number, 20).decode("ascii", "replace").strip()
            os.close(number)
            problem = f"is being written by another process{f' ({writer})' if writer.isdigit() else ''}"
            raise InputError(path, problem, "wait for its end, then run this") from None
        except OSError as error:
            if error.errno not in NO_LOCKS:
                os.close(number)
                raise
        # the one before us may have removed the file while we waited: then others lock another one
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(number), lock.stat()):
                break
        os.close(number)
    try:
        os.pwrite(number, f"{os.getpid():<20}".encode(), 0)  # whoever is refused is told whom to wait for
        yield
    finally:
        lock.unlink(missing_ok=True)  # before it is unlocked
        os.close(number)


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder, ignore_errors=True)
    except BaseException:  # Ctrl-C comes at any moment, in the middle of removing too
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _put_back(old: Path, folder: Path) -> None:
    """Undo the first of two renames, where the second never came."""
    if old.exists() and not folder.exists():
        old.rename(folder)


def _exchanged(one: Path, other: Path) -> bool:
    """Whether two folders have changed names in one step; not where the system cannot (Linux and macOS can)."""
    library = ctypes.CDLL(None)
    first, second = os.fsencode(one), os.fsencode(other)
    here, exchange = -100, 2  # AT_FDCWD; RENAME_EXCHANGE and RENAME_SWAP
    if hasattr(library, "renameat2"):
        return bool(library.renameat2(here, first, here, second, exchange) == 0)
    return hasattr(library, "renamex_np") and bool(library.renamex_np(first, second, exchange) == 0)


def check_is_file(path: Path) -> None:
    """Check that a path leads to a file, or to nothing: to open a pipe would wait for ever.

    Raises:
        InputError: it is a folder, a pipe, a device; or the machine does not let us look.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return  # told by whoever opens it, who knows what is missing
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        check_machine(path, error)
        raise InputError(path, f"cannot be looked at ({error})", "mend the path") from None
    if not stat.S_ISREG(mode):
        raise InputError(path, "is a folder, a pipe or a device, not a file", "put the file itself there")


def parse_json(text: str | bytes, *, finite: bool = False) -> Any:
    """The value of a JSON text in UTF-8 that anybody may have written.

    Args:
        finite: whether ``NaN`` and ``Infinity``, which Python takes and JSON has not, are refused here.

    Raises:
        ValueError: it is no JSON or in another encoding, is nested too deeply, or an object holds a key twice.
    """
    if isinstance(text, bytes):
        # a Windows editor's; Python would call both a mistake in the JSON
        if text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise ValueError("it is UTF-16: save it as UTF-8")
        text = text.decode("utf-8")
    if text.startswith("\ufeff"):
        raise ValueError("it begins with a byte order mark, as some editors write: save it as UTF-8 without one")
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_refuse if finite else None)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # readers differ in which of two they take: a table could show one score and the check another
    if len(found := dict(pairs)) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"it holds {twice[:80]!r} twice")
    return found


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number")


def json_in_html(value: object, *, sort_keys: bool = False) -> str:
    """JSON that HTML cannot end or take for markup, whatever the strings in it: ``</script>``, ``<!--``."""
    # allow_nan: NaN is no JSON, and a browser would show an empty page
    text = json.dumps(value, sort_keys=sort_keys, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
