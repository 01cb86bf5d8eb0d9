"""What arms alone are: no finger among their nodes; and what is added is told fold by fold."""

from pathlib import Path

import numpy as np
import pytest

from benchmark.data import arms_alone
from deepgrasp.inputs.fold import read_fold
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.store.store import open_store


def test_arms_alone_are_nine_joints_and_no_touch(store_path: Path) -> None:
    fold = read_fold(open_store(store_path), "subject", 0, GraphChoice(patches=4))
    # neck, and of each side collar, shoulder, elbow and wrist; three angles and a length, means and deviations
    sizes = {name: parts["train"].shape[1] for name, parts in arms_alone.features_seen(fold).items()}
    assert sizes == {"arms alone": 2 * 4 * 9, "arms and fingers": 2 * 4 * 39, "arms, fingers, touch": 2 * (4 * 39 + 8)}


@pytest.mark.parametrize("row", arms_alone.REFERENCES_ALONE)
def test_a_row_is_right_where_the_features_are_the_answer(store_path: Path, row: str) -> None:
    fold = read_fold(open_store(store_path), "subject", 0, GraphChoice(patches=4))
    told = {name: np.eye(4)[part.targets["action"].labels] for name, part in fold.parts.items()}
    assert arms_alone.share_right(row, fold, told) == 1


def test_what_is_added_is_a_mean_over_folds_with_its_interval() -> None:
    # 10 points in each of two folds, whose people differ by 40: no doubt about what fingers add
    folds = {"arms alone": [0.2, 0.6], "arms and fingers": [0.3, 0.7], "arms, fingers, touch": [0.3, 0.7]}
    line = arms_alone.arms_markdown({"linear": folds}).splitlines()[-1]
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells[2:4] == [
        "+10.0 (+10.0 to +10.0)",
        "+0.0 (+0.0 to +0.0)",
    ]
