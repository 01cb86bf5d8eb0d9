"""Makes the stale cells of the stage `probe`, side by side; DVC is the judge of what is stale, and keeps them."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmark.command_exit import in_words
from benchmark.params import Params
from benchmark.paths import GRAPHS, RUNS
from benchmark.probing.probe_params import Probe
from benchmark.probing.probe_paths import PROBES, PROBES_PIPELINE, PROBES_STAGES
from benchmark.progress import progress_bar
from benchmark.versioning.dvc_pipeline import Pipeline, opened
from benchmark.versioning.lent_stages import lent
from deepgrasp.errors import InputError
from deepgrasp.processes import run_jobs

CODE_STAGE = "code"

StageOptions = dict[str, dict[str, str]]
"""Options of each stage's command, by the stage's name."""


def make_probes(params: Params, probe: Probe, jobs: int | None, root: Path = Path()) -> int:
    """Probe the cells of the grid that are stale or missing; returns how many were probed.

    Cells of one task and fold are probed together: they meet the same perturbed inputs, which are made once.

    Raises:
        InputError: a cell could not be probed (the others are), or DVC cannot say what is stale.
    """
    from joblib import delayed

    failed = 0
    with lent(root / PROBES_STAGES), opened(root, PROBES_PIPELINE) as pipeline:
        pipeline.reproduce(CODE_STAGE)  # what is stale depends on the code
        # before it is asked what is stale: another DVC could make a cell in between
        with pipeline.reserved([*pipeline.cells]):
            options = {name: options_of(pipeline, name) for name in pipeline.stale([*pipeline.cells])}
            groups = grouped(options)
            with progress_bar("probe") as advance:
                done = 0
                if options:
                    advance(done, len(options))
                given = params.model_dump(), probe.model_dump()
                work = [delayed(probe_group)(*given, [*group.values()]) for group in groups]
                for group, problem in zip(groups, run_jobs(work, jobs), strict=True):
                    done += len(group)
                    if problem is None:
                        for name in group:
                            pipeline.take(name)  # here, not in the worker: one process writes dvc.lock, once
                    else:
                        failed += len(group)
                        print(f"{', '.join(group)} failed: {problem}", file=sys.stderr)
                    advance(done, len(options))
            pipeline.write()
    if failed:
        problem = f"{failed} of {len(options)} cells could not be probed, see above"
        raise InputError("probe", problem, "those that are done stay, and the same command makes the others")
    return len(options)


def options_of(pipeline: Pipeline, name: str) -> dict[str, str]:
    """Options of a stage's command, by name."""
    _, *options = pipeline.cells[name]  # probe-cell --task object --model mlp --replicate 0
    return {key.removeprefix("--"): value for key, value in zip(options[::2], options[1::2], strict=True)}


def grouped(stale: StageOptions) -> list[StageOptions]:
    """Cells that are probed together, the largest groups first: reference rows by fold, networks by task and fold."""
    found: dict[tuple[str, ...], StageOptions] = {}
    for name, each in stale.items():
        # a reference row has no task: it answers all of a fold at once
        key = (each.get("task", ""), each["replicate"])
        found.setdefault(key, {})[name] = each
    # the largest first: one that began last would leave the other cores idle
    return sorted(found.values(), key=lambda group: -len(group))


def probe_group(params: dict[str, Any], probe: dict[str, Any], options: Sequence[dict[str, str]]) -> str | None:
    """Probe cells in this process; why they could not be, in one line."""
    from benchmark.pipeline import environment

    environment.apply()  # before torch is imported, which reads some of them then
    try:
        _probe(Params.model_validate(params), Probe.model_validate(probe), options)
    except Exception as error:
        # told and not raised: what one job raises ends those that are still at work
        return re.sub(r"\s+", " ", in_words(error))
    return None


def _probe(params: Params, probe: Probe, options: Sequence[dict[str, str]]) -> None:
    if "row" in options[0]:
        from benchmark.probing.probe_references import probe_references

        rows, replicate = [each["row"] for each in options], int(options[0]["replicate"])
        probe_references(params, probe, rows, replicate, GRAPHS, RUNS, PROBES)
    else:
        from benchmark.probing.probe_cells import ProbedCell, probe_cells

        cells = [ProbedCell(each["task"], each["model"], int(each["replicate"])) for each in options]
        probe_cells(params, probe, cells, GRAPHS, RUNS, PROBES)
