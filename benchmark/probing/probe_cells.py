"""Probes trained networks: cells of one training's fold together, which meet the same perturbed inputs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from benchmark.params import Params
from benchmark.pipeline import environment
from benchmark.pipeline.schema import cell_name, to_json
from benchmark.probing.cell_record import CellProbes, Where
from benchmark.probing.conditions import AskedWindows, conditions, windows_of_fold
from benchmark.probing.probe_params import Probe
from benchmark.probing.scores_by_person import SCORE_DIGITS, Measured, scores_by_person
from benchmark.probing.seen_inputs import SeenInputs, StreamArrays
from benchmark.probing.trained_cell import TrainedCell, load_cell
from deepgrasp.choices import POSE, TOUCH
from deepgrasp.files import write_text
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.inputs.modalities import input_specs, load_inputs
from deepgrasp.network import losses
from deepgrasp.probes.attribution import integrated_gradients
from deepgrasp.probes.perturbation import SENSES
from deepgrasp.probes.perturbed_store import PerturbedStore
from deepgrasp.probes.silence import SilencedPlace, at_rest, each_silenced, mean_posture, places
from deepgrasp.probes.torch_streams import network_inputs
from deepgrasp.spec import InputSpec
from deepgrasp.store.folds import balanced_subset
from deepgrasp.store.store import Store, open_store


class ProbedCell(NamedTuple):
    """A trained network of the grid, as DVC names it."""

    trained_on: str
    model: str
    replicate: int

    @property
    def name(self) -> str:
        """The cell's folder below ``runs/``, such as ``action/mlp/0``."""
        return cell_name(*self)

    @property
    def file(self) -> str:
        """Path of the cell's probes below the folder of probes."""
        return f"{self.name}.json"


def probe_cells(
    params: Params, probe: Probe, cells: Sequence[ProbedCell], graphs: Path, runs: Path, out: Path
) -> list[ProbedCell]:
    """Probe networks that were trained on the same fold, and write a file each below ``out``.

    Raises:
        InputError: a run is missing or damaged, or of other data.
    """
    environment.apply()
    store, choice = open_store(graphs).view(params.inputs.frames), params.inputs.graphs
    (replicate,) = {cell.replicate for cell in cells}  # one for all: they meet the windows of one fold
    known = windows_of_fold(store, params.split, replicate, choice)
    models = {cell: load_cell(runs, cell.name, store, choice, known.windows.ids) for cell in cells}
    measured, apart = perturbed_answers(probe, known, models)
    where = importance(probe, known, models, replicate)
    for cell in models:
        found = CellProbes(
            trained_on=cell.trained_on,
            model=cell.model,
            replicate=cell.replicate,
            data=store.hash,
            oracle=False,
            apart=apart[cell],
            tasks=measured[cell].result(where[cell]),
        )
        write_text(out / cell.file, to_json(found.model_dump()))
    return list(cells)


def perturbed_answers(
    probe: Probe, known: AskedWindows, models: Mapping[ProbedCell, TrainedCell]
) -> tuple[dict[ProbedCell, Measured], dict[ProbedCell, float]]:
    """Answers to every perturbation at every strength, and how far those to none are from what the runs stored."""
    # what all networks see together is derived once a condition, and each takes its own streams of it
    inputs = SeenInputs(known.store, known.rows, known.graphs, [model.streams for model in models.values()])
    measured: dict[ProbedCell, Measured] = {}
    apart: dict[ProbedCell, float] = {}
    clean = inputs.of(known.windows.clean, SENSES)
    for cell, model in models.items():
        answers = model.answers(inputs.chosen(clean, model.streams))
        apart[cell] = max(float(np.abs(answers[task] - model.stored.arrays[task]).max()) for task in answers)
        measured[cell] = Measured(answers, known.targets, known.windows)
    for each in conditions(probe, known):
        seen = inputs.of(each.seen, each.perturbation.senses)
        for cell, model in models.items():
            answers = model.answers(inputs.chosen(seen, model.streams))
            measured[cell].add(each, answers)
    return measured, apart


