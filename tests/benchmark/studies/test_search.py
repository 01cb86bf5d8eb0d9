"""What Optuna proposes: fixed by seed and earlier skills, never the same twice, and better than chance."""

import itertools
from pathlib import Path

import pytest

from benchmark.params import load_params
from benchmark.studies import search
from benchmark.studies.search_spaces import Kinds, Space, Steps
from benchmark.studies.search_spaces import space as space_of
from tests.benchmark.studies.searched_entrants import searchable

pytest.importorskip("optuna")
NOW = load_params(Path(__file__).parents[3] / "params.yaml")


def skill(space: Space, values: search.Hyperparameters) -> float:
    """A hill: each hyper-parameter is better the later it stands among its choices, the first one most."""
    return sum(each.values.index(values[key]) / (k + 1) for k, (key, each) in enumerate(space.items()))


def trials(entrant: str, count: int) -> list[tuple[search.Hyperparameters, float]]:
    space, found = space_of(entrant), []
    now = {key: NOW.models[entrant][key] for key in space}
    for batch in search.trial_batches(count):
        values = search.proposed(entrant, space, now, found, len(batch))
        found = [*found, *((each, skill(space, each)) for each in values)]
    return found


@pytest.mark.parametrize("entrant", searchable())
def test_trials_are_distinct_the_same_again_and_begin_with_the_parameters(entrant: str) -> None:
    found = trials(entrant, 8)
    assert found == trials(entrant, 8)
    assert all(one != other for (one, _), (other, _) in itertools.combinations(found, 2))
    assert found[0][0] == {key: NOW.models[entrant][key] for key in space_of(entrant)}
    assert all(each in search.combinations(space_of(entrant)) for each, _ in found)


def test_another_draw_begins_alike_and_goes_elsewhere() -> None:
    space, now = space_of("best"), {key: NOW.models["best"][key] for key in space_of("best")}
    first, again, second = (search.proposed("best", space, now, [], 4, draw) for draw in (0, 0, 1))
    assert first == again
    assert first[0] == second[0] == now
    assert not [each for each in second[1:] if each in first]


def test_a_whole_space_can_be_searched() -> None:
    space: Space = {"hidden": Steps((8, 16, 32)), "wide": Kinds((True, False))}
    found: list[tuple[search.Hyperparameters, float]] = []
    for batch in search.trial_batches(6):
        values = search.proposed("mine", space, {"hidden": 8, "wide": True}, found, len(batch))
        found += [(each, skill(space, each)) for each in values]
    assert sorted(str(values) for values, _ in found) == sorted(map(str, search.combinations(space)))


def test_later_trials_are_better_than_chance() -> None:
    space = space_of("best")
    skills = [skill(space, values) for values in search.combinations(space)]
    later = [each for _, each in trials("best", 16)[search.FIRST :]]
    assert sum(later) / len(later) > sum(skills) / len(skills)


def test_batches_do_not_depend_on_how_many_are_asked() -> None:
    assert search.trial_batches(8) == [range(4), range(4, 6), range(6, 8)]
    assert search.trial_batches(5) == [range(4), range(4, 5)]
    assert search.trial_batches(1) == [range(1)]


def test_values_outside_the_space_are_judged_but_teach_nothing() -> None:
    space = space_of("mlp")
    odd = {"hidden": 100, "layers": 2, "dropout": 0.1}
    assert search.proposed("mlp", space, odd, [], 2)[0] == odd
    assert len(search.study_of_trials("mlp", space, [(odd, 0.9)]).trials) == 0
    assert search.importances("mlp", space, [(odd, 0.9)]) == {}


def test_importances_name_what_matters() -> None:
    space: Space = {"dropout": Steps((0.0, 0.1, 0.3)), "hidden": Steps((8, 16, 32)), "wide": Kinds((True, False))}
    all_of_it = [(each, float(each["hidden"])) for each in search.combinations(space)]  # type: ignore[arg-type]
    found = search.importances("mine", space, all_of_it)
    assert max(found, key=lambda key: found[key]) == "hidden"
    assert sum(found.values()) == pytest.approx(1)
    flat = [(values, 0.5) for values, _ in trials("mlp", 4)]
    assert search.importances("mlp", space_of("mlp"), flat) == {}
