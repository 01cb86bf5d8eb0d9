"""Pairs of recordings that exchange a sense: each gives its own to the other, so that both conflicts are seen."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from deepgrasp.probes.random_numbers import generator


def partners(ids: Sequence[str], values: Sequence[str], *, same: bool, what: str) -> NDArray[np.int64]:
    """The partner ``[N]`` of each recording, itself where none is left; it is nobody else's partner.

    In an order by chance each takes the first one left whose value is the same, or another one.

    Args:
        ids: of the recordings; chance depends on them alone.
        values: of the field by which they are paired.
        same: whether two partners have the same value, or different ones.
        what: names the draw.
    """
    drawn = [generator(probe=what, recording=name).random() for name in ids]
    # the last key decides: by what was drawn, and by name where two are equal
    free = [int(k) for k in np.lexsort((np.array(ids), np.array(drawn)))]
    found = np.arange(len(ids))  # who finds nobody keeps its own
    while free:
        first = free.pop(0)
        other = next((k for k in free if (values[k] == values[first]) is same), None)
        if other is not None:
            free.remove(other)
            found[first], found[other] = other, first
    return found
