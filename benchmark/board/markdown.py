"""The board as Markdown: a table a task for LEADERBOARD.md, one small table for the README, and how to read them."""

from typing import Any

from benchmark.board.rows import BoardRow, BoardTable
from deepgrasp.choices import POSE, TOUCH
from deepgrasp.tasks import TASKS, metric

MARKS = {"trained": "", "verified": " ✓", "weakly verified": " (✓)", "self-reported": " †"}
"""Who answers for a row, beside its name."""
PARTIAL = " ◦"
"""Not tested on everything, beside its name too."""


def ranked(table: BoardTable) -> list[tuple[str, list[BoardRow]]]:
    """Tasks with their rows in the order of the board, which JSON's sorted keys do not keep."""
    return [(task, table["tasks"][task]) for task in TASKS if task in table["tasks"]]


def label(row: BoardRow) -> str:
    """The model's name, with ``+joint`` if it was trained on all tasks at once."""
    return row["model"] + ("+joint" if row["training"] == "joint" else "")


def signs(row: BoardRow) -> list[str]:
    """What stands after a row's name: from outside (✓ or †), not tested on everything (◦), the one modality it saw."""
    sees = f" ({row['sees']} alone)" if row["sees"] else ""
    return [MARKS[row["origin"]], "" if row["complete"] else PARTIAL, sees]


def marks(row: BoardRow) -> str:
    """The same as one text."""
    return "".join(signs(row))


