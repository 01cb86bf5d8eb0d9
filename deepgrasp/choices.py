"""Values that the choices in ``params.yaml`` may have, as types: spelt once, checked where used and when loaded.

They stand apart from the code that follows them, so that reading the parameters does not import that code: a change of
how windows are cut must not make scores stale.
"""

from typing import Literal

# of prepare
Window = Literal["contact", "prehension", "all"]
Frame = Literal["body", "neck", "world"]
Sizes = Literal["apart", "merged"]
Damaged = Literal["error", "skip"]
Extra = Literal["joints", "contact", "object_vertices", "hand_vertices", "body_vertices"]

SplitName = Literal["subject", "object", "random", "leave-one-out"]

# of inputs
Modalities = Literal["touch", "pose", "both"]
Fusion = Literal["late", "early"]
Hands = Literal["right", "left", "both"]
PoseNodes = Literal["arms", "hands"]
Joints = Literal[15, 21]
