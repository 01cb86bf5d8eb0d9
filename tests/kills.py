"""Kills stages and commands at random moments, on a tiny set; the next call must end with the same bytes. `make kills`.

Each kill: the command runs in a copy of the repository that is whole, gets a signal after a random part of its time,
and runs again. Then everything must be as it was before, with no process, no lock and no scratch left.
"""

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from safetensors.numpy import load_file

from tests.test_pipeline import Repository

BENCHMARK = "python -m benchmark"
# what runs, and what is taken away before so that there is something to do; DVC's own cache must not do it instead
COMMANDS = {
    "synthesize": (f"{BENCHMARK} synthesize", ""),
    "prepare": (f"{BENCHMARK} prepare", ""),
    "code": (f"{BENCHMARK} code", "data/code/score.json"),
    "train": (f"{BENCHMARK} train --task action --model mlp --replicate 0", ""),
    "reference": (f"{BENCHMARK} reference --row linear --replicate 0", ""),
    "score": (f"{BENCHMARK} score", ""),
    "leaderboard": (f"{BENCHMARK} leaderboard", ""),
    "board": (f"{BENCHMARK} board", ""),
    "pictures": (f"{BENCHMARK} pictures", ""),
    "gate": (f"{BENCHMARK} gate", ""),
    "verify": (f"{BENCHMARK} verify", ""),
    "cells": (f"{BENCHMARK} cells", "runs/action/mlp/0/predictions.safetensors"),
    "repro": ("python -m benchmark.safe_dvc repro reference", "runs/none/linear/0/predictions.safetensors"),
    "dvc": ("dvc repro prepare", "data/graphs/manifest.json"),
}
# to the command alone, or as a terminal does it: to all that it runs; twice is what impatient people do
SIGNALS = {
    "KILL": (signal.SIGKILL, False, 1),
    "TERM": (signal.SIGTERM, False, 1),
    "INT": (signal.SIGINT, True, 1),
    "INT twice": (signal.SIGINT, True, 2),
}
RECORDS = ("runs", "results", "leaderboard", "dvc.lock", "README.md")
MARK = "DEEPGRASP_KILLS"
PATIENCE = 300.0  # seconds: a command that takes longer hangs
LITTER = ("*.partial", ".*.partial.*", ".*.lock")


class Ended(NamedTuple):
    """How a command ended."""

    status: int
    said: str
    seconds: float


def run(folder: Path, command: str, after: float | None = None, how: str = "") -> Ended:
    """Run a command, and signal it after so many seconds."""
    environment = os.environ | {MARK: str(folder), "PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"}
    start = time.monotonic()
    with tempfile.TemporaryFile() as output:  # no pipe: what outlives the command would keep it open
        process = subprocess.Popen(
            command.split(), cwd=folder, env=environment, stdout=output, stderr=output, start_new_session=True
        )
        if after is not None:
            number, everybody, times = SIGNALS[how]
            try:
                process.wait(after)
            except subprocess.TimeoutExpired:
                for _ in range(times):
                    (os.killpg if everybody else os.kill)(process.pid, number)
                    time.sleep(0.02)
        try:
            status = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            status = 999
        output.seek(0)
        return Ended(status, output.read().decode(errors="replace"), time.monotonic() - start)


def left(folder: Path, patience: float = 20.0) -> list[str]:
    """Command lines of processes that still run of those started in the folder, once they had time to end."""
    mark = f"{MARK}={folder}".encode()
    until = time.monotonic() + patience
    while True:
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (process / "environ").read_bytes().split(b"\0"):
                    found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
            except OSError:  # it has ended, or is another user's
                continue
        if not found or time.monotonic() > until:
            return found
        time.sleep(0.2)


def state(folder: Path) -> dict[str, str]:
    """What the pipeline has made, with a hash each; of a cell its arrays, for its record tells how long it took."""
    found = {}
    for file in files(folder):
        name = file.relative_to(folder).as_posix()
        content = file.read_bytes()
        if name.startswith("runs/"):
            if file.suffix != ".safetensors":
                continue
            content = b"".join(key.encode() + value.tobytes() for key, value in sorted(load_file(file).items()))
        found[name] = hashlib.sha256(content).hexdigest()
    return found


