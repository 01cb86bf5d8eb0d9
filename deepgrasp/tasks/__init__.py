"""The tasks by name, in the order of the board: every file of this folder that defines ``TASK`` is one."""

import importlib
import pkgutil
from typing import Any

from deepgrasp.choices import HELD_OUT
from deepgrasp.tasks.targets import Store, Target
from deepgrasp.tasks.task import Metric, Task


def _find() -> dict[str, Task]:
    # found by folder, not listed: a new task is one file and no change elsewhere
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    tasks = [module.TASK for module in modules if hasattr(module, "TASK")]
    # by place: the order of files is that of the alphabet
    return {task.name: task for task in sorted(tasks, key=lambda task: (task.place, task.name))}


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


def read_targets(store: Store, rows: Any, hands: str) -> dict[str, Target]:
    """Targets of all tasks by name, for rows of the store; ``hands`` (right, left, both) chooses the body's joints."""
    return {name: task.read(store, rows, hands) for name, task in TASKS.items()}


def answerable(split: str) -> tuple[str, ...]:
    """Names of the tasks that a split can test: all but a task whose classes the split holds out."""
    apart = HELD_OUT[split]
    return tuple(name for name, task in TASKS.items() if apart is None or task.classifies != apart)
