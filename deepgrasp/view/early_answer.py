"""A model's class probabilities as it sees more and more of a recording."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepgrasp.geometry.rotations import Floats

FOREMOST = 5
"""Classes beside the true one that are shown by name: as many as there are colours to tell."""


@dataclass(frozen=True)
class EarlyAnswer:
    """Answers to the first part of a window, whose last frame that was seen stands still until its end.

    Attributes:
        shares: ``[S]`` of the window that is seen, rising to 1.
        until: ``[S]`` the last frame of the scene that is seen of each: indices into ``scene.frames``.
        chances: ``[S, C]`` probabilities of the classes.
        classes: their ``C`` names.
        truth: the true one.
    """

    shares: Floats
    until: NDArray[np.int64]
    chances: Floats
    classes: tuple[str, ...]
    truth: str

    @property
    def named(self) -> tuple[str, ...]:
        """Name of the likeliest class at each share of the action."""
        return tuple(self.classes[k] for k in self.chances.argmax(axis=1))

    @property
    def known_from(self) -> float | None:
        """The share from which on the true class stays the likeliest one; None where it is not at the end."""
        wrong = [k for k, name in enumerate(self.named) if name != self.truth]
        first = wrong[-1] + 1 if wrong else 0
        return float(self.shares[first]) if first < len(self.shares) else None

    def seen(self, frame: int) -> int:
        """How many of the shares have been seen by a frame of the scene: the answer then is the one before that."""
        # right: a frame that is shown has been seen
        return int(np.searchsorted(self.until, frame, side="right"))

    @property
    def foremost(self) -> list[int]:
        """Places of the true class, then of :data:`FOREMOST` others: those that are the likeliest anywhere."""
        order = np.argsort(-self.chances.max(axis=0), kind="stable").tolist()
        true = self.classes.index(self.truth)
        return [true, *[k for k in order if k != true][:FOREMOST]]
