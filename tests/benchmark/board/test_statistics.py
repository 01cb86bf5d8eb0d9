from itertools import pairwise

import numpy as np
import pytest

from benchmark.board.chances import chances
from benchmark.board.comparisons import compare, critical, may_be_best, resolved
from benchmark.board.variance_components import components_of_chance
from deepgrasp.intervals import block_means, blocks, interval, subject_means

SCORES = {("s1", 0, "a"): 1.0, ("s1", 0, "b"): 3.0, ("s2", 1, "c"): 10.0}


def test_a_subject_counts_once_however_many_sequences_it_has() -> None:
    assert subject_means(SCORES) == {"s1": 2.0, "s2": 10.0}


def names(*tested: tuple[str, int]) -> dict[tuple[str, int], str]:
    return blocks((subject, replicate, "a") for subject, replicate in tested)


def test_people_of_one_training_are_a_block_and_seeds_on_one_fold_share_it() -> None:
    pair = dict.fromkeys([("s10", 0), ("s2", 0), ("s2", 2), ("s10", 2)], "s2+s10")
    assert names(("s3", 1), *pair) == pair | {("s3", 1): "s3"}


def test_people_are_the_blocks_where_every_training_tests_all_of_them() -> None:
    assert set(names(("s1", 0), ("s2", 0), ("s1", 1), ("s2", 1)).values()) == {"s1", "s2"}
    assert set(names(("s1", 0), ("s2", 0)).values()) == {"s1+s2"}  # one training is one block


def test_a_block_is_the_mean_of_its_peoples_means() -> None:
    scores = SCORES | {("s3", 0, "d"): 4.0}
    assert block_means(scores, blocks(scores)) == {"s2": 10.0, "s1+s3": 3.0}


def test_interval_by_hand() -> None:
    found = interval([1.0, 2.0, 3.0, 4.0])  # s = sqrt(5/3), over 2: 0.645497; t(3) = 3.182446
    assert found == pytest.approx((2.5, 2.5 - 2.054260, 2.5 + 2.054260), abs=1e-5)
    assert interval([0.5]) is None


def test_two_rows_are_compared_by_the_paired_t_test() -> None:
    found = compare(np.array([[1.0, 3.0, 5.0], [1.0, 2.0, 3.0]]))  # differences 0, 1, 2: s = 1
    assert found.freedom == 2
    assert found.differences[0, 1] == -found.differences[1, 0] == 1
    assert found.errors[0, 1] == pytest.approx(1 / 3**0.5)


def test_an_error_is_half_the_pairs_own_and_half_all_pairs() -> None:
    found = compare(np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 0.0]]))  # variances of pairs: 2, 0, 2; their mean 4/3
    assert found.errors[0, 1] ** 2 == pytest.approx((2 + 4 / 3) / 2 / 2)
    assert found.errors[0, 2] ** 2 == pytest.approx((0 + 4 / 3) / 2 / 2)
    assert found.freedom == pytest.approx(4 * 2 / 5)


@pytest.mark.parametrize(
    ("rivals", "freedom", "bound"),
    [(1, 5, 2.02), (2, 5, 2.44), (9, 5, 3.30), (2, 10, 2.15), (5, 10, 2.56), (9, 20, 2.60), (5, 1e6, 2.23)],
)
def test_critical_values_are_those_of_dunnetts_table(rivals: int, freedom: float, bound: float) -> None:
    assert critical(rivals, freedom) == pytest.approx(bound, abs=0.006)


def test_a_row_may_be_the_best_unless_another_beats_it_beyond_chance() -> None:
    noise = np.array([[1, -1, 0], [-1, 1, 0], [0, 0, 0]]) * 0.3
    means = np.array([5.0, 4.9, 1.0])[:, None] + noise
    assert list(may_be_best(means)) == [True, True, False]
    both = may_be_best(np.stack([means, means[::-1]]))  # boards side by side
    assert both.tolist() == [[True, True, False], [False, True, True]]
    assert list(may_be_best(means[:1])) == [True]
    assert list(may_be_best(np.ones((2, 3)))) == [True, True]  # equal to the last digit


def test_chances_of_two_rows_are_those_of_t() -> None:
    from scipy.special import stdtr

    means = np.array([[1.0, 3.0, 5.0], [1.0, 2.0, 3.0]])
    one, other = chances(means)
    assert one.best == pytest.approx(stdtr(2, 3**0.5), abs=0.005)
    assert one.best + other.best == pytest.approx(1)
    assert one[1:] == other[1:] == (1, 2)


def test_chances_without_spread_are_shared_by_equals_and_certain_else() -> None:
    found = chances(np.array([[2.0, 2.0], [2.0, 2.0], [1.0, 1.0]]))
    assert [each.best for each in found] == pytest.approx([0.5, 0.5, 0])
    assert [each[1:] for each in found] == [(1, 2), (1, 2), (3, 3)]
    assert chances(np.ones((1, 2))) == [(1, 1, 1)]


def test_chances_and_ranks_hold_what_they_say() -> None:
    rng = np.random.default_rng(0)
    said, best, held = 0.0, 0, 0
    for _ in range(80):
        truth = rng.normal(0, 2, 5)
        found = chances(truth[:, None] + rng.normal(size=(5, 5)))
        top = max(range(5), key=lambda k: found[k].best)
        said, best = said + found[top].best, best + (top == truth.argmax())
        ranks = (-truth).argsort().argsort() + 1
        held += sum(each.first <= rank <= each.last for each, rank in zip(found, ranks, strict=True))
    assert said / 80 == pytest.approx(best / 80, abs=0.06)
    assert held / 400 >= 0.95


def test_what_can_be_told_apart_by_hand() -> None:
    # two rows, five blocks: power of the paired t test with four degrees of freedom is 80 % at 3.76 errors
    means = np.array([[0.0, 0.0, 0.0, 0.0, 0.0], [1.0, -1.0, 2.0, -2.0, 0.0]])
    error = (10 / 4 / 5) ** 0.5
    assert resolved(compare(means)) == pytest.approx(3.76 * error, rel=0.01)
    assert resolved(compare(means[:1])) is None


def test_components_are_those_that_were_drawn() -> None:
    rng = np.random.default_rng(3)
    rows, folds = [], 40
    for _ in range(6):
        scores = {}
        for fold in range(folds):
            training = rng.normal(0, 2)
            for person in (f"s{2 * fold}", f"s{2 * fold + 1}"):
                own = training + rng.normal(0, 3)
                scores |= {(person, fold, str(k)): own + value for k, value in enumerate(rng.normal(0, 8, 16))}
        rows.append(scores)
    shared = {key: rng.normal(0, 50) for key in rows[0]}  # how hard a recording is says nothing of rows
    found = components_of_chance(
        [{key: value + shared[key] for key, value in row.items()} for row in rows], blocks(rows[0])
    )
    assert found is not None
    assert found == pytest.approx((8, 3, 2, 16, 2), rel=0.15)
    assert components_of_chance(rows[:1], blocks(rows[0])) is None


def test_more_rivals_ask_for_more() -> None:
    assert all(after > before for before, after in pairwise([critical(rivals, 8) for rivals in (1, 2, 5, 14)]))
