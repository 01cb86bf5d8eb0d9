"""The folds of every split, made from the sequences: who is trained on, who validated on, who tested."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from deepgrasp.choices import SplitName
from deepgrasp.errors import InputError
from deepgrasp.grab.catalogue import SUBJECTS
from deepgrasp.store.folds import PARTS, FoldIds, SequenceRecord, check_disjoint

# Written down and not drawn: results from other machines and years are then about the same people.
TEST_PAIRS: tuple[tuple[str, str], ...] = (("s1", "s3"), ("s2", "s4"), ("s8", "s5"), ("s9", "s6"), ("s10", "s7"))
"""One man and one woman a fold: five folds test every subject of GRAB once."""

TEST_OBJECTS = ("mug", "wineglass", "camera", "binoculars", "fryingpan", "toothpaste")
VALIDATION_OBJECTS = ("apple", "toothbrush", "elephant", "hand")
"""GRAB's official split: nothing that is tested was ever seen in a hand (Taheri et al. 2020)."""

RANDOM_FOLDS = 5
TEST_SHARE, VALIDATION_SHARE = 0.10, 0.09  # of an (object, intent) pair's sequences, as published
FEWEST_OF_A_PAIR = 3  # sequences of a pair: one for each part; a smaller pair is trained on only


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


SPLITS: dict[SplitName, Callable[[Sequence[SequenceRecord]], list[FoldIds]]] = {
    "subject": subject_folds,
    "object": object_folds,
    "random": random_folds,
    "leave-one-out": leave_one_out_folds,
}
"""Folds of records with ``id``, ``subject``, ``object`` and ``action``, by split; the first is the one that ranks."""


def make_folds(sequences: Sequence[SequenceRecord]) -> tuple[dict[str, list[FoldIds]], dict[str, str]]:
    """Folds of every split that is possible with these sequences, and why the others are not.

    Raises:
        InputError: they allow none.
    """
    folds: dict[str, list[FoldIds]] = {}
    impossible: dict[str, str] = {}
    for name, make in SPLITS.items():
        # noted, not raised: a capture of two people has no fold by subject, but may have a random one
        made = make(sequences)
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


def _home(test: Iterable[str], validation: Iterable[str]) -> dict[str, str]:
    return {**dict.fromkeys(validation, "validation"), **dict.fromkeys(test, "test")}


def _by(field: str, sequences: Sequence[SequenceRecord], home: Mapping[str, str]) -> FoldIds:
    """A fold: each sequence goes to the part of its field's value, to train if the value has none."""
    fold: FoldIds = {part: [] for part in PARTS}
    for sequence in sequences:
        fold[home.get(sequence[field], "train")].append(sequence["id"])
    return fold
