"""The whole body around two hands: sway, a trunk that helps the arms, eyes on the object, two-bone arms.

Body axes: x to the person's left, y up from the floor, z to the front; the feet stand at the origin.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.transform import Rotation

from deepgrasp.geometry.rotations import rotation_vectors
from deepgrasp.skeleton import INDEX, SIDES
from deepgrasp.standin.acting.arm_inverse_kinematics import place_arm
from deepgrasp.standin.acting.curves import slow_noise
from deepgrasp.standin.acting.movement_style import Style
from deepgrasp.standin.acting.posed_joints import posed_joints
from deepgrasp.standin.acting.scene import Act
from deepgrasp.standin.acting.standing import ANKLES, SPINE, planted, stance
from deepgrasp.standin.array_types import Array
from deepgrasp.standin.people.subjects import Subject
from deepgrasp.standin.plan.difficulty import Difficulty

RigidPath = tuple[Array, Array]  # rotations [T, 3, 3] and places [T, 3]


@dataclass(frozen=True)
class WristTargets:
    """Where the wrists are wanted: world rotations [T, 3, 3] and places [T, 3] of right and left."""

    rotations: dict[str, Array]
    places: dict[str, Array]


def whole_body_pose(act: Act, hands: WristTargets, gaze: Array) -> tuple[Array, Array]:
    """Pose [T, 55, 3] (fingers at rest) and translation [T, 3] of a person whose wrists are where they are wanted.

    Args:
        gaze: what the eyes follow [T, 3].
    """
    subject, style, rng = act.scene.subject, act.scene.style, act.rng
    # order matters: the trunk leans before the arms are placed, because it decides where the shoulders are
    still, transl = stance(subject, style, 1)
    pose = np.repeat(still, len(gaze), 0)
    _sway(pose, rng, act.level)
    _lean_to_reach(pose, posed_joints(subject.joints, still, transl)[1], subject, style, hands)
    rotations, positions = posed_joints(subject.joints, pose, np.zeros((len(pose), 3)))
    transl = planted(subject, positions)
    positions = positions + transl[:, None]
    _turn_head(pose, rotations, positions, gaze)
    for k, side in enumerate(SIDES):
        collar = INDEX[f"{side}_collar"]
        frame, wanted = (rotations[:, collar], positions[:, collar]), (hands.rotations[side], hands.places[side])
        swivel = _easiest_swivel(subject, side, frame, wanted, style.swivel[k])
        arm = place_arm(
            subject, side, frame, wanted, swivel + slow_noise(rng, (len(pose),), sd=np.radians(4), width=40)
        )
        pose[:, INDEX[f"{side}_shoulder"]], pose[:, INDEX[f"{side}_elbow"]] = arm.shoulder, arm.elbow
        pose[:, INDEX[f"{side}_wrist"]] = arm.wrist
    return pose, transl


def _easiest_swivel(subject: Subject, side: str, collar: RigidPath, wanted: RigidPath, habit: float) -> Array:
    """Swivel of the elbow [T] that spares the wrist, not too far from what the person does out of habit."""
    frames, some = len(wanted[1]), np.unique(np.append(np.arange(0, len(wanted[1]), 8), len(wanted[1]) - 1))
    # six closed-form arms at every eighth frame: the best swivel changes slowly, and a search per frame would jitter
    choices = habit + np.radians([-35, -15, 0, 15, 35, 60])
    cost = np.empty((len(choices), len(some)))
    frame, goal = (collar[0][some], collar[1][some]), (wanted[0][some], wanted[1][some])
    for k, swivel in enumerate(choices):
        arm = place_arm(subject, side, frame, goal, swivel)
        cost[k] = (arm.wrist**2).sum(-1) + 0.35 * (swivel - habit) ** 2
    # a soft minimum: the hard one would jump from one choice to the next between two frames
    weight = np.exp(-(cost - cost.min(0)) / 0.05)
    best = (weight * choices[:, None]).sum(0) / weight.sum(0)
    return gaussian_filter1d(np.interp(np.arange(frames), some, best), 12, mode="nearest")


def _sway(pose: Array, rng: np.random.Generator, level: Difficulty) -> None:
    """Adds balance to a pose: the body sways about the ankles, and every joint is seen with some noise."""
    frames = len(pose)
    sway = slow_noise(rng, (frames, 3), sd=np.radians(0.6), width=60)
    pose[:, 0] += sway
    for ankle in ANKLES:  # turned back, so that the soles stay flat on the floor
        pose[:, ankle] -= sway
    bones = [*SPINE, *(INDEX[name] for name in ("neck", "left_collar", "right_collar"))]
    pose[:, bones] += slow_noise(rng, (frames, len(bones), 3), sd=np.radians(level.joint_noise), width=10)


def _lean_to_reach(pose: Array, positions: Array, subject: Subject, style: Style, hands: WristTargets) -> None:
    """Adds to a pose what trunk and collars do for an arm that reaches far: they lean to the front and turn."""
    joints, effort = subject.joints, []
    for side in SIDES:
        shoulder, elbow, wrist = (joints[INDEX[f"{side}_{part}"]] for part in ("shoulder", "elbow", "wrist"))
        arm = np.linalg.norm(elbow - shoulder) + np.linalg.norm(wrist - elbow)
        reach = np.linalg.norm(hands.places[side] - positions[0, INDEX[f"{side}_shoulder"]], axis=-1) / arm
        # softplus: help begins smoothly as the reach passes 84 % of the arm's length, and grows with it from there
        effort.append(gaussian_filter1d(0.06 * np.logaddexp(0, (reach - 0.84) / 0.06), 8, mode="nearest"))
    right, left = np.minimum(effort, 0.6)  # further the trunk would need the hips, which stand still
    lean = 1.1 * np.maximum(right, left) + 0.25 * style.lean * np.maximum(right, left)
    for spine in SPINE:
        pose[:, spine, 0] += lean / 3 * 1.2
        pose[:, spine, 1] += 0.25 * (right - left)
    for k, (side, much) in enumerate((("right", right), ("left", left))):
        pose[:, INDEX[f"{side}_collar"], 1] += (0.5, -0.5)[k] * much


def _turn_head(pose: Array, rotations: Array, positions: Array, gaze: Array) -> None:
    """Turns neck and head of a pose most of the way towards what is looked at; the eyes do the rest."""
    head, trunk = INDEX["head"], INDEX["spine3"]
    # in the trunk's axes, R^T (gaze - head): a leaning trunk has brought the head part of the way
    line = np.einsum("tji,tj->ti", rotations[:, trunk], gaze - positions[:, head])
    yaw, pitch = np.arctan2(line[:, 0], line[:, 2]), -np.arctan2(line[:, 1], np.hypot(line[:, 0], line[:, 2]))
    near = np.clip((np.linalg.norm(line, axis=-1) - 0.16) / 0.2, 0.0, 1.0)  # nobody looks at what is at the mouth
    turn = np.stack([0.55 * np.clip(pitch, -0.6, 0.9), 0.6 * np.clip(yaw, -0.9, 0.9), 0 * yaw], -1) * near[:, None]
    turn = gaussian_filter1d(turn, 10, axis=0, mode="nearest")
    for joint, part in ((INDEX["neck"], 0.4), (head, 0.6)):
        pose[:, joint] += part * turn


def in_world(pose: Array, transl: Array, subject: Subject, heading: float, place: Array) -> tuple[Array, Array]:
    """Pose and translation in a world with z up: the person turned by ``heading`` and standing at ``place`` [3]."""
    turn = world_turn(heading)
    pose = pose.copy()
    pose[:, 0] = rotation_vectors(turn @ Rotation.from_rotvec(pose[:, 0]).as_matrix())
    # SMPL-X turns the body about its pelvis and then adds `transl`: the pelvis, not the origin, is what moves
    pelvis = subject.joints[0]
    return pose, (pelvis + transl) @ turn.T + place - pelvis


def world_turn(heading: float) -> Array:
    """Rotation [3, 3] from body axes to the world's: y becomes z, then the turn about it."""
    return np.asarray((Rotation.from_rotvec([0, 0, heading]) * Rotation.from_rotvec([np.pi / 2, 0, 0])).as_matrix())
