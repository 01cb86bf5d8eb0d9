"""Probes reference rows: fitted on the fold as ever, and asked about what is seen under every perturbation."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from benchmark.params import Params
from benchmark.pipeline.schema import cell_name, to_json
from benchmark.probing.cell_record import CellProbes
from benchmark.probing.conditions import AskedWindows, conditions, joint_places, windows_of_fold
from benchmark.probing.probe_params import Probe
from benchmark.probing.scores_by_person import Answers, Measured
from benchmark.probing.stored_cell import stored_cell
from deepgrasp import references
from deepgrasp.files import write_text
from deepgrasp.inputs.fold import Fold, read_fold
from deepgrasp.inputs.modalities import load_inputs
from deepgrasp.inputs.pooling import framewise, pooled, standardised
from deepgrasp.loading import blamed
from deepgrasp.probes.perturbation import Recorded
from deepgrasp.probes.perturbed_store import PerturbedStore
from deepgrasp.store.store import open_store
from deepgrasp.tasks import NO_TASK, body

_AT_ONCE = 32  # conditions that one fit answers: their postures take some 0.3 GB
"""A row fits when it answers, so that each further group of conditions costs another fit."""


def probe_references(
    params: Params, probe: Probe, rows: Sequence[str], replicate: int, graphs: Path, runs: Path, out: Path
) -> None:
    """Probe rows on one fold, and write a file each below ``out``.

    The oracle of joint positions follows the posture that is seen with the person's own bones; of other oracles, which
    are told what no input holds, nothing can be asked.

    Raises:
        InputError: a run is missing, damaged, another cell's, or of other data.
    """
    store, choice = open_store(graphs).view(params.inputs.frames), params.inputs.graphs
    known = windows_of_fold(store, params.split, replicate, choice)
    # before any work: a run that is missing is told at once
    stored = {row: stored_cell(runs, cell_name(NO_TASK, row, replicate), store, known.windows.ids) for row in rows}
    # all at once: a row fits for a whole group of them
    asks = list(conditions(probe, known))
    # as the row's own stage: with a thread a core these small fits may take a hundred times as long
    with threadpool_limits(params.train.threads):
        fold = read_fold(store, params.split, replicate, choice, params.train.recordings)
        fitted = [row for row in rows if not references.load_row(row).ORACLE]
        made = answers_of(fold, known, fitted, [known.windows.clean, *(ask.seen for ask in asks)])
    for row in rows:
        if row not in fitted and set(stored[row].arrays) == {body.TASK.name}:
            seen = [known.places, *(joint_places(known, ask.seen) for ask in asks)]
            made[row] = [{body.TASK.name: np.asarray(each, np.float32)} for each in seen]
        # what was stored is what the board scored: a fit that answers more at once rounds otherwise
        clean = stored[row].arrays if row in made else {}
        measured = Measured(clean, known.targets, known.windows)
        # an oracle that cannot be asked has a record without answers
        for ask, found in zip(asks, made.get(row, [])[1:], strict=row in made):
            measured.add(ask, found)
        record = CellProbes(
            trained_on=NO_TASK,
            model=row,
            replicate=replicate,
            data=store.hash,
            oracle=references.load_row(row).ORACLE,
            apart=max([0.0, *(float(np.abs(each - made[row][0][task]).max()) for task, each in clean.items())]),
            tasks=measured.result({}),
        )
        write_text(out / f"{cell_name(NO_TASK, row, replicate)}.json", to_json(record.model_dump()))


def answers_of(
    fold: Fold, known: AskedWindows, rows: Sequence[str], seen: Sequence[Recorded]
) -> dict[str, list[Answers]]:
    """Each row's answers to each of what is seen, by task."""
    count = len(known.rows)
    found: dict[str, list[Answers]] = {row: [] for row in rows}
    for group in (seen[start : start + _AT_ONCE] for start in range(0, len(seen), _AT_ONCE) if rows):
        together = asked_together(fold, known, group)  # the inputs once for all rows
        for row in rows:
            with blamed(f"deepgrasp/references/{row}.py"):
                made = references.load_row(row).answer(together).predictions["test"]
            # test parts lie one after the other, one a condition
            found[row] += [
                {task: each[k * count : (k + 1) * count] for task, each in made.items()} for k in range(len(group))
            ]
    return found


def asked_together(fold: Fold, known: AskedWindows, seen: Sequence[Recorded]) -> Fold:
    """The fold with a test part that holds the windows as often as they are seen in another way."""
    test = fold.parts["test"]
    several = len(seen)
    part = replace(
        test,
        sequences=test.sequences * several,
        rows=np.tile(test.rows, several),
        subjects=test.subjects * several,
    )
    found = Fold(fold.store, fold.tasks, {**fold.parts, "test": part}, fold.graphs)
    # as the fold itself: early fusion would only add columns of zeros
    graphs = replace(fold.graphs, fusion="late")
    shown = [PerturbedStore(fold.store, known.rows, each) for each in seen]
    pools, frames = [], []
    # the training part first: its mean and deviation standardise all
    for name in ("train", "validation"):
        pools.append(pooled(load_inputs(fold.store, fold.parts[name].rows, graphs)))
        frames.append(framewise(load_inputs(fold.store, fold.parts[name].rows, graphs, ("posture",))))
    pools.append(np.concatenate([pooled(load_inputs(each, known.rows, graphs)) for each in shown]))
    frames.append(np.concatenate([framewise(load_inputs(each, known.rows, graphs, ("posture",))) for each in shown]))
    names = ("train", "validation", "test")
    flat = standardised(*(each.reshape(-1, each.shape[-1]) for each in frames))  # [N T, D]
    # what the fold would compute of the store, where nothing is perturbed
    vars(found)["features"] = dict(zip(names, standardised(*pools), strict=True))
    vars(found)["postures"] = {
        name: rows.reshape(each.shape) for name, rows, each in zip(names, flat, frames, strict=True)
    }
    return found
