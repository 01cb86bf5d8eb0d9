from pathlib import Path

import pytest
import torch

from benchmark.loop import batches, skill_of
from benchmark.train import tasks_of
from deepgrasp.errors import InputError
from deepgrasp.tasks import TASKS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("task", "value", "reference", "skill"),
    [("object", 0.6, 0.2, 0.5), ("object", 0.1, 0.2, -0.125), ("body", 5.0, 20.0, 0.75), ("body", 0.0, 20.0, 1.0)],
)
def test_skill_is_the_way_from_trivial_to_perfect(task: str, value: float, reference: float, skill: float) -> None:
    assert skill_of(task, value, reference) == pytest.approx(skill)


def test_order_depends_on_the_seed_alone() -> None:
    first, again, other = ([batch.tolist() for batch in batches(10, 4, seed)] for seed in (1, 1, 2))
    assert first == again != other
    assert sorted(row for batch in first for row in batch) == list(range(10))


def test_order_is_the_same_for_every_model() -> None:
    orders = []
    for drawn in (0, 7):  # random numbers that a model's weights took before
        torch.manual_seed(drawn)
        torch.rand(drawn)
        orders.append([batch.tolist() for _ in range(2) for batch in batches(10, 4, 1)])
    assert orders[0] == orders[1]


def test_no_batch_of_one() -> None:
    assert [len(batch) for batch in batches(9, 4, 0)] == [4, 4]


def test_joint_training_takes_all_tasks() -> None:
    assert tasks_of("joint", "subject") == tuple(TASKS)
    assert tasks_of("joint", "object") == ("action", "body", "pose")
    assert tasks_of("body", "subject") == ("body",)
    with pytest.raises(InputError, match="no such task"):
        tasks_of("boby", "subject")
