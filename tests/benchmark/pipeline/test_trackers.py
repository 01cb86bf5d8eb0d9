"""Trackers besides DVCLive: they are told every validation, and a missing one is an error, not silence."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from accelerate.tracking import GeneralTracker

from benchmark import params as parameters
from benchmark.params import Budget
from benchmark.pipeline import train
from deepgrasp.errors import InputError
from deepgrasp.tasks import TASKS

pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")  # torch_geometric's import


ROOT = Path(__file__).parents[3]


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
    params = parameters.load_params()
    recipe = params.train.model_copy(update={"budget": Budget.of("epochs", 2), "batch": 4})
    train.train_cell(params.model_copy(update={"train": recipe}), "action", "mlp", 0, store_path, tmp_path / "cell")
    names = ["skill", "train_loss", "validation_action_accuracy", "validation_loss"]
    cell = {"task": "action", "model": "mlp", "replicate": 0}
    assert recorder.said == [cell, (2, names), (4, names), "finished"]  # two steps an epoch
    assert sorted(path.stem for path in (tmp_path / "cell/live/plots/metrics").iterdir()) == names


def test_learned_scales_are_logged_in_joint_training(store_path: Path, tmp_path: Path) -> None:
    params = parameters.load_params()
    recipe = params.train.model_copy(update={"budget": Budget.of("epochs", 1), "batch": 4, "weighting": "learned"})
    train.train_cell(params.model_copy(update={"train": recipe}), "joint", "mlp", 0, store_path, tmp_path / "cell")
    logged = {path.stem: path for path in (tmp_path / "cell/live/plots/metrics").iterdir()}
    scales = [float(logged[f"log_scale_{task}"].read_text().split()[-1]) for task in TASKS]
    assert all(0 < abs(scale) < 0.1 for scale in scales)  # two steps of at most 0.01


def test_a_tracker_that_is_not_installed_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parameters.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"train\.trackers, wandb: is not installed; `pip install wandb`"):
        train.installed(["wandb"])
    assert train.installed([]) is None


RUN = """
import sys
from pathlib import Path
from benchmark import params
from benchmark.params import Budget
from benchmark.pipeline import train
found = params.load_params(Path(sys.argv[1]))
recipe = found.train.model_copy(update={"budget": Budget.of("epochs", 2), "batch": 4, "trackers": [sys.argv[3]]})
train.train_cell(found.model_copy(update={"train": recipe}), "action", "mlp", 0, Path(sys.argv[2]), Path("cell"))
"""


def curves_of_tensorboard(folder: Path) -> dict[str, list[float]]:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(next(folder.rglob("*.tfevents*")).parent))
    events.Reload()
    return {tag: [each.value for each in events.Scalars(tag)] for tag in events.Tags()["scalars"]}


def curves_of_wandb(folder: Path) -> dict[str, list[float]]:
    from wandb.proto import wandb_internal_pb2 as messages

    curves: dict[str, list[float]] = {}
    for data in records(next(folder.rglob("*.wandb")).read_bytes()):
        record = messages.Record()
        record.ParseFromString(data)
        for item in record.history.item:
            name = item.key or ".".join(item.nested_key)
            if not name.startswith("_"):
                curves.setdefault(name, []).append(json.loads(item.value_json))
    return curves


def records(data: bytes) -> Iterator[bytes]:
    """Records of W&B's offline file: LevelDB's log format behind seven bytes; W&B itself has no reader any more."""
    place, whole, block, head = 7, b"", 32768, 7
    while place + head <= len(data):
        if block - place % block < head:  # too little for another record: zeros up to the next block
            place += block - place % block
            continue
        size, kind = int.from_bytes(data[place + 4 : place + 6], "little"), data[place + 6]
        whole += data[place + head : place + head + size]
        place += head + size
        if kind in (1, 4):  # whole in one piece, or the last one
            yield whole
            whole = b""


def curves_of_mlflow(folder: Path) -> dict[str, list[float]]:
    from mlflow.tracking import MlflowClient

    client = MlflowClient(f"sqlite:///{folder}/mlflow.db")
    (experiment,) = client.search_experiments(filter_string="name = 'trackers'")
    (run,) = client.search_runs([experiment.experiment_id])
    assert run.data.params["model"] == "mlp"
    return {
        name: [each.value for each in client.get_metric_history(run.info.run_id, name)] for name in run.data.metrics
    }


def curves_of_trackio(folder: Path) -> dict[str, list[float]]:
    with closing(sqlite3.connect(next(folder.rglob("trackers.db")))) as database:
        rows = [json.loads(metrics) for (metrics,) in database.execute("select metrics from metrics order by step")]
    return {name: [row[name] for row in rows] for name in rows[0]}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # what a tracker's own reader is told by its libraries
@pytest.mark.parametrize(
    ("tracker", "read"),
    [
        ("tensorboard", curves_of_tensorboard),
        ("wandb", curves_of_wandb),
        ("mlflow", curves_of_mlflow),
        ("trackio", curves_of_trackio),
    ],
)
def test_a_tracker_holds_the_numbers_of_dvclive(
    tracker: str, read: Callable[[Path], dict[str, list[float]]], store_path: Path, tmp_path: Path
) -> None:
    pytest.importorskip(tracker, reason=f"{tracker} is not installed: pip install -e '.[{tracker}]'")
    local = {"WANDB_MODE": "offline", "MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path}/mlflow.db"}
    local |= {"TRACKIO_DIR": str(tmp_path / "trackio"), "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", RUN, ROOT / "params.yaml", store_path, tracker],
        cwd=tmp_path,
        env=os.environ | local,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    logged = {}
    for file in (tmp_path / "cell/live/plots/metrics").iterdir():
        lines = file.read_text().splitlines()[1:]
        logged[file.stem] = [float(line.split("\t")[-1]) for line in lines]
    assert set(logged) == {"skill", "train_loss", "validation_loss", "validation_action_accuracy"}
    found = read(tmp_path)
    assert set(found) >= set(logged)
    for name, values in logged.items():
        assert found[name] == pytest.approx(values, rel=1e-6), name
