"""The objects: closed meshes of real size, true distances, and hands that hold them without piercing."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from deepgrasp.grab import catalogue
from deepgrasp.standin.acting.grasp import Manner, hand_model, take_hold
from deepgrasp.standin.acting.uses import WAYS, way
from deepgrasp.standin.people import hand_anatomy
from deepgrasp.standin.things import shaping as sh
from deepgrasp.standin.things import solids as sd
from deepgrasp.standin.things.objects import OBJECTS, shape, table
from deepgrasp.standin.things.surface_nets import mesh

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


HALF_TURNS = [Rotation.from_rotvec(np.pi * axis) for axis in np.eye(3)]


def out_of_place(name: str, turn: Rotation) -> float:
    """How far (m) an object turned about its middle sticks out of itself, or into itself."""
    made = shape(name)
    middle = (made.vertices.min(0) + made.vertices.max(0)) / 2
    return float(np.abs(made.distance(turn.apply(made.vertices - middle) + middle)).max())


@pytest.mark.parametrize("name", sorted(set(catalogue.OBJECTS) - catalogue.SYMMETRIC))
def test_turns_of_other_objects_can_be_seen(name):
    for turn in (*HALF_TURNS, Rotation.from_rotvec([0, 0, np.pi / 2])):
        assert out_of_place(name, turn) > 0.003


@pytest.mark.parametrize("name", sorted(catalogue.SYMMETRIC))
def test_symmetric_objects_look_the_same_turned_by_a_quarter(name):
    assert out_of_place(name, Rotation.from_rotvec([0, 0, np.pi / 2])) < 0.002


def test_the_same_grip_from_another_side_lies_on_that_side():
    hold = take_hold(
        hand_model("right", *hand_anatomy.rest_shape("right")),
        shape("bowl"),
        OBJECTS["bowl"].grips["rim"],
        replace(PLAIN, yaw=0.5),
    )
    assert hold.place[1] > 0.05  # the rim at y = -64 mm is the one at 64 mm half a turn later


def test_distances_of_solids():
    origin, up = np.zeros(3), np.array([0, 0, 1.0])
    square = sd.plate([(0, 0), (0.04, 0), (0.04, 0.04), (0, 0.04)], 0.006)
    np.testing.assert_allclose(square.distance(np.array([[0.02, 0.02, 0.005], [0.06, 0.02, 0]])), [0.002, 0.019])
    strip = sd.strip(0.03, 0.02, 0.004, gap=90)
    np.testing.assert_allclose(strip.distance(np.array([0.04 * up, -0.03 * up])), [0.008, 0.020961], atol=1e-5)
    bar = sd.flattened(0.1, (0.02, 0.004), (0.02, 0.008))
    np.testing.assert_allclose(bar.distance(np.array([0.006 * up, origin])), [0, -0.006], atol=1e-9)
    pair = sh.mirrored(sd.ellipsoid((0.01, 0.01, 0.01), at=(0.03, 0, 0)))
    np.testing.assert_allclose(pair.distance(np.array([[-0.045, 0, 0], origin])), [0.005, 0.02])
    both = sh.common(sd.box((0.02, 0.02, 0.02)), sd.box((0.02, 0.02, 0.02), at=(0.01, 0, 0)))
    np.testing.assert_allclose(both.distance(np.array([0.005, 0, 0])), -0.005)


def test_parts_that_meet_in_an_edge_give_a_closed_mesh():
    import trimesh

    halves = [sd.box((0.04, 0.04, 0.04), at=(s * 0.02, s * 0.02, 0), edge=1e-4) for s in (1, -1)]
    assert trimesh.Trimesh(*mesh(sh.union(*halves)), process=False).is_watertight


def test_distance_of_a_sphere():
    points = np.array([[0.0, 0.0, 0.040], [0.020, 0.0, 0.0], [0.0, -0.033, 0.0], [0.0, 0.5, 0.0]])
    distance = shape("spheremedium").distance(points)  # radius 33 mm
    np.testing.assert_allclose(distance[:3], [0.007, -0.013, 0.0], atol=3e-4)
    assert distance[3] == 0.02  # far away: a bound


def test_table_top_is_at_zero():
    vertices, _ = table()
    assert abs(vertices[:, 2].max()) < 1e-6


@pytest.mark.parametrize("name", OBJECTS)
def test_thumb_and_fingers_hold_by_every_grip(name):
    for called, grip in OBJECTS[name].grips.items():
        side = "left" if called == "left" else "right"
        hold = take_hold(hand_model(side, *hand_anatomy.rest_shape(side)), shape(name), grip, PLAIN)
        assert hold.opposed, called
        assert hold.touching >= 5, called
        assert hold.depth < 0.005, called


@pytest.mark.parametrize("name", ["mug", "cubelarge", "spheresmall", "hammer", "torusmedium", "bowl"])
def test_left_hands_touch_and_do_not_pierce(name):
    model = hand_model("left", *hand_anatomy.rest_shape("left"))
    for grip in OBJECTS[name].grips.values():
        hold = take_hold(model, shape(name), grip, PLAIN)
        assert hold.touching >= 5
        assert hold.depth < 0.005


def test_fingers_stop_at_the_floor():
    model, made = hand_model("right", *hand_anatomy.rest_shape("right")), shape("toruslarge")
    floor = float(made.vertices[:, 2].min())
    hold = take_hold(model, made, OBJECTS["toruslarge"].grips["above"], PLAIN, floor=floor)
    assert hold.lowest > floor - 0.003
