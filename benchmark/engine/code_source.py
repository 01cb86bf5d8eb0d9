"""What a worker on another machine needs to know: the code's commit, and where data come from and cells go to."""

import importlib.util
import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from benchmark.data_params import PathText, PositiveInt, Section
from benchmark.engine.jobs import Job
from benchmark.engine.storage import Storage
from benchmark.paths import CODE, OUTSIDERS
from benchmark.pipeline.provenance import SOURCES
from benchmark.versioning.git import git
from deepgrasp.errors import InputError


class ElsewhereSettings(Section):
    """Settings of every engine whose workers are on other machines.

    Attributes:
        repository: what a worker clones, an address or a path that it can read (default: this clone, on a shared disk).
        remote: where data and cells pass through: a folder or an address (with ``/``), or the name of a DVC remote
            (default: this clone's DVC cache, on a shared disk).
        scratch: a folder on the worker's own disk, for its clones (default: in its folder for temporary files).
        cells: that a task makes one after the other, in a process that has imported once.
    """

    repository: PathText | None = None
    remote: PathText | None = None
    scratch: PathText | None = None
    cells: PositiveInt = 4


@dataclass(frozen=True)
class CodeSource:
    """Where a worker's code and data come from; the attributes that :class:`ElsewhereSettings` has are those.

    Attributes:
        run: name of this call of the engine, which a worker's clone bears.
        commit: of the code.
        cache: this clone's DVC cache, where there is no remote.
        inputs: folders that a cell reads, relative to the clone, as ``dvc.lock`` has them.
    """

    run: str
    commit: str
    repository: str
    cache: str | None
    remote: str | None
    scratch: str | None
    inputs: Mapping[str, Mapping[str, Any]]

    def to_json(self) -> str:
        """The origin in one line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "CodeSource":
        """The origin that :meth:`to_json` wrote."""
        return cls(**json.loads(text))


def needs(package: str, extra: str) -> None:
    """Refuse an engine whose package is not installed.

    Raises:
        InputError: it is not.
    """
    if importlib.util.find_spec(package) is None:
        raise InputError(
            f"--engine {extra}", f"needs {package}, which is not installed", f"pip install -e '.[{extra}]'"
        )


def check_committed(root: Path) -> None:
    """Refuse sources that no commit has: another machine would run others.

    Raises:
        InputError: some have changed since the commit, or there is none.
    """
    if git(root, "status", "--porcelain", "--", *SOURCES):
        problem = "have changes that are not committed, and other machines work on a commit"
        raise InputError("the sources", problem, "commit them, or leave out --engine")


def code_source(jobs: Sequence[Job], root: Path, settings: ElsewhereSettings) -> tuple[CodeSource, list[Job], Storage]:
    """The origin for these jobs, the jobs as a worker's clone has their graphs, and the storage that has the graphs.

    Raises:
        InputError: sources are not committed, or graphs are missing or cannot be stored.
    """
    check_committed(root)
    # absolute, for elsewhere they would be relative to another folder
    remote = _absolute(settings.remote, root) if settings.remote and "/" in settings.remote else settings.remote
    storage = Storage(root, remote)
    kept = {graphs: storage.keep(root / graphs) for graphs in dict.fromkeys(job.graphs for job in jobs)}
    # a place for each content: a study's jobs may have other graphs each, and some lie outside of the clone
    places = {graphs: f"data/stores/{saved['md5'].removesuffix('.dir')}" for graphs, saved in kept.items()}
    inputs = {places[graphs]: saved for graphs, saved in kept.items()} | {CODE.as_posix(): storage.keep(root / CODE)}
    # what no clone of the commit has: the sources of entrants from outside
    for place in {(OUTSIDERS / job.option("model")).as_posix() for job in jobs if job.source}:
        inputs[place] = storage.keep(root / place)
    found = CodeSource(
        run=uuid.uuid4().hex[:12],
        commit=git(root, "rev-parse", "HEAD").strip(),
        repository=_absolute(settings.repository or ".", root),
        cache=None if remote else storage.cache_folder,
        remote=remote,
        scratch=settings.scratch,
        inputs=inputs,
    )
    return found, [replace(job, graphs=places[job.graphs]) for job in jobs], storage


def _absolute(place: str, root: Path) -> str:
    """A path as seen from the root, absolute; an address, such as ``git@host:name`` or ``s3://name``, as it is."""
    return place if re.match(r"[\w.@-]+:", place) else str((root / place).resolve())
