"""The intervals and comparisons of the board keep what they promise, and the plain bootstrap would not."""

import numpy as np
import pytest

from benchmark.board.coverage import METRICS, ROWS, SEQUENCES, bootstrap, draw, false_boards, student


@pytest.mark.parametrize("subjects", SEQUENCES)
@pytest.mark.parametrize("metric", METRICS)
def test_intervals_cover_and_equal_models_are_seldom_called_different(metric: str, subjects: int) -> None:
    means, truth = draw(metric, subjects)
    assert means.shape == (2, 1000, subjects)
    assert means[0].mean() == pytest.approx(truth, rel=0.05, abs=0.05)
    assert means[0].std(axis=1).mean() > 3 * (means[0] - means[1]).std(axis=1).mean() / 4  # people differ
    rates = student(means, truth)
    assert 0.93 <= rates.covered <= 0.97
    assert rates.different <= 0.05
    plain = bootstrap(means, truth, SEQUENCES[subjects])
    assert plain.covered < 0.93
    assert plain.different > 0.08


@pytest.mark.parametrize("subjects", SEQUENCES)
def test_a_board_of_equal_rows_is_seldom_split(subjects: int) -> None:
    means, _ = draw("symmetric", subjects, models=ROWS, trials=300)
    assert false_boards(means) <= 0.05
    assert false_boards(means, all_pairs=False) > 0.05  # the best was chosen by the same scores


def test_a_real_difference_is_found() -> None:
    means, truth = draw("symmetric", 10)
    assert student(means + np.array([0.0, 1.0])[:, None, None], truth).different > 0.8
