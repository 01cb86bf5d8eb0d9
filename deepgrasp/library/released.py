"""A release, in a folder or on the web: each file is checked by the list of hashes before it is read."""

import hashlib
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from deepgrasp.errors import InputError, check_machine, did_you_mean, in_a_line
from deepgrasp.files import replaced_file
from deepgrasp.library import checksums
from deepgrasp.library.cache_folder import cache_folder
from deepgrasp.network.checkpoint import CHECKPOINT

_RUNS, _GRAPHS = "runs", "graphs"
PREDICTIONS = "predictions.safetensors"
_AGAIN = "get the release again"
TIMEOUT = 30  # seconds without an answer
# after so many seconds less than so many bytes a second, and nobody waits any longer
DOWNLOAD_PATIENCE, SLOWEST_DOWNLOAD = 60.0, 10_000
_LARGEST_LIST, _LARGEST = 2**24, 10**10  # bytes of the list of hashes, which nothing checks, and of any other file
PIECE = 2**16  # bytes that are read at once
_ADDRESS = re.compile(r"(?i:https?)://[!-?A-~]+")  # plain signs but @, before which a password may stand


@dataclass(frozen=True)
class Release:
    """A folder that ``python -m benchmark release`` made.

    Attributes:
        folder: where its files lie: itself, or what was downloaded of it.
        known: SHA-256 of each file, by its name below the folder.
        url: where files are that do not lie in ``folder`` yet; None for a folder of this machine.
    """

    folder: Path
    known: Mapping[str, str]
    url: str | None = None

    def cell(self, task: str, model: str, replicate: int) -> Path:
        """The folder of a trained cell, which holds its weights and its predictions.

        Raises:
            InputError: the release has no such cell, or as :meth:`file`.
        """
        folder = f"{_RUNS}/{task}/{model}/{replicate}"
        if f"{folder}/{CHECKPOINT}" not in self.known:
            cells = [name.split("/")[1:4] for name in self.known if re.fullmatch(rf"{_RUNS}/.*/{CHECKPOINT}", name)]
            remedy = did_you_mean(f"{task}/{model}/{replicate}", map("/".join, cells))
            raise InputError(f"{self}/{folder}", "the release has no such trained model", remedy)
        self.file(f"{folder}/{PREDICTIONS}")  # the record of the run, without which weights have no network
        return self.file(f"{folder}/{CHECKPOINT}").parent

    def graphs(self) -> Path:
        """The graph store that the cells were trained on.

        Raises:
            InputError: the data are licensed, and so are in no release; or as :meth:`file`.
        """
        names = [name for name in self.known if name.startswith(f"{_GRAPHS}/")]
        if not names:
            raise InputError(f"{self}/{_GRAPHS}", "is not in the release", "give its data as data=dg.load(...)")
        for name in names:
            self.file(name)
        return self.folder / _GRAPHS

    def file(self, name: str) -> Path:
        """A file of the release by its name below the folder: fetched if it is not here, and checked by its hash.

        Raises:
            InputError: it is not in the list of hashes, is missing, is another, lies behind a link, or cannot be had.
        """
        where = f"{self}/{name}"
        if name not in self.known:
            raise InputError(where, f"is not in {checksums.CHECKSUMS_FILE}", _AGAIN)
        if self.url is not None:
            _fetch(where, self.folder / name, self.known[name])
        # what was fetched before, too: it lies in a folder that others may write
        if problem := checksums.problem(self.folder, name, self.known[name]):
            raise InputError(where, problem, _AGAIN)
        return self.folder / name

    def __str__(self) -> str:
        return self.url or str(self.folder)


def open_release(place: str | os.PathLike[str], cache: str | os.PathLike[str] | None = None) -> Release | None:
    """The release in a folder or behind a URL; None where the folder is no release.

    Args:
        place: a folder, or the address of one, ``https://...``.
        cache: where downloaded files are kept; see :func:`deepgrasp.library.cache_folder.cache_folder`.

    Raises:
        InputError: there is no release behind the URL, it cannot be had, or its list of hashes was damaged.
    """
    if not isinstance(place, str) or "://" not in place:
        folder = Path(place)
        return Release(folder, checksums.read_hashes(folder)) if (folder / checksums.CHECKSUMS_FILE).is_file() else None
    url = place.rstrip("/")
    if not _ADDRESS.fullmatch(url):
        remedy = "give one with https:// or http://, without spaces, name or password; or a folder"
        # without what stands before an @, which may be a password
        raise InputError(repr(place.rpartition("@")[2]), "is no address that is read", remedy)
    # by a hash: an address is no name of a folder, and two releases must not share one
    folder = cache_folder(cache) / f"release-{hashlib.sha256(url.encode()).hexdigest()[:16]}"
    # always anew: what the address leads to may have changed, and all else is checked by this file
    _fetch(f"{url}/{checksums.CHECKSUMS_FILE}", folder / checksums.CHECKSUMS_FILE, None)
    return Release(folder, checksums.read_hashes(folder), url)


def _fetch(url: str, path: Path, known: str | None) -> None:
    """Download a file, unless the one with the known hash is here already."""
    pooch = _pooch(url)  # first: whether it lacks is told before anything is fetched
    try:
        if known is None:
            with replaced_file(path) as scratch:
                _download(url, str(scratch), _LARGEST_LIST)
        else:

            def load(url: str, scratch: str, _: object) -> None:
                _download(url, scratch, _LARGEST)

            pooch.retrieve(url, f"sha256:{known}", path.name, path.parent, downloader=load)
    except (OSError, import_module("urllib3").exceptions.HTTPError) as error:  # those of requests are the first
        check_machine(path, error)  # a full disk is no fault of the address
        status = getattr(getattr(error, "response", None), "status_code", None)
        if status is None:
            raise InputError(url, f"cannot be reached ({in_a_line(error)})", "is there a network?") from None
        raise InputError(url, f"is not there (HTTP status {status})", "give a release's address") from None
    except ValueError:  # of the hash: pooch has thrown the file away
        raise InputError(url, "is not what was released: its SHA-256 differs", _AGAIN) from None


def _download(url: str, path: str, largest: int) -> None:
    """Download a file that is no larger than that, and comes fast enough: pooch's own would wait for ever.

    Raises:
        InputError: it is larger, or comes too slowly.
    """
    with import_module("requests").get(url, stream=True, timeout=TIMEOUT) as response, Path(path).open("wb") as file:
        response.raise_for_status()
        # the time limit of a request is for one answer: a byte now and then would keep it open for ever
        started, size = time.monotonic(), 0
        # as much as has come: to wait for a whole piece would take hours where a byte comes now and then
        while piece := response.raw.read1(PIECE, decode_content=True):
            size += file.write(piece)
            seconds = time.monotonic() - started
            if size > largest:
                raise InputError(
                    url, f"is larger than {largest:,} bytes", "look whether it is the address of a release"
                )
            if seconds > DOWNLOAD_PATIENCE and size < SLOWEST_DOWNLOAD * seconds:
                problem = f"comes too slowly: {size:,} bytes in {seconds:.0f} s"
                raise InputError(url, problem, "try again later, or download the folder and give its path")


def _pooch(url: str) -> Any:
    # here: who reads from a disk needs no package for the web
    try:
        return import_module("pooch")
    except ModuleNotFoundError:
        remedy = '`pip install "deepgrasp-bench[download]"`, or download the folder and give its path'
        raise InputError(url, "the package pooch is not installed", remedy) from None
