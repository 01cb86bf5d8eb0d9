"""The candidates' table from rows whose errors are known."""

import numpy as np
import pytest

from benchmark.studies.pose_errors import ERROR_COLUMNS, candidate_errors, errors_report
from deepgrasp.errors import InputError
from deepgrasp.tasks.pose import TASK


def test_errors_of_a_shift_by_hand():
    example = TASK.example()
    shifted = example.right + np.float32([0.12, 0, 0, 0, 0, 0, 0, 0, 0])
    assert candidate_errors(shifted, example.target) == pytest.approx((12, 12, 12, 1.2, 1, 0, 0), abs=1e-4)
    # the example's object has a diameter of 10 cm: below five of the ten limits
    shifted = example.right + np.float32([0.028, 0, 0, 0, 0, 0, 0, 0, 0])
    assert candidate_errors(shifted, example.target) == pytest.approx((2.8, 2.8, 2.8, 0.28, 0.28, 0.72, 50), abs=1e-4)


def test_rows_are_means_and_the_best_recall_comes_first():
    cells = [("a", (1.0,) * 7), ("a", (3.0,) * 7), ("b", (4.0, 4, 4, 4, 4, 4, 1)), ("*c*", (1.0, 1, 1, 1, 1, 1, 9))]
    lines = errors_report(iter(cells)).splitlines()
    assert [line.split()[1] for line in lines[2:]] == ["*c*", "a", "b", "correlation"]
    assert lines[3].count("2.00") == len(ERROR_COLUMNS) - 1
    assert "-0.83" in lines[5]


def test_too_few_rows_are_one_clear_error():
    with pytest.raises(InputError, match="1 rows answer pose; run `dvc repro`"):
        errors_report(iter([("a", (1.0,) * 7)]))
