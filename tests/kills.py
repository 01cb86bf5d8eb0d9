"""Kills stages and commands at random moments, on a tiny set; the next call must end with the same bytes. `make kills`.

Each kill: the command runs in a copy of the repository that is whole, gets a signal after a random part of its time,
and runs again. Then everything must be as it was before, with no process, no lock and no scratch left.
"""

import argparse
import hashlib
import json
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
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from safetensors.numpy import load_file

from benchmark.pipeline.predictions import load_predictions
from tests.benchmark.data.test_ingest import pack
from tests.repository import Repository

BENCHMARK = "python -m benchmark"


class Command(NamedTuple):
    """What runs; ``{inputs}`` is the folder beside the set, ``{sequence}`` a recording of the set."""

    line: str
    taken: tuple[str, ...] = ()  # removed before, so that there is something to do; DVC's cache must not do it instead
    finished: str = ""  # what the next call may complain of, where the killed one had done all but to write the result


COMMANDS = {
    "synthesize": Command(f"{BENCHMARK} synthesize"),
    "prepare": Command(f"{BENCHMARK} prepare"),
    "code": Command(f"{BENCHMARK} code", ("data/code/score.json",)),
    "train": Command(f"{BENCHMARK} train --task action --model mlp --replicate 0"),
    "reference": Command(f"{BENCHMARK} reference --row linear --replicate 0"),
    "score": Command(f"{BENCHMARK} score"),
    "leaderboard": Command(f"{BENCHMARK} leaderboard"),
    "board": Command(f"{BENCHMARK} board"),
    "pictures": Command(f"{BENCHMARK} pictures"),
    "render": Command(f"{BENCHMARK} render {{sequence}} --size 120x90"),
    "film": Command(f"{BENCHMARK} render {{sequence}} --size 120x90 --out data/pictures/film.gif"),
    "gate": Command(f"{BENCHMARK} gate"),
    "verify": Command(f"{BENCHMARK} verify"),
    "verify again": Command(f"{BENCHMARK} verify --rerun --cell action/mlp/0"),
    "verify fresh": Command(f"{BENCHMARK} verify --fresh --cell action/mlp/0", ("data/standin", "data/graphs")),
    "ingest": Command(f"{BENCHMARK} ingest --zips {{inputs}}/zips --models {{inputs}}/models"),
    "submit": Command(f"{BENCHMARK} submit {{inputs}}/mine-0.npz", finished="was submitted before"),
    "submit code": Command(
        f"{BENCHMARK} submit {{inputs}}/mine-0.npz --with-code {{inputs}}/mine.py", finished="was submitted before"
    ),
    "profile": Command(f"{BENCHMARK} profile smoke -S grid.models=[mlp] -S grid.tasks=[action]"),
    "cells": Command(f"{BENCHMARK} cells", ("runs/action/mlp/0/predictions.safetensors",)),
    "repro": Command(f"{BENCHMARK} repro", ("runs/none/linear/0", "data/graphs/manifest.json")),
    "safe dvc": Command(
        "python -m benchmark.versioning.safe_dvc repro reference", ("runs/none/linear/0/predictions.safetensors",)
    ),
    "tune": Command(f"{BENCHMARK} tune --models mlp --trials 2 --replicates 0"),
    "table": Command(f"{BENCHMARK} table II --models mlp"),
    "ablate": Command(f"{BENCHMARK} ablate --models mlp"),
    "dvc": Command("dvc repro prepare", ("data/graphs/manifest.json",)),
}
# to the command alone, or as a terminal does it: to all that it runs; twice is what impatient people do
SIGNALS = {
    "KILL": (signal.SIGKILL, False, 1),
    "TERM": (signal.SIGTERM, False, 1),
    "INT": (signal.SIGINT, True, 1),
    "INT twice": (signal.SIGINT, True, 2),
}
TOPS = ("data", "runs", "results", "leaderboard", "submissions")
DATED = ("optuna.log",)  # says when
TIMED = {"cost", "digest"}  # a training that is made again tells another time
MARK = "DEEPGRASP_KILLS"
PATIENCE = 300.0  # seconds: a command that takes longer hangs
COST = ("parameters", "multiply_adds", "seconds", "ms_per_sample")
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
    """What the pipeline has made, with a hash each; of what is trained again without the time that it took."""
    found = {}
    for file in files(folder):
        name, content = file.relative_to(folder).as_posix(), file.read_bytes()
        if name.startswith(("runs/", "data/studies/")):
            if file.suffix != ".safetensors":
                continue
            content = b"".join(key.encode() + value.tobytes() for key, value in sorted(load_file(file).items()))
        elif "/mine/" in name and file.suffix == ".json":
            content = json.dumps(timeless(json.loads(content))).encode()
        elif name.endswith("mine/action-0.safetensors"):
            content = b"".join(value.tobytes() for _, value in sorted(load_file(file).items()))
        found[name] = hashlib.sha256(content).hexdigest()
    return found


def timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: timeless(each) for key, each in value.items() if key not in TIMED}
    return value


def files(folder: Path) -> Iterator[Path]:
    for top in TOPS:
        # hidden ones are notes of when something was checked
        found = (file for file in sorted((folder / top).rglob("*")) if not file.name.startswith("."))
        found = (file for file in found if file.name not in DATED)
        yield from (file for file in found if file.is_file())
    yield from (folder / "README.md", folder / "params.yaml")


