"""Features by joint name, binary touch, and targets in every frame of reference."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from deepgrasp.body.hands import tip_vertices
from deepgrasp.geometry import forward_kinematics, rotations
from deepgrasp.grab.reader import read_sequence
from deepgrasp.prepare import features
from deepgrasp.skeleton import INDEX, POINT_INDEX, arm_parent, arms
from deepgrasp.store import layout

NAMES = layout.POSE_NODES


def test_bone_lengths_by_name() -> None:  # each node as many centimetres from its parent as its number
    rest = np.zeros((65, 3))
    placed = {"neck": np.array([0.3, 0.2, 0.1])}
    while len(placed) < len(NAMES):
        for length, name in enumerate(NAMES):
            if name not in placed and arm_parent(name) in placed:
                placed[name] = placed[arm_parent(name)] + [0, length / 100, 0]
    for name, place in placed.items():
        rest[POINT_INDEX[name]] = place
    expected = np.arange(49) / 100
    expected[NAMES.index("neck")] = 0
    assert np.allclose(features.bone_lengths(rest), expected)


def test_pose_features_by_name() -> None:
    fullpose = np.arange(2 * 55 * 3, dtype=float).reshape(2, 55, 3)
    pose = features.pose_features(fullpose)
    assert pose.shape == (2, 39, 3)
    for node, name in enumerate(arms("both")):
        assert np.array_equal(pose[:, node], fullpose[:, INDEX[name]])


def test_fingertips_are_vertices_of_the_hands_own_table() -> None:
    hands = np.stack([7331 + np.arange(778)[::-1], 4595 + np.arange(778)])
    right, left = tip_vertices(hands).reshape(2, 5)
    assert right.tolist() == [7331 + 777 - k for k in (320, 443, 671, 554, 744)]  # index, middle, pinky, ring, thumb
    assert left.tolist() == [4595 + k for k in (320, 443, 671, 554, 744)]


def test_touch_is_binary_by_hand_and_in_the_hands_own_order() -> None:
    contact = np.zeros((2, 10475), dtype=np.int8)
    hands = np.stack([7331 + np.arange(778)[::-1], 4595 + np.arange(778)])
    contact[0, [hands[0, 3], hands[1, 777]]] = 41, 1
    contact[1, 0] = 30  # not a hand
    touch = features.touch_features(contact, hands)
    bits = layout.unpack_touch(touch)
    assert touch.shape == (2, 2, 98)
    assert bits.shape == (2, 2, 778)
    assert np.argwhere(bits).tolist() == [[0, 0, 3], [0, 1, 777]]
    assert bits.max() == 1


def _sequence(members: Callable[..., dict[str, Any]], save, tmp_path: Path) -> Any:
    return read_sequence(save(tmp_path / "s3" / "mug_drink_1.npz", members("s3", "mug_drink_1", frames=6)))


def test_frames_of_reference(members, save, tmp_path: Path) -> None:
    sequence, window = _sequence(members, save, tmp_path), np.array([0, 2, 5])
    rest = np.random.default_rng(0).normal(size=(55, 3))
    joints, rotations = forward_kinematics.forward_kinematics(sequence.fullpose[window], rest, sequence.transl[window])
    world, neck, own = (features.targets(sequence, window, rest, frame) for frame in ("world", "neck", "body"))
    columns, centre = [INDEX[name] for name in arms("both")], joints[:, INDEX["neck"]]
    assert np.allclose(world["body"], joints[:, columns], atol=1e-6)
    assert np.allclose(neck["body"], joints[:, columns] - centre[:, None], atol=1e-6)
    assert np.allclose(neck["object_translation"], sequence.object_transl[window] - centre, atol=1e-6)
    assert np.allclose(neck["object_rotation"], world["object_rotation"])
    trunk, pelvis = rotations[:, INDEX["spine3"]], rotations[:, INDEX["pelvis"]]
    assert np.array_equal(world["lean"], np.tile(np.eye(3), (3, 1, 1)))
    assert np.array_equal(neck["lean"], world["lean"])
    for frame in range(3):
        in_pelvis = pelvis[frame].T @ neck["body"][frame, 7]
        assert np.allclose(own["lean"][frame] @ own["body"][frame, 7], in_pelvis, atol=1e-6)
        assert np.allclose(trunk[frame] @ own["body"][frame, 7], neck["body"][frame, 7], atol=1e-6)
        assert np.allclose(trunk[frame] @ own["object_rotation"][frame], neck["object_rotation"][frame], atol=1e-6)
        assert np.allclose(
            trunk[frame] @ own["object_translation"][frame], neck["object_translation"][frame], atol=1e-6
        )


def test_the_objects_rotation_is_the_usual_one(members, save, tmp_path: Path) -> None:
    sequence = _sequence(members, save, tmp_path)
    world = features.targets(sequence, np.arange(6), np.zeros((55, 3)), "world")
    vertex = np.array([0.1, -0.2, 0.3])
    as_grab_reads_it = vertex @ rotations.rotation_matrix(sequence.object_orient) + sequence.object_transl  # row vector
    assert np.allclose(world["object_rotation"] @ vertex + world["object_translation"], as_grab_reads_it, atol=1e-6)
