"""The slurm engine: job arrays by submitit, on Slurm or, to try it, as processes of this machine."""

import json
import shutil
import time
import uuid
from collections.abc import Generator, Hashable, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import psutil
from pydantic import Field

from benchmark.data_params import PathText, PositiveInt
from benchmark.engine.cluster_tasks import attend, cut_jobs, fetched, room
from benchmark.engine.code_source import ElsewhereSettings, code_source, needs
from benchmark.engine.jobs import Done, Job
from benchmark.engine.start_elsewhere import content_key
from benchmark.versioning.commands import DVC_PATIENCE
from deepgrasp.errors import InputError, in_a_line
from deepgrasp.processes import deaf_children

SLURM_FOLDER = Path(".dvc/tmp/slurm")  # what submitit, tasks and the head tell each other; Git ignores it
SECONDS = 1.0  # between two looks


class SlurmSettings(ElsewhereSettings):
    """Settings of the slurm engine; those without a default here are Slurm's own.

    Attributes:
        cluster: ``local`` runs the tasks as processes of this machine, all at once.
        partition: of Slurm.
        minutes: that a task may take.
        cpus: that a task gets (default: the ``train.threads`` of its cells).
        gpus: that a task gets, if its cells train on one.
        memory_gb: that a task gets.
        at_once: tasks of the array that may run at the same time.
        more: further options of ``sbatch``, such as ``account: lab``.
        setup: lines of shell before the task, such as ``module load python``.
    """

    cluster: Literal["slurm", "local"] = "slurm"
    partition: PathText | None = None
    minutes: PositiveInt = 240
    cpus: PositiveInt | None = None
    gpus: PositiveInt = 1
    memory_gb: PositiveInt | None = None
    at_once: PositiveInt = 256
    more: dict[str, str | int] = Field(default_factory=dict)
    setup: list[PathText] = Field(default_factory=list)


class OnSlurm:
    """Each task of an array makes some cells in a clone of the commit that its node has."""

    def __init__(self, settings: SlurmSettings) -> None:
        needs("submitit", "slurm")
        self.settings = settings
        self.workers = 1  # tasks at once, once it runs

    def run(self, jobs: Sequence[Job], root: Path) -> Generator[Done, None, None]:
        """Ends of jobs, one a job, as Slurm's tasks come to an end; see :meth:`benchmark.engine.jobs.Engine.run`."""
        if not jobs:
            return
        about, jobs, storage = code_source(jobs, root, self.settings)
        cluster = _Tasks(about.to_json(), self.settings, root / SLURM_FOLDER / about.run)
        left, whole = {job.name: job for job in jobs}, True
        try:
            for job, made in _made_without_a_head(about.to_json(), jobs, root):
                if (done := fetched(made, job, storage, root)).problem is None:
                    del left[job.name]
                    yield done
            tasks = cut_jobs(list(left.values()), self.settings.cells)
            self.workers = max(1, min(self.settings.at_once, len(tasks)))
            for done in attend(tasks, cluster, storage, root):
                whole = whole and done.problem is None
                yield done
        except BaseException:
            whole = False
            raise
        finally:
            cluster.cancel()
            if whole:  # otherwise the logs tell more
                shutil.rmtree(root / SLURM_FOLDER, ignore_errors=True)


def _made_without_a_head(about: str, jobs: Sequence[Job], root: Path) -> list[tuple[Job, Done]]:
    """Jobs whose cells tasks of an earlier call have made and handed in, whose head was killed meanwhile."""
    wanted = {content_key(about, job.to_json()): job for job in jobs}
    found: dict[str, Done] = {}
    for file in (root / SLURM_FOLDER).glob("*/*.jsonl"):
        for line in file.read_text(encoding="utf-8").splitlines(keepends=True):
            # with its end: the last line may be half written
            if line.endswith("\n") and (told := _read(line))[0] in wanted and told[1].problem is None:
                found[told[0]] = told[1]
    return [(wanted[name], done) for name, done in found.items()]


