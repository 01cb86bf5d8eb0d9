"""The trivial answer: the best constant that the training targets allow, without any input."""

from deepgrasp.inputs.fold import Fold
from deepgrasp.references import Answer
from deepgrasp.tasks import TASKS

ORACLE = False


def answer(fold: Fold) -> Answer:
    """The same prediction for every sequence, of every task that the split can test."""
    # training targets alone: the best constant of the test part would be an oracle
    train = fold.parts["train"].targets
    return Answer(
        {
            name: {task: TASKS[task].trivial(train[task], len(fold.parts[name].sequences)) for task in fold.tasks}
            for name in ("validation", "test")
        }
    )
