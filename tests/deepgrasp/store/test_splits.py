"""Folds whose parts share no sequence, and no subject or object where these are held out."""

import copy
from collections import Counter

import pytest

from deepgrasp.errors import InputError
from deepgrasp.grab.catalogue import GENDERS, OBJECTS, SUBJECTS
from deepgrasp.store.folds import FOLD_PARTS, balanced_subset, check_disjoint, fold_count
from deepgrasp.store.splits import (
    TEST_PAIRS,
    leave_one_out_folds,
    make_folds,
    object_folds,
    people_tested,
    random_folds,
    subject_folds,
)


def _record(subject: str, thing: str, action: str, k: int) -> dict[str, str]:
    return {"id": f"{subject}/{thing}_{action}_{k}", "subject": subject, "object": thing, "action": action}


SEQUENCES = [
    {"id": f"{subject}/mug_{word}", "subject": subject, "object": "mug", "action": word[:4]}
    for subject in SUBJECTS
    for word in ("lift", "pass_1")
]
CATALOGUE = [_record(subject, thing, "use", 1) for subject in SUBJECTS for thing in OBJECTS]


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


def test_leaving_one_out_holds_out_each_subject_once() -> None:
    folds = leave_one_out_folds(SEQUENCES)
    assert [_subjects(fold["test"]) for fold in folds] == [{subject} for subject in SUBJECTS]
    assert _subjects(folds[9]["validation"]) == {"s1"}


def test_the_official_objects_are_held_out() -> None:
    (fold,) = object_folds(CATALOGUE)
    assert _objects(fold["test"]) == {"mug", "wineglass", "camera", "binoculars", "fryingpan", "toothpaste"}
    assert _objects(fold["validation"]) == {"apple", "toothbrush", "elephant", "hand"}
    assert len(_objects(fold["train"])) == 41


def test_the_random_split_takes_a_tenth_of_every_pair_and_leaves_small_pairs_to_train() -> None:
    large = [_record("s1", "mug", "use", k) for k in range(30)]
    three = [_record("s2", "cup", "pass", k) for k in range(3)]
    pair = [_record("s3", "cup", "lift", k) for k in range(2)]
    for fold in random_folds([*large, *three, *pair]):
        counts = {part: Counter(name.split("_")[0] for name in fold[part]) for part in FOLD_PARTS}
        assert counts["test"] == {"s1/mug": 3, "s2/cup": 1}
        assert counts["validation"] == {"s1/mug": 3, "s2/cup": 1}
        assert counts["train"] == {"s1/mug": 24, "s2/cup": 1, "s3/cup": 2}


def test_the_random_split_differs_by_fold_and_not_by_order_of_the_records() -> None:
    records = [_record("s1", "mug", "use", k) for k in range(30)]
    folds, again = random_folds(records), random_folds(records[::-1])
    assert len({tuple(fold["test"]) for fold in folds}) == 5
    assert [set(fold["test"]) for fold in folds] == [set(fold["test"]) for fold in again]


@pytest.mark.parametrize("people", [3, 4, 5, 7, 8, 11, 40])
def test_other_people_are_tested_once_and_validated_by_others(people: int) -> None:
    records = [_record(f"s{k}", "mug", "use", take) for k in range(1, people + 1) for take in range(2)]
    for split, size in (("subject", max(people // 2, 3)), ("leave-one-out", people)):
        folds = make_folds(records)[0][split]
        assert len(folds) == fold_count(split, people) == size
        assert Counter(name for fold in folds for name in fold["test"]) == dict.fromkeys((r["id"] for r in records), 1)


def test_whoever_has_the_most_sequences_is_tested_with_whoever_has_the_fewest() -> None:
    count = {"s1": 2, "s2": 5, "s3": 4, "s11": 3, "s12": 1, "s20": 6, "s21": 2}
    records = [_record(name, "mug", "use", k) for name, n in count.items() for k in range(n)]
    tested = [set(group) for group in people_tested(records)]
    assert tested == [{"s20", "s12", "s11"}, {"s2", "s21"}, {"s3", "s1"}]


def test_a_split_of_too_few_people_is_impossible_and_says_why() -> None:
    folds, impossible = make_folds([record for record in CATALOGUE if record["subject"] in ("s1", "s2")])
    assert set(folds) == {"object"}
    assert impossible["subject"] == impossible["leave-one-out"] == "folds of people: 2 people for 3 parts"


def test_too_few_sequences_for_any_split_are_refused() -> None:
    with pytest.raises(InputError, match="1 person for 3 parts"):
        make_folds([_record("s1", "mug", "use", k) for k in range(2)])


@pytest.mark.parametrize("part", FOLD_PARTS)
def test_a_shared_sequence_or_subject_is_refused(part: str) -> None:
    folds = subject_folds(SEQUENCES)
    twice, moved = copy.deepcopy(folds), copy.deepcopy(folds)
    other = FOLD_PARTS[FOLD_PARTS.index(part) - 1]
    twice[2][part].append(twice[2][other][0])
    with pytest.raises(InputError, match="fold 2: its parts do not hold every sequence exactly once"):
        check_disjoint(SEQUENCES, twice, "subject")
    moved[2][part].append(moved[2][other].pop())
    with pytest.raises(InputError, match=r"fold 2: subject s.* is in two parts"):
        check_disjoint(SEQUENCES, moved, "subject")


def _subjects(ids: list[str]) -> set[str]:
    return {name.split("/")[0] for name in ids}


def _objects(ids: list[str]) -> set[str]:
    return {name.split("/")[1].split("_")[0] for name in ids}


def test_fewer_recordings_are_nested_and_alike_for_everyone() -> None:
    ids = [f"{person}/{k}" for person, count in (("s1", 9), ("s2", 5), ("s3", 2)) for k in range(count)]
    people = [name.partition("/")[0] for name in ids]
    chosen = {count: balanced_subset(ids, people, count, 0) for count in (3, 7, 12, 16)}
    assert {count: len(names) for count, names in chosen.items()} == {count: count for count in chosen}
    assert set(chosen[3]) < set(chosen[7]) < set(chosen[12]) < set(chosen[16])
    assert chosen[16] == ids  # in the order of the fold
    of_each = {count: sorted(Counter(name[:2] for name in names).values()) for count, names in chosen.items()}
    assert of_each == {3: [1, 1, 1], 7: [2, 2, 3], 12: [2, 5, 5], 16: [2, 5, 9]}
    assert chosen[7] == balanced_subset(ids, people, 7, 0) != balanced_subset(ids, people, 7, 1)
    with pytest.raises(InputError, match=r"train\.recordings: is 17, and fold 0 trains on 16"):
        balanced_subset(ids, people, 17, 0)
