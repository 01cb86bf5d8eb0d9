"""How far answers are off over time, as plots in a viser server's panel: a plot for each kind of error."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepgrasp.view.answers import ShownAnswer
from deepgrasp.view.palette import ANSWER_COLOURS, HEAT_COLOUR, css
from deepgrasp.view.recorded_scene import Scene

_NOW = "now"


class ServedErrors:
    """The plots of the answers about one recording; points mark what was asked last, by the frame that is shown.

    Args:
        gui: of a ``viser.ViserServer``, or what stands for it within a folder.
    """

    def __init__(self, gui: Any) -> None:
        self._gui = gui
        self._plots: list[tuple[Any, _Lines]] = []
        self._marked: list[tuple[int, ...]] = []

    def put(self, scene: Scene, answers: Sequence[ShownAnswer]) -> None:
        """Replace all plots by those of the answers that have errors."""
        for plot, _ in self._plots:
            plot.remove()
        names = dict.fromkeys(name for each in answers for name in each.errors)
        lines = [_Lines(name, scene, answers) for name in names]
        self._plots = [(self._plot(each), each) for each in lines]
        self._marked = [each.asked_by(-1) for each in lines]  # nothing yet

    def show(self, frame: int) -> None:
        """Mark the errors at a frame of the scene; sent to the browser only when they change."""
        for k, (plot, lines) in enumerate(self._plots):
            if (asked := lines.asked_by(frame)) != self._marked[k]:
                plot.data, self._marked[k] = lines.data(asked), asked

    def _plot(self, lines: "_Lines") -> Any:
        drawn = [{"label": label, "stroke": css(colour), "width": 2} for label, colour in lines.keys]
        point = {"show": True, "size": 9, "fill": css(HEAT_COLOUR)}
        marks = [{"label": _NOW, "stroke": css(HEAT_COLOUR), "width": 0, "points": point} for _ in lines.keys]
        return self._gui.add_uplot(
            lines.data(lines.asked_by(-1)),
            ({"label": "s"}, *drawn, *marks),
            title=lines.name,
            scales={"x": {"time": False, "range": [0, lines.seconds]}, "y": {"range": [0, lines.highest]}},
            aspect=1.6,
        )


class _Lines:
    """One kind of error of all answers that have it, in the seconds at which any of them was asked."""

    def __init__(self, name: str, scene: Scene, answers: Sequence[ShownAnswer]) -> None:
        own = [(k, each) for k, each in enumerate(answers) if name in each.errors]
        self.name = name
        # by the place among all answers, as their shapes in the scene are coloured
        self.keys = [(each.name, ANSWER_COLOURS[k % len(ANSWER_COLOURS)]) for k, each in own]
        self.seconds = max(1, scene.n_frames - 1) / scene.framerate
        self._asked = [each.at for _, each in own]
        self._at = np.unique(np.concatenate(self._asked))  # [A]
        self._times = scene.frames[self._at] / scene.framerate
        # where only the other was asked a line goes on straight: a hole would end it
        self._values = np.array([np.interp(self._at, each.at, each.errors[name], np.nan, np.nan) for _, each in own])
        # an answer without any error needs an axis, too
        self.highest = 1.1 * max(float(np.nanmax(self._values)), 1e-3)

    def asked_by(self, frame: int) -> tuple[int, ...]:
        """Place in time of the frame that each answer was asked about last; -1 before the first."""
        counts = [int(np.searchsorted(at, frame, side="right")) for at in self._asked]
        return tuple(
            int(np.searchsorted(self._at, at[n - 1])) if n else -1 for at, n in zip(self._asked, counts, strict=True)
        )

    def data(self, asked: Sequence[int]) -> tuple[NDArray[np.float64], ...]:
        """Seconds ``[A]``, the errors of each answer, and of each those at the place that is marked."""
        marks = np.full_like(self._values, np.nan)  # NaN: no point
        for row, values, place in zip(marks, self._values, asked, strict=True):
            if place >= 0:
                row[place] = values[place]
        return (self._times, *self._values, *marks)
