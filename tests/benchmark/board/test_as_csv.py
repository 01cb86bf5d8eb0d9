"""The board as CSV holds what leaderboard.json holds, a line for each row of each task."""

import csv
import io

from benchmark.board.as_csv import as_csv
from benchmark.board.rows import board
from deepgrasp.tasks import TASKS
from tests.benchmark import made_up


def test_holds_the_board() -> None:
    table = board(made_up.GRID)
    lines = list(csv.DictReader(io.StringIO(as_csv([table]))))
    rows = [(task, row) for task in TASKS for row in table["tasks"][task]]
    assert [(line["task"], line["model"], line["training"]) for line in lines] == [
        (task, row["model"], row["training"]) for task, row in rows
    ]
    for line, (task, row) in zip(lines, rows, strict=True):
        assert line["metric"] == TASKS[task].primary
        assert float(line["mean"]) == row["estimate"]["mean"]
        assert {key: float(line[key]) for key in row["metrics"]} == {
            key: value["mean"] for key, value in row["metrics"].items()
        }
        others = {key for each in TASKS for key in TASKS[each].metrics} - row["metrics"].keys()
        assert {line[key] for key in others} <= {""}
        assert line["first_rank"] == ("" if row["ranks"] is None else str(row["ranks"][0]))
        assert line["version"] == table["release"]
