"""The task ``action``: the intent, in GRAB use, pass, lift or offhand."""

from typing import Any

from deepgrasp.tasks.class_labels import ACCURACY, AGREEMENT, class_scores, correct, example, log_frequencies
from deepgrasp.tasks.targets import ClassTarget, TargetStore
from deepgrasp.tasks.task import Task


def read(store: TargetStore, rows: Any, hands: str) -> ClassTarget:
    """The intent of each sequence, as class indices ``[N]``."""
    # the manifest's classes, not those that occur: an intent without a sequence in a fold keeps its index
    return ClassTarget(store.read("action", rows), tuple(store.manifest["actions"]))


TASK = Task(
    name="action",
    place=1,
    predicts="the intent: in GRAB use, pass, lift, offhand",
    holds="logits `[N, classes]`, in the order of `actions` in the manifest",
    classifies="action",
    loss="cross_entropy",
    # no top-5: of four classes all are among the first five
    board=(ACCURACY, *AGREEMENT),
    read=read,
    measure=class_scores,
    each=correct,
    constant=log_frequencies,
    example=example,
)
