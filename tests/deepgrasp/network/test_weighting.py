"""Weights by hand: two losses, 2 and 3, their sum, its slopes, and where learned scales come to rest."""

import math

import pytest
import torch

from deepgrasp.network.weighting import Weighting

WEIGHTS = {"body": 2.0, "pose": 0.5}


def losses():
    return {"body": torch.tensor(2.0, requires_grad=True), "pose": torch.tensor(3.0, requires_grad=True)}


def test_given_weights_multiply():
    found = losses()
    total = Weighting(WEIGHTS, learned=False)(found)
    total.backward()
    assert total.item() == 2 * 2 + 0.5 * 3
    assert [each.grad.item() for each in found.values()] == [2, 0.5]


def test_learned_scales_divide_and_are_paid_for():
    weighting, found = Weighting(WEIGHTS, learned=True), losses()
    assert weighting(found).item() == 5.5  # as given, at first
    with torch.no_grad():
        weighting.log_scales["body"].fill_(math.log(4))
    total = weighting(found)
    total.backward()
    assert total.item() == pytest.approx(2 * (2 / 4 + math.log(4)) + 0.5 * 3)
    assert found["body"].grad.item() == pytest.approx(2 / 4)
    assert weighting.log_scales["body"].grad.item() == pytest.approx(2 * (1 - 2 / 4))
    assert weighting.log_scales["pose"].grad.item() == pytest.approx(0.5 * (1 - 3))
    assert weighting.logged() == {"log_scale_body": pytest.approx(math.log(4)), "log_scale_pose": 0}


def test_a_scale_rests_at_the_logarithm_of_its_loss():
    weighting = Weighting(WEIGHTS, learned=True)
    optimiser = torch.optim.SGD(weighting.parameters(), lr=0.2)
    for _ in range(200):
        optimiser.zero_grad()
        weighting(losses()).backward()
        optimiser.step()
    assert weighting.logged() == pytest.approx({"log_scale_body": math.log(2), "log_scale_pose": math.log(3)})


@pytest.mark.parametrize("learned", [True, False])
def test_a_task_alone_is_not_weighed(learned):
    weighting = Weighting({"pose": 7.0}, learned=learned)
    assert weighting({"pose": torch.tensor(3.0)}).item() == 3
    assert not list(weighting.parameters())
    assert weighting.logged() == {}
