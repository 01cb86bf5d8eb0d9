"""Linear models: logistic regression for classes, ridge regression for numbers; penalties chosen on validation."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression, Ridge

from deepgrasp.inputs.fold import Fold
from deepgrasp.inputs.pooling import Floats
from deepgrasp.references import Answer
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.targets import ClassTarget, Regression

ORACLE = False
STRENGTHS = (0.1, 1.0, 10.0, 100.0, 1000.0)
"""Of the penalty; each task keeps the one that is best on validation, of equally good ones the first."""


def answer(fold: Fold) -> Answer:
    """Predictions of one linear map a task: classes from pooled inputs, a frame's numbers from postures and touch."""
    border = len(fold.parts["validation"].rows)
    validation, test, chosen, parameters = {}, {}, {}, 0
    for name in fold.tasks:
        task, target = TASKS[name], fold.parts["train"].targets[name]
        true = fold.parts["validation"].targets[name]
        classifies = isinstance(target, ClassTarget)
        fit: Callable[..., NDArray[np.float32]] = logistic if classifies else ridge
        features = fold.features if classifies else fold.postures
        # [M, D] or [M, T, D]: validation first, then test
        asked = np.concatenate([features["validation"], features["test"]])
        # both parts in one prediction: each fit is needed once
        tried = {strength: fit(target, features["train"], asked, strength) for strength in STRENGTHS}
        ranks = {strength: task.rank(made[:border], true) for strength, made in tried.items()}
        # of equal ones the first, that is the weakest penalty
        best = (max if task.higher_is_better else min)(STRENGTHS, key=ranks.__getitem__)
        validation[name], test[name] = tried[best][:border], tried[best][border:]
        chosen[f"{name}_strength"] = best
        # a map of a frame serves all frames
        parameters += (asked.shape[-1] + 1) * int(np.prod(target.prediction_shape[1 if classifies else 2 :]))
    return Answer({"validation": validation, "test": test}, parameters, parameters, chosen)


def logistic(train: ClassTarget, known: Floats, asked: Floats, strength: float) -> NDArray[np.float32]:
    """Logits of a multinomial logistic regression.

    Args:
        known: features ``[N, D]`` of the training sequences.
        asked: features ``[M, D]``.
        strength: weight of the squared norm of the coefficients, one over scikit-learn's ``C``.

    Returns:
        Logits ``[M, C]``; a class without training sequences comes last.
    """
    present = np.unique(train.labels)
    # scikit-learn refuses a single class
    if len(present) == 1:
        return np.tile(np.float32(np.arange(len(train.classes)) == present), (len(asked), 1))
    model = LogisticRegression(C=1 / strength, max_iter=5000).fit(known, train.labels)
    found = model.decision_function(asked)
    found = np.stack([-found, found], axis=1) / 2 if found.ndim == 1 else found  # of two classes it gives one column
    # one below the lowest of each row: finite, as scores demand, and never first
    logits = np.repeat(found.min(axis=1, keepdims=True) - 1, len(train.classes), axis=1)
    logits[:, present] = found
    return logits.astype(np.float32)


def ridge(train: Regression, known: Floats, asked: Floats, strength: float) -> NDArray[np.float32]:
    """Predictions of a ridge regression (Hoerl & Kennard 1970) from a frame's features to its numbers.

    Args:
        known: features ``[N, T, D]`` of the training sequences.
        asked: features ``[M, T, D]``.
        strength: weight of the squared norm of the coefficients, over ``D``.

    Returns:
        ``[M, T, ...]`` in the shape that the task's predictions have.
    """
    size, shape = known.shape[-1], train.regressed.shape[1:]
    # [N, T, ...] to [N T, ...]: a frame is an example, and every number of it a regression of its own
    true = train.regressed.astype(float).reshape(known.shape[0] * known.shape[1], -1)
    model = Ridge(alpha=strength * size).fit(known.reshape(-1, size), true)
    return model.predict(asked.reshape(-1, size)).reshape(len(asked), *shape).astype(np.float32)
