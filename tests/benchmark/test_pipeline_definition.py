"""dvc.yaml against params.yaml and the files: DVC accepts a change that nothing depends on, and runs nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmark.pipeline.code import PACKAGES, closures

ROOT = Path(__file__).parents[2]
STAGES: dict[str, Any] = {
    name: stage.get("do", stage) for name, stage in yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"].items()
}
LOOKS_FOR_SOURCES = {"code", "outside"}  # what the other stages run follows from them
PARAMS: dict[str, Any] = yaml.safe_load((ROOT / "params.yaml").read_text())


def leaves(values: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


def followed() -> set[str]:
    # but for the first stage, which only checks them all
    named = {name for stage in STAGES.keys() - {"code"} for name in STAGES[stage].get("params", [])}
    named |= {name.removesuffix(".${key}") for name in named}
    return {name.replace("${item.model}", model) for name in named for model in PARAMS["models"]}  # once in the grid


@pytest.fixture(scope="module")
def written() -> set[str]:
    return {f"data/code/{name}.json" for name in closures(ROOT)}


def test_the_first_stage_checks_all_parameters() -> None:
    assert next(iter(STAGES)) == "code"
    assert STAGES["code"]["params"] == [{"params.yaml": None}]


def test_every_parameter_is_followed_by_a_stage() -> None:
    names = followed()
    assert [leaf for leaf in leaves(PARAMS) if not any(f"{leaf}.".startswith(f"{name}.") for name in names)] == []


def test_only_the_stage_that_follows_the_imports_names_sources() -> None:
    needed = {stage: set(each.get("deps", ())) for stage, each in STAGES.items()}
    sources = {stage: {dep for dep in found if dep.split("/")[0] in PACKAGES} for stage, found in needed.items()}
    assert {stage: named for stage, named in sources.items() if named} == {"code": set(PACKAGES)}


@pytest.mark.parametrize("stage", sorted(STAGES.keys() - LOOKS_FOR_SOURCES))
def test_every_other_stage_depends_on_the_code_that_it_runs(stage: str, written: set[str]) -> None:
    code = [dep for dep in STAGES[stage]["deps"] if dep.startswith("data/code/")]
    grid = {"model": PARAMS["models"], "row": PARAMS["grid"].get("references", ())}
    for key, names in grid.items():
        code = [dep.replace(f"${{item.{key}}}", name) for dep in code for name in (names or ("",))]
    assert code
    assert set(code) <= written
