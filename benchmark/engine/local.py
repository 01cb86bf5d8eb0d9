"""The local engine: worker processes on the cores, or the GPUs, that this process may use."""

import json
import os
import selectors
import subprocess
import sys
from collections import Counter, deque
from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from benchmark.data_params import PositiveInt, Section
from benchmark.engine.jobs import JOB_TRIES, Done, Job
from benchmark.versioning.commands import end
from deepgrasp.processes import allowed_cores

WORKER_COMMAND = (sys.executable, "-m", "benchmark.engine.worker")
VISIBLE = "CUDA_VISIBLE_DEVICES"


class LocalSettings(Section):
    """Settings of the local engine.

    Attributes:
        workers: processes (default: one for each ``threads`` of the jobs of the allowed cores, or ``per_gpu`` a GPU).
        per_gpu: cells that share a GPU.
    """

    workers: PositiveInt | None = None
    per_gpu: PositiveInt = 1


class Local:
    """Several processes on this machine; each makes one cell at a time."""

    def __init__(self, settings: LocalSettings) -> None:
        self.settings = settings
        self.workers = 1  # how many there are, once it runs

    def run(self, jobs: Sequence[Job], root: Path) -> Generator[Done, None, None]:
        """Ends of jobs, one a job, as this machine's workers end them; see :meth:`benchmark.engine.jobs.Engine.run`."""
        waiting, deaths = deque(jobs), Counter[str]()
        workers: list[_Worker] = []
        with selectors.DefaultSelector() as answers:

            def employ(worker: _Worker) -> None:
                worker.give(waiting.popleft())
                answers.register(worker.process.stdout, selectors.EVENT_READ, worker)  # type: ignore[arg-type]

            try:
                # no more than there are jobs: each takes seconds to import
                found = worker_environments(jobs, self.settings)[: len(jobs)] if jobs else []
                self.workers = max(1, len(found))
                for place in found:
                    workers.append(_Worker(place, root))
                    employ(workers[-1])
                while answers.get_map():  # those that have a job
                    for key, _ in answers.select():
                        worker: _Worker = key.data
                        answers.unregister(key.fileobj)
                        done = worker.answer()
                        if done is None:  # it is dead, and so is its cell
                            done = self._after_death(worker, deaths, waiting)
                            workers.remove(worker)
                            worker.close()
                            if waiting:
                                worker = _Worker(worker.place, root)
                                workers.append(worker)
                        if waiting:
                            employ(worker)
                        if done is not None:
                            yield done
            finally:
                end([worker.process for worker in workers])
                for worker in workers:
                    worker.close()

    def _after_death(self, worker: "_Worker", deaths: "Counter[str]", waiting: "deque[Job]") -> Done | None:
        """The end of the job whose worker died, or ``None``: it waits again."""
        status = worker.process.wait()
        how, name = f"signal {-status}" if status < 0 else f"exit status {status}", worker.job.name
        deaths[name] += 1
        if deaths[name] < JOB_TRIES:
            waiting.appendleft(worker.job)  # first again: the longest began first
            print(f"{name}: its worker was killed ({how}), once more", file=sys.stderr)
            return None
        return Done(
            name, f"its worker was killed {JOB_TRIES} times ({how}); is there memory enough for so many workers?"
        )


class _Worker:
    """A worker process and the job that it has."""

    job: Job

    def __init__(self, place: Mapping[str, str], root: Path) -> None:
        self.place = place
        # a group of its own: Ctrl-C in a terminal goes to the whole group, and the head ends its workers itself
        self.process = subprocess.Popen(
            [*WORKER_COMMAND, str(root), str(os.getpid())],  # it ends with this process
            env=os.environ | place,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            process_group=0,
        )

    def give(self, job: Job) -> None:
        self.job = job
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):  # it is dead, which its answer will say
            self.process.stdin.write(job.to_json() + "\n")
            self.process.stdin.flush()

    def answer(self) -> Done | None:
        """How the worker's job ended; ``None`` where the process itself has ended."""
        assert self.process.stdout is not None
        try:
            return Done.from_json(self.process.stdout.readline())
        except json.JSONDecodeError:
            return None

    def close(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            with suppress(BrokenPipeError):  # what it was given last, it never read
                pipe.close()


def worker_environments(jobs: Sequence[Job], settings: LocalSettings) -> list[dict[str, str]]:
    """What each worker's environment has of its own: a GPU, or nothing, where the cores decide how many there are."""
    cores = max(1, allowed_cores() // max((job.threads for job in jobs), default=1))
    gpus = visible_gpus() if any(job.gpu for job in jobs) else []
    # the first round before the second: two workers meet on two GPUs, not on one
    found = [{VISIBLE: gpu} for _ in range(settings.per_gpu) for gpu in gpus] or [{} for _ in range(cores)]
    return [found[k % len(found)] for k in range(settings.workers or len(found))]


def visible_gpus() -> list[str]:
    """Names of the GPUs that this process may use, as ``CUDA_VISIBLE_DEVICES`` has them."""
    if VISIBLE in os.environ:
        return [name.strip() for name in os.environ[VISIBLE].split(",") if name.strip()]
    import torch  # here: it takes seconds, and whoever trains on the CPU does not need it

    return [str(k) for k in range(torch.cuda.device_count())]
