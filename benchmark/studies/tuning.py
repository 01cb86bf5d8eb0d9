"""A search with the same number of trials for every entrant, judged on validation alone."""

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmark.overrides import joined_overrides, overridden, override
from benchmark.params import Params
from benchmark.paths import STANDIN
from benchmark.pipeline.schema import Run
from benchmark.progress import Advance
from benchmark.studies import search
from benchmark.studies.search_spaces import space
from benchmark.studies.study import Study, check_models
from deepgrasp.choices import HELD_OUT
from deepgrasp.errors import InputError
from deepgrasp.grab.catalogue import SUBJECTS
from deepgrasp.grab.names import in_order
from deepgrasp.store.splits import SPLITS
from deepgrasp.store.store import Store
from deepgrasp.tasks import ALL_TASKS, TASKS

_PEOPLE = 10  # of the stand-in, to tune on


class Trial(NamedTuple):
    """One choice of an entrant's hyper-parameters; number 0 is that of params.yaml."""

    entrant: str
    number: int
    values: Mapping[str, Any]

    @property
    def sets(self) -> list[str]:
        """Overrides that set the trial's hyper-parameters; empty for trial 0, which params.yaml has."""
        return [override(f"models.{self.entrant}.{key}", value) for key, value in self.values.items() if self.number]


class TrialOutcome(NamedTuple):
    """What a trial reached on validation: skill by replicate, mean over tasks, and by task, mean over replicates."""

    trial: Trial
    parameters: int
    skills: dict[int, float]
    by_task: dict[str, float]

    @property
    def skill(self) -> float:
        """Mean skill over replicates, by which trials are compared."""
        return statistics.fmean(self.skills.values())

    @property
    def sd(self) -> float:
        """Standard deviation of the skill over replicates; 0 for a single one."""
        return statistics.stdev(self.skills.values()) if len(self.skills) > 1 else 0.0


def check_search(params: Params, entrants: Sequence[str], count: int) -> None:
    """Refuse what cannot be searched, before anything is trained.

    Raises:
        InputError: Optuna is not installed, an entrant has no section or no search space, or one with fewer choices.
    """
    search.check_optuna()
    check_models(params, entrants)
    for name in entrants:
        there = len(search.combinations(space(name)))
        if count > there:
            remedy = f"ask for fewer, or add choices to SEARCH in baselines/{name}.py"
            raise InputError(f"--trials {count}", f"{name} has {there} combinations", remedy)


def folds(text: str) -> list[int]:
    """Replicates from text such as ``0,1``.

    Raises:
        InputError: it is something else.
    """
    try:
        # each once: a replicate given twice would be trained once and counted twice
        return sorted({int(word) for word in text.split(",")})
    except ValueError:
        raise InputError(f"--replicates {text}", "is no list of numbers", "give it as 0,1") from None


def seen_by_the_board(params: Params, replicates: Sequence[int], store: Store | None = None) -> list[str]:
    """People whom these replicates validate on and the board tests; empty where the split is not by people.

    Args:
        store: whose people they are; without one they are taken for GRAB's ten.
    """
    if apart(params) or HELD_OUT[params.split] != "subject":
        # other splits train and test on the same people: there is nobody to keep apart
        return []
    sequences = store.sequences if store else [{"id": name, "subject": name} for name in SUBJECTS]
    home = {each["id"]: each["subject"] for each in sequences}
    made = SPLITS[params.split](sequences)
    asked = {"validation": replicates, "test": params.grid.replicates}
    validated, tested = (
        {home[id_] for k in ks if k < len(made) for id_ in made[k][part]} for part, ks in asked.items()
    )
    return in_order(validated & tested)


