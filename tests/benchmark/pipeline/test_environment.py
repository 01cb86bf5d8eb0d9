"""No environment variable moves a score unless the result tells it."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmark.params import Budget
from benchmark.pipeline import predictions
from benchmark.pipeline.environment import RULES, apply, recorded, rule_of
from benchmark.pipeline.predictions import Predictions
from deepgrasp.errors import InputError
from tests.benchmark.checks.honest import set_params

ROOT = Path(__file__).parents[3]
HOSTILE = {
    "ACCELERATE_GRADIENT_ACCUMULATION_STEPS": "4",
    "ACCELERATE_MIXED_PRECISION": "bf16",
    "LOCAL_RANK": "0",
    "PMI_SIZE": "1",
    "PMI_RANK": "0",
    "MASTER_ADDR": "localhost",
    "MASTER_PORT": "29513",
    "CUBLAS_WORKSPACE_CONFIG": ":0:0",
}


def train(place: Path, store: Path, environment: dict[str, str]) -> tuple[Predictions, str]:
    (place / "data").mkdir(parents=True)
    (place / "data/graphs").symlink_to(store)
    (place / "params.yaml").write_text((ROOT / "params.yaml").read_text())
    set_params(place, lambda values: values["train"].update(budget=Budget.of("epochs", 2).model_dump(), batch=4))
    command = [sys.executable, "-m", "benchmark", "train", "--task", "action", "--model", "mlp", "--replicate", "0"]
    clean = {name: value for name, value in os.environ.items() if rule_of(name) is None}
    inside = clean | {"PYTHONPATH": str(ROOT)} | environment
    done = subprocess.run(command, cwd=place, env=inside, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return predictions.load_predictions(place / "runs/action/mlp/0/predictions.safetensors"), done.stderr


def test_what_a_shell_sets_moves_no_logit_and_what_may_is_told(tmp_path: Path, store_path: Path) -> None:
    clean, said = train(tmp_path / "clean", store_path, {})
    other, told = train(tmp_path / "hostile", store_path, HOSTILE | {"OPENBLAS_CORETYPE": "Haswell"})
    assert np.array_equal(clean.arrays["action"], other.arrays["action"])
    assert "set aside" not in said
    assert "set aside, so that they move no score: ACCELERATE_GRADIENT_ACCUMULATION_STEPS, ACCELERATE_MIXED" in told
    assert clean.run.provenance["environment"] == {}
    assert other.run.provenance["environment"] == {"OPENBLAS_CORETYPE": "Haswell"}
    assert clean.run.provenance["cpu"]


@pytest.mark.parametrize("name", ["WORLD_SIZE", "PMI_SIZE", "OMPI_COMM_WORLD_SIZE"])
def test_one_of_several_processes_is_refused_in_one_line(name: str) -> None:
    for command in ("train --task action --model mlp", "reference --row trivial"):
        done = subprocess.run(
            [sys.executable, "-m", "benchmark", *command.split(), "--replicate", "0"],
            cwd=ROOT, env=os.environ | {name: "2", "RANK": "0", "MASTER_ADDR": "localhost", "MASTER_PORT": "29513"},
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 1
        assert done.stderr.startswith(f"error: {name}: is 2, and a cell is trained by one process; start one")
        assert done.stderr.count("\n") == 1


def test_rules_in_order() -> None:
    deeds = {
        "CUBLAS_WORKSPACE_CONFIG": "pin",
        "SLURM_NTASKS": None,
        "OMP_NUM_THREADS": "leave",
        "OMP_SCHEDULE": "record",
        "NVIDIA_TF32_OVERRIDE": "set aside",
        "NVIDIA_VISIBLE_DEVICES": "leave",
        "TORCH_HOME": "leave",
        "TORCH_LINALG_PREFER_CUSOLVER": "record",
        "ATEN_CPU_CAPABILITY": "record",
        "DNNL_DEFAULT_FPMATH_MODE": "set aside",
        "OMPI_COMM_WORLD_LOCAL_RANK": "set aside",
        "PYTHONHASHSEED": None,
        "PATH": None,
    }
    assert {name: (rule := rule_of(name)) and rule.deed for name in deeds} == deeds


def test_what_is_pinned_is_pinned_and_nothing_else_is_touched() -> None:
    environment = {"PATH": "/bin", "MKL_CBWR": "COMPATIBLE", "CUBLAS_WORKSPACE_CONFIG": ":0:0", "WORLD_SIZE": "1"}
    apply(environment)
    assert environment == {"PATH": "/bin", "MKL_CBWR": "COMPATIBLE", "CUBLAS_WORKSPACE_CONFIG": ":4096:8"}
    assert recorded(environment) == {"MKL_CBWR": "COMPATIBLE"}
    with pytest.raises(InputError, match="WORLD_SIZE: is many"):
        apply({"WORLD_SIZE": "many"})


def test_every_rule_says_why() -> None:
    assert all(rule.why and rule.names for rule in RULES)
    assert {bool(rule.value) for rule in RULES if rule.deed == "pin"} == {True}
