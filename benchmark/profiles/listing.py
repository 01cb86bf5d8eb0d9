"""The profiles as `python -m benchmark profile` lists them."""

import textwrap

from benchmark.profiles.compare import shown
from benchmark.profiles.profile import Profile

WIDTH = 100
LABEL = 12


def describe(name: str, profile: Profile) -> str:
    """One profile: what it is for, its command, hardware, time and numbers."""
    lines = {
        "command": f"python -m benchmark profile {name}",
        "hardware": profile.hardware,
        "time": profile.time,
        "numbers": numbers(profile),
        "note": profile.note,
    }
    return "\n".join([f"{name}: {profile.says}", *(_line(label, text) for label, text in lines.items())])


def numbers(profile: Profile) -> str:
    """What is expected, in one line."""
    if profile.expect == "committed":
        return "those committed in leaderboard/summary.json"
    return ", ".join(f"{row} {shown(row, each.value)}" for row, each in profile.numbers.items()) or "none"


def _line(label: str, text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=f"  {label:<{LABEL - 2}}", subsequent_indent=" " * LABEL)
