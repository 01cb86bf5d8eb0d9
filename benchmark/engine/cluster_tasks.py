"""What every engine with workers elsewhere does: jobs go out in tasks, ends come back, what was lost goes out again."""

import sys
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Protocol

from benchmark.command_exit import in_words
from benchmark.engine.jobs import JOB_TRIES, Done, Job
from benchmark.engine.storage import Storage
from deepgrasp.errors import InputError


class Cluster(Protocol):
    """Where tasks run; a task is some jobs that one worker makes one after the other."""

    def submit(self, tasks: Sequence[Sequence[Job]]) -> list[Hashable]:
        """A handle for each task, which runs as soon as there is room for it."""

    def wait(self) -> tuple[Hashable, Done | None, str]:
        """A task's handle with the end of one of its jobs; or with none, and how the task itself ended."""


def attend(tasks: Sequence[Sequence[Job]], cluster: Cluster, storage: Storage, root: Path) -> Iterator[Done]:
    """One end a job, as they come; a cell that was made lies in the workspace ``root`` then.

    Args:
        tasks: what :func:`cut_jobs` made of the jobs.
    """
    deaths = Counter[str]()
    running = dict(zip(cluster.submit(tasks), ({job.name: job for job in task} for task in tasks), strict=True))
    while running:
        task, done, how = cluster.wait()
        if done is not None:
            yield fetched(done, running[task].pop(done.name), storage, root)
            continue
        left = list(running.pop(task).values())
        if not left:
            continue
        # it died under the first; the others were not begun
        deaths[left[0].name] += 1
        if deaths[left[0].name] < JOB_TRIES:
            print(f"{left[0].name}: its worker was lost ({how}), once more", file=sys.stderr)
        else:
            yield Done(
                left.pop(0).name, f"its worker was lost {JOB_TRIES} times ({how}); is there memory enough for it?"
            )
        if left:
            (again,) = cluster.submit([left])
            running[again] = {job.name: job for job in left}


def cut_jobs(jobs: Sequence[Job], size: int) -> list[list[Job]]:
    """The jobs in tasks of ``size`` at most; those of a task need the same threads, and a GPU or none.

    The longest jobs, which come first, are dealt to all tasks: one that had them all would end long after the others.
    """
    found = []
    # sorted, as groupby joins neighbours alone; the sort is stable, so the longest stay first
    for _, alike in groupby(sorted(jobs, key=room), key=room):
        same = list(alike)
        count = -(-len(same) // size)  # rounded up
        found += [same[k::count] for k in range(count)]
    return found


def room(job: Job) -> tuple[bool, int]:
    """What a job needs of a machine: a GPU or none, and threads."""
    return job.gpu, job.threads


def fetched(done: Done, job: Job, storage: Storage, root: Path) -> Done:
    """The end of a job, after its cell was put into the workspace; the end has a problem where that failed."""
    if done.saved is None:
        return done
    try:
        storage.bring(done.saved, root / job.out)
    except (InputError, OSError) as error:
        return replace(done, saved=None, problem=in_words(error))
    return replace(done, saved=None)
