"""Places of recordings by hand-computed principal components, and what is refused."""

import sys
from pathlib import Path

import numpy as np
import pytest

from benchmark.viewing.atlas.embedding import Features, arm_features, cell_parts, plane, principal_components
from deepgrasp.errors import InputError
from deepgrasp.store.store import open_store


@pytest.mark.parametrize("width", [2, 9])
def test_components_of_a_cross(width: int) -> None:
    # four points: 3 either way along one direction, 1 either way along another; with more columns than rows too
    values = np.zeros((4, width))
    values[:, :2] = np.array([[8, 7], [2, 7], [5, 8], [5, 6]])
    scores, shares = principal_components(values, 2)
    np.testing.assert_allclose(np.abs(scores), [[3, 0], [3, 0], [0, 1], [0, 1]], atol=1e-9)
    np.testing.assert_allclose(shares, [0.9, 0.1])
    assert scores.max(axis=0) == pytest.approx([3, 1])


def test_components_are_those_of_the_svd() -> None:
    values = np.random.default_rng(0).normal(size=(30, 6)) * [5, 3, 2, 1, 1, 1]
    left, size, _ = np.linalg.svd(values - values.mean(axis=0), full_matrices=False)
    scores, shares = principal_components(values, 3)
    np.testing.assert_allclose(np.abs(scores), np.abs(left[:, :3] * size[:3]), atol=1e-9)
    np.testing.assert_allclose(shares, size[:3] ** 2 / (size**2).sum())


def test_a_plane_fills_the_page_with_one_scale_for_both_directions() -> None:
    found = plane(Features(("a", "b", "c", "d"), np.array([[3.0, 0], [-3, 0], [0, 1], [0, -1]]), "corners"))
    assert np.abs(found.places).max(axis=0) == pytest.approx([1, 1 / 3])
    assert found.told == "PCA of corners; across 90% of the variance, up 10%"


def test_poses_are_joints_of_all_frames(store_path: Path) -> None:
    store = open_store(store_path)
    features = arm_features(store)
    assert features.ids == tuple(record["id"] for record in store.sequences)
    joints = store.read("body", [1])[0]
    np.testing.assert_allclose(features.values[1], joints.ravel(), rtol=1e-6)


def test_what_makes_no_map_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="2 recordings; a map needs three"):
        plane(Features(("a", "b"), np.eye(2), ""))
    monkeypatch.setitem(sys.modules, "umap", None)
    with pytest.raises(InputError, match="umap-learn: is not installed; `pip install umap-learn`"):
        plane(Features(("a", "b", "c"), np.eye(3), ""), "umap")
    for name in ("best", "action/best", "action/best/x", "//0"):
        with pytest.raises(InputError, match="give task/model/replicate"):
            cell_parts(name)
    with pytest.raises(InputError, match="is a reference row, without a network"):
        cell_parts("none/wrist/0")
