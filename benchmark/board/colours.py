"""The colour of a model in every drawing: made from its name alone, so a new row changes no other row's colour."""

import zlib
from typing import NamedTuple

_START = 10770  # with this start the entrants of the default board lie at least 36 degrees apart


class RowLook(NamedTuple):
    """Hue in degrees, and a number from 0 to 3 by which names of similar hue mostly differ (dashes, shades)."""

    hue: int
    variant: int


def look(name: str) -> RowLook:
    """Hue and variant in which a row of this name is drawn; the same on every machine and in every drawing."""
    # not hash(), which differs from process to process
    number = zlib.crc32(name.encode(), _START)
    return RowLook(number % 360, number // 360 % 4)
