"""Means are by people and blocks, as the board's; what is claimed of many is held against chance together."""

import pytest

from benchmark.representing.gathered import Gathered
from benchmark.representing.over_people import chance_of_none, difference, estimate, holm
from benchmark.representing.report import linear_probe_table
from deepgrasp.intervals import interval

VALUES = {("s1", 0): 1.0, ("s2", 0): 3.0, ("s3", 1): 4.0, ("s4", 1): 4.0, ("s5", 2): 9.0}


def test_people_of_one_training_are_one_block():
    found, by_hand = estimate(VALUES), interval([2.0, 4.0, 9.0])
    assert found is not None
    assert by_hand is not None
    assert found == (pytest.approx(5.0), by_hand.low, by_hand.high, 5)
    assert estimate({}) is None
    assert estimate({("s1", 0): 2.0, ("s2", 0): 4.0}) == (3.0, None, None, 2)


def test_a_difference_is_of_the_people_that_both_have():
    assert difference(VALUES, {("s3", 1): 1.0, ("s9", 1): 0.0}) == {("s3", 1): 3.0}


def test_the_chance_is_that_of_the_paired_t_test():
    from scipy.stats import ttest_1samp

    assert chance_of_none(VALUES) == pytest.approx(ttest_1samp([2.0, 4.0, 9.0], 0).pvalue)
    assert chance_of_none({("s1", 0): 1.0}) is None
    assert chance_of_none({("s1", 0): 0.0, ("s2", 1): 0.0}) == 1


def test_holm_by_hand():
    assert holm([0.01, None, 0.04, 0.03]) == pytest.approx([0.03, None, 0.06, 0.06])
    assert holm([0.6, 0.7]) == [1, 1]


def test_one_training_alone_claims_no_interval():
    family, layer = ("joint", "mlp"), "encoders.pose"
    found = Gathered([family], {family: [layer]}, {(family, layer, "contact"): {("s1", 0): 0.5, ("s2", 0): 0.7}})
    assert "| 0.60 (-) " in linear_probe_table(found, "pose")
