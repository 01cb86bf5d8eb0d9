"""How many takes there are of each object and action: GRAB's totals, shared out with a tail as long as GRAB's."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from deepgrasp.grab.catalogue import USES, WITHOUT
from deepgrasp.standin.array_types import Ints

# in the order in which they are shared out: `pass`, last, makes up what an object lacks, because nearly all have it
SHARED_INTENTS = ("use", "offhand", "lift", "pass")
Cell = tuple[str, str]  # object, action

# fmt: off
GRAB_SUBJECTS: dict[str, int] = dict(zip(
    (f"s{k}" for k in range(1, 11)), (198, 93, 125, 113, 106, 148, 120, 162, 125, 145), strict=True
))
"""Sequences of each subject in GRAB."""

GRAB_ACTIONS: dict[str, int] = {
    "pass": 414, "lift": 274, "offhand": 67,
    "inspect": 159, "drink": 77, "use": 74, "play": 27, "pour": 25, "takepicture": 21, "see": 17, "peel": 17,
    "eat": 16, "on": 16, "staple": 16, "toast": 15, "cook": 11, "stamp": 10, "squeeze": 10, "set": 10, "fly": 8,
    "call": 8, "browse": 7, "clean": 7, "wear": 7, "shake": 7, "open": 5, "chop": 3, "screw": 3, "brush": 3,
    "use_fun": 1,
}
"""Sequences of each action in GRAB, by the files' names."""
# fmt: on


class Tail(NamedTuple):
    """How unequally an action is shared out over its objects: the first gets ``slope`` times what the last gets."""

    slope: float
    fewest: int
    most: int


Tails = Mapping[str, Tail]
GRAB_TAILS: Tails = {
    "use": Tail(1.7, 1, 28), "offhand": Tail(3.0, 1, 3), "lift": Tail(4.6, 2, 10), "pass": Tail(4.0, 3, 28)
}  # fmt: skip
"""By intent, so that as in GRAB 41 of 191 pairs of object and intent have fewer than three sequences (60 in all), that
the largest pair has 28, and that an object has 7 to 46 sequences."""


def share_out(total: int, weights: npt.ArrayLike, low: npt.ArrayLike = 0, high: npt.ArrayLike = 10**6) -> Ints:
    """Whole numbers ``[N]`` with a given sum, in proportion to weights ``[N]`` but within bounds, by D'Hondt's rule.

    Raises:
        ValueError: the bounds leave no such numbers.
    """
    weights = np.asarray(weights, float)
    numbers, most = (np.broadcast_to(bound, weights.shape).astype(np.int64) for bound in (low, high))
    if (numbers > most).any() or not numbers.sum() <= total <= most.sum():
        raise ValueError(f"{total} cannot be shared out within bounds of {numbers.sum()} to {most.sum()}")
    # one by one, not by rounding proportions: rounded numbers need not add up, nor stay within the bounds
    while numbers.sum() < total:
        numbers[np.where(numbers < most, weights / (numbers + 1), -1.0).argmax()] += 1
    return numbers


def count_takes(
    objects: tuple[str, ...],
    actions: Mapping[str, int],
    tails: Tails,
    each: tuple[int, int],
    rng: np.random.Generator,
) -> dict[Cell, int]:
    """Takes of every object and action.

    What is used much is also lifted, passed and given to the other hand much.

    Args:
        actions: takes of each action; ``lift``, ``pass`` and ``offhand`` or a use of ``catalogue.USES``.
        each: fewest and most takes of an object.
    """
    table: dict[Cell, int] = {}
    weights = dict(zip(objects, rng.permutation(np.geomspace(tails["use"].slope, 1, len(objects))), strict=True))
    users = {action: [name for name in objects if action in USES[name]] for action in actions}
    # actions that few objects allow come first: they have the least choice
    for action in sorted(filter(users.get, users), key=lambda action: (len(users[action]), action)):
        names = users[action]
        most = [tails["use"].most - _total(table, name) for name in names]
        numbers = share_out(actions[action], [weights[name] for name in names], tails["use"].fewest, most)
        table |= {(name, action): int(n) for name, n in zip(names, numbers, strict=True)}
    used = np.array([_total(table, name) for name in objects])
    # up to two takes of chance in the ranking: GRAB's lifts and passes do not follow its uses strictly
    ranked = [objects[k] for k in np.argsort(-(used + 2 * rng.random(len(objects))), kind="stable")]
    for intent in SHARED_INTENTS[1:]:
        names, tail = [name for name in ranked if name not in WITHOUT[intent]], tails[intent]
        have = np.array([_total(table, name) for name in names])
        # the last intent that an object has must bring it to its fewest takes; a doorknob is lifted but never passed
        last = np.array([intent == "pass" or (intent == "lift" and name in WITHOUT["pass"]) for name in names])
        low = np.maximum(tail.fewest, np.where(last, each[0] - have, 0))
        high = np.maximum(low, np.minimum(tail.most, each[1] - have))
        numbers = share_out(actions[intent], np.geomspace(tail.slope, 1, len(names)), low, high)
        table |= {(name, intent): int(n) for name, n in zip(names, numbers, strict=True)}
    return table


def _total(table: Mapping[Cell, int], name: str) -> int:
    return sum(n for (thing, _), n in table.items() if thing == name)
