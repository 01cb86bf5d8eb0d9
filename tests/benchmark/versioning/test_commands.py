"""Why git or DVC failed is told in their own words, and not what they print after them."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from benchmark.versioning.git import git, why_failed
from deepgrasp.errors import InputError

HELP = "\n\nHaving any troubles? Hit us up at https://dvc.org/support, we are always happy to help!"


@pytest.mark.parametrize(
    ("complaint", "says"),
    [
        (f"WARNING: slow\nERROR: unexpected error - object not found{HELP}", "object not found"),
        (
            "ERROR: the lock is taken.\n\nTo wait for it:\n\tdvc config core.wait",
            "the lock is taken. To wait for it: dvc config core.wait",
        ),
        ("ERROR: failed to pull\nERROR: 2 files are missing\n", "2 files are missing"),
        ("warning: old\nfatal: not a git repository", "not a git repository"),
        ("Traceback:\nAttributeError: no attribute", "AttributeError: no attribute"),
        (HELP, "no message"),
        ("", "no message"),
    ],
)
def test_the_reason_of_a_complaint(complaint: str, says: str) -> None:
    assert why_failed(complaint) == says


def test_a_command_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^git log: failed \(not a git repository.*\); run from the root of a clone"):
        git(tmp_path, "log")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_command_of_ours_ends_with_the_one_that_started_it(tmp_path: Path, number: int) -> None:
    root = Path(__file__).parents[3]
    shutil.copy(root / "params.yaml", tmp_path)
    # a test in the background inherits that Ctrl-C is ignored, as a shell has it
    code = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    code += "from benchmark.versioning.commands import run_ours; from benchmark.command_exit import heed_signals\n"
    code += "from pathlib import Path\n"
    code += "heed_signals(); run_ours(Path(), 'synthesize', shown=True)"
    starter = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(root), "LOKY_MAX_CPU_COUNT": "2"},  # with one, the command has no worker
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    found: list[psutil.Process] = []
    ends = time.monotonic() + 60
    while len(found) < 2 and time.monotonic() < ends:  # the command, and a worker of it
        found = psutil.Process(starter.pid).children(recursive=True)
        time.sleep(0.1)
    starter.send_signal(number)
    starter.wait(90)  # two seconds where nothing else runs
    _, left = psutil.wait_procs(found, timeout=30)
    assert len(found) >= 2
    assert left == []
