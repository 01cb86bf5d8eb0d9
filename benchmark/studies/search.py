"""Optuna's search (TPE) in fixed batches: what it proposes follows from a seed and from the trials before the batch.

The order in which trials end, and how many run side by side, change nothing. Nothing is kept between two calls: the
earlier trials are told to a new sampler, so a search that was stopped goes on as if it had not been, and a skill that
was reached by other code, data or parameters is never told.
"""

import itertools
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmark.pipeline.seeds import seed
from benchmark.studies.search_spaces import Space, Steps
from deepgrasp.errors import InputError

if TYPE_CHECKING:
    import optuna

FIRST = 4  # trials of the first batch: with fewer skills than that TPE has nothing to go by
_BATCH = 2  # trials of each later one: a larger one would be drawn with less knowledge
_TRIES = 50  # proposals that were made before, until one is drawn at random

Hyperparameters = Mapping[str, Any]
TriedValues = Sequence[tuple[Hyperparameters, float]]  # trials in their order, with their skills


def trial_batches(count: int) -> list[range]:
    """Numbers of the trials of each batch; the first is larger."""
    ends = [0, *range(FIRST, count, _BATCH), count]
    return [range(min(a, count), b) for a, b in itertools.pairwise(ends) if a < b]


def combinations(space: Space) -> list[dict[str, Any]]:
    """All choices of values, in order."""
    choices = [each.values for each in space.values()]
    return [dict(zip(space, values, strict=True)) for values in itertools.product(*choices)]


def proposed(
    entrant: str, space: Space, now: Hyperparameters, earlier: TriedValues, count: int, draw: int = 0
) -> list[dict[str, Any]]:
    """Values of the next ``count`` trials, none of which came before; the first of all is ``now``.

    Args:
        now: what params.yaml says.
        earlier: the trials of all earlier batches.
        draw: number of the search; another one proposes others.
    """
    study = study_of_trials(entrant, space, earlier, draw)
    found = [] if earlier else [dict(now)]
    known = [dict(values) for values, _ in earlier] + found
    # by its place among the trials: a cut batch and a whole one begin alike
    rest = combinations(space)
    random.Random(_seed(entrant, len(earlier), draw)).shuffle(rest)
    distributions, tries = _distributions(space), 0
    while len(found) < count:
        trial = study.ask(distributions)
        values = {key: space[key].values[k] for key, k in trial.params.items()}
        if values in known:
            study.tell(trial, state=_optuna().trial.TrialState.FAIL)  # TPE leaves failed ones out
            tries += 1
            if tries <= _TRIES:
                continue
            values = next(each for each in rest if each not in known)
        found.append(values)
        known.append(values)
    return found


def study_of_trials(
    entrant: str, space: Space, trials: TriedValues, draw: int = 0, storage: Any = None
) -> "optuna.Study":
    """Optuna's study of an entrant, with these trials; each value is told as its place among the choices.

    Args:
        storage: where Optuna keeps it (default: in memory).
    """
    optuna = _optuna()
    # 32 bits are what its generator takes
    sampler = optuna.samplers.TPESampler(seed=_seed(entrant, len(trials), draw) % 2**32, n_startup_trials=FIRST)
    study = optuna.create_study(storage=storage, study_name=entrant, sampler=sampler, direction="maximize")
    distributions = _distributions(space)
    for values, skill in trials:
        # what params.yaml or -S says may be no choice of the space: it is judged, but TPE cannot learn from it
        if all(value in space[key].values for key, value in values.items()):
            places = {key: space[key].values.index(value) for key, value in values.items()}
            made = optuna.trial.create_trial(params=places, distributions=distributions, value=skill)
            study.add_trial(made)
    return study


def _seed(entrant: str, trial: int, draw: int) -> int:
    # the first search's without its number: it was drawn before there was a second one
    return seed(role="tuning", entrant=entrant, trial=trial, **({"draw": draw} if draw else {}))


def _distributions(space: Space) -> dict[str, Any]:
    """Places among the choices: lists are no values that Optuna takes, and steps need not be even."""
    kinds = _optuna().distributions
    return {
        key: kinds.IntDistribution(0, len(each.values) - 1)
        if isinstance(each, Steps)
        else kinds.CategoricalDistribution(range(len(each.values)))
        for key, each in space.items()
    }


def importances(entrant: str, space: Space, trials: TriedValues) -> dict[str, float]:
    """How much each hyper-parameter tells good trials from the rest, by PED-ANOVA; they sum to 1.

    Empty where it cannot be told: fewer than two trials, or all of them equal.
    """
    study = study_of_trials(entrant, space, trials)
    if len({trial.value for trial in study.trials}) < 2:
        return {}
    # PED-ANOVA, not Optuna's default: it needs no forest of trees
    evaluator = _optuna().importance.PedAnovaImportanceEvaluator(target_quantile=0.5)
    found = _optuna().importance.get_param_importances(study, evaluator=evaluator)
    # equal ones come from a set, in another order in every process
    return dict(sorted(found.items(), key=lambda each: (-round(each[1], 9), each[0])))


def save_journal(path: Path, searches: Mapping[str, tuple[Space, TriedValues]]) -> None:
    """Write a journal that Optuna and its dashboard can open, with a study for each entrant."""
    journal = _optuna().storages.journal
    storage = _optuna().storages.JournalStorage(journal.JournalFileBackend(str(path)))
    for entrant, (space, trials) in searches.items():
        study_of_trials(entrant, space, trials, storage=storage)


def check_optuna() -> None:
    """Check that Optuna is installed.

    Raises:
        InputError: it is not.
    """
    _optuna()


def _optuna() -> Any:
    try:
        import optuna
    except ModuleNotFoundError:
        raise InputError("tune", "needs Optuna, which is not installed", "pip install -e '.[search]'") from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna
