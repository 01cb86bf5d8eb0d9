"""What a model looks at in one recording: how much it weighs each joint or patch of touch, as numbers on the skin."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from deepgrasp.geometry.rotations import Floats
from deepgrasp.skeleton import INDEX, SIDES
from deepgrasp.view.skinned_body import SkinnedBody


@dataclass(frozen=True)
class GateFactors:
    """Factors by which one block of a model multiplies what each joint, or each patch, tells it.

    Attributes:
        name: whose, such as ``pose/best/0``.
        block: which one, such as ``block 1``.
        nodes: ``N`` names, all of joints or all of patches (``right_patch0``).
        factors: ``[A, N]``, as many as the block has frames.
        at: ``[A]`` indices into the frames of the scene on which these are centred.
        window: the first and the last frame of the scene that the network sees.
        patches: the patch ``[2, 778]`` of each vertex of the right and the left hand.
    """

    name: str
    block: str
    nodes: tuple[str, ...]
    factors: Floats
    at: NDArray[np.int64]
    window: tuple[int, int]
    patches: NDArray[np.int64]

    @property
    def sense(self) -> str:
        """``touch`` where the nodes are patches, otherwise ``joints``."""
        return "touch" if "_patch" in self.nodes[0] else "joints"

    @property
    def choice(self) -> str:
        """Label that tells these gates from others: ``pose/best/0: gates of joints, block 1``."""
        return f"{self.name}: gates of {self.sense}, {self.block}"

    @property
    def range(self) -> tuple[float, float]:
        """The lowest and the highest factor by which a gate multiplies, of all nodes and frames."""
        return float(self.factors.min()), float(self.factors.max())

    def of(self, frame: int, frames: NDArray[np.int64]) -> Floats | None:
        """Factors ``[N]`` in a frame of the scene, on the way from one to the next; None outside of the window.

        Args:
            frames: of the recording, those that the scene shows.
        """
        if not self.window[0] <= frame <= self.window[1]:
            return None
        times = frames[self.at]
        return np.array([np.interp(frames[frame], times, each) for each in self.factors.T])

    @cached_property
    def joints(self) -> NDArray[np.int64]:
        """Which joint ``[N]`` of the body each node is; -1 for a patch, and for a fingertip, which moves no skin."""
        return np.array([INDEX.get(name, -1) for name in self.nodes])

    def skin_nodes(self, body: SkinnedBody) -> NDArray[np.int64]:
        """Of patches, the node ``[V]`` of each vertex; -1 where it is in none."""
        found = np.full(len(body.rest), -1)
        place = {name: k for k, name in enumerate(self.nodes)}
        for side, hand, patches in zip(SIDES, body.hands, self.patches, strict=True):
            found[hand] = [place.get(f"{side}_patch{patch}", -1) for patch in patches]
        return found

    def on_skin(self, body: SkinnedBody, factors: Floats) -> tuple[Floats, Floats]:
        """The factor at each vertex ``[V]``, and how far it applies there ``[V]``, 0 to 1; where not at all, it is 0.

        A joint reaches a vertex as far as it moves it, by the weights of the skin; a patch has all of its vertices.
        """
        if self.sense == "touch":
            nodes = self.skin_nodes(body)
            return np.where(nodes < 0, 0, factors[nodes]), (nodes >= 0).astype(float)
        known = self.joints >= 0
        weights = body.weights[:, self.joints[known]]
        reach = weights.sum(axis=1)
        return weights @ factors[known] / np.where(reach > 0, reach, 1), reach
