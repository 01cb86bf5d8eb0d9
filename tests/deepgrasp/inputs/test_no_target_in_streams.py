"""No stream of an input holds a target."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.inputs.modalities import load_inputs
from deepgrasp.inputs.streams import STREAMS
from deepgrasp.store.store import Store, open_store
from deepgrasp.tasks import TASKS, read_targets
from deepgrasp.tasks.targets import ClassTarget, Target


@pytest.fixture
def store(store_path: Path) -> Store:
    return open_store(store_path)


def test_bones_are_the_same_in_all_recordings_of_a_person(store: Store) -> None:
    """So they tell who it is, and nothing of an object, an intent or a frame."""
    people = [each["subject"] for each in store.manifest["sequences"]]
    rows = [row for row, subject in enumerate(people) if subject == "s2"]
    assert len(rows) > 1
    lengths = load_inputs(store, rows, GraphChoice(modalities="pose"))["pose"][..., 3]
    assert (lengths == lengths[:1, :1]).all()


def found_in(x: NDArray[Any], target: Target) -> float:
    """How well the best number of an input ``[N, T, ...]`` tells the target, from 0 to 1.

    For a class, the share of a number's variance over frames that lies between classes: 1 for any code of the class.
    Else the greatest correlation with any number of the target, which neither unit nor shift hides.
    """
    frames = x.reshape(x.shape[0] * x.shape[1], -1).astype(float)  # [N T, D]
    frames = frames[:, frames.std(axis=0) > 1e-6]
    if isinstance(target, ClassTarget):
        labels = np.repeat(target.labels, x.shape[1])  # [N T]
        within = sum(frames[labels == each].var(axis=0) * np.mean(labels == each) for each in np.unique(labels))
        return float((1 - within / frames.var(axis=0)).max())
    wanted = np.asarray(target.regressed, float).reshape(len(frames), -1)  # [N T, D]
    wanted = wanted[:, wanted.std(axis=0) > 1e-6]
    a, b = ((each - each.mean(axis=0)) / each.std(axis=0) for each in (frames, wanted))
    return float(np.abs(a.T @ b).max() / len(frames))


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("task", TASKS)
def test_no_stream_holds_a_target_and_a_planted_one_is_found(store: Store, stream: str, task: str) -> None:
    rows = np.arange(len(store.sequences))
    inputs = load_inputs(store, rows, GraphChoice(patches=16), (stream,))  # type: ignore[arg-type]
    target = read_targets(store, rows, "both")[task]
    for x in inputs.values():
        assert found_in(x, target) < 0.95
        planted = np.array(x)
        if isinstance(target, ClassTarget):
            # as any code: another number for each class
            planted[..., 0, 0] = np.random.default_rng(0).permutation(len(target.classes))[target.labels][:, None]
        else:
            wanted = np.asarray(target.regressed, float).reshape(*x.shape[:2], -1)
            planted[..., 0, 0] = 3 - 100 * wanted[..., wanted.std(axis=(0, 1)).argmax()]
        assert found_in(planted, target) > 0.999
