"""Where things are for one person in one take: the table, the object on it, mouth, eyes, ear and chest."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from deepgrasp.skeleton import HAND_JOINTS, INDEX, SIDES
from deepgrasp.standin.acting.grasp import Hold
from deepgrasp.standin.acting.hand_rig import HandRig, hand_rig
from deepgrasp.standin.acting.movement_style import Style
from deepgrasp.standin.acting.posed_joints import posed_joints
from deepgrasp.standin.acting.purposes import Purpose
from deepgrasp.standin.acting.standing import stance
from deepgrasp.standin.array_types import Array
from deepgrasp.standin.people.subjects import Subject
from deepgrasp.standin.plan.difficulty import Difficulty
from deepgrasp.standin.plan.take_list import Take
from deepgrasp.standin.things.objects import ObjectShape

STANDING = Rotation.from_rotvec([-np.pi / 2, 0, 0])  # the object's z (up on the table) to the body's y


@dataclass(frozen=True)
class TableScene:
    """One person at a table, in body axes (m)."""

    subject: Subject
    style: Style
    hands: dict[str, HandRig]
    shape: ObjectShape
    anchors: dict[str, Array]  # mouth, eyes, ear, chest, and start: the object on the table
    shoulders: dict[str, Array]
    arm: float  # length from shoulder to wrist
    table: float  # height of its top

    @property
    def floor(self) -> float:
        """Height of the table in the coordinates of the object that stands on it."""
        return float(self.shape.vertices[:, 2].min())

    def reachable(self, place: Array, side: str = "right") -> Array:
        """A place ``[3]`` (m) itself, or as near to it as the object gets with the arm and some help of the trunk."""
        # up to 1.12 of the arm's length: the trunk leans that much further, see `whole_body`
        line = place - self.shoulders[side]
        return np.asarray(
            self.shoulders[side] + line * min(1.0, 1.12 * self.arm / max(float(np.linalg.norm(line)), 1e-6))
        )

    def heading(self, place: Array, side: str = "right") -> float:
        """Direction (rad, positive to the left) of the forearm that reaches for a place ``[3]`` (m)."""
        # a forearm starts at the elbow, about 7 cm outside the shoulder when it reaches
        out = 0.07 if side == "left" else -0.07
        line = place - (self.shoulders[side] + [out, 0.0, 0.02])
        return float(np.arctan2(line[0], max(line[2], 0.12)))


def set_scene(subject: Subject, style: Style, shape: ObjectShape, rng: np.random.Generator) -> TableScene:
    """The scene of one take: a person at a table with the object on it."""
    pose, transl = stance(subject, style, 1)
    rotations, positions = posed_joints(subject.joints, pose, transl)
    head, turn = positions[0, INDEX["head"]], rotations[0, INDEX["head"]]
    eyes = positions[0, [INDEX["left_eye"], INDEX["right_eye"]]].mean(0)
    shoulders = {side: positions[0, INDEX[f"{side}_shoulder"]] for side in SIDES}
    table = subject.height * (style.table + 0.012 * float(rng.standard_normal()))
    # a little to the right, before the right hand, and somewhere else in every take
    place = rng.standard_normal(3) * (0.06, 0.0, 0.03) + (-0.08, table - shape.vertices[:, 2].min(), style.distance)
    # m from the eyes or the head joint, in the head's axes: mouth and ear go with the head as it is held
    anchors = {
        "eyes": eyes,
        "mouth": eyes + turn @ np.array([0, -0.072, 0.035]),
        "ear": head + turn @ np.array([-0.10, 0.03, 0.02]),
        "chest": positions[0, INDEX["spine3"]] + (0, 0.08, 0),
        "start": place,
    }
    chains = {side: [INDEX[f"{side}_wrist"], *(INDEX[name] for name in HAND_JOINTS[side])] for side in SIDES}
    hands = {side: hand_rig(side, subject.hand_template(side), subject.joints[chains[side]]) for side in SIDES}
    joints = [positions[0, INDEX[f"right_{part}"]] for part in ("shoulder", "elbow", "wrist")]
    arm = float(np.linalg.norm(joints[1] - joints[0]) + np.linalg.norm(joints[2] - joints[1]))
    return TableScene(subject, style, hands, shape, anchors, shoulders, arm, table)


def table_orientation(scene: TableScene, hold: Hold, jitter: float) -> Rotation:
    """Orientation of the object on the table such that the hand takes it along the forearm, give or take."""
    fingers = STANDING.apply(hold.rotation @ scene.hands[hold.side].axes[:, 0])
    wanted = scene.heading(scene.anchors["start"], hold.side) + jitter
    return Rotation.from_rotvec([0, wanted - np.arctan2(fingers[0], fingers[2]), 0]) * STANDING


@dataclass(frozen=True)
class Act:
    """One take being acted out: who, where, how hard, and the chance that decides the rest."""

    take: Take
    scene: TableScene
    level: Difficulty
    rng: np.random.Generator
    purpose: Purpose  # for which the object is held

    @property
    def frames(self) -> int:
        """Number of frames of the take."""
        return self.take.frames
