"""What postures alone tell of where joints are."""

from pathlib import Path

from benchmark.data.postures_alone import POSES, joint_errors
from deepgrasp.inputs.fold import read_fold
from deepgrasp.store.store import open_store


def test_postures_do_not_hold_where_joints_are(store_path: Path) -> None:
    found = joint_errors(read_fold(open_store(store_path), "subject", 0, POSES))
    assert min(found.values()) > 0.5  # cm: in which direction a person's bones point at rest is in no input
