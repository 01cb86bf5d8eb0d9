from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmark import params as parameters
from benchmark.pipeline.predictions import PREDICTIONS_FILE, Predictions, load_predictions
from benchmark.pipeline.references import answer_cell
from benchmark.pipeline.score import score_one
from deepgrasp import references
from deepgrasp.errors import InputError
from deepgrasp.inputs.fold import Fold
from deepgrasp.references import Answer, linear, wrist
from deepgrasp.store.store import open_store
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.targets import ClassTarget

MODELS = {name: set(TASKS) for name in ("trivial", "nearest", "linear", "trees")}
ORACLES = {"wrist": {"pose"}, "wrist_object": {"pose"}, "rigid_hold": {"pose"}, "kinematics": {"body"}}
MODELS |= ORACLES


def made(graphs: Path, out: Path, *, split: str = "subject", **inputs: Any) -> dict[str, Predictions]:
    params = parameters.load_params()
    chosen = params.inputs.model_copy(update={"patches": 8} | inputs)
    for name in MODELS:
        answer_cell(params.model_copy(update={"inputs": chosen, "split": split}), name, 0, graphs, out / name)
    return {name: load_predictions(out / name / PREDICTIONS_FILE) for name in MODELS}


def test_every_row_of_the_board_has_a_file() -> None:
    assert set(references.names()) == set(parameters.load_params().grid.references) == set(MODELS)


def test_a_row_without_a_file_is_one_clear_error(store_path: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--row forest: no such reference row; choose from kinematics, linear"):
        answer_cell(parameters.load_params(), "forest", 0, store_path, tmp_path)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda fold: None, "answers with a NoneType; return an Answer"),
        (lambda fold: Answer({"validation": {}, "test": {}}), "answers nothing of validation, nothing of test"),
        (
            lambda fold: Answer({"validation": {"action": zeros(fold, "validation")}}),
            "action of validation, nothing",
        ),
        (lambda fold: Answer({part: {"smell": zeros(fold, part)} for part in ("validation", "test")}), "smell of test"),
        (lambda fold: Answer({part: {"action": zeros(fold, part)[1:]} for part in ("validation", "test")}), "shape"),
        (lambda fold: fold.missing, "wrist.py: AttributeError: .*'missing'"),
    ],
)
def test_a_wrong_answer_is_one_clear_error(
    store_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Any, says: str
) -> None:
    monkeypatch.setattr(wrist, "answer", answer)
    with pytest.raises(InputError, match=says):
        answer_cell(parameters.load_params(), "wrist", 0, store_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def zeros(fold: Fold, part: str) -> np.ndarray:
    return np.zeros(fold.parts[part].targets["action"].prediction_shape, np.float32)


@pytest.mark.parametrize("hands", ["right", "left", "both"])
@pytest.mark.parametrize(
    ("modalities", "part", "joints"), [("touch", "arms", 15), ("pose", "hands", 21), ("both", "arms", 15)]
)
def test_every_choice_of_inputs_scores(
    store_path: Path, tmp_path: Path, modalities: str, part: str, joints: int, hands: str
) -> None:
    found = made(store_path, tmp_path, modalities=modalities, part=part, joints=joints, hands=hands)
    store = open_store(store_path)
    for name, each in found.items():
        results = {result.task: result for result in score_one(each, store, tmp_path)}
        assert set(results) == set(each.run.validation) == MODELS[name]
        assert each.run.oracle == (name in ORACLES)
    (kinematic,) = score_one(found["kinematics"], store, tmp_path)
    assert kinematic.metrics["mpjpe_cm"] < 1e-3


def test_fusion_is_nothing_to_what_has_no_graph(store_path: Path, tmp_path: Path) -> None:
    late, early = (made(store_path, tmp_path / fusion, fusion=fusion) for fusion in ("late", "early"))
    for name, each in late.items():
        assert each.run.cost.parameters == early[name].run.cost.parameters
        assert all(np.array_equal(array, early[name].arrays[task]) for task, array in each.arrays.items())


def test_a_second_run_is_the_same(store_path: Path, tmp_path: Path) -> None:
    first, second = (made(store_path, tmp_path / name) for name in "ab")
    for name, each in first.items():
        assert each.run.hyperparameters == second[name].run.hyperparameters
        for task, array in each.arrays.items():
            assert np.array_equal(array, second[name].arrays[task])


def test_strength_is_what_validates_best(store_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fit(train: ClassTarget, known: np.ndarray, asked: np.ndarray, strength: float) -> np.ndarray:
        logits = np.zeros((len(asked), len(train.classes)), np.float32)
        logits[:, round(np.log10(strength) + 1) % len(train.classes)] = 1  # each strength answers with a class
        return logits

    monkeypatch.setattr(linear, "STRENGTHS", (0.1, 1.0, 10.0, 100.0))
    monkeypatch.setattr(linear, "logistic", fit)
    found = made(store_path, tmp_path)["linear"]
    # s2 and s4 validate: cubesmall_lift, mug_pass_1, mug_drink_1; three actions tie, and the first of them is kept
    assert found.run.hyperparameters["action_strength"] == 0.1
    assert found.run.validation["action"] == pytest.approx(1 / 3)
    assert found.run.hyperparameters["object_strength"] == 1.0  # mug comes after cubesmall
    assert found.run.validation["object"] == pytest.approx(2 / 3)
