"""The training loop of all entrants: batch, loss, step, schedule, validation, log."""

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import chain, islice, repeat
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator
from torch import nn
from torch.optim.lr_scheduler import LambdaLR, LRScheduler, ReduceLROnPlateau
from torch.utils.data import DataLoader

from benchmark.params import Recipe
from benchmark.pipeline.examples import Examples, Tensors, TrainingPart
from benchmark.pipeline.schema import Point
from benchmark.pipeline.seeds import seed
from deepgrasp.errors import InputError
from deepgrasp.network.losses import joint_loss
from deepgrasp.network.network import EVALUATION_BATCH, Network
from deepgrasp.network.weighting import Weighting
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.targets import Target


def fit(
    network: Network,
    parts: Mapping[str, TrainingPart],
    recipe: Recipe,
    replicate: int,
    accelerator: Accelerator,
    out: Path,
    advance: Callable[[int, int], None],
) -> tuple[Network, list[Point], dict[str, float]]:
    """The trained network, its learning curve, and its primary metric on validation by task.

    Args:
        parts: ``train`` and ``validation``.
        out: the folder that DVCLive's ``live/`` is written into.
        advance: is told the number of steps that are done, and of how many, at every point of the curve.

    Raises:
        InputError: the network's answers are no finite numbers, or there is no compiler for ``train.compile``.
    """
    from dvclive import Live  # takes half a second to import

    # --- what is trained, on what, and by what rule
    train, validation, tasks = parts["train"], parts["validation"], tuple(network.heads)
    weights = recipe.loss_weights.model_dump()
    weighting = Weighting({task: weights[task] for task in tasks}, learned=recipe.weighting == "learned")
    # its scales are learned, where asked for, by the same optimiser as the network
    weighting.to(accelerator.device)
    optimiser = make_optimiser(recipe, network.parameters(), undecayed=weighting.parameters())
    loader = batches(len(train.sequences), recipe.batch, seed(role="data order", replicate=replicate))
    model, optimiser, loader = accelerator.prepare(network, optimiser, loader)
    on_full_batches = compiled(model) if recipe.compile else model  # the same weights
    *points, steps = recipe.budget.points(tasks, len(loader))
    schedule: Any = make_schedule(recipe, optimiser, steps)  # by step or by point: torch has no common type
    if recipe.schedule == "cosine":
        schedule = accelerator.prepare(schedule)  # waits where fp16's optimiser skips a step
    torch.manual_seed(seed(role="dropout", replicate=replicate))  # whatever the initial weights drew before

    # standardised inputs and streams, which nothing learned changes: once, unless the part is too large to be held
    examples = replace(train, inputs=network.standardised(train.inputs)) if isinstance(train, Examples) else train
    # the zero of skill: what answers without looking would reach on the same validation part
    reference = trivial_scores(tasks, train, validation)
    history: list[Point] = []
    best, best_scores, best_weights = 0, {}, {}  # the point with the lowest validation loss, and what was there
    with Live(str(out / "live"), dvcyaml=False, report=None, save_dvc_exp=False) as live:
        model.train()
        losses = []
        order = islice(chain.from_iterable(repeat(loader)), steps)  # pass after pass, each in an order of its own
        for step, (inputs, target) in enumerate(examples.batches(order), 1):  # [B, T, V, F]
            # --- one step
            standardised = network.standardised(inputs) if examples is train else inputs
            # a last, smaller batch is not worth a compilation of its own
            full = len(next(iter(inputs.values()))) == recipe.batch
            predicted = (on_full_batches if full else model)(standardised, standardised=True)
            loss = joint_loss(predicted, target, weighting, label_smoothing=recipe.label_smoothing)
            optimiser.zero_grad()
            accelerator.backward(loss)
            # after backward: Accelerate undoes the scale of fp16 before it clips
            if recipe.gradient_clip:
                accelerator.clip_grad_norm_(model.parameters(), recipe.gradient_clip)
            optimiser.step()
            if recipe.schedule == "cosine":
                schedule.step()
            losses.append(loss.detach())  # stays on the device: to ask for its value is to wait for the device
            if step not in points and step < steps:
                continue

            # --- a point of the curve: the mean skill of the tasks has no unit, the loss is what was learned
            scores, validation_loss = scores_and_loss(network, validation, weighting)
            skill = float(np.mean([TASKS[task].skill(scores[task], reference[task]) for task in tasks]))
            train_loss = sum(torch.stack(losses).tolist()) / len(losses)
            history.append(Point(step=step, train_loss=train_loss, validation_loss=validation_loss, skill=skill))
            # strictly: of equal points the first
            if len(history) == 1 or validation_loss < history[best].validation_loss:
                best = len(history) - 1
                if recipe.keep == "best":
                    # cloned: the optimiser goes on changing the weights in place
                    best_scores, best_weights = scores, {key: w.clone() for key, w in network.state_dict().items()}
            if recipe.schedule == "plateau":
                schedule.step(validation_loss)

            # --- log
            named = {f"validation_{task}_{TASKS[task].primary}": value for task, value in scores.items()}
            logged = history[-1].model_dump(exclude={"step"}) | named | weighting.logged()
            live.step = step
            for name, value in logged.items():
                live.log_metric(name, value)
            live.next_step()
            accelerator.log(logged, step=step)
            advance(step, steps)
            # counted from the best point; None trains to the end
            if recipe.patience and len(history) - 1 - best >= recipe.patience:
                break
            model.train()
            losses = []
    if recipe.keep == "best":
        # the weights that validation chose; the test part is not seen before this
        network.load_state_dict(best_weights)
        scores = best_scores
    return network, history, scores


