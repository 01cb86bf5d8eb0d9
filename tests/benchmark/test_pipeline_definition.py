"""dvc.yaml against params.yaml and the files: DVC accepts a change that nothing depends on, and runs nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
STAGES: dict[str, Any] = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
PARAMS: dict[str, Any] = yaml.safe_load((ROOT / "params.yaml").read_text())


def leaves(values: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


def followed() -> set[str]:
    named = {name for stage in STAGES.values() for name in stage.get("params", [])}
    return {name.replace("${item.model}", model) for name in named for model in PARAMS["models"]}  # once in the grid


@pytest.mark.parametrize("leaf", list(leaves(PARAMS)))
def test_every_parameter_is_followed_by_a_stage(leaf: str) -> None:
    assert any(leaf == name or leaf.startswith(f"{name}.") for name in followed())


@pytest.mark.parametrize("stage", STAGES)
def test_every_code_dependency_exists(stage: str) -> None:
    deps = [dep.replace("${item.model}", model) for dep in STAGES[stage]["deps"] for model in PARAMS["grid"]["models"]]
    code = [dep for dep in deps if dep.startswith(("deepgrasp", "benchmark", "baselines"))]
    assert code
    assert [dep for dep in code if not (ROOT / dep).exists()] == []


def test_every_science_file_is_followed_by_a_stage() -> None:
    named = {dep for stage in STAGES.values() for dep in stage["deps"]}
    plain = {
        "deepgrasp/__init__.py",
        "deepgrasp/errors.py",
        "deepgrasp/files.py",
        "deepgrasp/spec.py",
    }  # they decide no number
    files = {file.relative_to(ROOT).as_posix() for file in (ROOT / "deepgrasp").rglob("*.py")} - plain
    assert {file for file in files if not any(file == dep or file.startswith(f"{dep}/") for dep in named)} == set()
