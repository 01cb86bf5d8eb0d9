"""Joints of the SMPL-X skeleton, and those of arms and hands that graphs are made of: plain data."""

FINGERS = ("index", "middle", "pinky", "ring", "thumb")  # SMPL-X order, three joints each
SIDES = ("right", "left")  # the order of arms, hands and touch everywhere in the project


def _hand(side: str) -> tuple[str, ...]:
    return tuple(f"{side}_{finger}{k}" for finger in FINGERS for k in (1, 2, 3))


# fmt: off
# the order of smplx's joint_names.py; the 72 further points of its output hang from the surface and turn nothing
JOINTS: tuple[str, ...] = (
    "pelvis", "left_hip", "right_hip", "spine1", "left_knee", "right_knee", "spine2", "left_ankle", "right_ankle",
    "spine3", "left_foot", "right_foot", "neck", "left_collar", "right_collar", "head", "left_shoulder",
    "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist", "jaw", "left_eye", "right_eye",
    *_hand("left"), *_hand("right"),
)
"""The 55 kinematic joints of SMPL-X, in the model's order."""

PARENTS: tuple[int, ...] = (
    -1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 15, 15, 15,
    20, 25, 26, 20, 28, 29, 20, 31, 32, 20, 34, 35, 20, 37, 38,
    21, 40, 41, 21, 43, 44, 21, 46, 47, 21, 49, 50, 21, 52, 53,
)
"""Index of each joint's parent; the root's is -1."""
# fmt: on

INDEX: dict[str, int] = {name: k for k, name in enumerate(JOINTS)}
HAND_JOINTS: dict[str, tuple[str, ...]] = {side: _hand(side) for side in SIDES}
HAND_PARENTS = (-1, 0, 1, 2, 0, 4, 5, 0, 7, 8, 0, 10, 11, 0, 13, 14)
"""MANO's joints: the wrist, then three a finger in the order of :data:`FINGERS`."""
BODY_VERTICES = 10475  # SMPL-X's surface
HAND_VERTICES = 778  # MANO's surface, one touch node each
EXPRESSIONS = 10  # coefficients of the face
FINGERTIP_VERTICES: dict[str, int] = {"thumb": 744, "index": 320, "middle": 443, "ring": 554, "pinky": 671}
"""Where smplx finds a fingertip among the 778 (``vertex_ids.py``); on the right body hand it takes another for the
thumb, 8 mm off its mirror image, which is not followed here."""
TIPS: dict[str, tuple[str, ...]] = {side: tuple(f"{side}_{finger}_tip" for finger in FINGERS) for side in SIDES}
POINTS: tuple[str, ...] = (*JOINTS, *TIPS["right"], *TIPS["left"])
"""The 55 joints and the ten fingertips, which are vertices: all that has a place on the skeleton."""
POINT_INDEX: dict[str, int] = {name: k for k, name in enumerate(POINTS)}

TRUNK = "spine3"  # parent of neck and collars: its axes are the body frame of the arms


def arm_joints(side: str) -> tuple[str, ...]:
    """The 20 joints of an arm: 15 of the hand, wrist, elbow, shoulder, collar, and the neck they hang from."""
    return (*HAND_JOINTS[side], *(f"{side}_{part}" for part in ("wrist", "elbow", "shoulder", "collar")), "neck")


def arms(hands: str) -> tuple[str, ...]:
    """Joints of the ``right``, the ``left`` or ``both`` arms (20, 20 or 39: the neck is shared).

    Both arms list the right arm with the neck, then the left arm without it.
    """
    if hands == "both":
        return (*arm_joints("right"), *(name for name in arm_joints("left") if name != "neck"))
    return arm_joints(hands)


def pose_nodes(part: str, hands: str, joints: int) -> tuple[str, ...]:
    """Names of the nodes of a pose graph.

    Args:
        part: ``arms``, or ``hands``: their fingers and the wrists from which these hang.
        hands: ``right``, ``left`` or ``both``.
        joints: 15 a hand, or 21 with the wrist counted and the fingertips.

    Returns:
        20 or 39 names for arms, 16 or 32 for hands, and 5 more a hand with the tips, which come last.
    """
    sides = SIDES if hands == "both" else (hands,)
    wanted = {name for side in sides for name in (*HAND_JOINTS[side], f"{side}_wrist")}
    names = tuple(name for name in arms(hands) if part == "arms" or name in wanted)
    return names + tuple(tip for side in sides for tip in TIPS[side] if joints == 21)


def rest_direction(name: str) -> tuple[float, float, float]:
    """Rough direction of the bone to an arm joint or fingertip in SMPL-X's T-pose, unit length; zero if unknown.

    Arms and fingers point straight out; y is up, x to the body's left. Thumbs, which also point forward, and slopes are
    left out: networks learn them.
    """
    return {"right": (-1.0, 0.0, 0.0), "left": (1.0, 0.0, 0.0)}.get(name.split("_")[0], (0.0, 0.0, 0.0))


def arm_parent(name: str) -> str | None:
    """Name of the joint that an arm joint or fingertip hangs from; None for the neck.

    It is SMPL-X's parent, except that collars hang from the neck.
    """
    if name == "neck":
        return None
    if name.endswith("_tip"):
        return name.replace("_tip", "3")
    # collars and neck are all children of spine3: hung from the neck, the arm graph is one tree around the origin of
    # the targets, and needs no trunk
    return "neck" if name.endswith("_collar") else JOINTS[PARENTS[INDEX[name]]]
