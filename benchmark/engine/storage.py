"""Folders in DVC's cache and remote, by their content: how data reach a worker elsewhere, and cells the head."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmark.command_exit import trouble
from deepgrasp.errors import InputError
from deepgrasp.files import replaced

REMOTE = "engine"  # what DVC calls a remote here that is given as a folder or an address
_LOOK = "look at DVC's cache and the remote"
JOBS = 4  # transfers at once

Saved = Mapping[str, Any]  # as dvc.lock has a folder: hash, md5, size, nfiles


class Storage:
    """The DVC cache of a clone, and a remote if one is named.

    Args:
        root: the clone.
        remote: a folder or an address (with ``/``), or the name of a remote in the clone's DVC configuration.
        cache: another folder than the clone's own cache.
        scratch: where DVC may note what it has hashed (default: where it always does, below ``/var/tmp``).

    Raises:
        InputError: the clone has no remote of that name.
    """

    def __init__(self, root: Path, remote: str | None, cache: Path | None = None, scratch: Path | None = None) -> None:
        from dvc.exceptions import DvcException
        from dvc.repo import Repo

        config: dict[str, Any] = {}
        if cache is not None:
            # a link costs no room; a hard link only works within one file system, and then DVC copies
            config["cache"] = {"dir": str(cache), "type": ["reflink", "hardlink", "copy"]}
        if scratch is not None:
            config["core"] = {"site_cache_dir": str(scratch / "state")}
        if remote and "/" in remote:
            config["remote"] = {REMOTE: {"url": remote}}
        self.name = REMOTE if remote and "/" in remote else remote
        try:
            self.repo = Repo(str(root.resolve()), config=config)
            self.cache = self.repo.cache.local
            self.remote = self.repo.cloud.get_remote_odb(self.name) if self.name else None
        except DvcException as error:
            raise InputError(
                f"remote {remote}" if remote else root, _one_line(error), "see `dvc remote list`"
            ) from None

    @property
    def cache_folder(self) -> str:
        """Where the cache lies, as DVC's ``cache.dir`` says it."""
        return str(self.repo.cache.local_cache_dir)

    def keep(self, folder: Path) -> dict[str, Any]:
        """Put a folder into the cache and the remote; what ``dvc.lock`` says of it.

        Raises:
            InputError: there is no such folder, or no room for it.
        """
        from dvc.fs import localfs
        from dvc_data.hashfile.build import build

        if not folder.is_dir():
            raise InputError(folder, "is missing", "run `dvc repro` up to the cells")
        with _explained(folder):
            staged, meta, found = build(self.cache, str(folder.resolve()), localfs, "md5", ignore=self.repo.dvcignore)
            self._transfer(staged, self.cache, found.hash_info, folder)
            if self.remote is not None:
                self._transfer(self.cache, self.remote, found.hash_info, folder)
        return {"hash": "md5", "md5": found.hash_info.value, "size": meta.size, "nfiles": meta.nfiles}

    def bring(self, saved: Saved, folder: Path) -> None:
        """Put what :meth:`keep` has kept, here or on another machine, into ``folder`` in the place of what is there.

        Raises:
            InputError: it is neither in the cache nor in the remote, or there is no room for it.
        """
        from dvc.fs import localfs
        from dvc_data.hashfile import load
        from dvc_data.hashfile.checkout import checkout
        from dvc_data.hashfile.hash_info import HashInfo

        info = HashInfo("md5", saved["md5"])
        with _explained(folder):
            if self.remote is not None:
                self._transfer(self.remote, self.cache, info, folder)
            tree = load(self.cache, info)
            with replaced(folder) as scratch:
                checkout(str(scratch.resolve()), localfs, tree, self.cache, force=True)

    def _transfer(self, source: Any, target: Any, info: Any, folder: Path) -> None:
        from dvc_data.hashfile.transfer import transfer

        with _complaints() as said:
            # shallow=False: the files too, and not only their list
            failed = transfer(source, target, {info}, jobs=JOBS, shallow=False).failed
        if failed:
            # DVC goes on after a file that fails and only logs why
            raise next((each for each in said if trouble(each)), None) or InputError(
                folder,
                f"{len(failed)} of its files could not be copied{_first(said)}",
                "look at the cache and the remote",
            )


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """A block whose errors of DVC become an ``InputError``."""
    from dvc.exceptions import DvcException
    from dvc_data.hashfile.checkout import CheckoutError
    from dvc_objects.errors import ObjectFormatError

    try:
        yield
    except FileNotFoundError as error:
        raise InputError(folder, f"is not in DVC's cache here ({_one_line(error)})", "name a `remote`") from None
    except (DvcException, CheckoutError, ObjectFormatError) as error:
        raise InputError(
            folder, f"cannot be copied ({_one_line(error)})", "look at the cache and the remote"
        ) from error


@contextmanager
def _complaints() -> Iterator[list[BaseException]]:
    """A block in which DVC's transfers tell the exceptions that they swallow here, and not on standard error."""
    found: list[BaseException] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.exc_info and record.exc_info[1] is not None:
                found.append(record.exc_info[1])

    logger, listener = logging.getLogger("dvc_data.hashfile.transfer"), Listener()
    before = logger.propagate
    logger.addHandler(listener)
    logger.propagate = False
    try:
        yield found
    finally:
        logger.removeHandler(listener)
        logger.propagate = before


def _first(said: list[BaseException]) -> str:
    return f" ({_one_line(said[0])})" if said else ""


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
