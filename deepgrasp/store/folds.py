"""What a fold is, and the check that no two of its parts share a held-out value.

It stands apart from how folds are made: a store says which folds it has, and whoever reads one makes none.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepgrasp.choices import HELD_OUT, SplitName
from deepgrasp.errors import InputError

FOLD_PARTS = ("train", "validation", "test")
SequenceRecord = dict[str, Any]  # what the manifest says of a sequence: id, subject, object, action, frames, ...
FoldIds = dict[str, list[str]]  # part -> ids of sequences, in the store's order
RANDOM_FOLDS = 5


def fold_count(split: SplitName, people: int) -> int:
    """Number of folds of a split of so many people; by object there is one, which every replicate uses."""
    # two people a fold; of five or fewer, three folds, since each part needs one
    return {"subject": max(people // 2, len(FOLD_PARTS)), "leave-one-out": people, "object": 1, "random": RANDOM_FOLDS}[
        split
    ]


def validating(fold: int, folds: int) -> int:
    """The fold whose test people validate a fold, of so many by people: the next one, and the first after the last."""
    return (fold + 1) % folds


def balanced_subset(ids: Sequence[str], people: Sequence[str], count: int, k: int) -> list[str]:
    """``count`` ids of a fold's sequences, in their order: of each person as many as of any other, or one more.

    A person who has fewer gives all, and the others give more.
    They are drawn by the fold's number ``k``, and nested: a smaller number is part of a larger one.

    Args:
        people: whose sequence each is.

    Raises:
        InputError: there are not so many.
    """
    if count > len(ids):
        raise InputError(
            "train.recordings", f"is {count}, and fold {k} trains on {len(ids)}", f"give {len(ids)} at most"
        )
    turns = Counter[str]()
    drawn: list[tuple[int, int]] = []
    for place in np.random.default_rng([6, k]).permutation(len(ids)).tolist():
        drawn.append((turns[people[place]], place))  # everybody's first, then everybody's second, and so on
        turns[people[place]] += 1
    # a stable sort by the turn alone: within one it is by chance who comes first
    return [ids[place] for place in sorted(place for _, place in sorted(drawn, key=lambda each: each[0])[:count])]


def check_disjoint(sequences: Sequence[SequenceRecord], folds: Sequence[FoldIds], split: str) -> None:
    """Check that in every fold each sequence, and each value that the split holds out, is in one part only.

    Raises:
        InputError: naming the fold and the offender, or the part that is empty.
    """
    # at every opening of a store too: a leak only ever raises scores, and nobody looks for the cause of a good one
    apart = HELD_OUT[split]
    row = {sequence["id"]: place for place, sequence in enumerate(sequences)}
    # numbers in place of names: 200,000 sequences have 21 folds
    number: dict[str, int] = {}
    value = [number.setdefault(sequence[apart], len(number)) for sequence in sequences] if apart else []
    for k, fold in enumerate(folds):
        where = f"{split} fold {k}"
        if empty := [part for part in FOLD_PARTS if not fold[part]]:
            raise _without(empty[0], where)
        # -1 is no row: a sequence that is not there
        rows = [np.array([row.get(name, -1) for name in fold[part]], np.int64) for part in FOLD_PARTS]
        every = np.concatenate(rows)
        if every.min() < 0 or (np.bincount(every, minlength=len(sequences)) != 1).any():
            problem = "its parts do not hold every sequence exactly once"
            raise InputError(where, problem, "prepare the graph store again")
        part_of = np.empty(len(sequences), np.int64)
        for place, each in enumerate(rows):
            part_of[each] = place
        check_parts(part_of, value, list(number), where, apart)


def check_parts(parts: NDArray[Any], value: Sequence[int], names: Sequence[str], where: str, apart: str | None) -> None:
    """Check one fold by numbers: that every part has a sequence, and no two share a value.

    Args:
        parts: part of each sequence ``[N]``, by its place in :data:`FOLD_PARTS`.
        value: of each sequence, by its place in ``names``; not asked for where nothing is held ``apart``.

    Raises:
        InputError: as :func:`check_disjoint`.
    """
    for place, part in enumerate(FOLD_PARTS):
        if not (parts == place).any():
            raise _without(part, where)
    if apart is not None:
        # [parts, values]: whether it occurs; within a part a person has many sequences
        held = np.zeros((len(FOLD_PARTS), len(names)), bool)
        held[parts, value] = True
        if shared := sorted(names[place] for place in np.flatnonzero(held.sum(axis=0) > 1)):
            raise InputError(where, f"{apart} {shared[0]} is in two parts", "prepare the graph store again")


def _without(part: str, where: str) -> InputError:
    problem = f"no sequence to {_VERB[part]} on"
    return InputError(where, problem, "every fold needs sequences of its own: add them and prepare again")


_VERB = {"train": "train", "validation": "validate", "test": "test"}
