"""Statistics in one pass: those of the whole, and the same to the last bit however it is cut."""

import numpy as np
import pytest

from deepgrasp.inputs.standardise import Running, Statistics
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.targets import ClassTarget, mean_of_rows

CUTS = ([], [1], [64], [1, 2, 3, 130], list(range(1, 200, 7)))


def statistics(values: np.ndarray, *, floor: float = 0.1) -> Statistics:
    running = Running()
    running.add(values)
    return running.result(floor=floor)


@pytest.mark.parametrize("shape", [(200, 7, 5, 3), (200, 1, 2, 1), (200, 9, 1, 1)])
def test_they_do_not_depend_on_the_cut(shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(0).normal(3, 0.1, shape).astype(np.float32)
    whole = statistics(values)
    np.testing.assert_allclose(whole.mean, values.mean(axis=(0, 1), dtype=float), rtol=1e-7)
    np.testing.assert_allclose(whole.sd, values.std(axis=(0, 1), dtype=float), rtol=1e-7)
    for cut in CUTS:
        running = Running()
        for block in np.split(values, cut):
            running.add(block)
        np.testing.assert_array_equal(running.result(), whole)


def test_large_means_cost_no_digits() -> None:
    values = 1e6 + np.random.default_rng(0).normal(0, 1e-3, (300, 4, 2))
    np.testing.assert_allclose(statistics(values, floor=0).sd, values.std(axis=(0, 1)), rtol=1e-6)


def test_the_trivial_answer_does_not_depend_on_the_cut() -> None:
    rng = np.random.default_rng(0)
    values, labels = rng.normal(size=(200, 3, 2)).astype(np.float32), rng.integers(0, 4, 200)
    np.testing.assert_array_equal(mean_of_rows([values]), values.mean(axis=0, dtype=float))
    for cut in CUTS:
        np.testing.assert_array_equal(mean_of_rows(np.split(values, cut)), mean_of_rows([values]))
        blocks = [ClassTarget(each, tuple("abcd")) for each in np.split(labels, cut)]
        whole = TASKS["action"].constant([ClassTarget(labels, tuple("abcd"))])
        np.testing.assert_array_equal(TASKS["action"].constant(blocks), whole)
