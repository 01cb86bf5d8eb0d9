"""Literal subject folds: whom a replicate is tested, validated and trained on, and the proof that they are apart."""

from collections.abc import Mapping, Sequence
from typing import Any

from deepgrasp.errors import InputError

TEST_PAIRS: tuple[tuple[str, str], ...] = (("s1", "s3"), ("s2", "s4"), ("s8", "s5"), ("s9", "s6"), ("s10", "s7"))
"""One man and one woman a fold: five folds test every subject of GRAB once."""

PARTS = ("train", "validation", "test")
Fold = dict[str, list[str]]  # part -> ids of sequences, in the store's order


def subject_folds(sequences: Sequence[Mapping[str, Any]]) -> list[Fold]:
    """The five folds; a fold is validated on the next one's test pair.

    Args:
        sequences: records with ``id`` and ``subject``.

    Raises:
        InputError: a part of a fold is empty.
    """
    folds = []
    for k, test in enumerate(TEST_PAIRS):
        validation = TEST_PAIRS[(k + 1) % len(TEST_PAIRS)]
        home = {**dict.fromkeys(validation, "validation"), **dict.fromkeys(test, "test")}
        fold: Fold = {part: [] for part in PARTS}
        for sequence in sequences:
            fold[home.get(sequence["subject"], "train")].append(sequence["id"])
        folds.append(fold)
    check_disjoint(sequences, folds)
    return folds


def check_disjoint(sequences: Sequence[Mapping[str, Any]], folds: Sequence[Fold]) -> None:
    """Check that in every fold each sequence and each subject is in one part only, and no part is empty.

    Raises:
        InputError: naming the fold and the offender.
    """
    subjects = {sequence["id"]: sequence["subject"] for sequence in sequences}
    for k, fold in enumerate(folds):
        where = f"subject fold {k}"
        ids = [name for part in PARTS for name in fold[part]]
        if empty := [part for part in PARTS if not fold[part]]:
            problem = f"no sequence to {_VERB[empty[0]]} on ({', '.join(_wanted(k, empty[0]))})"
            raise InputError(where, problem, "every fold needs sequences of its subjects: add them and prepare again")
        if sorted(ids) != sorted(subjects):
            raise InputError(
                where, "its parts do not hold every sequence exactly once", "prepare the graph store again"
            )
        people = [subject for part in PARTS for subject in {subjects[name] for name in fold[part]}]
        if shared := sorted({subject for subject in people if people.count(subject) > 1}):
            raise InputError(where, f"subject {shared[0]} is in two parts", "prepare the graph store again")


_VERB = {"train": "train", "validation": "validate", "test": "test"}


def _wanted(fold: int, part: str) -> tuple[str, ...]:
    pairs = {"test": TEST_PAIRS[fold % 5], "validation": TEST_PAIRS[(fold + 1) % 5]}
    return pairs.get(part, ("any other subject",))
