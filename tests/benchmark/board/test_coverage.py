"""On simulated boards the rule keeps the truly best row, and finds the difference that the board says it can."""

import numpy as np
import pytest

from benchmark.board import coverage
from benchmark.board.coverage import UNEQUAL, coverage_report, drawn_means, fold_noise, rates
from benchmark.board.rows import board
from tests.benchmark.made_up import GRID


@pytest.mark.parametrize("trainings", [3, 5, 10])
def test_the_best_of_equal_rows_is_seldom_lost(trainings: int) -> None:
    equal, unequal = rates(drawn_means(12, trainings)), rates(drawn_means(12, trainings, UNEQUAL))
    assert 0.03 <= equal.lost <= 0.055
    assert unequal.worst <= 0.08
    assert 0.94 <= equal.covered <= 0.97


def test_a_difference_of_two_rows_is_found_as_a_paired_t_test_finds_it() -> None:
    # sd of a difference 2 ** 0.5 over five trainings; a t test with four degrees of freedom needs 3.76 errors
    assert rates(drawn_means(2, 5)).found == pytest.approx(3.76 * (2 / 5) ** 0.5, rel=0.03)


def test_the_noise_of_a_fold_by_hand() -> None:
    noise = {"recordings": 8.0, "people": 3.0, "trainings": 2.0, "recordings_a_person": 16, "people_a_training": 2}
    assert fold_noise(noise) == pytest.approx((4 + (9 + 64 / 16) / 2) ** 0.5)


def test_a_line_for_each_task_and_number_of_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "SIMULATED_BOARDS", 50)
    lines = coverage_report(board(GRID)).splitlines()[2:]
    assert [line.split()[:2] for line in lines[:5]] == [["object", str(n)] for n in (6, 10, 20, 40)] + [["action", "6"]]
    assert len(lines) == 16
    assert np.diff([float(line.split()[-2]) for line in lines[:4]]).max() < 0  # more people, smaller differences
