"""Costs of a container: `make speed-container` prints size, rebuild and start beside their targets."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmark.command_exit import in_one_line
from benchmark.container import engine
from benchmark.versioning.git import git

_TARGET = "cpu"
_SCRATCH = "deepgrasp-bench:speed"
_ROUNDS = 3
_COMMAND = [sys.executable, "-m", "benchmark", "container"]
WORK = ["python", "-c", "import torch"]  # something whose time is the same inside and outside


def main() -> None:
    """Print the table; the image must have been built."""
    client = engine.connect()
    image = engine.find_image(client, engine.tag_of(_TARGET), _TARGET)
    rows = [("size of the cpu image", f"{image.attrs['Size'] / 1e9:.2f} GB", "<= 2.5 GB")]
    with tempfile.TemporaryDirectory() as scratch:
        rows += _rebuilds(Path(scratch))
    client.images.remove(_SCRATCH, force=True)  # made to be timed alone
    # the fastest of some rounds: what neighbours on the machine add is no cost of the container
    outside = min(_seconds(lambda: _quiet(WORK)) for _ in range(_ROUNDS))
    inside = min(_seconds(lambda: _quiet([*_COMMAND, "run", "--target", _TARGET, "--", *WORK])) for _ in range(_ROUNDS))
    rows += [
        ("import torch, outside", f"{outside:.1f} s", ""),
        ("import torch, `container run`", f"{inside:.1f} s", ""),
        ("`container run` adds", f"{inside - outside:.1f} s", "<= 5 s"),
    ]
    client.close()
    print(f"{'figure':<56}{'measured':>14}{'target':>12}")
    for name, measured, target in rows:
        print(f"{name:<56}{measured:>14}{target:>12}")


def _rebuilds(folder: Path) -> list[tuple[str, str, str]]:
    """Time a build with nothing changed and one with a line of code more, on a copy of the sources."""
    # on a copy, because a line is added to it: the sources here stay as they are
    listed = git(Path(), "ls-files", "-z").split("\0")
    for name in [*filter(None, listed), *map(str, Path("docker/wheels").glob("[!.]*"))]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(name, folder / name)
    # the first build fills the cache and is not timed
    _build(folder)
    same = _seconds(lambda: _build(folder))
    code = folder / "benchmark" / "container" / "health.py"
    old = code.read_text(encoding="utf-8")
    code.write_text(f"{old}\n# changed at {time.time()}\n", encoding="utf-8")
    changed = _seconds(lambda: _build(folder))
    return [
        ("build, nothing changed", f"{same:.1f} s", ""),
        ("build, code changed", f"{changed:.1f} s", "< 20 s"),
    ]


def _build(folder: Path) -> None:
    _quiet([*_COMMAND, "build", "--target", _TARGET, "--tag", _SCRATCH], folder)


def _quiet(command: list[str], folder: Path = Path()) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", errors="replace")
    if done.returncode:
        sys.exit(done.stderr[-2000:])


def _seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    in_one_line(main)
