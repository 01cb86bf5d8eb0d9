"""Where the patches of a hand are drawn: their middles on the flat hand, apart from each other."""

import numpy as np
from numpy.typing import NDArray

from deepgrasp.geometry.rotations import Floats
from deepgrasp.skeleton import FINGERTIP_VERTICES

_APART = 0.15  # of the hand's length: two marks have room
_ROUNDS = 200


def patch_places(template: NDArray[np.floating], patches: NDArray[np.int64]) -> Floats:
    """Places ``[P, 2]`` of a hand's patches: towards the thumb, and from the wrist (0) to the middle finger's tip (1).

    Palm and back of the hand lie above each other: marks that would cover each other are pushed apart.

    Args:
        template: ``[778, 3]`` vertices of the hand at rest.
        patches: the patch ``[778]`` of each.
    """
    at = np.asarray(template, float) - np.mean(template, axis=0)  # [778, 3]
    along = at[FINGERTIP_VERTICES["middle"]] / np.linalg.norm(at[FINGERTIP_VERTICES["middle"]])
    across = at[FINGERTIP_VERTICES["thumb"]]
    # what of it is square to the fingers: a thumb points forwards, too
    across = across - (across @ along) * along
    across = across / max(float(np.linalg.norm(across)), 1e-9)
    flat = np.stack([at @ across, at @ along], axis=1)  # [778, 2]
    low, high = flat[:, 1].min(), flat[:, 1].max()
    # one scale both ways: the hand keeps its form
    flat = (flat - [0, low]) / max(high - low, 1e-9)
    places = np.array([flat[patches == k].mean(axis=0) for k in range(int(patches.max()) + 1)])
    return _pushed_apart(places)


def _pushed_apart(places: Floats) -> Floats:
    """Points ``[P, 2]`` that are at least :data:`_APART` from each other, moved no more than that needs, about."""
    # equal places have no direction between them: each gets one of its own, by its number
    turns = 2.399963 * np.arange(len(places))  # the golden angle
    found = places + 1e-3 * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    for _ in range(_ROUNDS):
        way = found[:, None] - found[None]  # [P, P, 2]
        # ones on the diagonal: a place is divided by its distance from itself, too
        size = np.linalg.norm(way, axis=2) + np.eye(len(found))
        # half each, as both of a pair give way
        push = np.clip(_APART - size, 0, None) / 2 * (1 - np.eye(len(found)))
        if push.max() < 1e-4:
            break
        found = found + ((push / size)[..., None] * way).sum(axis=1)
    return found
