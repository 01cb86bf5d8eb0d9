"""The report of the published tables: our scores beside their figures, and what each was measured on."""

from collections.abc import Sequence
from pathlib import Path

from benchmark.board.markdown import shown_scale
from benchmark.pipeline.schema import to_json
from benchmark.studies.published_runs import Filled
from benchmark.studies.score_text import mean_text
from benchmark.tables import table as as_table
from deepgrasp.data_source import data_source
from deepgrasp.files import replaced
from deepgrasp.tasks import TASKS, metric


def tables_markdown(tables: Sequence[Filled]) -> str:
    """A Markdown table each, with what ours and the published figures were measured on."""
    parts = ["# The published tables", *(part for table in tables for part in _section(table))]
    return "\n\n".join(parts) + "\n"


def _section(table: Filled) -> list[str]:
    """Paragraphs on one published table: heading, figures, conditions."""
    published, models = table.published, list(table.rows[0].scores)
    classes = ["classes tested"] if table.rows[0].classes is not None else []
    heads = [published.task, *models, "test sequences", *classes, head(table.run["data"]["kind"], table.run["split"])]
    # published figures have two decimals and no spread, so they are shown as they stand
    lines = []
    for row in table.rows:
        unit = metric(row.line.metric).unit.replace("fraction", "%")
        told = {"recurrent": row.line.recurrent, "attention": row.line.attention}
        figures = [f"{who} {value:.2f} {unit}" for who, value in told.items() if value is not None]
        lines.append(
            [
                row.line.label,
                *(mean_text(row.line.metric, list(row.scores[model].values())) for model in models),
                ", ".join(map(str, row.test_sequences.values())),
                *([row.classes] if classes else []),
                ", ".join(figures) or "-",
            ]
        )
    arrow = "↑" if TASKS[published.task].higher_is_better else "↓"
    measure = f"{metric(TASKS[published.task].primary).label} {arrow}"
    return [f"## Table {published.number}: {published.title}, {measure}", as_table(heads, lines), _conditions(table)]


def head(kind: str, split: str) -> str:
    """The head of the published column, which says whether ours may stand beside it."""
    # in the head of the column, so that it stays with the figures when they are copied
    if kind == "synthetic":
        return "published (not comparable: synthetic data)"
    return "published" if split == "random" else "published (random split: -S split=random)"


def _conditions(table: Filled) -> str:
    """What ours and the published figures were measured on: without it nobody could compare them."""
    run, first = table.run, table.rows[0]
    source = data_source(run["data"])
    data = "the synthetic stand-in" if source.synthetic else source.name
    # only where touch was an input: elsewhere the number of nodes says nothing
    touch = any("touch" in row.line.label for row in table.rows)
    ours, theirs = ((f", {count} touch nodes a hand" if touch else "") for count in (run["inputs"]["patches"], 778))
    # None in `inputs`: as many as were prepared
    frames = run["inputs"]["frames"] or run["data"]["prepare"]["frames"]
    lines = [
        f"Ours: {data}, split by {run['split']}, {frames} frames{ours}; mean over replicates"
        f" {', '.join(map(str, first.test_sequences))}, whose test sequences are counted in this order.",
        f"Published: GRAB, random split (the same people in training and test), 80 frames{theirs}; single runs, without"
        " the number of test sequences.",
        *table.published.notes,
    ]
    return " ".join(lines)


def write_tables(tables: Sequence[Filled], out: Path) -> None:
    """``TABLES.md`` and ``tables.json`` into ``out``.

    Raises:
        InputError: another process is writing there.
    """
    plain = [
        {
            "table": table.published.number,
            "task": table.published.task,
            "scale": {row.line.metric: shown_scale(row.line.metric)[0] for row in table.rows},
            "run": {key: table.run[key] for key in ("data", "split", "inputs", "recipe")},
            "rows": [
                {
                    "label": row.line.label,
                    "overrides": row.line.setting,
                    "metric": row.line.metric,
                    "scores": row.scores,
                    "test_sequences": row.test_sequences,
                    "classes_tested": row.classes,
                    "published": {"recurrent": row.line.recurrent, "attention": row.line.attention},
                }
                for row in table.rows
            ],
        }
        for table in tables
    ]
    with replaced(out) as scratch:
        (scratch / "TABLES.md").write_text(tables_markdown(tables), encoding="utf-8")
        (scratch / "tables.json").write_text(to_json(plain), encoding="utf-8")
