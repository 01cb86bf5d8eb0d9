"""Why a score changed: hand-made runs that differ in one thing, and the words that name it."""

import random
from typing import Any

import pytest

from benchmark.checks.differences import differences, differences_text
from benchmark.checks.regression import causes
from tests.benchmark.made_up import INPUTS, result, run

PROVENANCE: dict[str, Any] = {
    "commit": "c0ffee" * 6,
    "dirty": False,
    "python": "3.11.2",
    "packages": {"torch": "2.13.0", "numpy": "2.2.1"},
    "image": None,
    "device": "x86_64 CPU, 1 threads",
    "code": "12345678" * 8,
}
RECIPE = {"budget": {"unit": "steps", "classes": 144}, "patience": None, "loss_weights": {"object": 1.0, "pose": 2.0}}


def made(**changes: Any) -> dict[str, Any]:
    values = {"provenance": PROVENANCE, "recipe": RECIPE} | changes
    return run("mlp", "object", 0, random.Random(0), **values).model_dump()


def since(**changes: Any) -> dict[str, Any]:
    return made(provenance=PROVENANCE | changes)


@pytest.mark.parametrize(
    ("after", "says"),
    [
        (made(split="random"), "split subject -> random"),
        (made(inputs=INPUTS | {"patches": 32}), "inputs.patches 16 -> 32"),
        (made(inputs=INPUTS | {"frames": 8}), "inputs.frames None -> 8"),
        (made(inputs=INPUTS | {"colour": "red"}), "inputs.colour not recorded -> red"),
        (made(recipe=RECIPE | {"budget": {"unit": "steps", "classes": 288}}), "recipe.budget.classes 144 -> 288"),
        (made(recipe=RECIPE | {"patience": 3}), "recipe.patience None -> 3"),
        (made(recipe=RECIPE | {"loss_weights": {"object": 0.5, "pose": 2.0}}), "recipe.loss_weights.object 1.0 -> 0.5"),
        (made(hyperparameters={"hidden": 32}), "hyperparameters.hidden 64 -> 32"),
        (since(python="3.12.1"), "python 3.11.2 -> 3.12.1"),
        (since(packages={"torch": "2.14.0", "numpy": "2.2.1"}), "packages.torch 2.13.0 -> 2.14.0"),
        (since(packages={"torch": "2.13.0"}), "packages.numpy 2.2.1 -> not recorded"),
        (made(recipe={}), "recipe not recorded"),
        (since(packages={}), "packages not recorded"),
        (since(code="abcdefgh" * 8), "code 12345678 -> abcdefgh"),
        (since(code=None), "code 12345678 -> not recorded"),
        (since(device="NVIDIA H100"), "device x86_64 CPU, 1 threads -> NVIDIA H100"),
        (since(image="deepgrasp:cpu"), "image not recorded -> deepgrasp:cpu"),
    ],
)
def test_what_differs_is_named(after: dict[str, Any], says: str) -> None:
    assert differences(made(), after) == [says]


def test_other_data_are_named_by_their_hashes() -> None:
    other = made()
    other["data"]["hash"] = "cd" * 32
    assert differences(made(), other) == ["data abababab -> cdcdcdcd"]


def test_another_commit_with_the_same_code_moves_nothing() -> None:
    assert differences(made(), since(commit="decaf0" * 6, dirty=True)) == []
    assert differences_text([]) == "nothing that is recorded"


def test_results_from_before_the_code_was_recorded_promise_nothing() -> None:
    old = made(provenance={key: value for key, value in PROVENANCE.items() if key != "code"})
    assert differences(old, old) == ["code not recorded"]
    assert differences(old, made()) == ["code not recorded -> 12345678"]


def test_a_row_tells_each_difference_of_its_replicates_once() -> None:
    before = [result("object", "mlp", "object", k, provenance=PROVENANCE).model_dump() for k in range(3)]
    after = [result("object", "mlp", "object", k, provenance=PROVENANCE).model_dump() for k in range(3)]
    for each in after[:2]:
        each["run"]["hyperparameters"] = {"hidden": 32}
    after[1]["run"]["provenance"] = PROVENANCE | {"code": "abcdefgh" * 8}
    row = ("object", "mlp", "single")
    assert causes(before, after) == {row: ["hyperparameters.hidden 64 -> 32", "code 12345678 -> abcdefgh"]}
    assert causes(before[:1], after[2:]) == {}
