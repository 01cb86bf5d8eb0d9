"""Several cells at once: DVC reproduces one stage at a time, but cells do not depend on each other."""

import json
import time
from collections.abc import Sequence
from pathlib import Path

from benchmark.commands import end, ended, run_dvc, start_dvc
from benchmark.params import Params
from benchmark.pipeline import predictions
from benchmark.progress import bar
from deepgrasp.errors import InputError
from deepgrasp.processes import allowed_cores


def train_cells(params: Params, runs: Path, jobs: int | None = None) -> None:
    """Reproduce the grid's cells in ``jobs`` DVC processes side by side.

    Without ``jobs``: one for every ``train.threads`` of the cores that this process may use.

    Raises:
        InputError: a cell could not be trained; the others are.
    """
    jobs = jobs or max(1, allowed_cores() // params.train.threads)
    cells, started = _stale(grid_cells(params)), time.time()
    # every jobs-th cell: neighbours are one model's, so each process gets some of the slow ones
    shares = [cells[k::jobs] for k in range(min(jobs, len(cells)))]
    # each waits while another has DVC's lock, which they hold only between their cells
    command = ("--wait-for-lock", "repro", "--single-item", "--keep-going")
    workers = [start_dvc(*command, *share) for share in shares]
    try:
        with bar("cells") as advance:
            while any(worker.poll() is None for worker in workers):
                advance(sum(written_since(started, runs / _folder(cell)) for cell in cells), len(cells))
                # looking at files costs nothing beside DVC, which needs seconds to answer
                time.sleep(1)
        failed = [status for worker in workers if (status := ended(worker))]
    except BaseException:
        end(workers)
        raise
    if failed:
        problem = f"{len(failed)} of {len(workers)} DVC processes failed (exit status {failed[0]})"
        raise InputError("cells", problem, "DVC says why above; cells that are done stay, and this trains the others")


def grid_cells(params: Params) -> list[str]:
    """Names of the training stages, the slowest kinds dealt evenly: replicates and tasks vary first."""
    grid = params.grid
    return [f"train@{t}-{m}-{k}" for m in grid.models for t in grid.tasks for k in grid.replicates]


def _stale(cells: Sequence[str]) -> list[str]:
    """The cells that DVC calls changed.

    DVC is asked for the whole pipeline, which takes it seconds; to name sixty cells takes it half a minute.
    """
    # where DVC cannot say (no lock yet, a broken file), all cells are tried
    done = run_dvc(Path(), "status", "--json")
    changed = json.loads(done.stdout) if done.returncode == 0 else cells
    return [cell for cell in cells if cell in changed]


def written_since(started: float, folder: Path) -> bool:
    """Whether the cell's predictions, its last file, are from now and not from an earlier training."""
    # predictions come last: a checkpoint alone is a cell that was cut off
    file = folder / predictions.FILE
    return file.exists() and file.stat().st_mtime >= started


def _folder(cell: str) -> str:
    return cell.partition("@")[2].replace("-", "/")