def markdown(table: BoardTable, *, level: int = 2) -> str:
    """The board as Markdown tables, one a task; ``level`` is that of the task headings."""
    parts = [banner(table), notes(table, intervals=True)]
    for task, rows in ranked(table):
        first, *others = TASKS[task].columns(rows[0]["metrics"])
        heads = [heading(first), interval_heading(table), "p"] + [heading(key) for key in others]
        # not by `tables.table`: without padding, a changed score is one changed line in Git, not a changed table
        lines = [
            f"{'#' * level} {task}",
            "",
            "| model | training | "
            + " | ".join(heads)
            + " | validation | parameters | ms/sample | latency p50 / p99, ms |",
            "|:--|:--|" + "--:|" * (len(heads) + 4),
        ]
        for row in rows:
            score, validation = _primary(task, row), number(first, row["validation"])
            scores = [score, bounds(first, row["estimate"]), p_shown(row["difference_to_best"])]
            scores += [number(key, row["metrics"][key]) for key in others]
            costs = [f"{row['parameters']:,}", milliseconds(row), latency(row)]
            cells = [row["model"] + marks(row), row["training"], *scores, validation, *costs]
            lines.append(f"| {' | '.join(cells)} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def compact(table: BoardTable) -> str:
    """One Markdown table for the README: a row a model, a column a task, the primary metric's mean ± sd."""
    tasks = [task for task, _ in ranked(table)]
    labels: dict[str, dict[str, BoardRow]] = {}
    for task, rows in ranked(table):
        for row in rows:
            labels.setdefault(label(row), {})[task] = row
    heads = [f"{task}: {heading(TASKS[task].primary)}" for task in tasks]
    lines = [
        banner(table),
        "",
        "| model | " + " | ".join(heads) + " | parameters |",
        "|:--|" + "--:|" * (len(tasks) + 1),
    ]
    for name, found in sorted(labels.items()):
        cells = [_primary(task, found[task]) if task in found else "-" for task in tasks]
        # the heads differ from task to task, and so does the number of parameters
        counts = sorted({row["parameters"] for row in found.values()})
        span = f"{counts[0]:,}" if len(counts) == 1 else f"{counts[0]:,}-{counts[-1]:,}"
        # a dict as an ordered set: a model may be verified in one task and self-reported in another
        shown = {mark: None for row in found.values() for mark in signs(row)}
        lines.append(f"| {name}{''.join(shown)} | " + " | ".join(cells) + f" | {span} |")
    return "\n".join([*lines, "", notes(table, intervals=False)]) + "\n"


def banner(table: BoardTable) -> str:
    """One line on data, split, inputs and replicates of the board; synthetic data in capitals."""
    # in capitals and first: a copied table must still say that its data are made up
    synthetic = table["data"]["kind"] == "synthetic"
    data = "**SYNTHETIC DATA** (the stand-in; says nothing about people)" if synthetic else "GRAB"
    return (
        f"{data} `{table['data']['hash'][:12]}` · split by {table['split']} · {inputs_shown(table['inputs'])} "
        f"· {len(table['replicates'])} replicates, {table['held_out']} "
        "· mean ± sd over replicates"
    )


def title(table: BoardTable) -> str:
    """What tells a board from others beside it: data, split and inputs."""
    data = {"synthetic": "Synthetic data", "grab": "GRAB"}[table["data"]["kind"]]
    return f"{data} {table['data']['hash'][:12]}, split by {table['split']}, {inputs_shown(table['inputs'])}"


def notes(table: BoardTable, *, intervals: bool, plain: bool = False) -> str:
    """The text below a table: what bold, italics and signs mean; ``plain``: of a table that has neither."""
    people, level = len(table["subjects"]), 100 * table["level"]
    tied, told = ("A * before a score", "in (brackets)") if plain else ("**Bold**", "in *italics*")
    lines = [
        f"{tied} is tied with the best of its task: on the same recordings of the same {people} people they do not",
        f"differ at {100 - level:.0f} % (t test over people, Holm-corrected for all pairs of rows).",
    ]
    if intervals:
        lines += [
            "Rows stand in the order of their mean over people, each person counted once;",
            f"the {level:.0f} % interval is of that mean, for people yet to be met;",
            "p is of the difference to the best row, corrected.",
            "Latency is of one window alone, on the CPU.",
        ]
    if any(row["oracle"] for rows in table["tasks"].values() for row in rows):
        lines += [f"Rows {told} are told what no input holds: they show what is possible and are not ranked."]
    origins = {row["origin"] for rows in table["tasks"].values() for row in rows}
    # signs are explained only where they occur, so that most boards have a short text
    if origins - {"trained"}:
        lines += ["Rows from outside: † reports its own predictions, ✓ was also trained here to the same scores."]
    if "weakly verified" in origins:
        lines += ["(✓) likewise, but in a process from which the test labels were within reach."]
    if not all(row["complete"] for rows in table["tasks"].values() for row in rows):
        lines += ["◦ was not tested on all people and recordings of the board, and is not ranked."]
    return " ".join(lines)


def inputs_shown(inputs: dict[str, Any]) -> str:
    """The inputs in words: modalities, hands, nodes of the graphs, and frames where fewer than stored."""
    together = "pose and touch" + (" as one graph" if inputs["fusion"] == "early" else "")
    modalities = {"both": together}.get(inputs["modalities"], inputs["modalities"])
    hands = {"both": "both hands"}.get(inputs["hands"], f"the {inputs['hands']} hand")
    pose = f"{inputs['part']}, {inputs['joints']} joints a hand"
    # 778 is the number of vertices of a MANO hand
    touch = "every vertex" if inputs["patches"] == 778 else f"{inputs['patches']} patches a hand"
    nodes = {POSE: pose, TOUCH: touch, "both": f"{pose}, {touch}"}[inputs["modalities"]]
    frames = f", {inputs['frames']} frames" if inputs["frames"] else ""
    return f"{modalities} of {hands} ({nodes}{frames})"


def _primary(task: str, row: BoardRow) -> str:
    text = number(TASKS[task].primary, row["metrics"][TASKS[task].primary])
    mark = "**" if row["tied_with_best"] else "*" if row["oracle"] else ""
    return f"{mark}{text}{mark}"


def milliseconds(row: BoardRow) -> str:
    """Milliseconds a sample, or a dash where nobody measured them: no answer takes none."""
    return f"{row['ms_per_sample']:.2f}" if row["ms_per_sample"] else "-"


def latency(row: BoardRow) -> str:
    """Median and 99th percentile of one window's milliseconds, or a dash where nobody measured them."""
    p50, p99 = row["latency_p50_ms"], row["latency_p99_ms"]
    # outsiders need not measure it, and a reference row has no network to time
    return "-" if p50 is None or p99 is None else f"{p50:.2f} / {p99:.2f}"


def heading(key: str) -> str:
    """A metric's column head: label, unit, and an arrow up where more is better."""
    shown = metric(key)
    unit = {"fraction": "%", "deg": "°"}.get(shown.unit, shown.unit)
    arrow = "↑" if shown.higher_is_better else "↓"
    return f"{shown.label}{', ' + unit if unit else ''} {arrow}"


def interval_heading(table: BoardTable) -> str:
    """The head of the intervals' column."""
    return f"{100 * table['level']:.0f} % interval"


def number(key: str, spread: dict[str, Any]) -> str:
    """``mean ± sd`` in the unit that the board shows."""
    scale, digits = shown_scale(key)
    mean = f"{scale * spread['mean']:.{digits}f}"
    return mean if spread["sd"] is None else f"{mean} ± {scale * spread['sd']:.{digits}f}"


def bounds(key: str, estimate: dict[str, Any]) -> str:
    """``low to high`` in that unit; empty where one subject tells nothing."""
    scale, digits = shown_scale(key)
    if estimate["low"] is None:
        return ""
    return f"{scale * estimate['low']:.{digits}f} to {scale * estimate['high']:.{digits}f}"


def p_shown(difference: dict[str, Any] | None) -> str:
    """Corrected p value as text; empty for the best row and rows that cannot be compared with it."""
    if difference is None:
        return ""
    # with five to nine degrees of freedom smaller p values say nothing more
    return "< 0.001" if difference["p_holm"] < 0.001 else f"{difference['p_holm']:.3f}"


def shown_scale(key: str) -> tuple[int, int]:
    """Factor by which a stored value is shown (100 for a fraction), and the number of decimals."""
    return (100, 1) if metric(key).unit == "fraction" else (1, 2)
