"""Tables of the guides whose numbers are in the repository: each cell is what its file says."""

import csv
from pathlib import Path
from statistics import fmean

import pytest

from deepgrasp.intervals import interval
from deepgrasp.tasks import TASKS, metric

ROOT = Path(__file__).parent.parent
Scores = dict[tuple[str, str, int], float]


def scores() -> Scores:
    """Of each part left out, or ``whole``, by task and fold."""
    with (ROOT / "docs/measured/parts.csv").open(encoding="utf-8") as file:
        return {(row["part"], row["task"], int(row["fold"])): float(row["value"]) for row in csv.DictReader(file)}


def added(found: Scores, part: str, task: str) -> str:
    """What a part adds, bold where the interval excludes zero."""
    percent = metric(TASKS[task].primary).unit == "fraction"
    scale, digits = (100, 1) if percent else (1, 2)
    folds = [fold for each, of, fold in found if (each, of) == (part, task)]
    mean, low, high = interval([scale * (found["whole", task, k] - found[part, task, k]) for k in folds]) or (0, 0, 0)
    text = f"{mean:+.{digits}f} ({low:+.{digits}f} to {high:+.{digits}f})"
    return f"**{text}**" if low * high > 0 else text


@pytest.mark.parametrize("page", ["docs/model.md", "README.md"])
@pytest.mark.parametrize("part", ["touch", "time", "graph", "attention"])
def test_what_a_part_of_stgcn_adds(page: str, part: str) -> None:
    found = scores()
    assert len(found) == 5 * 4 * 5
    line = f"| {part} | " + " | ".join(added(found, part, task) for task in TASKS) + " |"
    assert line in (ROOT / page).read_text(encoding="utf-8").splitlines()


def test_the_whole() -> None:
    found = scores()
    texts = []
    for task in TASKS:
        mean = fmean(found["whole", task, k] for k in range(5))
        percent = metric(TASKS[task].primary).unit == "fraction"
        texts.append(f"{100 * mean:.1f} %" if percent else f"{mean:.2f} cm")
    assert f"| the whole | {' | '.join(texts)} |" in (ROOT / "docs/model.md").read_text(encoding="utf-8")
