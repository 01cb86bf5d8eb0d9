"""What a stream reveals of a target, and that none holds it."""

from pathlib import Path

import numpy as np
import pytest

from deepgrasp.inputs.fold import read_fold
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.inputs.modalities import load_inputs
from deepgrasp.inputs.reveals import POSE, errors
from deepgrasp.inputs.streams import STREAMS
from deepgrasp.store.store import Store, open_store
from deepgrasp.tasks import TASKS, read_targets
from deepgrasp.tasks.targets import ClassTarget


@pytest.fixture
def store(store_path: Path) -> Store:
    return open_store(store_path)


def test_postures_do_not_hold_where_joints_are(store: Store) -> None:
    found = errors(read_fold(store, "subject", 0, POSE))
    assert min(found.values()) > 0.5  # cm: in which direction a person's bones point at rest is in no input


def test_bones_are_the_same_in_all_recordings_of_a_person(store: Store) -> None:
    """So they tell who it is, and nothing of an object, an intent or a frame."""
    people = [each["subject"] for each in store.manifest["sequences"]]
    rows = [row for row, subject in enumerate(people) if subject == "s2"]
    assert len(rows) > 1
    lengths = load_inputs(store, rows, POSE)["pose"][..., 3]
    assert (lengths == lengths[:1, :1]).all()


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("task", TASKS)
def test_no_stream_holds_a_target(store: Store, stream: str, task: str) -> None:
    rows = np.arange(len(store.sequences))
    inputs = load_inputs(store, rows, GraphChoice(patches=16), (stream,))  # type: ignore[arg-type]
    target = read_targets(store, rows, "both")[task]
    for x in inputs.values():
        numbers = x.reshape(*x.shape[:2], -1).astype(float)  # [N, T, V F]
        if isinstance(target, ClassTarget):
            alike = [numbers[target.labels == each].mean(axis=1) for each in np.unique(target.labels)]
            within = np.max([np.ptp(each, axis=0) for each in alike], axis=0)
            # what differs between classes differs within one as well: no number is a name of the class
            assert ((within > 1e-6) | (np.ptp(numbers.mean(axis=1), axis=0) < 1e-6)).all()
            continue
        wanted = np.asarray(target.regressed, float).reshape(*numbers.shape[:2], -1)  # [N, T, D]
        for column in np.moveaxis(wanted[..., wanted.std(axis=(0, 1)) > 1e-6], -1, 0):
            assert (np.abs(numbers - column[..., None]).max(axis=(0, 1)) > 1e-3).all()
