import pytest

from benchmark.board.statistics import corrected_pairs, difference, holm, interval, p_value, subject_means

SCORES = {("s1", 0, "a"): 1.0, ("s1", 0, "b"): 3.0, ("s2", 1, "c"): 10.0}


def test_a_subject_counts_once_however_many_sequences_it_has() -> None:
    assert subject_means(SCORES) == {"s1": 2.0, "s2": 10.0}


def test_differences_are_of_the_sequences_that_both_have() -> None:
    other = {("s1", 0, "b"): 2.5, ("s2", 1, "c"): 11.0, ("s2", 2, "c"): 0.0}
    assert difference(SCORES, other) == {"s1": 0.5, "s2": -1.0}


def test_interval_by_hand() -> None:
    found = interval([1.0, 2.0, 3.0, 4.0])  # s = sqrt(5/3), over sqrt(3): 0.745356; t(3) = 3.182446
    assert found == pytest.approx((2.5, 2.5 - 2.372056, 2.5 + 2.372056), abs=1e-5)


def test_p_by_hand() -> None:
    t = 2 / (1 / 2**0.5)
    assert p_value([1.0, 2.0, 3.0]) == pytest.approx(1 - t / (2 + t**2) ** 0.5)  # t(2) has a closed form
    assert p_value([-1.0, -2.0, -3.0]) == p_value([1.0, 2.0, 3.0])


def test_test_and_interval_agree() -> None:
    from scipy.special import stdtrit

    edge = float(stdtrit(2, 0.975)) / 2**0.5  # s = 1: the interval ends at 0
    for shift, low, p in ((0.01, True, True), (-0.01, False, False)):
        means = [edge + shift + each for each in (-1, 0, 1)]
        found, value = interval(means), p_value(means)
        assert found is not None
        assert value is not None
        assert (found.low > 0, value < 0.05) == (low, p)


def test_one_subject_tells_nothing() -> None:
    assert interval([0.5]) is None
    assert p_value([0.5]) is None


def test_equal_models_and_constant_differences() -> None:
    assert p_value([0.0, 0.0]) == 1
    assert p_value([0.5, 0.5, 0.5]) == 0
    assert p_value([0.5, 0.5]) is None  # two people who differ by as much are no proof


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.6, 0.7]) == [1, 1]
    assert holm([]) == []


def test_all_pairs_are_corrected_for() -> None:
    rows = [{(f"s{k}", 0, "a"): level + step * k for k in range(3)} for level, step in ((0, 0), (1, 1), (7, -1))]
    raw = {pair: p_value(list(difference(rows[pair[0]], rows[pair[1]]).values())) for pair in ((0, 1), (0, 2), (1, 2))}
    found = corrected_pairs([*rows, {("s9", 0, "a"): 1.0}])  # a row without a subject in common has no pair
    assert found.keys() == raw.keys()
    assert found == dict(zip(raw, holm([p for p in raw.values() if p is not None]), strict=True))
