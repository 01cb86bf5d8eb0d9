"""The body's skin: proper triangles around a volume, and named vertices where their names say."""

import numpy as np

from deepgrasp.skeleton import (
    BODY_VERTICES,
    FINGERTIP_VERTICES,
    INDEX,
)
from deepgrasp.standin.people import body_topology


def test_named_vertices_are_where_their_names_say(person):
    from smplx.vertex_ids import vertex_ids

    place = {name: person.v_template[index] for name, index in vertex_ids["smplx"].items()}
    joint = {name: person.joints[index] for name, index in INDEX.items()}
    assert place["nose"][2] > joint["head"][2] + 0.08
    assert place["lear"][0] > 0.06 > -0.06 > place["rear"][0]
    assert place["LBigToe"][2] > joint["left_foot"][2]
    assert place["RHeel"][2] < joint["right_ankle"][2] - 0.03
    assert 0 < place["LBigToe"][0] < place["LSmallToe"][0]
    for letter, side in (("l", "left"), ("r", "right")):
        assert np.linalg.norm(place[f"{letter}eye"] - joint[f"{side}_eye"]) < 0.02
        for finger in FINGERTIP_VERTICES:
            reach = np.linalg.norm(place[f"{letter}{finger}"] - joint[f"{side}_{finger}3"])
            assert 0.015 < reach < 0.040


def test_body_faces_are_proper_and_enclose_volume(person):
    faces = body_topology.body_faces()
    assert len(np.unique(np.sort(faces, axis=1), axis=0)) == len(faces)
    assert set(faces.ravel()) == set(range(BODY_VERTICES))
    a, b, c = (person.v_template[faces[:, k]] for k in range(3))
    assert np.linalg.norm(np.cross(b - a, c - a), axis=1).min() > 1e-9
    assert 0.03 < np.einsum("fi,fi->", np.cross(a, b), c) / 6 < 0.12  # m3, limbs overlap a little
