"""A pattern that matches nothing is one short line with the nearest names."""

import pytest

from deepgrasp.errors import InputError
from deepgrasp.representations.patterns import matching

NAMES = [f"s{k}/{thing}_{take}" for k in range(1, 11) for thing in ("mug_drink", "cup_pass") for take in range(1, 40)]


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("s1/mug_drnk_1", "did you mean s1/mug_drink_1 or"),
        ("zebra", "matches nothing; choose from 780 names, such as s"),
    ],
)
def test_of_many_names_the_nearest_are_told(pattern: str, says: str) -> None:
    with pytest.raises(InputError) as raised:
        matching(NAMES, [pattern], "--recordings ", "matches nothing", "leave it out")
    assert says in str(raised.value)
    assert len(str(raised.value)) < 160


def test_few_names_are_all_told() -> None:
    with pytest.raises(InputError, match="choose from a, b or leave it out"):
        matching(["a", "b"], ["zebra"], "", "matches nothing", "leave it out")