def batches(count: int, size: int, order_seed: int) -> "DataLoader[int]":
    """Row numbers in shuffled batches, the same for every entrant: only the seed decides their order."""
    alone = count % size == 1  # batch normalisation cannot train on a single sample
    order = torch.Generator().manual_seed(order_seed)
    return DataLoader(range(count), batch_size=size, shuffle=True, generator=order, drop_last=alone)  # type: ignore[arg-type]


def make_optimiser(recipe: Recipe, weights: Any, undecayed: Any = ()) -> torch.optim.Optimizer:
    """AdamW (Loshchilov and Hutter 2019), or Adam with the penalty in the gradient, as published.

    Args:
        weights: parameters that decay.
        undecayed: those that do not: a learned scale of a loss would be drawn towards a loss of 1.
    """
    # AdamW keeps decay apart from the gradient's scale, which Adam mixes
    kind = {"adamw": torch.optim.AdamW, "adam": torch.optim.Adam}[recipe.optimiser]
    groups: list[dict[str, Any]] = [{"params": list(weights)}, {"params": list(undecayed), "weight_decay": 0.0}]
    # fused: all tensors in one call, which is a tenth of the time; fp16 needs the step apart, which it may skip
    fused = recipe.precision != "fp16"
    return kind(groups, lr=recipe.learning_rate, weight_decay=recipe.weight_decay, fused=fused)


def make_schedule(recipe: Recipe, optimiser: torch.optim.Optimizer, steps: int) -> LRScheduler:
    """The learning rate's schedule; ``cosine`` is stepped after every batch, ``plateau`` by each validation loss.

    The plateau is the published one. The cosine is a linear warm-up, then half a cosine to zero (Loshchilov and Hutter
    2017), as a function of the step: torch's LinearLR and CosineAnnealingLR in a SequentialLR find each rate from the
    one before, and their rounding would move every committed score.

    Args:
        steps: of the whole training.
    """
    if recipe.schedule == "plateau":
        return ReduceLROnPlateau(optimiser, factor=0.1, patience=10)
    warmup = max(1, round(recipe.warmup * steps))

    def factor(step: int) -> float:
        if step < warmup:
            return (step + 1) / warmup
        return 0.5 * (1 + float(np.cos(np.pi * (step - warmup) / max(1, steps - warmup))))

    return LambdaLR(optimiser, factor)


