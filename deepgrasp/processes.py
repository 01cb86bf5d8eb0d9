"""Runs jobs in parallel processes, one thread each, on the cores that this process may use."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from deepgrasp.errors import InputError

Progress = Callable[[int, int], None]  # is told how much is done, and of how much
DelayedCall = tuple[Any, tuple[Any, ...], dict[str, Any]]  # what joblib's delayed makes: a function and its arguments


def run_jobs(jobs: Sequence[DelayedCall], workers: int | None = None, *, ordered: bool = True) -> Iterator[Any]:
    """Results of jobs, each as soon as it is there, in the order of the jobs or of their completion.

    Args:
        jobs: ``joblib.delayed(function)(*arguments)`` each. The function can be imported, or is an object that can be
            pickled: joblib's workers are new processes, because one that holds threads must not be forked.
        workers: processes (default: one for each core that affinity and control groups allow; 1 stays in this process).

    Raises:
        InputError: a worker was killed. Otherwise what a job raises.
    """
    from joblib import Parallel, cpu_count, parallel_config  # here, not above: workers need none of it
    from joblib.externals.loky import get_reusable_executor
    from threadpoolctl import threadpool_limits

    # joblib counts cores by affinity and control groups; os.cpu_count would count the whole machine
    workers = min(workers or cpu_count(), len(jobs))
    if workers <= 1:
        with threadpool_limits(1):  # as in a worker: sums of several threads round differently
            for function, arguments, options in jobs:
                yield function(*arguments, **options)
        return
    with parallel_config("loky", inner_max_num_threads=1):  # not a thread per core in each of the workers
        results = Parallel(workers, return_as="generator" if ordered else "generator_unordered")(jobs)
    try:
        yield from results
    except BrokenProcessPool:
        raise InputError("workers", "a worker process was killed (out of memory?)", "use fewer workers") from None
    finally:
        get_reusable_executor().shutdown()  # joblib would keep the processes, and what they have cached, for minutes
