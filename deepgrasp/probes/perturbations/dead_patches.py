"""Patches of the hands that feel nothing."""

from dataclasses import replace

import numpy as np

from deepgrasp.probes.perturbation import Perturbation, Recorded, Windows


def act(seen: Recorded, windows: Windows, strength: float) -> Recorded:
    """No touch on that share of each hand's patches, in all frames."""
    count = int(windows.patches.max()) + 1
    # ranks, not numbers below a bound: exactly that share is dead, and what is dead stays so as the share grows
    order = windows.uniform("dead_patches", (2, count)).argsort(axis=2).argsort(axis=2)  # [N, 2, P]
    dead = order < round(strength * count)
    vertices = np.take_along_axis(dead, np.broadcast_to(windows.patches, (len(dead), 2, 778)), axis=2)  # [N, 2, 778]
    return replace(seen, touch=np.where(vertices[:, None], np.uint8(0), seen.touch))


PERTURBATION = Perturbation(
    kind="loss",
    says="Patches of the hands, by chance, that never report touch.",
    senses=("touch",),
    unit="share of the patches",
    strengths=(0.25, 0.5, 1.0),
    act=act,
)
