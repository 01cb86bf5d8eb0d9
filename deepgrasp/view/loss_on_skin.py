"""What a model looks at, as numbers on the skin: what it loses when a joint or a patch of touch is silenced."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepgrasp.geometry.rotations import Floats
from deepgrasp.skeleton import INDEX, SIDES
from deepgrasp.view.skinned_body import SkinnedBody


@dataclass(frozen=True)
class Silenced:
    """What one model loses in one task without each joint and each patch; below zero it gains.

    Attributes:
        name: whose, such as ``pose/best/0``.
        unit: of what is lost, such as ``points of accuracy`` or ``cm of MPJPE``.
        told: whom it was asked about, such as ``36 recordings of s1 and s3``.
        lost: by the joint's name, or ``right_patch0``.
        patches: the patch ``[2, 778]`` of each vertex of the right and the left hand.
    """

    name: str
    unit: str
    told: str
    lost: Mapping[str, float]
    patches: NDArray[np.int64]

    def on_skin(self, body: SkinnedBody) -> dict[str, Floats]:
        """What is lost at each vertex ``[V]``: by ``joints``, and by ``touch``; one that was not asked is left out.

        Joints reach a vertex as far as they move it, by the weights of the skin; a patch is lost at all its vertices.
        """
        joints = {name: value for name, value in self.lost.items() if name in INDEX}
        touch = {name: value for name, value in self.lost.items() if name not in INDEX}
        found: dict[str, Floats] = {}
        if joints:
            found["joints"] = body.weights[:, [INDEX[name] for name in joints]] @ np.array(list(joints.values()))
        if touch:
            found["touch"] = np.zeros(len(body.rest))
            for side, hand, patches in zip(SIDES, body.hands, self.patches, strict=True):
                found["touch"][hand] = [touch.get(f"{side}_patch{patch}", 0.0) for patch in patches]
        return found
