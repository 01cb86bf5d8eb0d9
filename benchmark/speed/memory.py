"""Peak memory of one training step: a process of its own, because a process never gives its peak back."""

import subprocess
import sys
from pathlib import Path

from benchmark.speed.contenders import CASES, Step


def peak_mib(case: str, side: str) -> int:
    """Resident MiB at the peak of one step, with all that Python and torch take (Linux)."""
    command = [sys.executable, "-m", "benchmark.speed.memory", case, side]
    # only the number is printed: torch's warnings go to standard error
    return int(subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout)


if __name__ == "__main__":
    Step(CASES[sys.argv[1]], sys.argv[2])()
    # the kernel's high-water mark: getrusage would count what the parent had when it started this process
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines())
    print(int(status["VmHWM"].split()[0]) // 1024)
