"""The tasks by name, in the order of the board: every file of this folder that defines ``TASK`` is one."""

import pkgutil
import re
from collections.abc import Iterable
from typing import Any, Literal, get_args

from deepgrasp.choices import HELD_OUT
from deepgrasp.errors import InputError
from deepgrasp.loading import load_module, takes
from deepgrasp.tasks.targets import Target, TargetStore
from deepgrasp.tasks.task import Loss, Metric, Task

Training = Literal["single", "joint", "none"]
"""How a row is trained: on one task, whichever; on all tasks together; or on none, as reference rows are."""
ONE_TASK, ALL_TASKS, NO_TASK = "single", "joint", "none"
NOT_TASKS = (ALL_TASKS, NO_TASK)  # what else a run may be trained on
ARGUMENTS = {"read": 3, "measure": 2, "each": 2, "constant": 1, "example": 0, "joints": 1}


def _find() -> dict[str, Task]:
    # found by folder, not listed: a new task is one file and no change elsewhere
    tasks: list[Task] = []
    homes: dict[str, str] = {}
    for found in pkgutil.iter_modules(__path__):
        module, file = load_module(f"{__name__}.{found.name}"), f"deepgrasp/tasks/{found.name}.py"
        if hasattr(module, "TASK"):
            _check(f"{file}, TASK", module.TASK, tasks)
            name = module.TASK.name
            if name in homes:
                raise InputError(f"{file}, TASK.name", f"{name!r} is also that of {homes[name]}", "choose another")
            homes[name] = file
            tasks.append(module.TASK)
    # by place: the order of files is that of the alphabet
    return {task.name: task for task in sorted(tasks, key=lambda task: (task.place, task.name))}


def _check(where: str, task: Any, others: Iterable[Task]) -> None:
    """Refuse what would fail, or change a score, far from the file that is wrong."""
    if not isinstance(task, Task):
        raise InputError(where, f"is a {type(task).__name__}", "make it a Task")
    # the name becomes a folder, a part of stages' names and a key of JSON
    if not re.fullmatch("[a-z][a-z0-9_]*", task.name) or task.name in NOT_TASKS:
        remedy = f"take small letters, and none of {', '.join(NOT_TASKS)}"
        raise InputError(f"{where}.name", f"{task.name!r} cannot be a task's name", remedy)
    if task.loss not in get_args(Loss):
        raise InputError(f"{where}.loss", f"{task.loss!r} is unknown", f"choose from {', '.join(get_args(Loss))}")
    for name, count in ARGUMENTS.items():
        function = getattr(task, name)
        if not (takes(function, count) or (name == "joints" and function is None)):
            raise InputError(f"{where}.{name}", f"cannot be called with {count} arguments", f"see {Task.__module__}")
    if not task.board:
        raise InputError(f"{where}.board", "has no column", "begin with the one that ranks")
    known = {column.key: column for other in others for column in other.board}
    for column in task.board:
        # such keys are read without asking for their task
        if column.key.startswith("joint_") and task.joints is None:
            remedy = "begin it otherwise, or say the task's `joints`"
            raise InputError(f"{where}.board", f"{column.key!r} is a key of a joint's error", remedy)
        # boards know a column by its key alone: two of one key must be one
        if known.get(column.key, column) != column:
            raise InputError(f"{where}.board", f"{column.key!r} is another column of another task", "name it apart")


TASKS: dict[str, Task] = _find()
METRICS: dict[str, Metric] = {
    column.key: column for task in TASKS.values() for column in task.board if not column.key.startswith("joint_")
}
"""Every metric but the joints' own, for which ask :func:`metric`."""


def metric(key: str) -> Metric:
    """The :class:`Metric` of a key in a score, those of single joints (``joint_right_wrist_cm``) included."""
    # which joints there are depends on the hands that are seen, so these keys are no fixed list
    if key.startswith("joint_"):
        return Metric(key, key.removeprefix("joint_").removesuffix("_cm").replace("_", " "), "cm", False)
    return METRICS[key]


def read_targets(store: TargetStore, rows: Any, hands: str) -> dict[str, Target]:
    """Targets of all tasks by name, for rows of the store; ``hands`` (right, left, both) chooses the body's joints."""
    return {name: task.read(store, rows, hands) for name, task in TASKS.items()}


def answerable(split: str) -> tuple[str, ...]:
    """Names of the tasks that a split can test: all but a task whose classes the split holds out."""
    apart = HELD_OUT[split]
    return tuple(name for name, task in TASKS.items() if apart is None or task.classifies != apart)


def learned(trained_on: str, split: str) -> tuple[str, ...]:
    """Names of the tasks that a training learns: the one it is on, or of a joint one all that the split can test."""
    return answerable(split) if trained_on == ALL_TASKS else (trained_on,)


def training_of(trained_on: str) -> Training:
    """``joint`` and ``none`` as they are; ``single`` for any task, as rows of a task stand beside each other."""
    if trained_on == ALL_TASKS:
        return "joint"
    return "none" if trained_on == NO_TASK else "single"
