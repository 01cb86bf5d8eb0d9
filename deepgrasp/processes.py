"""Runs jobs in parallel processes, one thread each, on the cores that this process may use."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from deepgrasp.errors import InputError, MachineError

LEAST_ADDRESS_SPACE = 2 * 10**9  # for numpy's and scipy's libraries, threads' stacks, and one recording
Progress = Callable[[int, int], None]  # is told how much is done, and of how much
DelayedCall = tuple[Any, tuple[Any, ...], dict[str, Any]]  # what joblib's delayed makes: a function and its arguments


def allowed_cores() -> int:
    """How many processes may work at once: by affinity and control groups, not by the cores that the machine has."""
    from joblib import cpu_count  # os.cpu_count would count the whole machine

    return int(cpu_count())


def run_jobs(jobs: Sequence[DelayedCall], workers: int | None = None) -> Iterator[Any]:
    """Results of jobs, in their order, each as soon as it and those before it are there.

    Args:
        jobs: ``joblib.delayed(function)(*arguments)`` each. The function can be imported, or is an object that can be
            pickled: joblib's workers are new processes, because one that holds threads must not be forked.
        workers: processes (default: one for each core that this process may use; 1 stays in this process).

    Raises:
        InputError: a worker was killed. Otherwise what a job raises.
    """
    from concurrent.futures.process import BrokenProcessPool

    from joblib import Parallel, parallel_config  # here, not above: workers need none of it
    from joblib.externals.loky import get_reusable_executor
    from threadpoolctl import threadpool_limits

    workers = min(workers or allowed_cores(), len(jobs))
    if workers <= 1:
        with threadpool_limits(1):  # as in a worker: sums of several threads round differently
            for function, arguments, options in jobs:
                yield function(*arguments, **options)
        return
    check_address_space()
    # not a thread per core in each of the workers
    with (
        parallel_config("loky", inner_max_num_threads=1, initializer=end_with_parent, initargs=(os.getpid(),)),
        _deaf_children(),
    ):
        results = Parallel(workers, return_as="generator")(jobs)
    whole = False
    try:
        yield from results
        whole = True
    except BrokenProcessPool:
        raise InputError("workers", "a worker process was killed (out of memory?)", "use fewer workers") from None
    finally:
        # joblib would keep the processes, and what they have cached, for minutes; after an interruption nobody waits
        get_reusable_executor().shutdown(kill_workers=not whole)


def check_address_space() -> None:
    """Check that processes may have the address space that libraries need: with less, some wait for ever.

    Raises:
        MachineError: they may not.
    """
    with suppress(ImportError):
        import resource  # here: only Unix has it

        allowed = resource.getrlimit(resource.RLIMIT_AS)[0]
        if allowed != resource.RLIM_INFINITY and allowed < LEAST_ADDRESS_SPACE:
            problem = f"a process may have {allowed / 1e9:.1f} GB of address space, its libraries alone take more"
            raise MachineError("ulimit -v", problem, f"allow {LEAST_ADDRESS_SPACE / 1e9:.0f} GB or more")


def end_with_parent(parent: int, end: Callable[[], None] = lambda: os._exit(1)) -> None:
    """Let this process end within a second of its parent's death: a killed parent cannot tell its children."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        end()

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _deaf_children() -> Iterator[None]:
    """A block whose new processes never hear Ctrl-C: a terminal tells it to all, and they would answer in tracebacks.

    Their parent hears it at the end of the block, and ends them.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
