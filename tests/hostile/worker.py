"""The process in which hostile inputs are read, so that what they break is not the one that counts."""

import logging
import os
import resource
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path

from tests.hostile.doors import case_of, judge, whole_of

LARGEST = 2 << 30


def work(name: str, seed: int, first: int, count: int, out: Connection) -> None:
    """Judge cases of a door in this process; tell each before and after."""
    logging.disable()  # lines about litter
    # a bomb must not take the machine with it: twice what is allowed
    resource.setrlimit(resource.RLIMIT_AS, (3 * LARGEST, resource.RLIM_INFINITY))
    with tempfile.TemporaryDirectory() as folder:
        whole = whole_of(name, Path(folder))
    for number in range(first, count):
        case = case_of(name, seed, number)
        out.send((number, case.what, None, 0))
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            verdict = judge(name, case, Path(folder), whole)
            os.chdir("/")
        out.send((number, case.what, verdict, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024))
