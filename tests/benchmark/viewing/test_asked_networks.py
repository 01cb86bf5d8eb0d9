"""Networks asked again about one recording: the probe's answers to parts of it, and gates by joint and patch."""

import random
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import yaml
from safetensors.torch import save_file
from scipy.special import softmax

from benchmark.pipeline import entrants, predictions
from benchmark.pipeline.schema import DataRecord
from benchmark.probing.conditions import windows_of_fold
from benchmark.probing.seen_inputs import SeenInputs
from benchmark.probing.trained_cell import load_cell
from benchmark.viewing.asked_networks import SHARES, networks_of
from benchmark.viewing.cells import AnsweredCell, asked_of, open_cell
from benchmark.viewing.cli import view
from benchmark.viewing.pages import scene_with_answers
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.inputs.modalities import input_specs, load_inputs
from deepgrasp.network.network import Network
from deepgrasp.probes.perturbation import SENSES
from deepgrasp.probes.perturbations import PERTURBATIONS
from deepgrasp.store.store import Store, open_store
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.targets import ClassTarget
from deepgrasp.view.answers import ShownAnswer
from deepgrasp.view.recorded_scene import Recordings, Scene, recordings_of
from tests.benchmark.made_up import INPUTS, run

NAME = "s1/mug_drink_1"  # which fold 0 tests
GATED, PLAIN = {"streams": ["joint"], "widths": [8, 8]}, {"streams": ["joint"], "hidden": 8}
CHOICE = GraphChoice(**{key: value for key, value in INPUTS.items() if key != "frames"})


def make(
    runs: Path, store: Store, trained_on: str, model: str, hyper: dict[str, Any], graphs: GraphChoice = CHOICE
) -> AnsweredCell:
    """A cell of fold 0 with the weights that were drawn, of one task or of all ("joint")."""
    torch.manual_seed(1)
    ids, sizes = store.fold("subject", 0)["test"], {}
    for task in TASKS if trained_on == "joint" else (trained_on,):
        target = TASKS[task].read(store, store.rows(ids), graphs.hands)
        shape = target.prediction_shape
        sizes[task] = shape[1] if isinstance(target, ClassTarget) else shape[2:]
    network = Network(input_specs(store, graphs, hyper["streams"]), entrants.factory(model, hyper), sizes).eval()
    inputs = load_inputs(store, store.rows(ids), graphs, hyper["streams"])
    with torch.no_grad():
        answers = {
            task: each.numpy() for task, each in network({k: torch.from_numpy(x) for k, x in inputs.items()}).items()
        }
    folder = runs / trained_on / model / "0"
    folder.mkdir(parents=True)
    save_file(network.state_dict(), folder / "model.safetensors")
    chosen = INPUTS | {"modalities": graphs.modalities, "fusion": graphs.fusion}
    about = {"data": DataRecord.of(store), "hyperparameters": hyper, "inputs": chosen, "recipe": {"threads": 1}}
    predictions.save_predictions(folder, run(model, trained_on, 0, random.Random(0), **about), ids, answers)
    return open_cell(f"{trained_on}/{model}/0", runs, store)


@pytest.fixture
def store(store_path: Path) -> Store:
    return open_store(store_path)


@pytest.fixture
def recordings(_pristine: Path, models: Path) -> Recordings:
    return recordings_of(_pristine, models)


def answer_of(cell: AnsweredCell, runs: Path, recordings: Recordings) -> tuple[Scene, ShownAnswer]:
    networks, missing = networks_of([cell], runs)
    assert missing == []
    scene, (found,) = scene_with_answers(recordings, NAME, [cell], 3, networks)
    return scene, found


def test_early_answers_are_those_of_the_probe(store: Store, recordings: Recordings, tmp_path: Path) -> None:
    cell = make(tmp_path, store, "action", "mlp", PLAIN)
    scene, found = answer_of(cell, tmp_path, recordings)
    early = found.early
    assert early is not None
    assert early.shares.tolist() == list(SHARES)
    # as the stage `probe` asks: the whole test part at once
    known, perturbation = windows_of_fold(store, "subject", 0, CHOICE), PERTURBATIONS["unseen_end"]
    probed = load_cell(tmp_path, cell.name, store, CHOICE, known.windows.ids)
    inputs = SeenInputs(known.store, known.rows, known.graphs, [probed.streams])
    place = known.windows.ids.index(NAME)
    for share, strength in ((1.0, 0.0), (0.5, 0.5), (0.1, 0.9)):
        seen = inputs.of(perturbation(known.windows, strength), SENSES)
        logits = probed.answers(inputs.chosen(seen, probed.streams))["action"][place]
        assert np.abs(early.chances[SHARES.index(share)] - softmax(logits.astype(float))).max() < 1e-5
    assert dict(zip(early.classes, early.chances[-1], strict=True)) == pytest.approx(found.chances, abs=1e-5)
    assert early.truth == found.truth == "use"
    # eight frames: of a tenth the first alone is seen, of a half four
    asked_for = asked_of([cell], NAME)
    assert [scene.frames[early.until[SHARES.index(share)]] for share in (0.1, 0.5, 1.0)] == [
        asked_for[0], asked_for[3], asked_for[7],
    ]  # fmt: skip