def apart(params: Params) -> list[str]:
    """Overrides that ask for people who are not on this board; empty where there are none: other data, a fixed cast.

    A person's build follows from the name alone: a board of more people, such as that of the profile ``decisive``, has
    the builds of these people, with other habits and recordings.
    """
    if Path(params.data.root) != STANDIN or params.synthetic.scale != "default":
        return []
    # ten more, with habits and recordings of another seed: what is chosen by them was chosen without any answer that
    # the board asks for
    board = params.synthetic.people
    return [
        override("synthetic.seed", params.synthetic.seed + 1),
        override("synthetic.people", board + _PEOPLE),
        override("prepare.drop.subjects", [f"s{k + 1}" for k in range(board)]),
    ]


def trial_params(
    trial: Trial, replicates: Sequence[int], extra: Sequence[str], path: Path, data: Sequence[str] = ()
) -> Params:
    """The parameters of a trial.

    Args:
        data: overrides that say whom it learns from, see :func:`apart`.

    Raises:
        InputError: an extra override names no parameter, or changes what the search sets.
    """
    # jointly: one training tells about all four tasks
    grid = {"models": [trial.entrant], "tasks": [ALL_TASKS], "replicates": replicates}
    own = [*(override(f"grid.{key}", value) for key, value in grid.items()), *data, *trial.sets]
    return overridden(joined_overrides(own, extra), path)


def run_search(
    params: Params,
    entrants: Sequence[str],
    count: int,
    replicates: Sequence[int],
    extra: Sequence[str],
    study: Study,
    advance: Advance,
    draw: int = 0,
) -> list[TrialOutcome]:
    """The outcomes of ``count`` trials of each entrant, by entrant; raises as :func:`check_search`, :meth:`Study.made`.

    The batches of all entrants are made together, so that many workers have work.
    """
    check_search(params, entrants, count)
    spaces = {name: space(name) for name in entrants}
    now = {name: {key: params.hyperparameters(name).get(key) for key in spaces[name]} for name in entrants}
    found: dict[str, list[TrialOutcome]] = {name: [] for name in entrants}
    # the trivial predictor is made once: a cell a replicate
    total = len(replicates) * (1 + len(entrants) * count)
    for batch in search.trial_batches(count):
        drawn = []
        for name in entrants:
            earlier = values_and_skills(found[name])
            values = search.proposed(name, spaces[name], now[name], earlier, len(batch), draw)
            drawn += [Trial(name, number, each) for number, each in zip(batch, values, strict=True)]
        path, data = study.root / "params.yaml", apart(params)
        wanted = {k: trial_params(trial, replicates, extra, path, data) for k, trial in enumerate(drawn)}
        before = len(replicates) * len(entrants) * batch.start

        # a default: it is of this batch, also when the loop has gone on
        def in_all(done: int, _: int, _share: float | None = None, /, before: int = before) -> None:
            advance(before + done, total)

        made = study.made(wanted, ["trivial"], in_all)
        for k, trial in enumerate(drawn):
            found[trial.entrant].append(outcome(trial, study.runs(made[k])))
    return [each for name in entrants for each in found[name]]


def values_and_skills(outcomes: Sequence[TrialOutcome]) -> search.TriedValues:
    """Trials as the search is told of them."""
    return [(each.trial.values, each.skill) for each in outcomes]


def outcome(trial: Trial, runs: Sequence[Run]) -> TrialOutcome:
    """The trial's validation skill, from the entrant's runs and the trivial predictor's of the same replicates."""
    trivial = {run.replicate: run.validation for run in runs if run.model == "trivial"}
    own = {run.replicate: run for run in runs if run.model == trial.entrant}
    # skill on the same validation part, so that folds of different difficulty can be averaged
    skills = {
        k: {task: TASKS[task].skill(value, trivial[k][task]) for task, value in run.validation.items()}
        for k, run in sorted(own.items())
    }
    by_task = {task: statistics.fmean(each[task] for each in skills.values()) for task in next(iter(skills.values()))}
    # the mean over tasks first: each replicate is one number, whose spread is told
    means = {k: statistics.fmean(each.values()) for k, each in skills.items()}
    # should folds differ in size, the largest
    return TrialOutcome(trial, max(run.cost.parameters for run in own.values()), means, by_task)
