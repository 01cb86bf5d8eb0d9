"""Several cells at once: DVC reproduces one stage at a time, but cells do not depend on each other."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmark.params import Params
from benchmark.pipeline import predictions
from benchmark.progress import bar


def train_cells(params: Params, runs: Path, jobs: int | None = None) -> None:
    """Reproduce the grid's cells in ``jobs`` DVC processes side by side (default: one per ``train.threads`` cores).

    A process that fails is no error here: the ``dvc repro`` that follows trains what is missing and says why it cannot.
    """
    jobs = jobs or max(1, (os.cpu_count() or 1) // params.train.threads)
    cells, started = _stale(grid_cells(params)), time.time()
    shares = [cells[k::jobs] for k in range(min(jobs, len(cells)))]
    workers = [_reproduce(share) for share in shares]
    with bar("cells") as advance:
        while any(worker.poll() is None for worker in workers):
            advance(sum(written_since(started, runs / _folder(cell)) for cell in cells), len(cells))
            time.sleep(1)


def grid_cells(params: Params) -> list[str]:
    """Names of the training stages, the slowest kinds dealt evenly: replicates and tasks vary first."""
    grid = params.grid
    return [f"train@{t}-{m}-{k}" for m in grid.models for t in grid.tasks for k in grid.replicates]


def _stale(cells: Sequence[str]) -> list[str]:
    """Those that DVC calls changed: the whole pipeline takes it seconds, sixty named cells half a minute."""
    command = [sys.executable, "-m", "dvc", "status", "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    changed = json.loads(done.stdout) if done.returncode == 0 else cells
    return [cell for cell in cells if cell in changed]


def written_since(started: float, folder: Path) -> bool:
    """Whether the cell's predictions, its last file, are from now and not from an earlier training."""
    file = folder / predictions.FILE
    return file.exists() and file.stat().st_mtime >= started


def _folder(cell: str) -> str:
    return cell.partition("@")[2].replace("-", "/")


def _reproduce(cells: Sequence[str]) -> "subprocess.Popen[bytes]":
    # the others hold DVC's lock between their cells
    command = [sys.executable, "-m", "dvc", "--wait-for-lock", "repro", "--single-item", "--keep-going", *cells]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)
