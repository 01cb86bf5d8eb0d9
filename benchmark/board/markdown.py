"""The board as Markdown: a table a task for LEADERBOARD.md, one small table for the README, and how to read them."""

from typing import Any

from benchmark.board.row_pairs import compared_rows
from benchmark.board.rows import BoardRow, BoardTable, row_name
from deepgrasp.choices import POSE, TOUCH
from deepgrasp.data_source import data_source
from deepgrasp.tasks import TASKS, metric

MARKS = {"trained": "", "verified": " ✓", "weakly verified": " (✓)", "self-reported": " †"}
"""Who answers for a row, beside its name."""
_SOURCES = {"recordings": "recording", "people": "person", "trainings": "training"}
"""Components of chance, and one of each."""
_OUTSIDE = " ‡"
"""Trained here, but the code is not in this repository."""
PARTIAL = " ◦"
"""Not tested on everything, beside its name too."""


def ranked(table: BoardTable) -> list[tuple[str, list[BoardRow]]]:
    """Tasks with their rows in the order of the board, which JSON's sorted keys do not keep."""
    return [(task, table["tasks"][task]) for task in TASKS if task in table["tasks"]]


def label(row: BoardRow) -> str:
    """The model's name, with ``+joint`` if it was trained on all tasks at once."""
    return row_name(row["model"], row["training"])


def signs(row: BoardRow) -> list[str]:
    """What stands after a row's name: from outside (✓, †, ‡), not tested on everything (◦), the one modality it saw."""
    sees = f" ({row['sees']} alone)" if row["sees"] else ""
    return [MARKS[row["origin"]], _OUTSIDE if row.get("outside") else "", "" if row["complete"] else PARTIAL, sees]


def marks(row: BoardRow) -> str:
    """Marks behind a row's name as one text, see :func:`signs`."""
    return "".join(signs(row))


def board_markdown(table: BoardTable, *, level: int = 2) -> str:
    """The board as Markdown tables, one a task and one of its pairs; ``level`` is that of the task headings."""
    parts = [banner(table), notes(table, intervals=True)]
    for task, rows in ranked(table):
        first, *others = TASKS[task].columns(rows[0]["metrics"])
        heads = [heading(first), interval_heading(table), "skill", "P(best)", "ranks", *map(heading, others)]
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
            scores = [_primary(task, row), bounds(first, row["estimate"]), skill(row), chance(row), ranks_text(row)]
            scores += [number(key, row["metrics"][key]["mean"]) for key in others]
            costs = [f"{row['parameters']:,}", milliseconds(row), latency_text(row)]
            cells = [row["model"] + marks(row), row["training"], *scores, number(first, row["validation"]["mean"])]
            lines.append(f"| {' | '.join([*cells, *costs])} |")
        parts += ["\n".join(lines), facts(table, task), *pair_table(table, task)]
    return "\n\n".join(parts) + "\n"


def pair_table(table: BoardTable, task: str) -> list[str]:
    """All pairs of a task's ranked rows as Markdown: the row's mean minus the column's; nothing for a row alone."""
    found = compared_rows(table["tasks"][task])
    if found is None:
        return []
    rows, pairs = found
    key = TASKS[task].primary
    scale, digits = shown_scale(key)
    level, unit = f"{100 * table['level']:.0f} %", difference_unit(key)
    lines = [
        f"<details><summary>All pairs: row minus column, {unit}, ± half of the {level} interval</summary>",
        "",
        f"| | {' | '.join(label(row) for row in rows[:-1])} |",
        "|:--|" + "--:|" * (len(rows) - 1),
    ]
    for k, row in enumerate(rows[1:], 1):
        cells = []
        for other in range(len(rows) - 1):
            middle, half = (scale * float(each[k, other]) for each in (pairs.differences, pairs.halves))
            text = f"{middle:+.{digits}f} ± {half:.{digits}f}"
            # each pair by itself: of a hundred equal pairs, five would be bold
            cells.append("" if other >= k else f"**{text}**" if abs(middle) > half else text)
        lines.append(f"| {label(row)} | {' | '.join(cells)} |")
    return ["\n".join([*lines, "", "</details>"])]


