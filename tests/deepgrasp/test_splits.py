"""Folds that never share a subject."""

import copy

import pytest

from deepgrasp.errors import InputError
from deepgrasp.grab.catalogue import GENDERS, SUBJECTS
from deepgrasp.splits import PARTS, TEST_PAIRS, check_disjoint, subject_folds

SEQUENCES = [{"id": f"{subject}/mug_{word}", "subject": subject} for subject in SUBJECTS for word in ("lift", "pass_1")]


def test_five_folds_test_every_subject_once_a_man_and_a_woman_each() -> None:
    assert sorted(name for pair in TEST_PAIRS for name in pair) == sorted(SUBJECTS)
    assert all({GENDERS[a], GENDERS[b]} == {"male", "female"} for a, b in TEST_PAIRS)


def test_the_first_and_the_last_fold_by_hand() -> None:
    folds = subject_folds(SEQUENCES)
    assert len(folds) == 5
    assert folds[0]["test"] == ["s1/mug_lift", "s1/mug_pass_1", "s3/mug_lift", "s3/mug_pass_1"]
    assert _subjects(folds[0]["validation"]) == {"s2", "s4"}
    assert _subjects(folds[0]["train"]) == {"s5", "s6", "s7", "s8", "s9", "s10"}
    assert _subjects(folds[4]["test"]) == {"s10", "s7"}
    assert _subjects(folds[4]["validation"]) == {"s1", "s3"}  # the next fold's, around the corner


@pytest.mark.parametrize(
    ("missing", "message"), [({"s2", "s4"}, "fold 0: no sequence to validate on"), ({"s1", "s3"}, "to test on")]
)
def test_an_empty_part_is_refused(missing: set[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        subject_folds([record for record in SEQUENCES if record["subject"] not in missing])


def test_an_empty_training_part_is_refused() -> None:
    with pytest.raises(InputError, match="fold 0: no sequence to train on"):
        subject_folds([record for record in SEQUENCES if record["subject"] in ("s1", "s2", "s3", "s4")])


@pytest.mark.parametrize("part", PARTS)
def test_a_shared_sequence_or_subject_is_refused(part: str) -> None:
    folds = subject_folds(SEQUENCES)
    twice, moved = copy.deepcopy(folds), copy.deepcopy(folds)
    other = PARTS[PARTS.index(part) - 1]
    twice[2][part].append(twice[2][other][0])
    with pytest.raises(InputError, match="fold 2: its parts do not hold every sequence exactly once"):
        check_disjoint(SEQUENCES, twice)
    moved[2][part].append(moved[2][other].pop())
    with pytest.raises(InputError, match=r"fold 2: subject s.* is in two parts"):
        check_disjoint(SEQUENCES, moved)


def _subjects(ids: list[str]) -> set[str]:
    return {name.split("/")[0] for name in ids}
