"""Texts that describe a profile, as `python -m benchmark profile` lists them."""

import textwrap

from benchmark.profiles.compare import number_text
from benchmark.profiles.profile import Profile

TERMINAL_WIDTH = 80  # columns
LABEL = 12


def profile_text(name: str, profile: Profile) -> str:
    """A profile as text: what it is for, its command, hardware, time and numbers."""
    lines = {
        "command": f"python -m benchmark profile {name}",
        "hardware": profile.hardware,
        "time": profile.time,
        "numbers": numbers_line(profile),
        "note": profile.note,
    }
    indent = " " * LABEL
    # a hanging indent, so that labels stand alone on the left
    shown_lines = (
        textwrap.fill(text, TERMINAL_WIDTH, initial_indent=f"  {label:<{LABEL - 2}}", subsequent_indent=indent)
        for label, text in lines.items()
    )
    return "\n".join([textwrap.fill(f"{name}: {profile.says}", TERMINAL_WIDTH, subsequent_indent=indent), *shown_lines])


def numbers_line(profile: Profile) -> str:
    """The expected numbers in one line."""
    # not listed: they change with every board
    if profile.expect == "committed":
        return "those committed in leaderboard/summary.json"
    return ", ".join(f"{row} {number_text(row, each.value)}" for row, each in profile.numbers.items()) or "none"