def compiled(model: nn.Module) -> nn.Module:
    """The model as ``torch.compile`` makes it, at its first batch; the weights are shared.

    Raises:
        InputError: there is no C++ compiler to do it with.
    """
    compiler = os.environ.get("CXX", "clang++" if sys.platform == "darwin" else "g++")  # the one that torch will call
    if not shutil.which(compiler):
        problem = f"torch.compile needs a C++ compiler and there is no {compiler}"
        raise InputError("train.compile", problem, "install it, name another in CXX, or set this to false")
    # dynamic=False: all full batches have one shape, and fixed shapes make faster kernels
    return torch.compile(model, dynamic=False)  # type: ignore[return-value]


@torch.no_grad()
def forward(network: nn.Module, inputs: Tensors) -> Tensors:
    """Tensors ``[N, ...]`` by task: the network's answers in evaluation mode to inputs ``[N, T, V, F]`` by modality."""
    network.eval()
    count = len(next(iter(inputs.values())))
    # in chunks: all test windows at once need more memory than a training step
    chunks = [
        network({key: value[start : start + EVALUATION_BATCH] for key, value in inputs.items()})
        for start in range(0, count, EVALUATION_BATCH)
    ]
    return {task: torch.cat([chunk[task] for chunk in chunks]).float() for task in chunks[0]}


def predict(network: nn.Module, inputs: Tensors) -> dict[str, np.ndarray]:
    """Arrays ``[N, ...]`` by task: the network's answers in evaluation mode to inputs ``[N, T, V, F]`` by modality."""
    return {task: values.cpu().numpy() for task, values in forward(network, inputs).items()}


def answers(network: nn.Module, part: TrainingPart) -> dict[str, np.ndarray]:
    """Arrays ``[N, ...]`` by task: the network's answers in evaluation mode for all sequences of a part, in order."""
    found: dict[str, np.ndarray] = {}
    start = 0
    for block in part.blocks():
        made = predict(network, block.inputs)
        count = len(next(iter(made.values())))
        if count == len(part.sequences):
            return made
        for task, values in made.items():
            # once, in place: a list of blocks would be there twice when they are joined
            into = found.setdefault(task, np.empty((len(part.sequences), *values.shape[1:]), values.dtype))
            into[start : start + count] = values
        start += count
    return found


@torch.no_grad()
def scores_and_loss(network: nn.Module, part: TrainingPart, weighting: Weighting) -> tuple[dict[str, float], float]:
    """The primary metric of the network's answers, by task, and their loss without label smoothing.

    No more answers are held than one block's.
    """
    each: list[dict[str, np.ndarray]] = []
    total = 0.0
    for block in part.blocks():
        made = forward(network, block.inputs)
        each.append({task: _ranked(task, values.cpu().numpy(), block.targets[task]) for task, values in made.items()})
        # a batch at a time also where a block is all: streamed or not, the sums round alike
        for start in range(0, count := len(next(iter(made.values()))), EVALUATION_BATCH):
            rows = slice(start, min(start + EVALUATION_BATCH, count))
            answer, target = ({key: value[rows] for key, value in found.items()} for found in (made, block.tensors))
            total += float(joint_loss(answer, target, weighting)) * (rows.stop - start)
    scores = {task: float(np.concatenate([block[task] for block in each]).mean()) for task in each[0]}
    return scores, total / len(part.sequences)


def trivial_scores(tasks: tuple[str, ...], train: TrainingPart, other: TrainingPart) -> dict[str, float]:
    """The primary metric of the trivial predictor on the other part: what a skill of 0 is."""
    found = {}
    for task in tasks:
        answer = TASKS[task].constant(train.targets_of(task))
        each = [
            _ranked(task, TASKS[task].repeated(answer, target.prediction_shape[0]), target)
            for target in other.targets_of(task)
        ]
        found[task] = float(np.concatenate(each).mean())
    return found


def _ranked(task: str, predicted: np.ndarray, target: Target) -> np.ndarray:
    """The primary metric of each sequence ``[N]``."""
    TASKS[task].check(predicted, target)
    return TASKS[task].each(predicted, target)
