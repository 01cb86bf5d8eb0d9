"""All experiments of the checked-out commit in one table that fits a screen, with what each score is from."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from benchmark import params as parameters
from benchmark.board.board_file import BOARD_FILE, load_boards
from benchmark.board.markdown import heading, label, number, ranked
from benchmark.board.rows import BoardTable
from benchmark.data_params import PARAMS
from benchmark.paths import LEADERBOARD
from benchmark.profiles.experiment import experiment_refs
from benchmark.profiles.listing import TERMINAL_WIDTH
from benchmark.tables import table
from benchmark.versioning.git import git
from deepgrasp.errors import InputError, did_you_mean, listed
from deepgrasp.tasks import TASKS

_SAME = ("data", "split", "inputs", "replicates", "subjects")  # what scores must share to be compared
COUNTED = ("replicates", "subjects")
_SHOWN = 3  # changed parameters that a line tells


class Experiment(NamedTuple):
    """An experiment, a commit or the workspace: its parameters and its first board; ``None``: it has no board."""

    name: str
    params: Mapping[str, Any]
    board: BoardTable | None


def read_experiments(root: Path) -> list[Experiment]:
    """The commit, the workspace and the commit's experiments, in this order.

    Raises:
        InputError: there is no commit here, or the workspace's parameters or board are damaged.
    """
    held = parameters.load_params(root / PARAMS).model_dump()
    boards = load_boards(root / LEADERBOARD) if (root / LEADERBOARD / BOARD_FILE).exists() else [None]
    workspace = Experiment("workspace", dict(_flat(held)), boards[0])
    git(root, "rev-parse", "HEAD")  # without a commit it is Git that has something to say
    return [_at(root, "HEAD", "HEAD"), workspace, *(_at(root, ref, Path(ref).name) for ref in experiment_refs(root))]


def _at(root: Path, commit: str, name: str) -> Experiment:
    values: Mapping[str, Any] = {}
    board = None
    # an experiment of early stages alone has no board, and an older commit's may be of another version
    with suppress(InputError, YAMLError), TemporaryDirectory(prefix="deepgrasp-") as place:
        values = YAML(typ="safe", pure=True).load(git(root, "show", f"{commit}:{PARAMS}")) or {}
        text = git(root, "show", f"{commit}:{LEADERBOARD.as_posix()}/{BOARD_FILE}")
        (Path(place) / BOARD_FILE).write_text(text, encoding="utf-8")
        board = load_boards(Path(place))[0]
    return Experiment(name, dict(_flat(values)), board)


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def experiments_report(found: Sequence[Experiment], rows: Sequence[str] = ()) -> str:
    """A line an experiment: from how many replicates and people its scores are, and the scores; then what each changes.

    Args:
        rows: names as the board has them, such as ``lstm`` or ``best+joint``; none: the first row of each task.

    Raises:
        InputError: no board has a row of that name.
    """
    base = found[0]
    known = sorted({label(row) for each in found if each.board for _, ranking in ranked(each.board) for row in ranking})
    for row in rows:
        if row not in known:
            raise InputError(f"--rows {row}", "no board has this row", did_you_mean(row, known))
    tasks = [task for task in TASKS if any(each.board and task in each.board["tasks"] for each in found)]
    columns = [(task, row) for task in tasks for row in rows or [""]]
    # narrow: experiment, counts and four tasks fit 80 columns, but not what an experiment changes
    # "accuracy, % ↑" without the metric's name: which one ranks, the board says
    units = [
        f"{task}{' ' + row if row else ''}, {heading(TASKS[task].primary).rpartition(', ')[2]}" for task, row in columns
    ]
    heads = ["experiment", "from", *units]
    lines, others = [], False
    for each in found:
        unlike = base.board and each.board and any(base.board[key] != each.board[key] for key in _SAME)
        others = others or bool(unlike)
        counts = "-" if each.board is None else " × ".join(f"{len(each.board[key])}" for key in COUNTED)
        scores = [_score(each.board, task, row) for task, row in columns]
        lines.append((each.name + (" *" if unlike else ""), counts, *scores))
    changed = [(each.name, _changes(base.params, each.params)) for each in found]
    said = [table(heads, lines, narrow=True), "From: replicates × people."]
    said += [
        textwrap.fill(f"{name}: {what}", TERMINAL_WIDTH, subsequent_indent="  ")
        for name, what in changed
        if what != "-"
    ]
    if not rows:
        said.append("Of each task its first row; `--rows lstm,best+joint` shows others.")
    if others:
        said.append("* has other data, split, inputs, replicates or people than HEAD: its scores do not compare.")
    return "\n\n".join(said)


def _changes(base: Mapping[str, Any], own: Mapping[str, Any]) -> str:
    changed = [f"{key}={own.get(key)}" for key in dict.fromkeys([*base, *own]) if base.get(key) != own.get(key)]
    return listed([text.replace(" ", "").replace("'", "") for text in changed], _SHOWN, " ") or "-"


def _score(board: BoardTable | None, task: str, wanted: str) -> str:
    rows = dict(ranked(board)).get(task, []) if board else []
    row = next((row for row in rows if wanted in ("", label(row))), None)
    if row is None:
        return "-"
    return number(TASKS[task].primary, row["estimate"]["mean"]) + ("" if wanted else f" {label(row)}")