def compact(table: BoardTable) -> str:
    """One Markdown table for the README: a row a model, a column a task, the primary metric's mean and its skill."""
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
        cells = [f"{_primary(task, found[task])} {_bracketed(found[task])}" if task in found else "-" for task in tasks]
        # the heads differ from task to task, and so does the number of parameters
        counts = sorted({row["parameters"] for row in found.values()})
        span = f"{counts[0]:,}" if len(counts) == 1 else f"{counts[0]:,}-{counts[-1]:,}"
        # a dict as an ordered set: a model may be verified in one task and self-reported in another
        shown = {mark: None for row in found.values() for mark in signs(row)}
        lines.append(f"| {name}{''.join(shown)} | " + " | ".join(cell.strip() for cell in cells) + f" | {span} |")
    smallest = [(task, table["resolution"][task]["difference"]) for task in tasks]
    if any(value for _, value in smallest):
        told = [number(TASKS[task].primary, value) if value else "-" for task, value in smallest]
        lines.append(f"| smallest difference told apart | {' | '.join(told)} | |")
    return "\n".join([*lines, "", notes(table, intervals=False)]) + "\n"


def _bracketed(row: BoardRow) -> str:
    return "" if row["skill"] is None else f"({skill(row)})"


def facts(table: BoardTable, task: str) -> str:
    """A line below a task's table: what the board can tell apart, where the noise comes from, what skill means."""
    key, resolution, ends = TASKS[task].primary, table["resolution"][task], table["scale"][task]
    unit, said = difference_unit(key), []
    if resolution["difference"] is not None:
        said.append(
            "One planned comparison of two encoders finds a true difference of "
            f"{number(key, resolution['difference'])} {unit} with 80 % power, from {resolution['blocks']} blocks."
        )
    if (noise := resolution["components"]) is not None:
        parts = [f"{number(key, noise[name])} on a {one}" for name, one in _SOURCES.items()]
        said.append(f"Chance moves a row against the others by (sd, {unit}): {', '.join(parts)}.")
    if ends["zero"] is not None:
        one = f"the oracle {ends['oracle']}" if ends["oracle"] else "perfection"
        said.append(f"Skill 0 is {number(key, ends['zero'])} (trivial), skill 1 is {number(key, ends['one'])} ({one}).")
    return " ".join(said)


def banner(table: BoardTable) -> str:
    """One line on data, split, inputs and replicates of the board; synthetic data in capitals."""
    # in capitals and first: a copied table must still say that its data are made up
    source = data_source(table["data"])
    data = "**SYNTHETIC DATA** (the stand-in; says nothing about people)" if source.synthetic else source.name
    return (
        f"{data} `{table['data']['hash'][:12]}` · split by {table['split']} · {inputs_shown(table['inputs'])} "
        f"· {len(table['replicates'])} replicates, {whom_tested(table)}"
        f"{version_text(table)}"
    )


def version_text(table: BoardTable) -> str:
    """The benchmark's version, which says what the scores may be compared with; a board of earlier code has none."""
    return f" · version {table['release']}" if table.get("release") else ""


def whom_tested(table: BoardTable) -> str:
    """Whom or what the rows were tested on, in words."""
    count = len(table["subjects"])
    people = f"{count} {'person' if count == 1 else 'people'} tested"
    return {"object": "unseen objects tested", "random": f"{people}, all also trained on"}.get(table["split"], people)


def title(table: BoardTable) -> str:
    """What tells a board from others beside it: data, split and inputs."""
    data = data_source(table["data"]).name
    return f"{data} {table['data']['hash'][:12]}, split by {table['split']}, {inputs_shown(table['inputs'])}"


