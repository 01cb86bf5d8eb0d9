"""Results -> the board: rows per task, ranked by the mean over replicates, as JSON and as Markdown."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from benchmark.records import Result, parse, to_json
from deepgrasp.errors import InputError
from deepgrasp.files import replaced
from deepgrasp.tasks import TASKS, metric

Row = dict[str, Any]
HELD_OUT: dict[str, Callable[[int], str]] = {
    "subject": lambda count: f"{2 * count} of 10 subjects tested",
    "object": lambda count: "6 unseen objects tested",
    "random": lambda count: "every person also trained on",
    "leave-one-out": lambda count: f"{count} of 10 subjects tested",
}
"""What a split holds out, by the number of replicates."""
FILE = "leaderboard.json"
BEGIN, END = "<!-- leaderboard: written by `python -m benchmark board` -->", "<!-- /leaderboard -->"


def load_results(folder: Path) -> list[Result]:
    """All results below ``folder``, which must stem from one data set, split and choice of inputs.

    Raises:
        InputError: none there, one malformed, or results that must not share a board.
    """
    paths = sorted(folder.rglob("*.json"))
    if not paths:
        raise InputError(folder, "holds no results", "run `dvc repro`")
    results = [parse(Result, path.read_bytes(), path) for path in paths]
    first = _board_key(results[0])
    for path, result in zip(paths, results, strict=True):
        if result.name != path.relative_to(folder).as_posix():
            raise InputError(path, f"holds the result {result.name}", "regenerate the folder with `dvc repro`")
        differing = [key for key, value in _board_key(result).items() if value != first[key]]
        if differing:
            raise InputError(path, f"has another {differing[0]} than {paths[0]}", "boards never mix: score them apart")
    return results


def _board_key(result: Result) -> dict[str, Any]:
    run = result.run
    return {
        "kind of data": run.data.kind,
        "data": run.data.hash,
        "split": run.split,
        "choice of inputs": run.inputs,
    }


def board(results: Sequence[Result]) -> dict[str, Any]:
    """The whole board as plain data: what it covers, and for each task its ranked rows."""
    run = results[0].run
    replicates = sorted({result.run.replicate for result in results})
    return {
        "data": run.data.model_dump(),
        "split": run.split,
        "inputs": run.inputs,
        "replicates": replicates,
        "held_out": HELD_OUT[run.split](len(replicates)),
        "tasks": {task: _rows(task, results) for task in TASKS if any(result.task == task for result in results)},
    }


def _rows(task: str, results: Sequence[Result]) -> list[Row]:
    cells: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        if result.task == task:
            cells.setdefault((result.run.model, _training(result)), []).append(result)
    rows = [_row(task, model, training, cell) for (model, training), cell in cells.items()]
    sign = -1 if TASKS[task].higher_is_better else 1
    return sorted(rows, key=lambda row: (sign * row["metrics"][TASKS[task].primary]["mean"], row["model"]))


def _training(result: Result) -> str:
    return {"joint": "joint", "none": "none"}.get(result.run.trained_on, "single")


def _row(task: str, model: str, training: str, cell: list[Result]) -> Row:
    cell = sorted(cell, key=lambda result: result.run.replicate)
    validation = [result.run.validation[result.task] for result in cell]
    return {
        "model": model,
        "training": training,
        "replicates": [result.run.replicate for result in cell],
        "test_sequences": [result.test_sequences for result in cell],
        "metrics": {key: _spread([result.metrics[key] for result in cell]) for key in cell[0].metrics},
        "validation": _spread(validation),
        "parameters": max(result.run.cost.parameters for result in cell),
        "multiply_adds": max(result.run.cost.multiply_adds for result in cell),
        "ms_per_sample": fmean(result.run.cost.ms_per_sample for result in cell),
        "seconds": fmean(result.run.cost.seconds for result in cell),
    }


def _spread(values: list[float]) -> Row:
    """Mean and sample standard deviation (``None`` for a single value) with the values themselves."""
    return {"mean": fmean(values), "sd": stdev(values) if len(values) > 1 else None, "values": values}


def write(results: Path, out: Path) -> None:
    """Write the board's files into ``out``: JSON, Markdown, summary and plots; the same results give the same bytes."""
    from benchmark.plots import draw

    found = load_results(results)
    table = board(found)
    with replaced(out) as scratch:
        (scratch / FILE).write_text(to_json(table))
        (scratch / "LEADERBOARD.md").write_text(f"# Leaderboard\n\n{markdown(table)}")
        (scratch / "summary.json").write_text(to_json(summary(table)))
        draw(table, found, scratch / "plots")


def load_board(folder: Path) -> dict[str, Any]:
    """The written board."""
    try:
        return json.loads((folder / FILE).read_text())
    except (OSError, ValueError) as error:
        raise InputError(folder / FILE, "is no leaderboard", "run `dvc repro`") from error


def update_readme(folder: Path, readme: Path) -> None:
    """Replace what stands between the README's two markers by the compact table."""
    text = readme.read_text()
    head, found, rest = text.partition(BEGIN)
    _, closed, tail = rest.partition(END)
    if not (found and closed):
        raise InputError(readme, f"lacks the markers {BEGIN} and {END}", "put them where the table belongs")
    new = f"{head}{BEGIN}\n{compact(load_board(folder))}{END}{tail}"
    if new != text:
        readme.write_text(new)


