"""The worker on another machine, in a clone of the commit: it fetches the data, makes cells, and hands them in."""

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from benchmark.command_exit import heed_signals, in_one_line, in_words
from benchmark.engine.code_source import CodeSource
from benchmark.engine.jobs import Done, Job
from benchmark.engine.storage import Storage
from benchmark.engine.worker import tell, work
from deepgrasp.errors import InputError
from deepgrasp.files import only_writer
from deepgrasp.processes import end_with_parent


def work_off(origin: CodeSource, jobs: Iterable[Job], root: Path, scratch: Path) -> Iterator[Done]:
    """The end of each job; a cell that was made lies in DVC's cache or remote then, and no longer here.

    Args:
        root: the clone.
        scratch: where a cache for all clones of this machine may stand.
    """
    waiting: list[Job] = []

    def noted() -> Iterator[Job]:
        for job in jobs:
            waiting.append(job)
            yield job

    try:
        storage = _supplied(origin, root, scratch)
    except (InputError, OSError) as error:
        problem = _here(in_words(error))
        yield from (Done(job.name, problem) for job in jobs)
        return
    for done in work(noted(), root):
        job = waiting.pop()  # a job ends before the next is taken
        yield done if done.problem else _handed_in(done, root / job.out, storage)


def _supplied(origin: CodeSource, root: Path, scratch: Path) -> Storage:
    """The storage, with what the cells read put in its place."""
    if origin.cache and not Path(origin.cache).is_dir():
        raise InputError(origin.cache, "DVC's cache of the head is not on this machine", "name a `remote`")
    # tasks of this machine share the clone: one fetches, and the others wait for it
    with only_writer(root / "data" / "inputs", wait=True):
        storage = Storage(root, origin.remote, Path(origin.cache or scratch / "cache"), scratch)
        for place, saved in origin.inputs.items():
            if not (root / place).exists():
                storage.bring(saved, root / place)
    return storage


def _handed_in(done: Done, folder: Path, storage: Storage) -> Done:
    try:
        saved = storage.keep(folder)
    except (InputError, OSError) as error:
        return replace(done, problem=_here(in_words(error)))
    with suppress(OSError):  # it is handed in: what is left only takes room
        shutil.rmtree(folder)
    return replace(done, saved=saved)


def _here(problem: str) -> str:
    return f"{os.uname().nodename}, {problem}"


def main() -> None:
    """Read the origin and jobs from standard input, a line each; write a line for each job to standard output."""
    parent, scratch = int(sys.argv[1]), Path(sys.argv[2])
    end_with_parent(parent)
    heed_signals()
    origin = CodeSource.from_json(sys.stdin.readline())
    tell(work_off(origin, (Job.from_json(line) for line in sys.stdin), Path.cwd(), scratch))


if __name__ == "__main__":
    in_one_line(main)
