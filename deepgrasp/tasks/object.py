"""The task ``object``: which object is in the hand."""

from typing import Any

from deepgrasp.tasks.class_labels import ACCURACY, AGREEMENT, TOP5, class_scores, correct, example, log_frequencies
from deepgrasp.tasks.scores.classification import top5_accuracy
from deepgrasp.tasks.targets import Array, ClassTarget, Store
from deepgrasp.tasks.task import Task


def read(store: Store, rows: Any, hands: str) -> ClassTarget:
    """The class of each sequence's object; all classes that the store knows, whether they occur or not."""
    return ClassTarget(store.read("object", rows), tuple(store.manifest["objects"]))


def measure(logits: Array, target: ClassTarget) -> dict[str, float]:
    """With so many classes, also whether the true one is among the first five."""
    return class_scores(logits, target) | {TOP5.key: top5_accuracy(logits, target.labels)}


TASK = Task(
    name="object",
    place=0,
    predicts="which object is in the hand",
    holds="logits `[N, classes]`, in the order of `objects` in the manifest",
    classifies="object",
    loss="cross_entropy",
    board=(ACCURACY, TOP5, *AGREEMENT),
    read=read,
    measure=measure,
    each=correct,
    constant=log_frequencies,
    example=example,
)
