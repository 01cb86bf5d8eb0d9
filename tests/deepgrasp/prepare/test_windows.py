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


@pytest.mark.parametrize("length", [81, 94, 500, 1216])
def test_as_published_takes_the_frames_of_the_published_code(length: int) -> None:
    """Its rule, written down anew: places in the list of touched frames, from 1, by numpy's rounding."""
    touched = list(range(40, 40 + 2 * length, 2))
    published = [touched[round(1 + k * (length - 2) / 79)] for k in range(80)]  # Python, too, rounds halves to even
    assert window_frames(_recording(touched), "contact-as-published", 80).tolist() == published
    ours = window_frames(_recording(touched), "contact", 80).tolist()
    assert ours[0] == touched[0] < published[0]
    assert ours[-1] == published[-1]


def test_the_published_prehension_ends_with_the_first_contact_and_drops_the_first_frame() -> None:
    assert window_frames(_recording([5, 6]), "prehension-as-published", 3).tolist() == [1, 3, 5]
    assert window_frames(_recording([5, 6]), "prehension-as-published", None).tolist() == [1, 2, 3, 4, 5]
    assert window_frames(_recording([5, 6]), "all-as-published", 3).tolist() == [1, 15, 29]


@pytest.mark.parametrize(
    ("contact", "window"),
    [
        ([1, 2, 3], "contact"),
        ([3, 4, 5, 6], "prehension"),
        ([], "prehension"),
    ],
)
def test_a_window_that_is_too_short(contact: list[int], window: Any) -> None:
    with pytest.raises(ValueError, match=f"frames in the {window} window, 4 are asked for"):
        window_frames(_recording(contact), window, 4)


def test_as_published_needs_a_frame_more_than_it_takes() -> None:
    with pytest.raises(ValueError, match="4 frames in the contact-as-published window, 5 are asked for"):
        window_frames(_recording([1, 2, 3, 4]), "contact-as-published", 4)
    with pytest.raises(ValueError, match=r"0 frames in the prehension-as-published window, .*: no frame has contact"):
        window_frames(_recording([]), "prehension-as-published", None)
