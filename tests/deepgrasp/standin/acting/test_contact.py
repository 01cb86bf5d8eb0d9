"""Touch: the skin is smplx's, contact is distance, and touched vertices are where the hand is."""

import numpy as np
import pytest
import trimesh
from scipy.spatial import cKDTree
from scipy.spatial.transform import Rotation

from deepgrasp.skeleton import SIDES
from deepgrasp.standin.acting import contact
from deepgrasp.standin.acting.contact import THRESHOLD
from deepgrasp.standin.acting.take import DEEPEST_TOUCH, act_take
from deepgrasp.standin.people import hand_skin
from deepgrasp.standin.things.objects import object_shape
from tests.deepgrasp.standin.acted_takes import STEADY, made
from tests.deepgrasp.standin.bodies import hand_surface


@pytest.mark.parametrize("side", SIDES)
def test_hand_surface_is_smplx_surface(posed, person, motion, side):
    surface = hand_surface(person, side, motion[0], motion[1])
    np.testing.assert_allclose(posed.vertices.detach().numpy()[:, hand_skin.vertex_ids(side)], surface, atol=1e-5)


@pytest.mark.parametrize("name", ["mug_drink", "cubemedium_lift", "apple_offhand"])
def test_contact_is_distance(name):
    """Against distances to points sampled on the triangles, with the normals' sign."""
    take, recording = made(name)
    mesh = trimesh.Trimesh(object_shape(take.object).vertices, object_shape(take.object).faces, process=False)
    points, faces = trimesh.sample.sample_surface(mesh, 60_000, seed=0)
    tree = cKDTree(points)
    turn = Rotation.from_rotvec(recording.object_turn).as_matrix()
    for t in range(take.first + 10, take.last, 25):
        for side in SIDES:
            skin = hand_surface(recording.subject, side, recording.pose[t : t + 1], recording.transl[t : t + 1])[0]
            local = (skin - recording.object_place[t]) @ turn[t]
            near, index = tree.query(local, k=20)
            outside = ((local[:, None] - points[index]) * mesh.face_normals[faces[index]]).sum((1, 2)) > 0
            distance = np.where(outside, near[:, 0], -near[:, 0])
            touched = recording.contact.body[t, hand_skin.vertex_ids(side)] > 0
            assert (distance[touched] > THRESHOLD + 0.004).sum() <= 0.04 * touched.sum()  # an apple's stem is too thin
            assert (distance[touched] < THRESHOLD + 0.006).all()
            assert (distance[~touched] > THRESHOLD - 0.004).all()
            assert distance.min() > -0.009  # flesh gives way, hands do not pierce


@pytest.mark.parametrize(("name", "subject"), [("cubelarge_offhand", "s3"), ("flashlight_offhand", "s7")])
def test_hands_that_meet_do_not_go_through_the_object(name, subject):
    _, recording = made(name, subject)
    assert 0 < recording.contact.depth.max() <= DEEPEST_TOUCH


def test_touched_vertices_are_where_the_hand_is():
    take, recording = made("cubemedium_lift")
    t = (take.first + take.last) // 2
    skin = hand_surface(recording.subject, "right", recording.pose[t : t + 1], recording.transl[t : t + 1])[0]
    turn = Rotation.from_rotvec(recording.object_turn[t]).as_matrix()
    vertices = object_shape(take.object).vertices @ turn.T + recording.object_place[t]
    touched = vertices[recording.contact.object[t] > 0]
    assert cKDTree(skin).query(touched)[0].max() < 0.012


def test_touch_does_not_depend_on_the_blocks_it_is_computed_in(monkeypatch):
    take, recording = made("apple_offhand")
    monkeypatch.setattr(contact, "CONTACT_FRAMES_AT_ONCE", 23)
    again = act_take(take, 0, STEADY)
    assert (again.contact.body != recording.contact.body).mean() < 1e-6  # sums may round differently
    assert (again.contact.object != recording.contact.object).mean() < 1e-6
