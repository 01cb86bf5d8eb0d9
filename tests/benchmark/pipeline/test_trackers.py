"""Trackers besides DVCLive: they are told every epoch, and a missing one is an error, not silence."""

from pathlib import Path
from typing import Any

import pytest
from accelerate.tracking import GeneralTracker

from benchmark import params as parameters
from benchmark.pipeline import train
from deepgrasp.errors import InputError
from deepgrasp.tasks import TASKS

pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")  # torch_geometric's import


class Recorder(GeneralTracker):
    name = "recorder"
    requires_logging_directory = False

    def __init__(self) -> None:
        super().__init__()
        self.said: list[Any] = []

    @property
    def tracker(self) -> list[Any]:
        return self.said

    def store_init_configuration(self, values: dict[str, Any]) -> None:
        self.said.append(values)

    def log(self, values: dict[str, Any], step: int | None, **_: Any) -> None:
        self.said.append((step, sorted(values)))

    def finish(self) -> None:
        self.said.append("finished")


def test_a_tracker_is_told_what_dvclive_is_told(
    store_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder()
    monkeypatch.setattr(train, "installed", lambda names: [recorder])
    params = parameters.load()
    recipe = params.train.model_copy(update={"epochs": 2, "batch": 4})
    train.train_cell(params.model_copy(update={"train": recipe}), "action", "mlp", 0, store_path, tmp_path / "cell")
    names = ["skill", "train_loss", "validation_action_accuracy"]
    cell = {"task": "action", "model": "mlp", "replicate": 0}
    assert recorder.said == [cell, (1, names), (2, names), "finished"]
    assert sorted(path.stem for path in (tmp_path / "cell/live/plots/metrics").iterdir()) == names


def test_learned_scales_are_logged_in_joint_training(store_path: Path, tmp_path: Path) -> None:
    params = parameters.load()
    recipe = params.train.model_copy(update={"epochs": 1, "batch": 4, "weighting": "learned"})
    train.train_cell(params.model_copy(update={"train": recipe}), "joint", "mlp", 0, store_path, tmp_path / "cell")
    logged = {path.stem: path for path in (tmp_path / "cell/live/plots/metrics").iterdir()}
    scales = [float(logged[f"log_scale_{task}"].read_text().split()[-1]) for task in TASKS]
    assert all(0 < abs(scale) < 0.1 for scale in scales)  # two steps of at most 0.01


def test_a_tracker_that_is_not_installed_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"train\.trackers, wandb: is not installed; `pip install wandb`"):
        train.installed(["wandb"])
    assert train.installed([]) is None
