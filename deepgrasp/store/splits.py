"""Folds of every split (train, validation, test), and the check that no two parts share a held-out value."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from deepgrasp.errors import InputError
from deepgrasp.grab.catalogue import SUBJECTS

# Written down and not drawn: results from other machines and years are then about the same people.
TEST_PAIRS: tuple[tuple[str, str], ...] = (("s1", "s3"), ("s2", "s4"), ("s8", "s5"), ("s9", "s6"), ("s10", "s7"))
"""One man and one woman a fold: five folds test every subject of GRAB once."""

TEST_OBJECTS = ("mug", "wineglass", "camera", "binoculars", "fryingpan", "toothpaste")
VALIDATION_OBJECTS = ("apple", "toothbrush", "elephant", "hand")
"""GRAB's official split: nothing that is tested was ever seen in a hand (Taheri et al. 2020)."""

RANDOM_FOLDS = 5
TEST_SHARE, VALIDATION_SHARE = 0.10, 0.09  # of an (object, intent) pair's sequences, as published
FEWEST_OF_A_PAIR = 3  # sequences of a pair: one for each part; a smaller pair is trained on only

PARTS = ("train", "validation", "test")
SequenceRecord = dict[str, Any]  # what the manifest says of a sequence: id, subject, object, action, frames, ...
FoldIds = dict[str, list[str]]  # part -> ids of sequences, in the store's order


@dataclass(frozen=True)
class Split:
    """A way to hold sequences out: how its folds are made, and what they keep apart.

    Attributes:
        make: records with ``id``, ``subject``, ``object`` and ``action`` to folds.
        apart: the field of a record whose values no two parts of a fold share; None where only sequences are apart.
    """

    make: Callable[[Sequence[SequenceRecord]], list[FoldIds]]
    apart: str | None


def subject_folds(sequences: Sequence[SequenceRecord]) -> list[FoldIds]:
    """Five folds of two held-out subjects; a fold is validated on the next one's test pair."""
    # validated on people who are as new as those who are tested: the best epoch is then the best for new people
    homes = [_home(test, TEST_PAIRS[(k + 1) % len(TEST_PAIRS)]) for k, test in enumerate(TEST_PAIRS)]
    return [_by("subject", sequences, home) for home in homes]


def leave_one_out_folds(sequences: Sequence[SequenceRecord]) -> list[FoldIds]:
    """Ten folds of one held-out subject, s1 to s10; a fold is validated on the next one's."""
    homes = [_home((test,), (SUBJECTS[(k + 1) % len(SUBJECTS)],)) for k, test in enumerate(SUBJECTS)]
    return [_by("subject", sequences, home) for home in homes]


def object_folds(sequences: Sequence[SequenceRecord]) -> list[FoldIds]:
    """One fold: GRAB's official split by object."""
    return [_by("object", sequences, _home(TEST_OBJECTS, VALIDATION_OBJECTS))]


def random_folds(sequences: Sequence[SequenceRecord]) -> list[FoldIds]:
    """The published protocol's random split, made reproducible: fold k is drawn with seed k.

    Every (object, intent) pair of at least three sequences gives its share, at least one, to test and to validation;
    a smaller pair is trained on only. The same person is in all parts: such scores say nothing about new people.
    """
    # sorted: a draw must not depend on the order in which files were found
    pairs: dict[tuple[str, str], list[str]] = {}
    for sequence in sorted(sequences, key=lambda record: str(record["id"])):
        pairs.setdefault((sequence["object"], sequence["action"]), []).append(sequence["id"])
    folds = []
    for k in range(RANDOM_FOLDS):
        # a generator of its own: a fold stays the same if more or fewer are drawn
        rng = np.random.default_rng(k)
        home: dict[str, str] = {}
        for _, names in sorted(pairs.items()):
            shuffled = [names[place] for place in rng.permutation(len(names))]
            if len(names) >= FEWEST_OF_A_PAIR:
                test, validation = (max(1, round(share * len(names))) for share in (TEST_SHARE, VALIDATION_SHARE))
                home |= dict.fromkeys(shuffled[:test], "test")
                home |= dict.fromkeys(shuffled[test : test + validation], "validation")
        folds.append(_by("id", sequences, home))
    return folds


# By object, nothing that is tested was trained on, so that the class of an object cannot be asked: `apart` says so.
# At random, a person is in all parts: a board of its own, to compare with published figures.
SPLITS: dict[str, Split] = {
    "subject": Split(subject_folds, apart="subject"),
    "object": Split(object_folds, apart="object"),
    "random": Split(random_folds, apart=None),
    "leave-one-out": Split(leave_one_out_folds, apart="subject"),
}
"""By name; the first is the one that ranks."""


def make_folds(sequences: Sequence[SequenceRecord]) -> tuple[dict[str, list[FoldIds]], dict[str, str]]:
    """Folds of every split that is possible with these sequences, and why the others are not.

    Raises:
        InputError: they allow none.
    """
    folds: dict[str, list[FoldIds]] = {}
    impossible: dict[str, str] = {}
    for name, split in SPLITS.items():
        # noted, not raised: a capture of two people has no fold by subject, but may have a random one
        made = split.make(sequences)
        try:
            check_disjoint(sequences, made, name)
        except InputError as error:
            impossible[name] = f"{error.where}: {error.problem}"
        else:
            folds[name] = made
    if not folds:
        where, _, problem = next(iter(impossible.values())).partition(": ")
        raise InputError(where, problem, "add sequences and prepare again")
    return folds, impossible


def check_disjoint(sequences: Sequence[SequenceRecord], folds: Sequence[FoldIds], split: str) -> None:
    """Check that in every fold each sequence, and each value that the split holds out, is in one part only.

    Raises:
        InputError: naming the fold and the offender, or the part that is empty.
    """
    # at every opening of a store too: a leak only ever raises scores, and nobody looks for the cause of a good one
    apart = SPLITS[split].apart
    records = {sequence["id"]: sequence for sequence in sequences}
    for k, fold in enumerate(folds):
        where = f"{split} fold {k}"
        if empty := [part for part in PARTS if not fold[part]]:
            problem = f"no sequence to {_VERB[empty[0]]} on"
            raise InputError(where, problem, "every fold needs sequences of its own: add them and prepare again")
        if sorted(name for part in PARTS for name in fold[part]) != sorted(records):
            problem = "its parts do not hold every sequence exactly once"
            raise InputError(where, problem, "prepare the graph store again")
        if apart is not None:
            # a set a part: within one a person has many sequences
            held = [value for part in PARTS for value in {records[name][apart] for name in fold[part]}]
            if shared := sorted({value for value in held if held.count(value) > 1}):
                raise InputError(where, f"{apart} {shared[0]} is in two parts", "prepare the graph store again")


_VERB = {"train": "train", "validation": "validate", "test": "test"}


def _home(test: Iterable[str], validation: Iterable[str]) -> dict[str, str]:
    return {**dict.fromkeys(validation, "validation"), **dict.fromkeys(test, "test")}


def _by(field: str, sequences: Sequence[SequenceRecord], home: Mapping[str, str]) -> FoldIds:
    """A fold: each sequence goes to the part of its field's value, to train if the value has none."""
    fold: FoldIds = {part: [] for part in PARTS}
    for sequence in sequences:
        fold[home.get(sequence[field], "train")].append(sequence["id"])
    return fold
