"""The hands' skin: one disc of even triangles, with SMPL-X's kind of vertex ids."""

import numpy as np
import pytest
import trimesh

from deepgrasp.skeleton import (
    SIDES,
)
from deepgrasp.standin.people import hand_skin


@pytest.mark.parametrize("side", SIDES)
def test_hand_is_a_disc(side):
    faces = hand_skin.hand_faces(side)
    edges = np.sort(np.vstack([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    unique, uses = np.unique(edges, axis=0, return_counts=True)
    assert (len(faces), len(unique), (uses == 1).sum(), uses.max()) == (1538, 2315, 16, 2)
    assert len(np.unique(np.sort(faces, axis=1), axis=0)) == 1538
    assert set(faces.ravel()) == set(range(778))


@pytest.mark.parametrize("side", SIDES)
def test_hand_spacing_is_even_and_faces_look_outward(side, person):
    faces, surface = hand_skin.hand_faces(side), person.hand_template(side)
    a, b, c = (surface[faces[:, k]] for k in range(3))
    edges = np.linalg.norm(b - a, axis=1)
    assert 0.006 < np.median(edges) < 0.010
    assert edges.min() > 0.002
    assert edges.max() < 0.018
    assert np.linalg.norm(np.cross(b - a, c - a), axis=1).min() / 2 > 3e-6  # no sliver below 3 mm2
    normals = trimesh.Trimesh(surface, faces, process=False).vertex_normals
    assert (normals[:, 1] * (surface[:, 1] - np.median(surface[:, 1])) > 0).mean() > 0.75  # back up, palm down


@pytest.mark.parametrize(("side", "low", "high"), [("right", 7331, 8128), ("left", 4595, 5394)])
def test_vertex_ids(side, low, high):
    ids = hand_skin.vertex_ids(side)
    assert ids.dtype == np.int64
    assert len(set(ids)) == 778
    assert low <= ids.min()
    assert ids.max() <= high
    assert (np.diff(ids) < 0).any()