def test_gates_are_of_the_joints_and_of_the_patches(store: Store, recordings: Recordings, tmp_path: Path) -> None:
    cell = make(tmp_path, store, "body", "stgcn", GATED)
    scene, found = answer_of(cell, tmp_path, recordings)
    assert found.early is None
    assert [(each.sense, each.block, each.factors.shape) for each in found.gates] == [
        ("joints", "block 1", (8, 39)), ("joints", "block 2", (4, 39)),
        ("touch", "block 1", (8, 32)), ("touch", "block 2", (4, 32)),
    ]  # fmt: skip
    frames = asked_of([cell], NAME)
    first, second = found.gates[:2]
    assert scene.frames[first.at].tolist() == frames
    assert scene.frames[second.at].tolist() == frames[::2]
    assert scene.frames[list(first.window)].tolist() == [frames[0], frames[-1]]
    assert all(1 < each.range[0] < each.range[1] < 4 for each in found.gates)


def test_one_graph_of_both_gives_gates_of_either(store: Store, recordings: Recordings, tmp_path: Path) -> None:
    cell = make(tmp_path, store, "body", "stgcn", GATED, GraphChoice(patches=16, fusion="early"))
    _, found = answer_of(cell, tmp_path, recordings)
    assert [(each.sense, each.factors.shape[1]) for each in found.gates] == [("joints", 39), ("touch", 32)] * 2
    joints, touch, *_ = found.gates
    assert not np.array_equal(joints.factors[:, :32], touch.factors)  # each its own nodes


def test_a_network_of_all_tasks_shows_its_gates_once(store: Store, recordings: Recordings, tmp_path: Path) -> None:
    cell = make(tmp_path, store, "joint", "stgcn", GATED)
    networks, _ = networks_of([cell], tmp_path)
    _, answers = scene_with_answers(recordings, NAME, [cell], 3, networks)
    assert [len(each.gates) for each in answers] == [4, 0, 0, 0]
    assert [bool(each.early) for each in answers] == [bool(each.chances) for each in answers]
    assert sum(bool(each.early) for each in answers) == 2


def test_a_cell_that_has_nothing_more_to_say_is_not_loaded(store: Store, tmp_path: Path) -> None:
    assert networks_of([make(tmp_path, store, "body", "mlp", PLAIN)], tmp_path) == ({}, [])


def test_a_slow_network_is_told(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cell = make(tmp_path, store, "action", "mlp", PLAIN)
    assert networks_of([cell], tmp_path)[1] == []
    monkeypatch.setattr("benchmark.viewing.asked_networks.PATIENCE_S", 0.0)
    found, (line,) = networks_of([cell], tmp_path)
    assert list(found) == [cell.name]
    assert line.endswith("s a recording; --stored leaves it out")


def test_a_network_that_cannot_be_loaded_is_told(store: Store, tmp_path: Path) -> None:
    cell = make(tmp_path, store, "action", "mlp", PLAIN)
    checkpoint = tmp_path / cell.name / "model.safetensors"
    save_file({"other": torch.zeros(1)}, checkpoint)
    found, (line,) = networks_of([cell], tmp_path)
    assert found == {}
    assert line.startswith("action/mlp/0: its network cannot be asked again: ")
    checkpoint.write_bytes(b"none")
    assert "is no safetensors file" in networks_of([cell], tmp_path)[1][0]
    checkpoint.unlink()  # as of a reference row
    assert networks_of([cell], tmp_path) == ({}, [])


def test_the_command_asks_them_unless_it_is_told_not_to(
    store: Store, recordings: Recordings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = yaml.safe_load(Path("params.yaml").read_text())
    said["data"] = {"root": str(recordings.data_root), "models": str(recordings.models)}
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(said))
    shutil.copytree(store.path, tmp_path / "data" / "graphs")
    cell = make(tmp_path / "runs", store, "action", "stgcn", GATED)
    monkeypatch.chdir(tmp_path)
    for name, stored in (("asked", False), ("stored", True)):
        view([NAME], html=Path(f"data/{name}.html"), frames=3, cell=[cell.name], stored=stored)
        text = Path(f"data/{name}.html").read_text()
        assert ('"block":"block 1"' in text, '"knownFrom"' in text) == (not stored, not stored)
