"""How early a class is known, and what has been seen by a frame."""

import numpy as np
import pytest

from deepgrasp.view.early_answer import FOREMOST, EarlyAnswer


def early(true: list[float]) -> EarlyAnswer:
    """Chances of the class b at 25, 50, 75 and 100 %, which are seen by the frames 2, 4, 4 and 7 of a scene."""
    chances = np.array([[1 - each, each] for each in true])
    return EarlyAnswer(np.array([0.25, 0.5, 0.75, 1]), np.array([2, 4, 4, 7]), chances, ("a", "b"), "b")


@pytest.mark.parametrize(
    ("true", "known"),
    [
        ([0.9, 0.8, 0.7, 0.6], 0.25),
        ([0.9, 0.2, 0.7, 0.6], 0.75),
        ([0.9, 0.8, 0.7, 0.4], None),
    ],
)
def test_a_class_is_known_from_where_it_stays_the_likeliest(true: list[float], known: float | None) -> None:
    assert early(true).known_from == known


def test_a_share_is_seen_with_its_last_frame() -> None:
    found = early([0.9, 0.2, 0.7, 0.6])
    assert found.named == ("b", "a", "b", "b")
    assert [found.seen(frame) for frame in (0, 1, 2, 3, 4, 6, 7, 9)] == [0, 0, 1, 1, 3, 3, 4, 4]


def test_the_true_class_stands_before_the_likeliest_anywhere() -> None:
    names = tuple("abcdefgh")
    chances = np.array([[0.3, 0, 0, 0.1, 0.2, 0.1, 0.1, 0.2], [0, 0.01, 0.9, 0, 0.05, 0.04, 0, 0]])
    found = EarlyAnswer(np.array([0.5, 1]), np.array([1, 2]), chances, names, "b")
    assert "".join(names[k] for k in found.foremost) == "bcaehd"
    assert len(found.foremost) == 1 + FOREMOST
