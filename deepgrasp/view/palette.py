"""The colours of all views, defined once: page, server and stills take them from here; red, green, blue, 0 to 255."""

Colour = tuple[int, int, int]

SKIN_COLOUR: Colour = (178, 188, 199)
HAND_COLOUR: Colour = (222, 186, 160)
THING_COLOUR: Colour = (70, 150, 214)
TABLE_COLOUR: Colour = (150, 137, 122)
HEAT_COLOUR: Colour = (214, 30, 22)
RIGHT_COLOUR: Colour = (0, 114, 178)
LEFT_COLOUR: Colour = (86, 180, 233)
"""Both arms of the truth are blue: of Okabe and Ito, as the answers are."""
ANSWER_COLOURS: tuple[Colour, Colour] = ((0, 158, 115), (204, 121, 167))
"""What models predict: green and pink, which nobody takes for the true blue, nor for touch, which is yellow to red."""
AXIS_COLOURS: tuple[Colour, Colour, Colour] = ((213, 60, 40), (40, 150, 70), (50, 90, 220))
LOST_COLOUR: Colour = (178, 24, 43)
GAINED_COLOUR: Colour = (33, 102, 172)
"""Without a joint or a patch the model loses, or gains: red and blue of one lightness, from Brewer's RdBu."""
FLOOR_COLOUR: Colour = (150, 150, 150)

PAPER_SKIN: Colour = (212, 204, 195)
PAPER_THING: Colour = (110, 148, 178)
PAPER_TABLE: Colour = (204, 189, 168)
PAPER_GRAPH: Colour = (26, 92, 148)
PAPER_NODE: Colour = (5, 59, 107)
"""Stills have softer ones of what is true: they are printed, and touch is the strongest colour there."""

OF_THE_PAGE: dict[str, object] = {
    "SKIN": SKIN_COLOUR,
    "HAND": HAND_COLOUR,
    "THING": THING_COLOUR,
    "TABLE": TABLE_COLOUR,
    "HEAT": HEAT_COLOUR,
    "RIGHT": RIGHT_COLOUR,
    "LEFT": LEFT_COLOUR,
    "ANSWERS": ANSWER_COLOURS,
    "AXES": AXIS_COLOURS,
    "LOST": LOST_COLOUR,
    "GAINED": GAINED_COLOUR,
    "FLOOR": FLOOR_COLOUR,
}
"""By the names that the page's scripts have for them."""


def shares(colour: Colour) -> tuple[float, float, float]:
    """Red, green and blue of a colour as shares from 0 to 1, as the painter wants them."""
    red, green, blue = (value / 255 for value in colour)
    return red, green, blue


def css(colour: Colour) -> str:
    """A colour as a browser reads it: ``#0072b2``."""
    return "#" + bytes(colour).hex()
