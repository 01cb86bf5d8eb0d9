"""The board in a terminal: a table a task with the metric that ranks; the others are in LEADERBOARD.md."""

from typing import Any

from benchmark.markdown import banner, bounds, heading, notes, number, p_shown, ranked
from deepgrasp.tasks import TASKS

Row = dict[str, Any]


def show(table: dict[str, Any]) -> None:
    """Print primary metric, interval, p, validation score and cost of every row; bold is tied with the best."""
    from rich.console import Console
    from rich.markdown import Markdown
    from rich.table import Table

    console = Console()
    console.print(Markdown(f"{banner(table)}\n\n{notes(table, intervals=True)}"))
    for task, rows in ranked(table):
        drawn = Table(title=task, title_justify="left", title_style="bold")
        for name in ("model", "training"):
            drawn.add_column(name)
        interval = f"{100 * table['level']:.0f} % interval"
        for name in (heading(TASKS[task].primary), interval, "p", "validation", "parameters", "ms/sample"):
            drawn.add_column(name, justify="right")
        for row in rows:
            style = "bold" if row["tied_with_best"] else "italic" if row["oracle"] else None
            drawn.add_row(row["model"], row["training"], *_numbers(TASKS[task].primary, row), style=style)
        console.print(drawn)


def _numbers(primary: str, row: Row) -> list[str]:
    sure = [bounds(primary, row["estimate"]), p_shown(row["difference_to_best"]), number(primary, row["validation"])]
    cost = [f"{row['parameters']:,}", f"{row['ms_per_sample']:.2f}"]
    return [number(primary, row["metrics"][primary]), *sure, *cost]
