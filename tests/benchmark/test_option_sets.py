"""Every documented choice of inputs and windows trains, predicts and scores: one small cell each."""

from pathlib import Path
from typing import Any

import pytest

from benchmark import params as parameters
from benchmark.params import Budget, Params
from benchmark.pipeline.predictions import PREDICTIONS_FILE, load_predictions
from benchmark.pipeline.score import score_one
from benchmark.pipeline.train import train_cell
from deepgrasp.prepare.prepare import prepare
from deepgrasp.store.store import open_store

pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")  # torch_geometric's import


def chosen(**inputs: Any) -> Params:
    params = parameters.load_params()
    recipe = params.train.model_copy(update={"budget": Budget.of("epochs", 1), "batch": 4})
    patches = {"patches": 8}
    return params.model_copy(update={"train": recipe, "inputs": params.inputs.model_copy(update=patches | inputs)})


def run(params: Params, model: str, graphs: Path, out: Path) -> dict[str, dict[str, float]]:
    train_cell(params, "joint", model, 0, graphs, out)
    made = load_predictions(out / PREDICTIONS_FILE)
    return {result.task: result.metrics for result in score_one(made, open_store(graphs), out)}


@pytest.mark.parametrize("hands", ["right", "left", "both"])
@pytest.mark.parametrize(
    ("modalities", "part", "joints"),
    [
        ("touch", "arms", 15),
        *[(kind, part, joints) for kind in ("pose", "both") for part in ("arms", "hands") for joints in (15, 21)],
    ],
)
def test_inputs(store_path: Path, tmp_path: Path, modalities: str, part: str, joints: int, hands: str) -> None:
    params = chosen(modalities=modalities, part=part, joints=joints, hands=hands)
    scores = run(params, "stgcn", store_path, tmp_path / "cell")
    assert set(scores) == {"object", "action", "body", "pose"}
    sides = [side for side in ("right", "left") if f"joint_{side}_wrist_cm" in scores["body"]]
    assert sides == (["right", "left"] if hands == "both" else [hands])


@pytest.mark.parametrize(
    ("model", "hands", "part", "joints"),
    [
        ("mlp", "both", "hands", 21),
        ("lstm", "right", "arms", 15),
        ("gcn", "left", "hands", 15),
        ("stgcn", "both", "arms", 21),
    ],
)
def test_early_fusion(store_path: Path, tmp_path: Path, model: str, hands: str, part: str, joints: int) -> None:
    params = chosen(fusion="early", hands=hands, part=part, joints=joints)
    assert set(run(params, model, store_path, tmp_path / "cell")) == {"object", "action", "body", "pose"}


@pytest.mark.parametrize("model", ["mlp", "lstm", "gcn", "stgcn"])
@pytest.mark.parametrize("window", ["prehension", "all"])
def test_windows_at_full_length(root: Path, models: Path, tmp_path: Path, model: str, window: Any) -> None:
    prepare(root, models, tmp_path / "graphs", window=window, frames="full", frame="world", sizes="merged", workers=1)
    scores = run(chosen(frames=5), model, tmp_path / "graphs", tmp_path / "cell")
    assert set(scores) == {"object", "action", "body", "pose"}
