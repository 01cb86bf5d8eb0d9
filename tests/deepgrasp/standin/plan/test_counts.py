"""Counts are shared out by D'Hondt's rule."""

import pytest

from deepgrasp.standin.plan.counts import share_out


def test_share_out_is_dhondt():
    assert share_out(7, [340, 280, 160]).tolist() == [3, 3, 1]
    assert share_out(7, [340, 280, 160], 2, [2, 9, 9]).tolist() == [2, 3, 2]
    with pytest.raises(ValueError, match="cannot be shared out"):
        share_out(3, [1, 1], 2)
