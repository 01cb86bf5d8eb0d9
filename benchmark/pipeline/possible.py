"""What all cells of a grid ask for alike, looked up once before they begin: each of them would fail for it."""

from benchmark.params import Params, check_trackers
from deepgrasp.choices import TRAIN
from deepgrasp.data_source import CATALOGUE
from deepgrasp.errors import InputError, listed
from deepgrasp.store.store import Store


def check_installed(params: Params) -> None:
    """Check that the trackers of all entrants of the grid are installed.

    Raises:
        InputError: one is not.
    """
    check_trackers(params.train.trackers)
    for name in params.grid.models:
        check_trackers(params.recipe(name).trackers, f"models.{name}.{TRAIN}.trackers")


def check_prepared(params: Params, store: Store) -> None:
    """Check that the store was prepared as is asked for.

    Raises:
        InputError: it was not.
    """
    made = {key: value for key, value in store.manifest["prepare"].items() if key != CATALOGUE}
    if odd := [key for key, value in params.prepare.model_dump().items() if made.get(key) != value]:
        problem = f"was prepared with another {listed(odd)} than params.yaml says"
        raise InputError(store.path, problem, "run `dvc repro prepare` first")


def check_folds(params: Params, store: Store) -> None:
    """Check that the store has a fold for every replicate, with as many recordings to train on as are asked for.

    Raises:
        InputError: it has not.
    """
    recipes = [params.train, *map(params.recipe, params.grid.models)]
    for replicate in params.grid.replicates:
        for count in dict.fromkeys(recipe.recordings for recipe in recipes):
            store.fold(params.split, replicate, count)
