"""The worker: makes cells one after the other in one process, each as a fresh process would make it."""

import io
import os
import platform
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterable, Iterator
from contextlib import chdir, contextmanager, suppress
from pathlib import Path

from benchmark.command_exit import heed_signals, in_words
from benchmark.data_params import checked
from benchmark.engine.jobs import Done, Job
from benchmark.params import Params
from benchmark.pipeline import environment
from deepgrasp.errors import InputError
from deepgrasp.processes import end_with_parent

_TAIL = 4000  # characters of a cell's log that go back


def work(jobs: Iterable[Job], root: Path) -> Iterator[Done]:
    """Make each job's cell below ``root``, and say how that ended; a cell that fails does not stop the others.

    The process's working directory is ``root`` meanwhile, and what a cell prints goes to its log.
    """
    environment.apply()  # before torch is imported, which reads some of them then
    for job in jobs:
        yield _made(job, root)


def _made(job: Job, root: Path) -> Done:
    started, problem = time.perf_counter(), None
    with tempfile.TemporaryFile() as log:  # a file: libraries in C write to its number
        try:
            with chdir(root), _as_it_was(), _printing_to(log):
                _make(job)
        # not BaseException: what ends a cell by Ctrl-C ends the worker
        except Exception as error:
            problem = in_words(error)
            if not isinstance(error, InputError):  # nobody foresaw it: the log says where
                log.write(traceback.format_exc().encode())
        said = _tail(log)
    return Done(
        name=job.name,
        problem=problem,
        seconds=time.perf_counter() - started,
        memory=_peak_memory(),
        node=platform.node(),
        device=_device(job),
        log=said,
    )


def _make(job: Job) -> None:
    out, replicate = Path(job.out), int(job.option("replicate"))
    # as DVC does before it runs a stage: what an earlier call left must not be taken for this one's
    shutil.rmtree(out, ignore_errors=True)
    params = checked(Params, dict(job.params), Path("params.yaml"))
    # the same functions as the command line's, so that `dvc repro` makes the same
    if job.arguments[0] == "reference":
        from benchmark.pipeline.references import answer_cell

        answer_cell(params, job.option("row"), replicate, Path(job.graphs), out)
    else:
        from benchmark.pipeline.train import train_cell

        # DVCLive tells an editor of its steps by one file below the project's root: of workers side by side one would
        # remove it while another looks, whose cell fails then. Below the cell each has its own
        os.environ["DVC_ROOT"] = str(out.absolute())
        train_cell(params, job.option("task"), job.option("model"), replicate, Path(job.graphs), out)
        shutil.rmtree(out / ".dvc", ignore_errors=True)  # another version of DVCLive may have made none


@contextmanager
def _as_it_was() -> Iterator[None]:
    """A block that leaves nothing behind which another cell could notice."""
    variables = dict(os.environ)
    try:
        with warnings.catch_warnings():
            yield
    finally:
        os.environ.clear()
        os.environ.update(variables)
        # Accelerate keeps device, precision and number of processes of the first cell for the whole process
        if "accelerate" in sys.modules:
            from accelerate.state import AcceleratorState

            AcceleratorState._reset_state(reset_partial_state=True)


@contextmanager
def _printing_to(log: "io.BufferedRandom | tempfile._TemporaryFileWrapper[bytes]") -> Iterator[None]:
    """A block whose standard output and error, of libraries too, go to the file."""
    kept = [os.dup(number) for number in (1, 2)]
    for number in (1, 2):
        os.dup2(log.fileno(), number)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()  # what is buffered is of this cell
        for number, before in zip((1, 2), kept, strict=True):
            os.dup2(before, number)
            os.close(before)


def _tail(log: "io.BufferedRandom | tempfile._TemporaryFileWrapper[bytes]") -> str:
    size = log.seek(0, os.SEEK_END)
    log.seek(max(0, size - _TAIL))
    return log.read().decode(errors="replace")  # the cut may go through a letter


def _peak_memory() -> int:
    import resource  # here: only Unix has it

    # Linux counts in KiB, macOS in bytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _device(job: Job) -> str:
    if job.gpu and "torch" in sys.modules:
        import torch

        if torch.cuda.is_available():
            return torch.cuda.get_device_name()
    return f"{platform.machine()} CPU"


def tell(dones: Iterable[Done]) -> None:
    """Write a line for each end to standard output, where nothing else is written from then on."""
    # a channel of its own: a library that prints must not break the lines that the head reads
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        for done in dones:
            answers.write(done.to_json() + "\n")
            answers.flush()


def main() -> None:
    """Read jobs from standard input, a line each, until it ends; write a line each to standard output."""
    root, parent = Path(sys.argv[1]), int(sys.argv[2])
    end_with_parent(parent)
    heed_signals()
    tell(work((Job.from_json(line) for line in sys.stdin), root))


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):  # the head has ended it, and says so itself
        main()
