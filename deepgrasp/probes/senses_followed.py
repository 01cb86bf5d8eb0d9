"""Which sense a model follows when two disagree: weights from 0 to 1, from its answers to a conflict by exchange."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

Floats = NDArray[np.float64]


class Pull(NamedTuple):
    """How far answers moved towards those of the partner, and how far these are apart; both ``[N]``, squares."""

    moved: Floats
    apart: Floats


def as_answers(prediction: NDArray[np.floating], *, classes: bool) -> Floats:
    """Answers ``[N, D]`` that can be compared: probabilities of classes from logits ``[N, C]``, numbers as they are."""
    # probabilities are bounded: of a sure answer, logits may be any number
    flat = np.asarray(prediction, np.float64).reshape(len(prediction), -1)
    return np.asarray(softmax(flat, axis=1)) if classes else flat


def pulls(clean: Floats, conflict: Floats, partners: NDArray[np.int64]) -> dict[str, Pull]:
    """Pulls by sense: how far touch, and how far posture, moves each recording's answer to its partner's.

    Recordings ``i`` and ``p`` exchange touch, so that two conflicts are answered: ``c_i`` to the posture of ``i`` with
    the touch of ``p``, and ``c_p`` to the reverse. With the answers ``a_i`` and ``a_p`` to what was recorded, touch
    moved ``i`` by ``(c_i - a_i) . (a_p - a_i)`` of ``|a_p - a_i|^2``, and posture by ``(c_p - a_i) . (a_p - a_i)``.

    Args:
        clean: answers ``a [N, D]``.
        conflict: answers ``c [N, D]``.
        partners: ``[N]``; a recording that is its own partner is left out.

    Returns:
        ``touch`` and ``pose``, of the ``M`` recordings that have a partner.
    """
    has = partners != np.arange(len(partners))
    way = (clean[partners] - clean)[has]  # [M, D]
    apart = np.square(way).sum(axis=1)  # [M]
    moved = {"touch": (conflict - clean)[has], "pose": (conflict[partners] - clean)[has]}
    return {sense: Pull((step * way).sum(axis=1), apart) for sense, step in moved.items()}


def weight(pull: Pull) -> float | None:
    """Weight of a sense: the sum of all ways that answers moved, over the sum of all that they could, from 0 to 1.

    A model that ignores the sense has 0; one that looks at nothing else has 1. None for a model whose answers are all
    the same, which follows nothing.
    """
    # sums first: by a mean of ratios, recordings whose answers hardly differ would count as much, and are mostly noise
    could = float(pull.apart.sum())
    return None if could <= 1e-12 * max(1, len(pull.apart)) else float(np.clip(pull.moved.sum() / could, 0, 1))
