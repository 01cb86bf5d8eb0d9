"""Class probabilities over the share of an action that is seen, as plots in a viser server's panel."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from deepgrasp.view.answers import ShownAnswer
from deepgrasp.view.early_answer import EarlyAnswer
from deepgrasp.view.palette import HEAT_COLOUR, css

_COLOURS = ("#888888", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b")  # the true class, then others
_NOW = "now"


class ServedEarly:
    """The plots of the answers about one recording; a point marks the share that is seen.

    Args:
        gui: of a ``viser.ViserServer``, or what stands for it within a folder.
    """

    def __init__(self, gui: Any) -> None:
        self._gui = gui
        self._plots: list[tuple[str, Any, EarlyAnswer]] = []
        self._seen: list[int] = []

    def put(self, answers: Sequence[ShownAnswer]) -> None:
        """Replace all plots by those of the answers that have early ones."""
        for _, plot, _ in self._plots:
            plot.remove()
        self._plots = [(each.name, self._plot(each.name, each.early), each.early) for each in answers if each.early]
        self._seen = [0] * len(self._plots)  # nothing is marked yet

    def show(self, frame: int) -> list[str]:
        """Mark what is seen by a frame of the scene, and say the answers to it, a line each."""
        lines = []
        for k, (name, plot, early) in enumerate(self._plots):
            seen = early.seen(frame)
            if seen != self._seen[k]:  # sent to the browser only when it changes
                plot.data, self._seen[k] = _data(early, seen), seen
            if seen:
                named, chances = early.named[seen - 1], early.chances[seen - 1]
                told = f"{name} after {early.shares[seen - 1]:.0%}: {named} {chances.max():.0%}"
                true = chances[early.classes.index(early.truth)]
                lines.append(f"{told} (true)" if named == early.truth else f"{told}, {early.truth} (true) {true:.0%}")
        return lines

    def _plot(self, name: str, early: EarlyAnswer) -> Any:
        told = [early.classes[k] + (" (true)" if early.classes[k] == early.truth else "") for k in early.foremost]
        lines = [
            {"label": label, "stroke": colour, "width": 2 if n else 4}
            # of few classes some colours are left
            for n, (label, colour) in enumerate(zip(told, _COLOURS, strict=False))
        ]
        dot = {"show": True, "size": 11, "fill": css(HEAT_COLOUR)}
        point = {"label": _NOW, "stroke": css(HEAT_COLOUR), "width": 0, "points": dot}
        return self._gui.add_uplot(
            _data(early, 0),
            ({"label": "seen, %"}, *lines, point),
            title=f"{name}: chances by the share seen",
            # a little above 100 %, so that the line of a sure answer is whole
            scales={"x": {"time": False, "range": [0, 100]}, "y": {"range": [0, 108]}},
            aspect=1.2,
        )


def _data(early: EarlyAnswer, seen: int) -> tuple[Any, ...]:
    """Per cent: the shares, the chances of the foremost classes, and that of the true one at the share that is seen."""
    now = np.full(len(early.shares), np.nan)  # NaN: no point
    if seen:
        now[seen - 1] = early.chances[seen - 1, early.classes.index(early.truth)]
    columns = [early.shares, *early.chances[:, early.foremost].T, now]
    return tuple(100 * np.asarray(each, float) for each in columns)
