"""The choice of graphs that a network sees, checked; without the code that reads them from the store."""

from dataclasses import dataclass
from typing import get_args

from deepgrasp.choices import Fusion, Hands, Joints, Modalities, PoseNodes
from deepgrasp.errors import InputError
from deepgrasp.skeleton import SIDES, pose_nodes

FUSED = "fused"  # the one modality of early fusion


@dataclass(frozen=True)
class GraphChoice:
    """Which senses, hands and nodes of a recording a network sees, and as how many graphs; checked when it is made.

    Attributes:
        modalities: ``pose``, ``touch`` or both.
        hands: ``right``, ``left`` or both, of either modality.
        part: pose of the whole ``arms``, or of the ``hands`` and their wrists.
        joints: 15 a hand, or 21 with fingertips, see :func:`deepgrasp.skeleton.pose_nodes`.
        patches: touch nodes a hand; None or 778 is every vertex.
        fusion: pose and touch as a graph each (``late``), or ``early`` as one; a modality alone is the same either way.

    Raises:
        InputError: an unknown choice.
    """

    modalities: Modalities = "both"
    hands: Hands = "both"
    part: PoseNodes = "arms"
    joints: Joints = 15
    patches: int | None = None
    fusion: Fusion = "late"

    def __post_init__(self) -> None:
        # checked when it is made: an unknown word would otherwise end as a graph without nodes, far from here
        choices = {"modalities": Modalities, "hands": Hands, "part": PoseNodes, "joints": Joints, "fusion": Fusion}
        for name, known in choices.items():
            if (value := getattr(self, name)) not in get_args(known):
                words = " or ".join(map(str, get_args(known)))
                raise InputError(f"inputs.{name}", f"{value!r} is unknown", f"choose {words}")

    @property
    def sides(self) -> tuple[str, ...]:
        """Names of the hands that are seen, ``right`` first."""
        return SIDES if self.hands == "both" else (self.hands,)

    @property
    def pose_nodes(self) -> tuple[str, ...]:
        """Names of the nodes of the pose graph."""
        return pose_nodes(self.part, self.hands, self.joints)

    @property
    def fused(self) -> bool:
        """Whether pose and touch are one graph; a modality alone has nothing to be fused with."""
        # so `early` may stay in params.yaml while a modality is left out
        return self.modalities == "both" and self.fusion == "early"
