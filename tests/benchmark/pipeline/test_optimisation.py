from pathlib import Path

import pytest
import torch
from accelerate import Accelerator
from torch import nn

from benchmark import params
from benchmark.params import Train
from benchmark.pipeline.optimisation import make_optimiser, make_schedule, warmup_cosine

ROOT = Path(__file__).parents[3]


def recipe(**changes: object) -> Train:
    return params.load(ROOT / "params.yaml").train.model_copy(update=changes)


def test_warmup_then_half_a_cosine() -> None:
    factor = warmup_cosine(recipe(epochs=5, warmup=0.2), steps_per_epoch=2)  # 10 steps, 2 of them warm-up
    assert [factor(step) for step in (0, 1, 2, 6, 10)] == pytest.approx([0.5, 1, 1, 0.5, 0])


def test_a_plateau_of_ten_epochs_takes_nine_tenths_of_the_rate() -> None:
    optimiser = torch.optim.SGD(nn.Linear(1, 1).parameters(), lr=1.0)
    schedule = make_schedule(recipe(schedule="plateau"), optimiser, 1, Accelerator(cpu=True))
    rates = []
    for skill in (0.1, 0.2, *[0.2] * 11):  # the best at epoch 2, then eleven that are no better
        schedule.after_step()
        schedule.after_epoch(skill)
        rates.append(optimiser.param_groups[0]["lr"])
    assert rates[:-1] == [1.0] * 12
    assert rates[-1] == pytest.approx(0.1)


def test_decay_is_part_of_the_gradient_in_adam_and_apart_in_adamw() -> None:
    stepped = {}
    for name in ("adam", "adamw"):
        weight = nn.Parameter(torch.ones(1))
        optimiser = make_optimiser(recipe(optimiser=name, learning_rate=0.1, weight_decay=0.5), [weight])
        weight.grad = torch.zeros(1)
        optimiser.step()
        stepped[name] = float(weight.detach())
    assert stepped["adam"] == pytest.approx(0.9)  # the first step is of the size of the rate, whatever the gradient
    assert stepped["adamw"] == pytest.approx(0.95)
