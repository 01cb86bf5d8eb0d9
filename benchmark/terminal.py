"""The board in a terminal: a table a task with the metric that ranks; the others are in LEADERBOARD.md."""

from typing import Any

from benchmark.leaderboard import banner, heading, number, ranked
from deepgrasp.tasks import TASKS


def show(table: dict[str, Any]) -> None:
    """Print rank, model, training, primary metric, validation score and cost of every row."""
    from rich.console import Console
    from rich.markdown import Markdown
    from rich.table import Table

    console = Console()
    console.print(Markdown(banner(table)))
    for task, rows in ranked(table):
        primary = TASKS[task].primary
        drawn = Table(title=task, title_justify="left", title_style="bold")
        for name in ("#", "model", "training"):
            drawn.add_column(name)
        for name in (heading(primary), "validation", "parameters", "ms/sample"):
            drawn.add_column(name, justify="right")
        for place, row in enumerate(rows, 1):
            scores = [number(primary, row["metrics"][primary]), number(primary, row["validation"])]
            cells = [str(place), row["model"], row["training"], *scores, f"{row['parameters']:,}"]
            drawn.add_row(*cells, f"{row['ms_per_sample']:.2f}", style="bold" if place == 1 else None)
        console.print(drawn)