def notes(table: BoardTable, *, intervals: bool, plain: bool = False) -> str:
    """The text below a table: what bold, italics and signs mean; ``plain``: of a table that has neither."""
    level = f"{100 * table['level']:.0f} %"
    tied, told = ("A * before a score", "in (brackets)") if plain else ("**Bold**", "in *italics*")
    lines = [f"{tied} may be the best of its task: these rows are a {level} confidence set for the best one."]
    scaled = any(ends["zero"] is not None for ends in table["scale"].values())
    if intervals:
        lines += [
            "Rows stand in the order of their mean over the tested people;",
            f"the {level} interval is of that mean, for other people and trainings.",
            *(["Skill is 0 for the trivial answer and 1 at the ceiling."] if scaled else []),
            f"P(best): how likely a row is truly the best; ranks: where it lies with {level}.",
        ]
    elif scaled:
        lines += ["In brackets: skill, 0 for the trivial answer and 1 at the ceiling."]
    if not intervals and any(each["difference"] for each in table["resolution"].values()):
        lines += ["Last line: the true difference that one planned comparison of two encoders finds with 80 % power."]
    if any(row["oracle"] for rows in table["tasks"].values() for row in rows):
        lines += [
            f"Rows {told} are oracles: they are given facts that no encoder sees, such as where the wrist is.",
            "They are points of reference, not limits, and are not ranked.",
        ]
    origins = {row["origin"] for rows in table["tasks"].values() for row in rows}
    # signs are explained only where they occur, so that most boards have a short text
    if origins - {"trained"}:
        lines += ["Rows from outside: † reports its own predictions, ✓ was also trained here to the same scores."]
    if "weakly verified" in origins:
        lines += ["(✓) likewise, but in a process from which the test labels were within reach."]
    if any(row.get("outside") for rows in table["tasks"].values() for row in rows):
        lines += ["‡ was trained here by code that is not in this repository."]
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
    text = number(TASKS[task].primary, row["estimate"]["mean"])
    mark = "**" if row["may_be_best"] else "*" if row["oracle"] else ""
    return f"{mark}{text}{mark}"


def milliseconds(row: BoardRow) -> str:
    """Milliseconds a sample, or a dash where nobody measured them: no answer takes none."""
    return f"{row['ms_per_sample']:.2f}" if row["ms_per_sample"] else "-"


def latency_text(row: BoardRow) -> str:
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


def number(key: str, value: float) -> str:
    """A value of a metric in the unit that the board shows."""
    scale, digits = shown_scale(key)
    return f"{scale * value:.{digits}f}"


def difference_unit(key: str) -> str:
    """The unit of a difference of two values of a metric: accuracies differ by points, not by per cent."""
    return {"fraction": "points", "deg": "°"}.get(metric(key).unit, metric(key).unit)


def skill(row: BoardRow) -> str:
    """Skill with two digits; empty where the board has no trivial row."""
    return "" if row["skill"] is None else f"{row['skill']:.2f}"


def chance(row: BoardRow) -> str:
    """The probability that a row is the best; empty where nothing was compared."""
    if row["p_best"] is None:
        return ""
    # smaller ones say nothing more, with some ten degrees of freedom
    return "< 0.01" if row["p_best"] < 0.01 else f"{row['p_best']:.2f}"


def ranks_text(row: BoardRow) -> str:
    """The first and last rank that a row may have, such as ``1-4``."""
    if row["ranks"] is None:
        return ""
    first, last = row["ranks"]
    return f"{first}" if first == last else f"{first}-{last}"


def bounds(key: str, estimate: dict[str, Any]) -> str:
    """Both ends of an estimate's interval, such as ``1.20 to 3.45``, in the board's unit; empty where there is none."""
    scale, digits = shown_scale(key)
    if estimate["low"] is None:
        return ""
    return f"{scale * estimate['low']:.{digits}f} to {scale * estimate['high']:.{digits}f}"


def shown_scale(key: str) -> tuple[int, int]:
    """Factor by which a stored value is shown (100 for a fraction), and the number of decimals."""
    return (100, 1) if metric(key).unit == "fraction" else (1, 2)
