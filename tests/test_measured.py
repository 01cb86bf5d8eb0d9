"""Tables of the guides whose numbers are in the repository: each cell is what its file says."""

import csv
import re
from pathlib import Path
from statistics import fmean

import pytest

from benchmark.studies import contributions
from benchmark.studies.contributions import WHOLE
from benchmark.studies.score_text import mean_text
from deepgrasp.intervals import interval
from deepgrasp.tasks import TASKS, metric

ROOT = Path(__file__).parent.parent
Scores = dict[tuple[str, str, int], float]


def scores(entrant: str) -> Scores:
    """Of each part left out, or ``whole``, by task and fold."""
    with (ROOT / "docs/measured/parts.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["entrant"] == entrant]
    return {(row["part"], row["task"], int(row["fold"])): float(row["value"]) for row in rows}


def added(found: Scores, part: str, task: str) -> str:
    """What a part adds, as `contributions` tells it, bold where the interval excludes zero."""
    whole, rest = (
        {k: value for (each, of, k), value in found.items() if (each, of) == (p, task)} for p in (WHOLE, part)
    )
    text = contributions.added(TASKS[task].primary, whole, rest)
    _, low, high = interval([whole[k] - rest[k] for k in rest]) or (0, 0, 0)
    return f"**{text}**" if low * high > 0 else text


@pytest.mark.parametrize("entrant", ["stgcn", "best"])
def test_what_each_part_adds(entrant: str) -> None:
    found = scores(entrant)
    parts = list(dict.fromkeys(part for part, *_ in found))
    assert len(found) == len(parts) * 4 * 5
    whole = [mean_text(TASKS[task].primary, [found[WHOLE, task, k] for k in range(5)]) for task in TASKS]
    lines = [["the whole", *whole], *([part, *(added(found, part, task) for task in TASKS)] for part in parts[1:])]
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    assert table in (ROOT / "docs/model.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("entrant", "part", "task", "of"),
    [
        ("stgcn", "touch", "object", " points of `object`"),
        ("stgcn", "graph", "body", " cm of `body`"),
        ("stgcn", "graph", "pose", " points of `pose`"),
        ("stgcn", "time", "body", " cm"),
        ("best", "touch", "object", " points of `object`"),
        ("best", "graph", "body", " cm of `body`"),
        ("best", "graph", "pose", " points of `pose`"),
    ],
)
def test_the_readme_says_the_same_without_signs(entrant: str, part: str, task: str, of: str) -> None:
    mean, bounds = re.sub(r"[*+)-]", "", added(scores(entrant), part, task)).split(" (")
    low, high = sorted(bounds.split(" to "), key=float)
    assert f"{mean}{of} ({low} to {high})" in " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())


def test_how_long_a_training_is_long_enough() -> None:
    found: dict[tuple[str, str, str], dict[int, list[float]]] = {}
    with (ROOT / "docs/measured/recipe.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            lengths = found.setdefault((row["task"], row["entrant"], row["learning_rate"]), {})
            lengths.setdefault(int(row["steps"]), []).append(float(row["value"]))
    lines = (ROOT / "docs/recipe.md").read_text(encoding="utf-8").splitlines()
    assert len(found) == 4 * 6 + 2 * 3  # entrants on tasks, and a second learning rate
    for (task, entrant, rate), lengths in found.items():
        percent = metric(TASKS[task].primary).unit == "fraction"
        columns = (72, 144, 288, 576) if TASKS[task].classifies else (144, 400, 960)
        means = [100 * fmean(lengths[n]) if percent else fmean(lengths[n]) for n in columns if n in lengths]
        texts = iter(f"{mean:.1f}" if percent else f"{mean:.2f}" for mean in means)
        cells = [next(texts) if n in lengths else "-" for n in columns]
        line = f"| `{task}`, {'%' if percent else 'cm'} | `{entrant}` | {rate} | {' | '.join(cells)} |"
        assert line in lines
