"""The trivial answer, without any input: shares of classes, mean joints and the mean pose of the training part."""

from deepgrasp.inputs.fold import Fold
from deepgrasp.references import Answer
from deepgrasp.tasks import TASKS

ORACLE = False


def answer(fold: Fold) -> Answer:
    """Trivial predictions of every task that the split can test: one answer for all, from training targets."""
    # training targets alone: a mean of the test part would be an oracle
    train = fold.parts["train"].targets
    return Answer(
        {
            name: {task: TASKS[task].trivial(train[task], len(fold.parts[name].sequences)) for task in fold.tasks}
            for name in ("validation", "test")
        }
    )
