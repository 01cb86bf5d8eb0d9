"""Probes a reference row: fitted once on the fold, and asked about what is seen under every perturbation."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from benchmark.params import Params
from benchmark.pipeline import predictions
from benchmark.pipeline.schema import to_json
from benchmark.probing.cell_record import CellProbes, TaskProbes
from benchmark.probing.conditions import Asked, asked, conditions, joint_places
from benchmark.probing.measured import Answers, Measured
from benchmark.probing.probe_params import Probe
from deepgrasp import references
from deepgrasp.files import write_text
from deepgrasp.inputs.fold import Fold, read_fold
from deepgrasp.inputs.modalities import load_inputs
from deepgrasp.inputs.pooling import framewise, pooled, standardised
from deepgrasp.loading import blamed
from deepgrasp.probes.perturbation import Recorded
from deepgrasp.probes.perturbed_store import perturbed
from deepgrasp.store.store import open_store
from deepgrasp.tasks import body

AT_ONCE = 32  # conditions that one fit answers: their postures take some 0.3 GB
"""A row fits when it answers, so that each further group of conditions costs another fit."""


def probe_reference(
    params: Params, probe: Probe, row: str, replicate: int, graphs: Path, runs: Path, out: Path
) -> None:
    """Probe a row on one fold, and write its file below ``out``.

    The oracle of joint positions follows the posture that is seen with the person's own bones; of other oracles, which
    are told what no input holds, nothing can be asked.

    Raises:
        InputError: a run is missing or damaged.
    """
    module = references.load(row)
    store, choice = open_store(graphs).view(params.inputs.frames), params.inputs.graphs
    known = asked(store, params.split, replicate, choice)
    stored = predictions.load(runs / "none" / row / str(replicate) / predictions.FILE)
    tasks: dict[str, TaskProbes] = {}
    apart = 0.0
    if not module.ORACLE or set(stored.arrays) == {body.TASK.name}:
        with threadpool_limits(params.train.threads):
            measured = _measured(params, probe, known, row, replicate)
        apart = max(float(np.abs(measured.clean[task] - stored.arrays[task]).max()) for task in measured.clean)
        tasks = measured.result({})
    record = CellProbes(
        trained_on="none",
        model=row,
        replicate=replicate,
        data=store.hash,
        oracle=module.ORACLE,
        apart=apart,
        tasks=tasks,
    )
    write_text(out / f"none/{row}/{replicate}.json", to_json(record.model_dump()))


def _measured(params: Params, probe: Probe, known: Asked, row: str, replicate: int) -> Measured:
    asks = list(conditions(probe, known))
    answers = answered(params, known, row, replicate, [known.windows.clean, *(ask.seen for ask in asks)])
    measured = Measured(next(answers), known.targets, known.windows)
    for ask, found in zip(asks, answers, strict=True):
        measured.add(ask.name, ask.strength, found, partners=ask.partners, places=ask.places)
    return measured


def answered(params: Params, known: Asked, row: str, replicate: int, seen: Sequence[Recorded]) -> Iterator[Answers]:
    """The row's answers to each of what is seen, by task."""
    module, count = references.load(row), len(known.rows)
    if module.ORACLE:
        for each in seen:
            yield {body.TASK.name: np.asarray(joint_places(known, each), np.float32)}
        return
    fold = read_fold(known.store, params.split, replicate, known.graphs, params.train.recordings)
    for group in (seen[start : start + AT_ONCE] for start in range(0, len(seen), AT_ONCE)):
        with blamed(f"deepgrasp/references/{row}.py"):
            made = module.answer(asked_together(fold, known, group)).predictions["test"]
        for k in range(len(group)):
            yield {task: each[k * count : (k + 1) * count] for task, each in made.items()}


def asked_together(fold: Fold, known: Asked, seen: Sequence[Recorded]) -> Fold:
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
    graphs = replace(fold.graphs, fusion="late")
    shown = [perturbed(fold.store, known.rows, each) for each in seen]
    pools, frames = [], []
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
