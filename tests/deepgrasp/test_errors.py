"""How mistakes are told: of many names few, and how many more there are."""

import pytest

from deepgrasp.errors import listed


@pytest.mark.parametrize(
    ("count", "said"), [(0, ""), (1, "a"), (3, "a, b, c"), (4, "a, b, c and 1 more"), (26, "a, b, c and 23 more")]
)
def test_of_many_names_three_are_told(count: int, said: str) -> None:
    assert listed("abcdefghijklmnopqrstuvwxyz"[:count]) == said
    assert listed([*"abc"], 2, "; ") == "a; b and 1 more"
