"""The task ``object``: which object is in the hand."""

from typing import Any

from deepgrasp.tasks.class_labels import ACCURACY, AGREEMENT, TOP5, class_scores, correct, example, log_frequencies
from deepgrasp.tasks.scores.classification import top5_accuracy
from deepgrasp.tasks.targets import Array, ClassTarget, TargetStore
from deepgrasp.tasks.task import Task


def read(store: TargetStore, rows: Any, hands: str) -> ClassTarget:
    """The object of each sequence, as class indices ``[N]`` into all classes of the store."""
    # 51 classes with sizes apart, 41 with sizes merged: the store was prepared with either
    return ClassTarget(store.read("object", rows), tuple(store.manifest["objects"]))


def measure(logits: Array, target: ClassTarget) -> dict[str, float]:
    """Scores of logits ``[N, C]``: those of every classification, and top-5 accuracy, as there are up to 51 classes."""
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
    never_above=((ACCURACY, TOP5),),
)
