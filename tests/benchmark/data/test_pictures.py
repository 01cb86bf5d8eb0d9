"""Pictures of the data: counted by hand, the same twice, and a moving one."""

from pathlib import Path

import numpy as np
import pytest

from benchmark.data import pictures
from deepgrasp.prepare.prepare import prepare
from deepgrasp.store.store import Store, open_store


@pytest.fixture
def graphs(root: Path, models: Path, tmp_path: Path) -> Store:
    return open_store(prepare(root, models, tmp_path / "graphs", frames=4, workers=1))


def test_classes_are_counted_by_action_and_sorted_by_size() -> None:
    pairs = [("mug", "use"), ("cup", "lift"), ("mug", "use"), ("mug", "offhand"), ("apple", "pass")]
    records = [{"object": name, "action": action} for name, action in pairs]
    counts = pictures.count_classes(records, ("use", "pass", "lift", "offhand"))
    assert list(counts.items()) == [("mug", [2, 0, 0, 1]), ("apple", [0, 1, 0, 0]), ("cup", [0, 0, 1, 0])]


def test_touch_heat_is_the_mean_over_frames_and_sequences(graphs: Store) -> None:
    rows = [row for row, record in enumerate(graphs.sequences) if record["object"] == "mug"]
    bits = np.unpackbits(graphs.read("touch", rows), axis=-1, count=778)
    np.testing.assert_allclose(pictures.touch_heat(graphs, "mug"), bits.mean(axis=(0, 1)))


def test_a_palm_is_seen_with_its_fingers_up_and_its_thumb_outside(graphs: Store) -> None:
    right = np.zeros((778, 3), np.float32)
    right[:, 0] = -0.7  # the right hand of a T-pose
    right[0] = -0.8, 0, 0  # a finger tip
    right[1] = -0.7, 0, 0.1  # the thumb, to the front
    graphs.meshes["right_template"] = right
    flat = pictures.flat_hand(graphs, "right")
    assert flat[0, 1] > flat[2, 1]
    assert flat[1, 0] > flat[2, 0]


def test_the_same_store_gives_the_same_pictures(graphs: Store, tmp_path: Path) -> None:
    first, again = (pictures.draw_store(graphs, tmp_path / name) for name in ("first", "again"))
    assert [path.name for path in first] == ["classes.png", "lengths.png", "touch.png"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]
