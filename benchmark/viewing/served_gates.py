"""Gates of attention in a viser server: points on the skin, whose colours follow the frame."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from numpy.typing import NDArray

from deepgrasp.view.gate_factors import GateFactors
from deepgrasp.view.recorded_scene import Scene

_COLOURS = colormaps["viridis"]  # as the page has them
_LEAST = 0.5  # share of a vertex that joints of the graph must move, for a point of its own


class ServedGates:
    """Gates of models about one recording, of which at most one is shown.

    Args:
        api: the ``scene`` of a ``viser.ViserServer``.
    """

    def __init__(self, api: Any, scene: Scene, gates: Sequence[GateFactors]) -> None:
        self._scene, self._gates = scene, {each.choice: each for each in gates}
        self._points = api.add_point_cloud(
            "/gates", np.zeros((1, 3)), np.zeros((1, 3), np.uint8), point_size=0.006, visible=False
        )
        self._shown: GateFactors | None = None

    def look(self, choice: str) -> None:
        """Show the gates of this name from the next frame on, or none if there are none."""
        self._shown = self._gates.get(choice)
        self._points.visible = False

    @property
    def told(self) -> str:
        """What the colours mean; empty where none are shown."""
        if self._shown is None:
            return ""
        low, high = self._shown.range
        each = "patch of skin" if self._shown.sense == "touch" else "joint"
        return (
            f"**{self._shown.choice}**: what the block multiplies each {each} by, over nodes and frames: "
            f"{low:.2f} (violet) to {high:.2f} (yellow) in this recording; "
            "no points in a frame that the network does not see"
        )

    def show(self, frame: int) -> None:
        """Put the points where the skin is in a frame of the scene, in the colours of that frame."""
        if self._shown is None:
            return
        factors = self._shown.of(frame, self._scene.frames)
        self._points.visible = False
        if factors is None:
            return
        values, reach = self._shown.on_skin(self._scene.body, factors)  # [V] each
        if not len(seen := np.flatnonzero(reach > _LEAST)):  # a cloud is never empty
            return
        self._points.visible = True
        self._points.points = self._scene.body.vertices(frame, seen)
        self._points.colors = self._colours(values[seen])

    def _colours(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        assert self._shown is not None
        low, high = self._shown.range
        # ones where all are the same: there is no range to tell
        share = (values - low) / (high - low) if high > low else np.ones_like(values)
        return np.round(255 * _COLOURS(share)[:, :3]).astype(np.uint8)
