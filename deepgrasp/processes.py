"""Runs jobs in parallel processes, one thread each, on the cores that this process may use."""

import itertools
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from queue import Empty
from typing import Any

from deepgrasp.errors import InputError, MachineError

LEAST_ADDRESS_SPACE = 2 * 10**9  # for numpy's and scipy's libraries, threads' stacks, and one recording
MOST_AT_ONCE = 16  # jobs that go to a worker together
MOST_AHEAD = 4  # such groups of each worker that may be done and not taken yet
# what libraries read when they are first used to find their number of threads
THREADS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
    "NUMBA_NUM_THREADS", "NUMEXPR_NUM_THREADS",
)  # fmt: skip
Progress = Callable[[int, int], None]  # is told how much is done, and of how much
DelayedCall = tuple[Any, tuple[Any, ...], dict[str, Any]]  # what joblib's delayed makes: a function and its arguments


def allowed_cores() -> int:
    """How many processes may work at once: by affinity and control groups, not by the cores that the machine has."""
    from joblib import cpu_count  # os.cpu_count would count the whole machine

    return int(cpu_count())


def run_jobs(jobs: Sequence[DelayedCall], workers: int | None = None) -> Iterator[Any]:
    """Results of jobs, in their order, each as soon as it and those before it are there.

    Memory does not grow with the number of jobs: no more is done than a few results ahead of the one that is taken.

    Args:
        jobs: ``joblib.delayed(function)(*arguments)`` each. The function can be imported, or is an object that can be
            pickled: joblib's workers are new processes, because one that holds threads must not be forked.
        workers: processes (default: one for each core that this process may use; 1 stays in this process).

    Raises:
        InputError: a worker was killed. Otherwise what a job raises.
    """
    from concurrent.futures import FIRST_COMPLETED, wait
    from concurrent.futures.process import BrokenProcessPool

    from joblib.externals.loky import get_reusable_executor  # here, not above: workers need none of it
    from threadpoolctl import threadpool_limits

    workers = min(workers or allowed_cores(), len(jobs))
    if workers <= 1:
        with threadpool_limits(1):  # as in a worker: sums of several threads round differently
            for function, arguments, options in jobs:
                yield function(*arguments, **options)
        return
    check_address_space()
    # several at once, as each transfer costs as much as a small job; of few jobs each by itself
    several = max(1, min(MOST_AT_ONCE, len(jobs) // (32 * workers)))
    groups = (jobs[start : start + several] for start in range(0, len(jobs), several))
    ahead: deque[Any] = deque()
    executor: Any = None

    def submitted(count: int) -> list[Any]:
        with deaf_children():  # submit starts the processes, and new ones for those that had nothing to do and ended
            return [executor.submit(_in_turn, group) for group in itertools.islice(groups, count)]

    whole = False
    try:
        # its semaphores start a process of their own
        with deaf_children():
            # joblib's executor and not its Parallel, which goes on working however far behind the taker of results is
            executor = get_reusable_executor(
                workers,
                initializer=end_with_parent,
                initargs=(os.getpid(),),
                env=dict.fromkeys(THREADS, "1"),  # not a thread per core in each of the workers
            )
        ahead.extend(submitted(2 * workers))
        while ahead:
            running = [each for each in ahead if not each.done()]
            # no worker waits for a slow job that comes first, and nothing piles up while results are not taken
            free = min(2 * workers - len(running), MOST_AHEAD * workers - len(ahead))
            more = submitted(max(0, free))
            ahead.extend(more)
            if ahead[0].done():
                yield from ahead.popleft().result()
            else:
                wait([*running, *more], return_when=FIRST_COMPLETED)
        whole = True
    except BrokenProcessPool:
        raise InputError("workers", "a worker process was killed (out of memory?)", "use fewer workers") from None
    finally:
        if executor is not None:
            # or loky's own thread, which looks up what is in this queue, would find nothing and die with a traceback
            with suppress(Empty):
                while not whole:
                    executor._work_ids.get(block=False)
            # joblib would keep the processes, and what they have cached, for minutes; interrupted, nobody waits
            executor.shutdown(kill_workers=not whole)


def _in_turn(jobs: Sequence[DelayedCall]) -> list[Any]:
    return [function(*arguments, **options) for function, arguments, options in jobs]


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
def deaf_children() -> Iterator[None]:
    """A block whose new processes never hear Ctrl-C or that the terminal is gone: they would answer in tracebacks.

    A terminal tells it to all processes. Their parent hears it at the end of the block, and ends them.
    """
    from multiprocessing.resource_tracker import ensure_running  # here: few who import this make processes

    said_to_all = (signal.SIGINT, signal.SIGHUP)
    heard: list[int] = []
    before = signal.pthread_sigmask(signal.SIG_BLOCK, said_to_all)
    # the mask is this thread's: a library's thread may hear the signal, and Python would tell the block in its midst
    answers = {}
    if threading.current_thread() is threading.main_thread():
        answers = {each: signal.getsignal(each) for each in said_to_all}
        answers = {each: answer for each, answer in answers.items() if callable(answer)}
        for each in answers:
            signal.signal(each, lambda number, _: heard.append(number))
    try:
        ensure_running()  # a pool's first worker would start it
        signal.pthread_sigmask(signal.SIG_BLOCK, said_to_all)  # many a Python lets signals in again after that
        yield
    finally:
        for each, answer in answers.items():
            signal.signal(each, answer)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for number in heard[:1]:
            signal.raise_signal(number)
