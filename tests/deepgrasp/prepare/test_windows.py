"""Windows that are exact for every length."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from deepgrasp.prepare.windows import window_frames


def _recording(contact: list[int]) -> Any:
    return SimpleNamespace(contact_frames=np.array(contact, dtype=np.int64), n_frames=30)


@pytest.mark.parametrize("frames", [2, 3, 16, 80])
def test_a_window_is_exact_for_every_length(frames: int) -> None:
    for length in range(frames, 3 * frames + 2):
        chosen = window_frames(_recording(list(range(100, 100 + length))), "contact", frames)
        assert (len(chosen), chosen[0], chosen[-1]) == (frames, 100, 99 + length)
        gaps = np.diff(chosen)
        assert gaps.min() >= 1
        assert gaps.max() - gaps.min() <= 1


def test_the_contact_window_takes_contact_frames_only() -> None:
    assert window_frames(_recording([3, 4, 9, 10]), "contact", 4).tolist() == [3, 4, 9, 10]
    assert window_frames(_recording([3, 4, 9, 10, 20]), "contact", 3).tolist() == [3, 9, 20]


def test_the_prehension_window_ends_before_the_first_contact() -> None:
    assert window_frames(_recording([5, 6]), "prehension", 3).tolist() == [0, 2, 4]


def test_the_whole_recording_is_a_window_too() -> None:
    assert window_frames(_recording([5, 6]), "all", 3).tolist() == [0, 14, 29]


@pytest.mark.parametrize(
    ("contact", "window"), [([1, 2, 3], "contact"), ([3, 4, 5, 6], "prehension"), ([], "prehension")]
)
def test_a_window_that_is_too_short(contact: list[int], window: Any) -> None:
    with pytest.raises(ValueError, match=f"frames in the {window} window, 4 are asked for"):
        window_frames(_recording(contact), window, 4)
