"""The board as CSV text: a line for every row of every task, with all that leaderboard.json says of it."""

import csv
import io
from collections.abc import Sequence

from benchmark.board.markdown import ranked, title
from benchmark.board.rows import BoardTable
from deepgrasp.tasks import TASKS

OF_ROW = ("model", "training", "oracle", "origin", "sees", "complete")
COMPARED = ("may_be_best", "p_best", "skill")
COSTS = ("parameters", "multiply_adds", "seconds", "ms_per_sample", "latency_p50_ms", "latency_p99_ms")


def as_csv(tables: Sequence[BoardTable]) -> str:
    """Text of a CSV file with one head: fractions and cm as in the JSON, an empty cell where a row has no value.

    Columns are the board's title and version, the task, what the row is, ``metric`` (the name of the one that ranks)
    with its ``mean`` and 95 % interval, ``may_be_best``, ``p_best``, ranks, skill, cost; then every metric by name.
    """
    lines = []
    for table in tables:
        for task, rows in ranked(table):
            for row in rows:
                first, last = row["ranks"] or (None, None)
                line = {"board": title(table), "version": table.get("release"), "task": task}
                line |= {key: row[key] for key in OF_ROW} | {"metric": TASKS[task].primary}
                line |= {key: row["estimate"][key] for key in ("mean", "low", "high")}
                line |= {key: row[key] for key in COMPARED} | {"first_rank": first, "last_rank": last}
                line |= {"validation": row["validation"]["mean"], "sequences": sum(row["test_sequences"])}
                line |= {key: row[key] for key in COSTS}
                lines.append(line | {key: value["mean"] for key, value in row["metrics"].items()})
    # a dict as an ordered set: tasks have other metrics, and share some
    heads = list(dict.fromkeys(key for line in lines for key in line))
    text = io.StringIO()
    writer = csv.DictWriter(text, heads, lineterminator="\n")  # csv's own is that of Windows
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()
