"""Worker processes: as many as we may use, none waited for that is dead, none that outlives its parent."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from joblib import delayed

from benchmark.command_exit import START_AGAIN
from deepgrasp.errors import InputError
from deepgrasp.processes import MOST_AHEAD, MOST_AT_ONCE, deaf_children, run_jobs

ROOT = Path(__file__).parents[2]
WORKS = """
import os, sys, time
from joblib import delayed
from deepgrasp.processes import run_jobs
for _ in run_jobs([delayed(os.getpid)(), *[delayed(time.sleep)(30)] * 2], 2):
    print(_, flush=True)
"""
# the workers of the second part are new: those of the first had nothing to do for too long, and all ended
DEAF = """
import functools, time
from pathlib import Path
from joblib import delayed
from joblib.externals import loky
from deepgrasp.processes import run_jobs
loky.get_reusable_executor = functools.partial(loky.get_reusable_executor, timeout=0.2)
results = run_jobs([delayed(Path.read_text)(Path("/proc/self/status"))] * 400, 2)
seen = [next(results)]
while loky.reusable_executor._executor._processes:
    time.sleep(0.05)
print("".join([*seen, *results]))
"""


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system does not bind processes to cores")
def test_the_cores_that_we_may_use_are_counted() -> None:
    code = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
    code += "from deepgrasp.processes import allowed_cores; print(allowed_cores())"
    assert subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True) == "1\n"


def test_nobody_counts_those_of_the_machine() -> None:
    files = [file for name in ("deepgrasp", "baselines", "benchmark") for file in (ROOT / name).rglob("*.py")]
    counts = [file.name for file in files if "cpu_count(" in file.read_text(encoding="utf-8")]
    assert counts == ["processes.py"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_worker_that_is_lost_is_said_and_not_waited_for(number: signal.Signals) -> None:
    jobs = [
        *[delayed(int)(k) for k in range(4)],
        delayed(os.kill)(0, 0),
        delayed(_lost)(number),
        *[delayed(int)(1)] * 4,
    ]
    with pytest.raises(InputError, match="workers: a worker process was killed"):
        list(run_jobs(jobs, 2))


def _lost(number: int) -> None:
    os.kill(os.getpid(), number)
    time.sleep(30)


def test_workers_end_when_their_parent_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", WORKS], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    status, until = Path(f"/proc/{worker}/stat"), time.monotonic() + 10
    while time.monotonic() < until:
        if not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.1)
    pytest.fail("the worker outlives its parent by ten seconds")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux says which signals a process hears")
def test_a_worker_never_hears_ctrl_c() -> None:
    said = subprocess.check_output([sys.executable, "-c", DEAF], cwd=ROOT, text=True)
    workers = [dict(re.findall(r"^(Pid|SigBlk):\s+(\w+)$", each, re.MULTILINE)) for each in said.split("Name:")[1:]]
    assert len(workers) == 400  # more than are made ahead: the others wait until after the pause
    assert workers[0]["Pid"] not in {each["Pid"] for each in workers[200:]}  # these were started anew
    assert all(int(each["SigBlk"], 16) >> (signal.SIGINT - 1) & 1 for each in workers)


INTERRUPTED = """
import sys, time
from joblib import delayed
from benchmark.command_exit import in_one_line
from deepgrasp.processes import run_jobs
in_one_line(lambda: [print("runs", flush=True) for _ in run_jobs([delayed(time.sleep)(0.1)] * 300, 2)])
"""


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT])
def test_what_a_terminal_says_to_all_ends_in_one_line_and_leaves_nobody(number: signal.Signals) -> None:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    parent = subprocess.Popen([sys.executable, "-c", INTERRUPTED], cwd=ROOT, start_new_session=True, **pipes)
    assert parent.stdout is not None
    assert parent.stdout.readline() == "runs\n"
    os.killpg(parent.pid, number)
    # the pipe is closed by the last of them
    _, said = parent.communicate(timeout=30)
    assert said.splitlines() == [f"interrupted: {START_AGAIN}"]


def test_who_starts_processes_is_interrupted_once_they_are_there() -> None:
    def hear() -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)

    done, other = [], threading.Thread(target=hear)  # which no mask of the main thread keeps from hearing

    def start() -> None:
        with deaf_children():
            other.start()
            other.join()
            done.append("whole")

    with pytest.raises(KeyboardInterrupt):
        start()
    assert done == ["whole"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_nothing_piles_up_while_results_are_not_taken(tmp_path: Path) -> None:
    results = run_jobs([delayed(Path.touch)(tmp_path / str(k)) for k in range(1000)], 2)
    next(results)
    time.sleep(0.5)  # for workers that would go on
    done = len(list(tmp_path.iterdir()))
    assert done <= 2 * (MOST_AHEAD + 1) * MOST_AT_ONCE
    assert len(list(results)) == 999
    assert len(list(tmp_path.iterdir())) == 1000
