"""A scene as surfaces: layers, heat where it is touched, and a camera that cuts nothing off."""

from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from deepgrasp.errors import InputError
from deepgrasp.geometry.rotations import Pose
from deepgrasp.skeleton import SIDES
from deepgrasp.view.answers import ShownAnswer
from deepgrasp.view.portrait import (
    ANSWER_SHARES,
    PICTURE_LAYERS,
    SKIN_SHARES,
    Aim,
    answered,
    camera_of,
    chosen_layers,
    grasping_side,
    heat_colours,
    smoothed,
    surfaces,
    tinted,
    touch_shares,
)
from deepgrasp.view.recorded_scene import Scene, recordings_of


@pytest.fixture(scope="module")
def scene(_pristine: Path, models: Path) -> Scene:
    return recordings_of(_pristine, models).scene("s2/mug_pass_1", frames=6)


def test_each_layer_is_shown_when_asked_for(scene: Scene) -> None:
    counts = {layer: len(surfaces(scene, 2, [layer])) for layer in PICTURE_LAYERS}
    assert counts == {"person": 1, "object": 1, "table": 0, "touch": 0, "graph": 1}  # this recording has no table
    (skin,) = surfaces(scene, 2, ["person"])
    np.testing.assert_array_equal(skin.vertices, scene.body.vertices(2))
    assert np.unique(skin.colours, axis=0).shape == (1, 3)


def test_touch_is_of_the_frame_or_of_the_whole_grasp(scene: Scene) -> None:
    body, thing = touch_shares(scene, 2)
    np.testing.assert_array_equal(thing, scene.thing.touch[2] > 0)
    assert set(np.unique(body)) == {0, 1}
    body, thing = touch_shares(scene)
    assert scene.contact == (6, 23)
    inside = scene.frames >= 6
    np.testing.assert_allclose(thing, (scene.thing.touch[inside] > 0).mean(axis=0))
    assert 0 < body.max() <= 1


def test_what_is_never_touched_has_the_colour_of_skin() -> None:
    colours = tinted(SKIN_SHARES, np.array([0.0, 0.5, 1.0]))
    np.testing.assert_allclose(colours[0], SKIN_SHARES)
    np.testing.assert_allclose(colours[1:], heat_colours([0.5, 1.0]))
    brightness = heat_colours(np.linspace(0, 1, 9)) @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(brightness) < 0).all(), "told apart without hue"


def test_touch_is_smoothed_over_neighbours_alone() -> None:
    share = smoothed(np.array([1.0, 0, 0, 1]), np.array([[0, 1, 2]]))
    np.testing.assert_allclose(share, [0.5, 0.25, 0.25, 1])  # the last one has no neighbour


@pytest.mark.parametrize("aim", get_args(Aim))
@pytest.mark.parametrize("view", ["auto", "top", "120,40"])
def test_nothing_that_is_aimed_at_is_cut_off(scene: Scene, aim: Aim, view: str) -> None:
    camera = camera_of(scene, [0, 3], view, aim, shape=1.5)
    seen = {"person": scene.body.vertices(3), "arms": scene.nodes[3]}
    side = SIDES.index(grasping_side(scene))
    points = [scene.thing.placed(3), seen.get(aim, scene.body.vertices(3, scene.body.hands[side]))]
    at = camera.on_screen(camera.seen(np.concatenate(points)), 150, 100)
    assert (at[:, :2] >= 0).all()
    assert (at[:, 0] <= 150).all()
    assert (at[:, 1] <= 100).all()


def test_the_answer_of_a_model_stands_where_it_says(scene: Scene) -> None:
    asked = np.array([1, 3])
    thing = Pose(scene.thing.rotation[asked], scene.thing.translation[asked])
    arms = scene.nodes[asked][:, :5]
    right = [
        ShownAnswer("a", asked, "", thing=thing),
        ShownAnswer("b", asked, "", arms=arms, joints=scene.node_names[:5]),
    ]
    mug, hand = answered(scene, 3, right)
    np.testing.assert_allclose(mug.vertices, scene.thing.placed(3), atol=1e-6)
    assert 0 < mug.opacity < 1
    middles = np.asarray(hand.vertices)[-5 * 162 :].reshape(5, 162, 3).mean(axis=1)  # of the five balls
    np.testing.assert_allclose(middles, arms[1], atol=1e-6)
    assert [mug.colours, np.asarray(hand.colours)[0].tolist()] == [ANSWER_SHARES[0], list(ANSWER_SHARES[1])]
    assert answered(scene, 2, right) == []


def test_names_of_layers_are_checked() -> None:
    assert chosen_layers("graph, person") == ("person", "graph")
    with pytest.raises(InputError, match="'grph': is unknown; did you mean graph"):
        chosen_layers("person,grph")
