"""Optimisers and learning rate schedules that a recipe names."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

import numpy as np
import torch
from accelerate import Accelerator
from torch import nn
from torch.optim.lr_scheduler import LambdaLR, ReduceLROnPlateau

from benchmark.params import Train as Recipe

FACTOR, WAIT = 0.1, 10  # of the published plateau schedule


class Schedule(Protocol):
    """Is told of every step and of every epoch, and changes the learning rate when it is time."""

    def after_step(self) -> None: ...
    def after_epoch(self, skill: float) -> None: ...


class Cosine:
    """Warm-up and half a cosine, step by step."""

    def __init__(self, steps: Any) -> None:
        self._steps = steps

    def after_step(self) -> None:
        self._steps.step()

    def after_epoch(self, skill: float) -> None:
        """Not asked: the cosine knows its way from the start."""


class Plateau:
    """A tenth of the learning rate after ten epochs without a better skill on validation (published)."""

    def __init__(self, optimiser: torch.optim.Optimizer) -> None:
        self._epochs = ReduceLROnPlateau(optimiser, mode="max", factor=FACTOR, patience=WAIT)

    def after_step(self) -> None:
        """Not asked: a plateau is one of epochs."""

    def after_epoch(self, skill: float) -> None:
        self._epochs.step(skill)


def make_optimiser(
    recipe: Recipe, weights: Iterable[nn.Parameter], undecayed: Iterable[nn.Parameter] = ()
) -> torch.optim.Optimizer:
    """AdamW (Loshchilov & Hutter 2019), or Adam with the penalty in the gradient, as published.

    Args:
        undecayed: what zero means something for, such as the scales of learned loss weights.
    """
    kind = {"adamw": torch.optim.AdamW, "adam": torch.optim.Adam}[recipe.optimiser]
    groups: list[dict[str, Any]] = [{"params": list(weights)}, {"params": list(undecayed), "weight_decay": 0.0}]
    return kind(groups, lr=recipe.learning_rate, weight_decay=recipe.weight_decay)


def make_schedule(
    recipe: Recipe, optimiser: torch.optim.Optimizer, steps_per_epoch: int, accelerator: Accelerator
) -> Schedule:
    """The recipe's schedule for the optimiser."""
    if recipe.schedule == "plateau":
        return Plateau(optimiser)
    return Cosine(accelerator.prepare(LambdaLR(optimiser, warmup_cosine(recipe, steps_per_epoch))))


def warmup_cosine(recipe: Recipe, steps_per_epoch: int) -> Callable[[int], float]:
    """Linear warm-up, then half a cosine to zero (Loshchilov & Hutter 2017), as a factor of the learning rate."""
    total = recipe.epochs * steps_per_epoch
    warmup = max(1, round(recipe.warmup * total))

    def factor(step: int) -> float:
        if step < warmup:
            return (step + 1) / warmup
        return 0.5 * (1 + float(np.cos(np.pi * (step - warmup) / max(1, total - warmup))))

    return factor
