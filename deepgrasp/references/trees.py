"""Extremely randomised trees on means and deviations of the inputs (Geurts et al. 2006), for every task."""

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

from deepgrasp.inputs.fold import Fold
from deepgrasp.inputs.pooling import Floats
from deepgrasp.references import Answer
from deepgrasp.tasks.targets import ClassTarget, Regression

ORACLE = False
TREES, REGRESSION_TREES, SEED = 300, 100, 0  # nothing is chosen on validation
COMPONENTS = 12  # of a regression's target: a tree's split looks at each number of it, and poses have a hundred
_FLOOR = 1e-4  # below any probability that a forest gives: logits are to be finite


def answer(fold: Fold) -> Answer:
    """Predictions from pooled, standardised inputs, a forest a task."""
    features, border = fold.features, len(fold.features["validation"])
    asked = np.concatenate([features["validation"], features["test"]])  # [M, D]: validation first, then test
    validation, test, nodes = {}, {}, 0
    for name in fold.tasks:
        target = fold.parts["train"].targets[name]
        known = features["train"]
        if isinstance(target, ClassTarget):
            made, grown = classified(target, known, asked)
        else:
            made, grown = regressed(target, known, asked)
        validation[name], test[name] = made[:border], made[border:]
        nodes += grown
    return Answer({"validation": validation, "test": test}, parameters=nodes)


def classified(train: ClassTarget, known: Floats, asked: Floats) -> tuple[NDArray[np.float32], int]:
    """Logits ``[M, C]``: logarithms of the share of trees; a class without training sequences comes last. And nodes."""
    forest = ExtraTreesClassifier(TREES, random_state=SEED).fit(known, train.labels)
    shares = np.zeros((len(asked), len(train.classes)))
    shares[:, forest.classes_] = forest.predict_proba(asked)
    logits = np.log(np.maximum(shares, _FLOOR))
    # apart from those that a forest knows, and gives no tree
    logits[:, np.setdiff1d(np.arange(len(train.classes)), forest.classes_)] -= 1
    return np.asarray(logits, np.float32), _nodes(forest)


def regressed(train: Regression, known: Floats, asked: Floats) -> tuple[NDArray[np.float32], int]:
    """Predictions ``[M, ...]`` of a forest for the first principal components of the target, and its nodes."""
    true = train.regressed.astype(float).reshape(len(known), -1)  # [N, T, ...] to [N, T ...]
    # all of them at once, as the solver does: a random one would need a seed of its own
    components = PCA(min(COMPONENTS, *true.shape), svd_solver="full").fit(true)
    forest = ExtraTreesRegressor(REGRESSION_TREES, random_state=SEED, min_samples_leaf=2, max_features=0.3)
    made = forest.fit(known, components.transform(true)).predict(asked).reshape(len(asked), -1)
    made = components.inverse_transform(made).reshape(len(asked), *train.regressed.shape[1:]).astype(np.float32)
    return made, _nodes(forest)


def _nodes(forest: ExtraTreesClassifier | ExtraTreesRegressor) -> int:
    """Nodes of all trees, each a threshold or an answer: what a forest has in place of parameters."""
    return sum(int(tree.tree_.node_count) for tree in forest.estimators_)
