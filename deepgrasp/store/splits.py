"""The folds of every split, made from the sequences: who is trained on, who validated on, who tested."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from deepgrasp.choices import SplitName
from deepgrasp.errors import InputError
from deepgrasp.grab.catalogue import SUBJECTS
from deepgrasp.grab.names import in_order
from deepgrasp.store.folds import (
    FOLD_PARTS,
    RANDOM_FOLDS,
    FoldIds,
    SequenceRecord,
    check_disjoint,
    fold_count,
    validating,
)

# Written down and not drawn: results from other machines and years are then about the same people.
TEST_PAIRS: tuple[tuple[str, str], ...] = (("s1", "s3"), ("s2", "s4"), ("s8", "s5"), ("s9", "s6"), ("s10", "s7"))
"""GRAB's ten people, a man and a woman a fold: five folds test everyone once."""

TEST_OBJECTS = ("mug", "wineglass", "camera", "binoculars", "fryingpan", "toothpaste")
VALIDATION_OBJECTS = ("apple", "toothbrush", "elephant", "hand")
"""GRAB's official split: nothing that is tested was ever seen in a hand (Taheri et al. 2020)."""

TEST_SHARE, VALIDATION_SHARE = 0.10, 0.09  # of an (object, intent) pair's sequences, as published
FEWEST_OF_A_PAIR = 3  # sequences of a pair: one for each part; a smaller pair is trained on only


def subject_folds(sequences: Sequence[SequenceRecord]) -> list[FoldIds]:
    """Folds of two held-out subjects, which test everyone once; a fold is validated on the next one's test people.

    GRAB's ten people have the pairs of :data:`TEST_PAIRS`. Any others are grouped: whoever has the most sequences with
    whoever has the fewest, and so on; an odd one joins the last pair. Five people or fewer are tested in three folds.

    Raises:
        InputError: there are fewer people than parts.
    """
    return _held_out(sequences, people_tested(sequences))


def leave_one_out_folds(sequences: Sequence[SequenceRecord]) -> list[FoldIds]:
    """A fold for each subject, in order of their numbers; it is validated on the next one.

    Raises:
        InputError: there are fewer people than parts.
    """
    return _held_out(sequences, [(name,) for name in in_order(each["subject"] for each in sequences)])


def people_tested(sequences: Iterable[SequenceRecord]) -> list[tuple[str, ...]]:
    """Who is tested together, by fold of the split by subject."""
    count = Counter(each["subject"] for each in sequences)
    if set(count) == set(SUBJECTS):
        return list(TEST_PAIRS)
    # not scikit-learn's GroupKFold: it sorts people by an unstable sort, so that equally large ones meet in an order
    # that differs from processor to processor
    people = sorted(in_order(count), key=lambda name: -count[name])
    folds = fold_count("subject", len(people))
    groups = [[name] for name in people[:folds]]
    for k, name in enumerate(reversed(people[folds:])):
        groups[k % folds].append(name)
    return [tuple(group) for group in groups]


def _held_out(sequences: Sequence[SequenceRecord], groups: Sequence[tuple[str, ...]]) -> list[FoldIds]:
    """A fold for each group of people: they are tested, the next group validates, all others are trained on."""
    if (people := sum(map(len, groups))) < len(FOLD_PARTS):
        few = f"{people} {'person' if people == 1 else 'people'} for {len(FOLD_PARTS)} parts"
        problem = few if people else "no sequence to train on"
        raise InputError("folds of people", problem, "add people and prepare again")
    # validated on people who are as new as those who are tested: what is chosen by them is chosen for new people
    homes = [_home(test, groups[validating(k, len(groups))]) for k, test in enumerate(groups)]
    return [_by("subject", sequences, home) for home in homes]


def object_folds(sequences: Sequence[SequenceRecord]) -> list[FoldIds]:
    """One fold: GRAB's official split by object.

    Raises:
        InputError: none of the objects that it tests is there.
    """
    if not {each["object"] for each in sequences} & {*TEST_OBJECTS}:
        raise InputError("object fold 0", "GRAB's official split tests none of these objects", "choose another split")
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
        try:
            made = make(sequences)
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
    fold: FoldIds = {part: [] for part in FOLD_PARTS}
    for sequence in sequences:
        fold[home.get(sequence[field], "train")].append(sequence["id"])
    return fold
