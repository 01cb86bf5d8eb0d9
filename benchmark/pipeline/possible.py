"""What all cells of a grid ask for alike, looked up once before they begin: each of them would fail for it."""

from benchmark.params import Params, check_trackers
from deepgrasp.choices import TRAIN
from deepgrasp.store.store import Store


def check_installed(params: Params) -> None:
    """Check that the trackers of all entrants of the grid are installed.

    Raises:
        InputError: one is not.
    """
    check_trackers(params.train.trackers)
    for name in params.grid.models:
        check_trackers(params.recipe(name).trackers, f"models.{name}.{TRAIN}.trackers")


def check_folds(params: Params, store: Store) -> None:
    """Check that the store has a fold for every replicate, with as many recordings to train on as are asked for.

    Raises:
        InputError: it has not.
    """
    recipes = [params.train, *map(params.recipe, params.grid.models)]
    for replicate in params.grid.replicates:
        for count in dict.fromkeys(recipe.recordings for recipe in recipes):
            store.fold(params.split, replicate, count)
