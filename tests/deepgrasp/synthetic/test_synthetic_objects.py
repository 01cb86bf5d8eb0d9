"""The objects: closed meshes of real size, true distances, and hands that hold them without piercing."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from deepgrasp.grab import catalogue
from deepgrasp.synthetic import hand
from deepgrasp.synthetic.grasp import Manner, hand_model, take_hold
from deepgrasp.synthetic.objects import OBJECTS, shape, table
from deepgrasp.synthetic.uses import WAYS, way

PLAIN = Manner(Rotation.identity(), np.zeros(3), 0.3, 0.5, 0.001, np.zeros((5, 3)), np.zeros(5), 0.0)


def test_names_are_grabs():
    assert tuple(OBJECTS) == catalogue.OBJECTS
    assert {name: tuple(thing.uses) for name, thing in OBJECTS.items()} == {
        name: catalogue.USES[name] for name in catalogue.OBJECTS
    }


def test_every_use_has_a_way_and_no_way_is_idle():
    done = {(thing, action) for thing, actions in catalogue.USES.items() for action in actions}
    assert all(way(*use).stations for use in done)
    assert {key if key in WAYS else key[1] for key in done} == set(WAYS)
    assert way("hammer", "use") is WAYS["hammer", "use"]
    assert way("mug", "drink") is way("bowl", "drink") is WAYS["drink"]


@pytest.mark.parametrize("name", OBJECTS)
def test_mesh_is_closed_even_and_on_the_surface(name):
    import trimesh

    made = shape(name)
    mesh = trimesh.Trimesh(made.vertices, made.faces, process=False)
    assert 1024 <= len(made.vertices) < 8000  # GRAB's own preprocessing needs 1024
    assert mesh.is_watertight
    assert mesh.volume > 5e-6
    assert 0.03 < mesh.extents.max() < 0.32
    assert np.percentile(mesh.edges_unique_length, 99) < 4 * np.median(mesh.edges_unique_length)
    assert np.abs(made.distance(made.vertices)).max() < 0.0011


@pytest.mark.parametrize("family", catalogue.SHAPES)
def test_sizes_differ(family):
    small, medium, large = (
        np.ptp(shape(family + size).vertices, axis=0).max() for size in ("small", "medium", "large")
    )
    assert small < 0.85 * medium
    assert medium < 0.85 * large
    assert large < 0.11


def test_distance_of_a_sphere():
    points = np.array([[0.0, 0.0, 0.040], [0.020, 0.0, 0.0], [0.0, -0.033, 0.0], [0.0, 0.5, 0.0]])
    distance = shape("spheremedium").distance(points)  # radius 33 mm
    np.testing.assert_allclose(distance[:3], [0.007, -0.013, 0.0], atol=3e-4)
    assert distance[3] == 0.02  # far away: a bound


def test_table_top_is_at_zero():
    vertices, _ = table()
    assert abs(vertices[:, 2].max()) < 1e-6


@pytest.mark.parametrize("side", ["right", "left"])
@pytest.mark.parametrize("name", ["mug", "cubelarge", "spheresmall", "hammer", "torusmedium"])
def test_hands_touch_and_do_not_pierce(name, side):
    model = hand_model(side, *hand.rest_shape(side))
    for grip in OBJECTS[name].grips.values():
        hold = take_hold(model, shape(name), grip, PLAIN)
        assert hold.touching >= 5
        assert hold.depth < 0.005


def test_fingers_stop_at_the_floor():
    model, made = hand_model("right", *hand.rest_shape("right")), shape("toruslarge")
    floor = float(made.vertices[:, 2].min())
    hold = take_hold(model, made, OBJECTS["toruslarge"].grips["above"], PLAIN, floor=floor)
    assert hold.lowest > floor - 0.003