def _read(line: str) -> tuple[str, Done]:
    values = json.loads(line)
    return values.pop("key"), Done(**values)


class _Tasks:
    """Tasks of job arrays; each writes the ends of its jobs into a file as they come."""

    def __init__(self, about: str, settings: SlurmSettings, folder: Path) -> None:
        import cloudpickle  # submitit's

        from benchmark.engine import start_elsewhere

        cloudpickle.register_pickle_by_value(start_elsewhere)  # tasks run in other folders
        self.about, self.settings, self.folder = about, settings, folder.resolve()
        self.running: dict[str, Any] = {}  # submitit's jobs by the name of their file
        self.read: dict[str, int] = {}  # bytes of each file that are read

    def submit(self, tasks: Sequence[Sequence[Job]]) -> list[Hashable]:
        """See :class:`benchmark.engine.cluster_tasks.Cluster`."""
        from benchmark.engine.start_elsewhere import boot_on_slurm

        self.folder.mkdir(parents=True, exist_ok=True)
        # a task stops when it grows old
        (self.folder / "alive").touch()
        found: dict[str, Any] = {}
        # those that need the same come one after the other, see cut
        for _, alike in groupby(tasks, key=lambda task: room(task[0])):
            same = list(alike)
            executor = self._executor(same[0][0])
            # submitit's processes would answer Ctrl-C in tracebacks
            with deaf_children(), executor.batch():
                for task in same:
                    told = str(self.folder / f"{uuid.uuid4().hex}.jsonl")
                    found[told] = executor.submit(boot_on_slurm, self.about, [job.to_json() for job in task], told)
        self.running |= found
        return list(found)

    def _executor(self, job: Job) -> Any:
        import submitit

        own = self.settings
        try:
            executor = submitit.AutoExecutor(folder=self.folder / "submitit", cluster=own.cluster)
        except RuntimeError as error:
            raise InputError("slurm", in_a_line(error), "run where there is `sbatch`, or `cluster: local`") from None
        gpus = own.gpus if job.gpu else 0
        executor.update_parameters(
            name="deepgrasp",
            timeout_min=own.minutes,
            cpus_per_task=own.cpus or job.threads,
            **({"gpus_per_node": gpus} if gpus else {}),
            **({"mem_gb": own.memory_gb} if own.memory_gb else {}),
            **({"slurm_partition": own.partition} if own.partition else {}),
            slurm_array_parallelism=own.at_once,
            slurm_additional_parameters=own.more,
            slurm_setup=own.setup,
        )
        return executor

    def wait(self) -> tuple[Hashable, Done | None, str]:
        """See :class:`benchmark.engine.cluster_tasks.Cluster`."""
        while True:
            (self.folder / "alive").touch()
            for told, job in self.running.items():
                ended = job.done()  # asked first: what it wrote before its end is read then
                if (done := self._told(told)) is not None:
                    return told, done, ""
                if ended:
                    del self.running[told]
                    return told, None, f"{self.settings.cluster} says {job.state.lower()}"
            time.sleep(SECONDS)

    def _told(self, told: str) -> Done | None:
        """The next end that the task has written."""
        try:
            with Path(told).open("rb") as file:
                file.seek(self.read.get(told, 0))
                line = file.readline()
        except FileNotFoundError:
            return None
        if not line.endswith(b"\n"):
            return None  # it is being written
        self.read[told] = self.read.get(told, 0) + len(line)
        return _read(line.decode())[1]

    def cancel(self) -> None:
        """End what still runs, and what still waits."""
        for job in self.running.values():
            if self.settings.cluster == "slurm":
                job.cancel(check=False)
            else:
                _kill(int(job.job_id))
                job.done(force_check=True)  # or Python warns of a process that nobody has waited for


def _kill(number: int) -> None:
    """Kill a process and what it has started."""
    with suppress(psutil.NoSuchProcess):
        first = psutil.Process(number)
        family = [first, *first.children(recursive=True)]
        for each in family:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        psutil.wait_procs(family, timeout=DVC_PATIENCE)
