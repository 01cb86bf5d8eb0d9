"""The task ``action``: the intent: use, pass, lift, offhand."""

from typing import Any

from deepgrasp.tasks.class_labels import ACCURACY, AGREEMENT, class_scores, correct, example, log_frequencies
from deepgrasp.tasks.targets import ClassTarget, Store
from deepgrasp.tasks.task import Task


def read(store: Store, rows: Any, hands: str) -> ClassTarget:
    """The intent of each sequence."""
    return ClassTarget(store.read("action", rows), tuple(store.manifest["actions"]))


TASK = Task(
    name="action",
    place=1,
    predicts="the intent: use, pass, lift, offhand",
    holds="logits `[N, 4]`, in the order of `actions`",
    classifies="action",
    loss="cross_entropy",
    board=(ACCURACY, *AGREEMENT),
    read=read,
    measure=class_scores,
    each=correct,
    constant=log_frequencies,
    example=example,
)