def put_back(folder: Path, safe: Path) -> None:
    """Make everything as it was before; a file that has not changed stays, so that DVC need not read it again."""
    kept = {file.relative_to(safe): file for file in (*files(safe), safe / "dvc.lock")}
    for file in [*files(folder)]:
        if file.relative_to(folder) not in kept:
            file.unlink()
            with suppress(OSError):  # a folder without files would be taken for a store
                file.parent.rmdir()
    for name, file in kept.items():
        target = folder / name
        now, before = target.stat() if target.exists() else None, file.stat()
        if now is None or (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, target)


def take(folder: Path, command: Command) -> None:
    for name in command.taken:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def make_inputs(folder: Path, inputs: Path) -> None:
    """Archives as GRAB's, body models, and a submission with its code: what people hand in."""
    data, results = folder / "data/standin", folder / "results/action/mlp/single-0.json"
    pack(data, inputs / "zips")
    shutil.copytree(data / "models", inputs / "models")
    shutil.copy(folder / "baselines/mlp.py", inputs / "mine.py")
    made, run = (
        load_predictions(folder / "runs/action/mlp/0/predictions.safetensors"),
        json.loads(results.read_text())["run"],
    )
    np.savez(inputs / "mine-0.npz", action=made.arrays["action"], sequences=np.array(made.sequences))
    said = {key: run[key] for key in ("split", "inputs", "trained_on", "replicate", "validation", "hyperparameters")}
    said |= {"format": 1, "name": "mine", "authors": ["A. Author"], "description": "A perceptron", "link": None}
    said |= {"data": run["data"]["hash"], "cost": {key: run["cost"][key] for key in COST}}
    (inputs / "mine-0.json").write_text(json.dumps(said))


def litter(folder: Path) -> list[str]:
    """Scratch and locks that are left."""
    tops = [folder, *(folder / top for top in TOPS)]
    found = {path for top in tops for pattern in LITTER for path in (top.glob if top == folder else top.rglob)(pattern)}
    return sorted(path.relative_to(folder).as_posix() for path in found)


def kill(folder: Path, name: str, how: str, seconds: float, old: dict[str, str], new: dict[str, str]) -> list[str]:
    """What is wrong after one kill, and after another call.

    Args:
        old: the state before the command.
        new: the state after a call that nobody disturbed.
    """
    command = COMMANDS[name]
    take(folder, command)
    killed = run(folder, command.line, seconds, how)
    wrong = [f"still runs: {each}" for each in left(folder)]
    if killed.status == 999:
        wrong.append("hangs after the signal")
    # while the interpreter itself starts, nobody can heed a signal
    if "Traceback" in killed.said and "init_import_site" not in killed.said and how != "KILL":
        wrong.append(f"a traceback: {killed.said[-1500:]}")
    now = state(folder)
    # scratch is what KILL leaves; the next call must not
    torn = sorted(
        key for key, found in now.items() if ".partial" not in key and found not in (old.get(key), new.get(key))
    )
    wrong += [f"neither old nor new: {', '.join(torn[:5])}"] if torn else []
    again = run(folder, command.line)
    if again.status and command.finished and command.finished in again.said:
        again = run(folder, f"{BENCHMARK} score")  # as it says: killed before the last step, the result
    if again.status:
        wrong.append(f"the next call fails with {again.status}: {again.said[-1500:]}")
    after = state(folder)
    changed = sorted(key for key in new.keys() | after.keys() if new.get(key) != after.get(key))
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
    inputs, safe = folder.with_name(f"{folder.name}-inputs"), folder.with_name(f"{folder.name}-safe")
    if not safe.exists():
        print(f"making a tiny set in {folder}", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        Repository(folder, warm=False).run(f"{BENCHMARK} repro && git add -A && git commit -q -m board")
        inputs.mkdir()
        make_inputs(folder, inputs)
        for file in (*files(folder), folder / "dvc.lock"):
            (safe / file.relative_to(folder)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, safe / file.relative_to(folder))
    put_back(folder, safe)
    sequence = json.loads((folder / "data/graphs/manifest.json").read_text())["sequences"][0]["id"]
    for name, command in COMMANDS.items():
        COMMANDS[name] = command._replace(line=command.line.format(inputs=inputs, sequence=sequence))
    start = time.monotonic()
    names = chosen.only.split(",") if chosen.only else list(COMMANDS)
    old, wrong, counted = state(folder), 0, Counter[str]()
    new, takes = {}, {}
    for name in names:
        take(folder, COMMANDS[name])
        done = run(folder, COMMANDS[name].line)
        assert done.status == 0, f"{name}, which nobody disturbs, ends with {done.status}: {done.said}"
        new[name], takes[name] = state(folder), done.seconds
        put_back(folder, safe)
    for k in range(chosen.kills):
        if time.monotonic() - start > 60 * chosen.minutes:
            break
        name, how = names[k % len(names)], draw.choice(list(SIGNALS))
        after = draw.uniform(0.0, takes[name])
        found = kill(folder, name, how, after, old, new[name])
        put_back(folder, safe)
        counted[name] += 1
        wrong += bool(found)
        print(f"{k + 1}: {name}, {how} after {after:.1f} s: {'; '.join(found) or 'all as before'}", flush=True)
    print(f"{counted.total()} kills, {wrong} wrong ({', '.join(f'{name} {n}' for name, n in counted.items())})")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
