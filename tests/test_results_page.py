"""The page of results names every field that is written and no other, and its examples run."""

import importlib.util
import re
from pathlib import Path

import pytest

from benchmark.board import board_file
from benchmark.pipeline import schema
from deepgrasp.tasks import METRICS, TASKS, metric

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs/results.md").read_text()
PANDAS = importlib.util.find_spec("pandas")


def fields(part: str) -> list[str]:
    return re.findall(r"^\| \**`(\w+)`", part, re.MULTILINE)


def part(heading: str) -> str:
    return TEXT.split(heading, 1)[1].split("\n## ", 1)[0]


@pytest.mark.parametrize("name", ["Result", "PerSequence", "Run", "DataRecord", "Point", "Cost"])
def test_every_field_of_a_record_is_told(name: str) -> None:
    assert fields(part(f"\n## `{name}`")) == list(getattr(schema, name).model_fields)


def test_every_field_of_the_board_is_told() -> None:
    board, row = part("\n| field of a board").split("\n| field of a row")
    assert fields(board) == list(board_file._Board.model_fields)
    assert fields(row) == list(board_file._Row.model_fields)


def test_every_metric_is_told() -> None:
    lines = [re.findall(r"[^|]+", line) for line in part("\n## Metrics").splitlines() if line.startswith("| ")][1:]
    told = {cells[0].strip(" *`"): [cell.strip() for cell in cells[1:]] for cells in lines}
    assert told.keys() == METRICS.keys() | {"joint_NAME_cm"}
    assert [name for name in told if f"**`{name}`**" in TEXT] == list(dict.fromkeys(t.primary for t in TASKS.values()))
    for name, (tasks, unit, better, _) in told.items():
        key = name.replace("NAME", "right_wrist")
        known = [task for task in TASKS if name in TASKS[task].metrics or (name not in METRICS and task in tasks)]
        assert tasks.split(", ") == known
        assert {"-1 to 1": "", "degrees": "deg"}.get(unit, unit) == metric(key).unit
        assert (better == "more") == metric(key).higher_is_better


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL), ids=["json", "pandas"])
def test_examples_run(code: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    if "pandas" in code and PANDAS is None:
        pytest.skip("docs/results.md: pandas' example NOT RUN, pandas is not installed")
    monkeypatch.chdir(ROOT)
    scope: dict[str, object] = {}
    exec(code, scope)
    assert len(scope.get("results", ())) > 100 or "stgcn" in capsys.readouterr().out
