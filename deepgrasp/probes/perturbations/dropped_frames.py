"""Frames that are lost: in their place stands the last one that came."""

import numpy as np

from deepgrasp.probes.perturbation import Perturbation, Recorded, Windows


def act(seen: Recorded, windows: Windows, strength: float) -> Recorded:
    """Lost frames: a share ``strength`` of those after the first, by chance, repeat the one before."""
    after = windows.length - 1
    # ranks, not numbers below a bound: exactly that share is lost, and what is lost stays so as the share grows
    order = windows.uniform("dropped_frames", (after,)).argsort(axis=1).argsort(axis=1)  # [N, T - 1]
    # 0 for a lost one: the first frame, which always comes
    there = np.where(order < round(strength * after), 0, np.arange(1, windows.length))
    held = np.maximum.accumulate(there, axis=1)  # over several lost ones, too
    return seen.at(np.concatenate([np.zeros((len(held), 1), np.int64), held], axis=1))


PERTURBATION = Perturbation(
    kind="loss",
    says="Frames by chance that are lost: the one before stands in their place.",
    senses=("pose", "touch"),
    unit="share of the frames",
    strengths=(0.25, 0.5, 0.75),
    act=act,
)
