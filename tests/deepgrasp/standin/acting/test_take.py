"""Takes: paths are what intents claim, objects go with the hand, long recordings repeat and wait."""

import numpy as np
import pytest
from scipy.signal import find_peaks
from scipy.spatial.transform import Rotation

from deepgrasp.skeleton import INDEX
from deepgrasp.standin.acting.posed_joints import posed_joints
from deepgrasp.standin.acting.take import act_take
from deepgrasp.standin.plan.take_list import plan_takes
from deepgrasp.standin.things.objects import ALL_THINGS, object_shape
from tests.deepgrasp.standin.acted_takes import long, made, touching

USED = ["eyeglasses_wear", "fryingpan_cook", "hand_shake", "piggybank_use", "scissors_use", "watch_set"]


@pytest.mark.parametrize("name", ["mug_drink", "cubemedium_lift", "spherelarge_pass", "apple_offhand", *USED])
def test_contact_takes_its_time(name):
    take, recording = made(name)
    frames = np.flatnonzero((recording.contact.object > 0).any(1))
    assert len(frames) >= 100
    assert frames[0] >= 30
    assert frames[-1] < take.frames - 1
    assert ((recording.contact.object > 0).any(1) == (recording.contact.body > 0).any(1)).all()
    assert set(np.unique(recording.contact.body)) <= {0, 21, 22, *range(26, 56)}


def test_lift_goes_up_and_down():
    _, recording = made("cubemedium_lift")
    height = recording.object_place[:, 2]
    assert height.max() - height[0] > 0.08
    assert abs(height[-1] - height[0]) < 0.03
    assert not touching(recording, "left").any()


def test_pass_goes_forward():
    _, recording = made("spherelarge_pass")
    facing = Rotation.from_rotvec(recording.table[0]).apply([0, -1.0, 0])  # away from the body
    assert ((recording.object_place - recording.object_place[0]) @ facing).max() > 0.10


def test_offhand_changes_hands():
    _, recording = made("apple_offhand")
    right, left = touching(recording, "right"), touching(recording, "left")
    assert (right & left).sum() >= 8
    assert np.flatnonzero(right)[0] < np.flatnonzero(left)[0]
    assert np.flatnonzero(right)[-1] < np.flatnonzero(left)[-1] - 20


def test_drinking_brings_the_rim_to_the_mouth():
    _, recording = made("mug_drink")
    rotations, positions = posed_joints(recording.subject.joints, recording.pose, recording.transl)
    eyes = positions[:, [INDEX["left_eye"], INDEX["right_eye"]]].mean(1)
    mouth = eyes + rotations[:, INDEX["head"]] @ np.array([0, -0.072, 0.035])
    middle = 0.5 * np.linalg.norm(np.ptp(object_shape("mug").vertices, axis=0))
    assert (np.linalg.norm(recording.object_place - mouth, axis=1) - middle).min() < 0.03


def test_binoculars_come_to_the_eyes_in_both_hands():
    _, recording = made("binoculars_see")
    _, positions = posed_joints(recording.subject.joints, recording.pose, recording.transl)
    eyes = positions[:, [INDEX["left_eye"], INDEX["right_eye"]]].mean(1)
    near = np.linalg.norm(recording.object_place - eyes, axis=1) < 0.15  # their middle is 6 cm from the eyepieces
    assert near.sum() > 20
    assert (touching(recording, "left") & touching(recording, "right") & near).sum() > 20


def test_a_mouse_is_moved_on_the_table():
    _, recording = made("mouse_use")
    place = recording.object_place - recording.object_place[0]
    assert place[:, 2].max() < 0.05
    assert np.ptp(place[:, :2], axis=0).max() > 0.05


def test_a_hammer_is_raised_again_after_a_blow():
    _, recording = made("hammer_use")
    turn = Rotation.from_rotvec(recording.object_turn).as_matrix()
    head = (turn @ [0.13, 0, 0])[:, 2] + recording.object_place[:, 2]  # it lies at +x
    extremes = head[np.flatnonzero(np.diff(np.sign(np.diff(head)))) + 1]
    assert (np.diff(extremes) > 0.10).sum() >= 2


def test_object_is_rigid_in_the_hand_and_still_without():
    take, recording = made("cubemedium_lift")
    rotation, place = recording.wrists["right"]
    turn = Rotation.from_rotvec(recording.object_turn).as_matrix()
    held = slice(take.first + 50, take.last - 50)  # between the changes of hold near the table
    inside = np.einsum("tji,tj->ti", rotation, recording.object_place - place)[held]
    relative = Rotation.from_matrix((np.swapaxes(rotation, 1, 2) @ turn)[held])
    assert np.abs(inside - inside.mean(0)).max() < 0.001
    assert np.degrees((relative[0].inv() * relative).magnitude()).max() < 0.2
    assert np.ptp(recording.object_place[: take.first - 15], axis=0).max() == 0


def rounds(near: np.ndarray) -> int:
    """How many times a condition [T] begins to hold, gaps below a quarter of a second left aside."""
    on = np.flatnonzero(near)
    return int((np.diff(on, prepend=-99) > 30).sum())


def test_long_recordings_repeat_the_use():
    """Several sips, each as fast as people drink, not one that takes ten seconds."""
    _, recording = long("mug_drink")
    _, positions = posed_joints(recording.subject.joints, recording.pose, recording.transl)
    eyes = positions[:, [INDEX["left_eye"], INDEX["right_eye"]]].mean(1)
    distance = np.linalg.norm(recording.object_place - eyes, axis=1)
    assert rounds(distance < distance.min() + 0.05) >= 2
    _, recording = long("hammer_use")
    blows, _ = find_peaks(-recording.object_place[:, 2], prominence=0.04)
    assert len(blows) >= 4


@pytest.mark.parametrize("name", ["mug_drink", "cubemedium_lift", "spherelarge_pass", "apple_offhand"])
def test_long_recordings_are_as_fast_as_people(name):
    take, recording = long(name)
    for path in (recording.object_place, recording.wrists["right"][1], recording.wrists["left"][1]):
        assert 120 * np.linalg.norm(path[8:] - path[:-8], axis=1).max() / 8 < 3.5  # m/s
    speed = 120 * np.linalg.norm(recording.object_place[8:] - recording.object_place[:-8], axis=1) / 8
    fastest = np.sort(speed)[-len(speed) // 20]
    assert fastest > 0.3  # not one movement stretched over all the time
    touched = (recording.contact.object > 0).any(1)
    assert touched.sum() > 0.9 * (take.last - take.first)
    assert abs(np.flatnonzero(touched)[0] - take.first) < 12


def test_the_shortest_of_grab_scale_touch_long_enough():
    """GRAB's fewest frames of contact are 94; the published tools abort below 81."""
    shortest = sorted(
        (take for take in plan_takes("grab", 0) if take.object in ALL_THINGS), key=lambda t: t.last - t.first
    )
    for take in shortest[:4]:
        assert (act_take(take, 0).contact.object > 0).any(1).sum() >= 94


def test_people_wait_before_they_reach():
    take, recording = long("cubemedium_lift")
    wrist = recording.wrists["right"][1]
    still = wrist[: take.first - 125]
    assert np.linalg.norm(still - still.mean(0), axis=1).max() < 0.12
    assert (still - still.mean(0)).std() > 0.002  # alive, though
    assert np.linalg.norm(wrist[take.first] - still.mean(0)) > 0.2
    assert np.linalg.norm(wrist[-1] - still.mean(0)) < 0.15  # and go back