def ranked(table: dict[str, Any]) -> list[tuple[str, list[Row]]]:
    """Tasks with their rows in the order of the board, which JSON's sorted keys do not keep."""
    return [(task, table["tasks"][task]) for task in TASKS if task in table["tasks"]]


def summary(table: dict[str, Any]) -> dict[str, dict[str, float]]:
    """One number a cell, for `dvc exp show`: the primary metric's mean by task and row."""
    return {
        task: {_label(row): round(row["metrics"][TASKS[task].primary]["mean"], 4) for row in rows}
        for task, rows in ranked(table)
    }


def _label(row: Row) -> str:
    return row["model"] + ("+joint" if row["training"] == "joint" else "")


def markdown(table: dict[str, Any], *, level: int = 2) -> str:
    """The board as Markdown tables, one a task; ``level`` is that of the task headings."""
    parts = [banner(table)]
    for task, rows in ranked(table):
        keys = TASKS[task].columns(rows[0]["metrics"])
        heads = [heading(key) for key in keys]
        lines = [
            f"{'#' * level} {task}",
            "",
            "| # | model | training | " + " | ".join(heads) + " | validation | parameters | ms/sample |",
            "|--:|:--|:--|" + "--:|" * (len(keys) + 3),
        ]
        lines += [f"| {place} | {_cells(task, row)} |" for place, row in enumerate(rows, 1)]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def compact(table: dict[str, Any]) -> str:
    """One Markdown table for the README: a row a model, a column a task, the primary metric's mean ± sd."""
    tasks = [task for task, _ in ranked(table)]
    labels: dict[str, dict[str, Row]] = {}
    for task, rows in ranked(table):
        for row in rows:
            labels.setdefault(_label(row), {})[task] = row
    best = {task: _label(rows[0]) for task, rows in ranked(table)}
    heads = [f"{task}: {heading(TASKS[task].primary)}" for task in tasks]
    lines = [
        banner(table),
        "",
        "| model | " + " | ".join(heads) + " | parameters |",
        "|:--|" + "--:|" * (len(tasks) + 1),
    ]
    for label in sorted(labels):
        cells = [_primary(task, labels[label].get(task), bold=best[task] == label) for task in tasks]
        counts = sorted({row["parameters"] for row in labels[label].values()})
        span = f"{counts[0]:,}" if len(counts) == 1 else f"{counts[0]:,}-{counts[-1]:,}"
        lines.append(f"| {label} | " + " | ".join(cells) + f" | {span} |")
    return "\n".join(lines) + "\n"


def banner(table: dict[str, Any]) -> str:
    """What the numbers are measured on, the synthetic kind in capitals."""
    synthetic = table["data"]["kind"] == "synthetic"
    data = "**SYNTHETIC DATA** (the stand-in; says nothing about people)" if synthetic else "GRAB"
    return (
        f"{data} `{table['data']['hash'][:12]}` · split by {table['split']} · {_shown(table['inputs'])} "
        f"· {len(table['replicates'])} replicates, {table['held_out']} "
        "· mean ± sd over replicates"
    )


def _shown(inputs: Row) -> str:
    """What a network sees: modalities and hands, then the graphs' nodes, and frames where fewer than stored."""
    modalities = {"both": "pose and touch"}.get(inputs["modalities"], inputs["modalities"])
    hands = {"both": "both hands"}.get(inputs["hands"], f"the {inputs['hands']} hand")
    pose = f"{inputs['part']}, {inputs['joints']} joints a hand"
    touch = "every vertex" if inputs["patches"] == 778 else f"{inputs['patches']} patches a hand"
    nodes = {"pose": pose, "touch": touch, "both": f"{pose}, {touch}"}[inputs["modalities"]]
    frames = f", {inputs['frames']} frames" if inputs["frames"] else ""
    return f"{modalities} of {hands} ({nodes}{frames})"


def _primary(task: str, row: Row | None, *, bold: bool) -> str:
    if row is None:
        return "-"
    text = number(TASKS[task].primary, row["metrics"][TASKS[task].primary])
    return f"**{text}**" if bold else text


def _cells(task: str, row: Row) -> str:
    scores = [number(key, row["metrics"][key]) for key in TASKS[task].columns(row["metrics"])]
    validation = number(TASKS[task].primary, row["validation"])
    tail = [validation, f"{row['parameters']:,}", f"{row['ms_per_sample']:.2f}"]
    return " | ".join([row["model"], row["training"], *scores, *tail])


def heading(key: str) -> str:
    """Label, unit and direction of a metric."""
    shown = metric(key)
    unit = {"fraction": "%", "deg": "°"}.get(shown.unit, shown.unit)
    arrow = "↑" if shown.higher_is_better else "↓"
    return f"{shown.label}{', ' + unit if unit else ''} {arrow}"


def number(key: str, spread: Row) -> str:
    """``mean ± sd`` in the unit that the board shows."""
    scale, digits = (100, 1) if metric(key).unit == "fraction" else (1, 2)
    mean = f"{scale * spread['mean']:.{digits}f}"
    return mean if spread["sd"] is None else f"{mean} ± {scale * spread['sd']:.{digits}f}"