def files(folder: Path) -> Iterator[Path]:
    for top in ("data", "runs", "results", "leaderboard"):
        # hidden ones are notes of when something was checked
        found = (file for file in sorted((folder / top).rglob("*")) if not file.name.startswith("."))
        yield from (file for file in found if file.is_file())
    yield from (folder / "README.md", folder / "params.yaml")


def put_back(folder: Path, safe: Path) -> None:
    """Make the records those of before: a cell that is trained again tells another time, and results and board too."""
    for top in RECORDS:
        target = folder / top
        if target.is_dir():
            shutil.rmtree(target)
            shutil.copytree(safe / top, target)
        else:
            shutil.copy2(safe / top, target)


def litter(folder: Path) -> list[str]:
    """Scratch and locks that are left."""
    tops = [folder, *(folder / top for top in ("data", "runs", "results", "leaderboard"))]
    found = {path for top in tops for pattern in LITTER for path in (top.glob if top == folder else top.rglob)(pattern)}
    return sorted(path.relative_to(folder).as_posix() for path in found)


def kill(folder: Path, name: str, how: str, seconds: float, before: dict[str, str]) -> list[str]:
    """What is wrong after one kill and another call."""
    command, taken = COMMANDS[name]
    if taken:
        (folder / taken).unlink(missing_ok=True)
    killed = run(folder, command, seconds, how)
    wrong = [f"still runs: {each}" for each in left(folder)]
    if killed.status == 999:
        wrong.append("hangs after the signal")
    if "Traceback" in killed.said and how != "KILL":
        wrong.append(f"a traceback: {killed.said[-1500:]}")
    again = run(folder, command)
    if again.status:
        wrong.append(f"the next call fails with {again.status}: {again.said[-1500:]}")
    after = state(folder)
    changed = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    wrong += [f"differs: {', '.join(changed[:5])}"] if changed else []
    wrong += [f"left: {', '.join(litter(folder))}"] if litter(folder) else []
    return wrong


def main() -> None:
    """Kill as often as asked, and exit with status 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", type=int, nargs="?", default=200)
    parser.add_argument("--folder", type=Path, help="a repository of an earlier call, or to be; default: a new one")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=600.0, help="no new kill after that")
    parser.add_argument("--only", help="these commands, such as prepare,score")
    chosen = parser.parse_args()
    draw, folder = random.Random(chosen.seed), (chosen.folder or Path(tempfile.mkdtemp(prefix="kills-"))).resolve()
    if not (folder / "leaderboard").exists():
        print(f"making a tiny set in {folder}", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        Repository(folder).run(f"dvc repro -q && {BENCHMARK} board && git add -A && git commit -q -m board")
    start = time.monotonic()
    names = chosen.only.split(",") if chosen.only else list(COMMANDS)
    safe = Path(tempfile.mkdtemp(prefix="kills-safe-"))
    for top in RECORDS:
        (shutil.copytree if (folder / top).is_dir() else shutil.copy2)(folder / top, safe / top)
    before, wrong, counted = state(folder), 0, Counter[str]()
    takes = {name: run(folder, COMMANDS[name][0]).seconds for name in names}
    put_back(folder, safe)
    for k in range(chosen.kills):
        if time.monotonic() - start > 60 * chosen.minutes:
            break
        name, how = names[k % len(names)], draw.choice(list(SIGNALS))
        after = draw.uniform(0.0, takes[name])
        found = kill(folder, name, how, after, before)
        put_back(folder, safe)
        counted[name] += 1
        wrong += bool(found)
        print(f"{k + 1}: {name}, {how} after {after:.1f} s: {'; '.join(found) or 'all as before'}", flush=True)
    print(f"{counted.total()} kills, {wrong} wrong ({', '.join(f'{name} {n}' for name, n in counted.items())})")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
