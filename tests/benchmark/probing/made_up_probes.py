"""Made-up probes of the made-up results: clean scores are the board's, all else is by chance."""

import random
from functools import cache
from statistics import fmean

from benchmark.board.probes_file import PlaceOnBody, ProbeTable
from benchmark.board.rows import board
from benchmark.pipeline.schema import Result
from benchmark.probing.cell_record import CellProbes, Drifted, FollowedSenses, Pulled, TaskProbes, Where
from benchmark.probing.conditions import asked_names
from benchmark.probing.probe_board import board_of_probes
from benchmark.probing.probe_params import Probe
from deepgrasp.geometry.arm_kinematics import ARM_JOINTS
from deepgrasp.probes.perturbations import PERTURBATIONS
from tests.benchmark.made_up import GRID

PROBE = Probe(perturbations=[], references=["linear"], where=4, steps=2)
DRAWN = [PlaceOnBody(name=name, sense="pose", at=None) for name in ARM_JOINTS] + [
    PlaceOnBody(name=f"{side}_patch{k}", sense="touch", at=[0.3 * (k % 2), k / 4])
    for side in ("right", "left")
    for k in range(4)
]


def people(result: Result) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for _, subject, value in result.per_sequence.rows():
        found.setdefault(subject, []).append(value)
    return {name: round(fmean(values), 9) for name, values in found.items()}


def probes_of(result: Result) -> TaskProbes:
    rng, clean = random.Random(result.name), people(result)
    half = {
        name: {who: value * rng.uniform(0.3, 1) for who, value in clean.items()}
        for name in asked_names(PROBE, "contact")
    }
    scores = {name: {f"{s:g}": half[name] for s in PERTURBATIONS[name].strengths} for name in half}
    exchanges = [name for name in half if PERTURBATIONS[name].partner]
    moved = [name for name in half if PERTURBATIONS[name].moves]

    def pulled() -> dict[str, Pulled]:
        return {who: Pulled(moved=rng.random(), apart=1.0) for who in clean}

    def drifted() -> dict[str, Drifted]:
        return {
            who: Drifted(moved=[3, 1, 2], imposed=[6, 0, 4], size=4.0, along=rng.uniform(1, 5), asked=7.2)
            for who in clean
        }

    def importances() -> dict[str, list[float]]:
        return {who: [rng.uniform(-0.1, 0.4) for _ in DRAWN] for who in clean}

    joints = any(key.startswith("joint_") for key in result.metrics)
    return TaskProbes(
        clean=clean,
        scores=scores,
        followed={name: FollowedSenses(touch=pulled(), pose=pulled(), paired=1.0) for name in exchanges},
        drift={n: {f"{s:g}": drifted() for s in PERTURBATIONS[n].strengths} for n in moved} if joints else {},
        where=None
        if result.run.trained_on == "none"
        else Where(
            places=[place.name for place in DRAWN],
            recordings=4,
            clean=clean,
            silenced=importances(),
            attributed=importances(),
        ),
    )


def cells(results: list[Result] = GRID) -> list[CellProbes]:
    """A cell for each run of the results, of which reference rows are the linear one alone."""
    asked = [each for each in results if each.run.trained_on != "none" or each.run.model == "linear"]
    found: dict[tuple[str, str, int], dict[str, TaskProbes]] = {}
    for result in asked:
        run = result.run
        found.setdefault((run.trained_on, run.model, run.replicate), {})[result.task] = probes_of(result)
    return [
        CellProbes(trained_on=way, model=model, replicate=k, data="ab" * 32, oracle=False, apart=0.0, tasks=tasks)
        for (way, model, k), tasks in found.items()
    ]


@cache
def made_up_probes() -> ProbeTable:
    return board_of_probes(PROBE, cells(), board(GRID), DRAWN)