def importance(
    probe: Probe, known: AskedWindows, models: Mapping[ProbedCell, TrainedCell], replicate: int
) -> dict[ProbedCell, dict[str, Where]]:
    """Importance of each joint and patch, on some recordings of each person: by silencing it, and by gradients."""
    ids = list(known.windows.ids)
    people = list(known.windows.fields["subject"])
    # drawn by the number of the fold, so that all its networks are asked about the same; no more than there are
    some = known.of(balanced_subset(ids, people, min(probe.where or len(ids), len(ids)), replicate))
    # of the training part: where a silenced joint rests tells nothing of the people who are tested
    posture = mean_posture(known.store.read("pose", known.store.rows(known.train)))
    found = places(some.graphs, some.windows.patches)
    inputs = SeenInputs(some.store, some.rows, some.graphs, [model.streams for model in models.values()])
    clean = inputs.of(some.windows.clean, SENSES)
    scores = {cell: _scores(model, inputs.chosen(clean, model.streams), some) for cell, model in models.items()}
    silent: dict[ProbedCell, list[dict[str, dict[str, float]]]] = {cell: [] for cell in models}
    # networks inside: inputs of a place are derived once for all of them
    for place, seen in each_silenced(some.windows, found, posture):
        shown = inputs.of(seen, (place.sense,))
        for cell, model in models.items():
            silent[cell].append(_scores(model, inputs.chosen(shown, model.streams), some))
    result: dict[ProbedCell, dict[str, Where]] = {}
    for cell, model in models.items():
        result[cell] = {}
        for task, clean_score in scores[cell].items():
            result[cell][task] = Where(
                places=[place.name for place in found],
                recordings=len(some.windows.ids),
                clean=clean_score,
                silenced={name: [each[task][name] for each in silent[cell]] for name in clean_score},
                attributed=attributed(model, some, task, found, posture, probe.steps),
            )
    return result


def _scores(model: TrainedCell, inputs: StreamArrays, some: AskedWindows) -> dict[str, dict[str, float]]:
    people = some.windows.fields["subject"]
    return {
        task: scores_by_person(task, each, some.targets[task], people) for task, each in model.answers(inputs).items()
    }


def attributed(
    model: TrainedCell,
    some: AskedWindows,
    task: str,
    found: Sequence[SilencedPlace],
    posture: NDArray[np.float32],
    steps: int,
) -> dict[str, list[float]]:
    """By how much each place lowers the loss of one task, by person: a mean over recordings, in ``found``'s order.

    Args:
        posture: ``[39, 3]``, the mean one (radians), from which the integrated gradients start.
        steps: of the integral.
    """
    specs = recorded_specs(some.store, some.graphs)
    seen = some.windows.clean
    # [N, T, V, F] of each sense; streams are derived later, at each step of the way
    recorded, rest = (
        load_inputs(PerturbedStore(some.store, some.rows, each), some.rows, _apart(some.graphs))
        for each in (seen, at_rest(seen, posture))
    )
    targets = losses.tensors({task: some.targets[task]})

    def loss(inputs: Mapping[str, Tensor]) -> Tensor:
        # integrated gradients take the sum over windows, and the loss is their mean
        return len(some.rows) * losses.loss(task, model.network(inputs)[task], targets)

    def view(x: Mapping[str, Tensor]) -> dict[str, Tensor]:
        return network_inputs(x, specs, model.streams, fused=some.graphs.fused)

    gained = integrated_gradients(loss, recorded, rest, view, steps=steps)  # [N, V]
    sides = list(some.windows.hands)
    values = []
    for place in found:
        if place.sense == POSE:
            values.append(gained[POSE][:, some.graphs.pose_nodes.index(place.name)])
        else:
            # the nodes of one hand come behind those of the other, as many of each
            per_hand = gained[TOUCH].shape[1] // len(sides)
            values.append(gained[TOUCH][:, sides.index(place.hand) * per_hand + place.node])
    people = np.array(some.windows.fields["subject"])
    return {
        name: [round(float(each[people == name].mean()), SCORE_DIGITS) for each in values]
        for name in dict.fromkeys(people.tolist())
    }


def recorded_specs(store: Store, graphs: GraphChoice) -> dict[str, InputSpec]:
    """Graphs of pose and of touch apart, with their recorded features."""
    return dict(input_specs(store, _apart(graphs)))


def _apart(graphs: GraphChoice) -> GraphChoice:
    # early fusion pads both senses to one width: gradients are asked for what was recorded of each
    return replace(graphs, fusion="late")
