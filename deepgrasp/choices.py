"""Values that the choices in ``params.yaml`` may have, as types: spelt once, checked where used and when loaded.

They stand apart from the code that follows them, so that reading the parameters does not import that code: a change of
how windows are cut must not make scores stale.
"""

from typing import Literal

# of synthetic
ScaleName = Literal["tiny", "default", "grab"]
DEFAULT_PEOPLE, DEFAULT_RECORDINGS = 10, 72
"""Of the stand-in, unless asked otherwise: how many people, and how many recordings of each at scale default."""

# of prepare
Window = Literal["contact", "prehension", "all", "contact-as-published", "prehension-as-published", "all-as-published"]
Frame = Literal["body", "neck", "world"]
Sizes = Literal["apart", "merged"]
Damaged = Literal["error", "skip"]
Extra = Literal["joints", "contact", "object_vertices", "hand_vertices", "body_vertices"]

SplitName = Literal["subject", "object", "random", "leave-one-out"]
# By object, nothing that is tested was trained on, so that the class of an object cannot be asked.
# At random, a person is in all parts: a board of its own, to compare with published figures.
HELD_OUT: dict[str, str | None] = {"subject": "subject", "object": "object", "random": None, "leave-one-out": "subject"}
"""The field of a sequence's record whose values no two parts of a fold share, by split; None where there is none."""

# of inputs
POSE, TOUCH = "pose", "touch"
Modalities = Literal["touch", "pose", "both"]
Fusion = Literal["late", "early"]
Hands = Literal["right", "left", "both"]
PoseNodes = Literal["arms", "hands"]
Joints = Literal[15, 21]
Stream = Literal["joint", "bone", "motion", "posture"]  # chosen by each entrant in its own section
STREAMS_KEY = "streams"
"""The key of an entrant's section that says what it sees of the inputs."""
TRAIN = "train"
"""The key of an entrant's section that says where its recipe differs from that of all."""
