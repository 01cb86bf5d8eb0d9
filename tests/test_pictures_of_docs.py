"""Pictures of the guides are small: a page that loads them stays quick, and the repository light."""

from pathlib import Path

import pytest
from PIL import Image

FOLDER = Path(__file__).parent.parent / "docs/pictures"


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.png")), ids=lambda path: path.name)
def test_a_picture_is_small(path: Path) -> None:
    assert path.stat().st_size < 300_000
    with Image.open(path) as picture:
        assert picture.width <= 1200
