"""The training loop that all entrants share: batches, epochs, the best of them on validation."""

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.utils.data import DataLoader

from benchmark.params import Train as Recipe
from benchmark.pipeline.optimisation import make_optimiser, make_schedule
from benchmark.pipeline.schema import Epoch
from benchmark.pipeline.seeds import seed
from deepgrasp.errors import InputError
from deepgrasp.network import losses
from deepgrasp.network.network import Network
from deepgrasp.network.weighting import Weighting
from deepgrasp.tasks import trivial_answers
from deepgrasp.tasks.tasks import TASKS, Target

EVALUATION_BATCH = 64

Tensors = dict[str, Tensor]


@dataclass(frozen=True)
class Part:
    """Train, validation or test: everything about its sequences, resident on the device."""

    sequences: tuple[str, ...]
    inputs: Tensors  # modality -> [N, T, V, F]
    targets: Mapping[str, Target]
    tensors: Tensors  # what the losses read


class Training:
    """A network and what moves it, one pass over the training part at a time."""

    def __init__(self, network: Network, part: Part, recipe: Recipe, replicate: int, accelerator: Accelerator) -> None:
        self.part, self.recipe, self.accelerator = part, recipe, accelerator
        self.weighting = weighting_of(tuple(network.heads), recipe).to(accelerator.device)
        optimiser = make_optimiser(recipe, network.parameters(), undecayed=self.weighting.parameters())
        loader = batches(len(part.sequences), recipe.batch, seed(role="data order", replicate=replicate))
        self.model, self.optimiser, self.loader = accelerator.prepare(network, optimiser, loader)
        self.compiled = compiled(self.model) if recipe.compile else self.model
        self.schedule = make_schedule(recipe, self.optimiser, len(self.loader), accelerator)
        torch.manual_seed(seed(role="dropout", replicate=replicate))

    def epoch(self) -> float:
        """Mean loss of the batches of one pass."""
        self.model.train()
        found = torch.stack([self._step(rows) for rows in self.loader])
        return sum(found.tolist()) / len(found)

    def _step(self, rows: Tensor) -> Tensor:
        """The loss of these rows, still on the device: to ask for its value is to wait for the device."""
        whole = len(rows) == self.recipe.batch  # a last, smaller batch is not worth a compilation of its own
        network = self.compiled if whole else self.model
        predicted = network({key: value[rows] for key, value in self.part.inputs.items()})
        target = {key: value[rows] for key, value in self.part.tensors.items()}
        loss = losses.joint_loss(predicted, target, self.weighting, label_smoothing=self.recipe.label_smoothing)
        self.optimiser.zero_grad()
        self.accelerator.backward(loss)
        if self.recipe.gradient_clip:
            self.accelerator.clip_grad_norm_(self.model.parameters(), self.recipe.gradient_clip)
        self.optimiser.step()
        self.schedule.after_step()
        return loss.detach()


def fit(
    network: Network,
    parts: Mapping[str, Part],
    recipe: Recipe,
    replicate: int,
    accelerator: Accelerator,
    out: Path,
    advance: Callable[[int, int], None],
) -> tuple[Network, list[Epoch]]:
    """The recipe that all entrants share; returns the network as it was at its best epoch on validation."""
    from dvclive import Live

    train, validation = parts["train"], parts["validation"]
    tasks = tuple(network.heads)
    reference = trivial_scores(tasks, train.targets, validation.targets)
    training = Training(network, train, recipe, replicate, accelerator)

    history: list[Epoch] = []
    best_skill, best_epoch, best_state = -float("inf"), 0, {}
    with Live(str(out / "live"), dvcyaml=False, report=None, save_dvc_exp=False) as live:
        for epoch in range(1, recipe.epochs + 1):
            loss = training.epoch()
            scores = primary_scores(predict(network, validation.inputs), validation.targets)
            skill = float(np.mean([skill_of(task, scores[task], reference[task]) for task in tasks]))
            history.append(Epoch(epoch=epoch, train_loss=loss, skill=skill))
            training.schedule.after_epoch(skill)
            if skill > best_skill:
                best_skill, best_epoch = skill, epoch
                best_state = {key: value.clone() for key, value in network.state_dict().items()}
            named = {f"validation_{task}_{TASKS[task].primary}": value for task, value in scores.items()}
            logged = {"train_loss": loss, "skill": skill} | named | training.weighting.logged()
            for name, value in logged.items():
                live.log_metric(name, value)
            live.next_step()
            accelerator.log(logged, step=epoch)
            advance(epoch, recipe.epochs)
            if recipe.patience and epoch - best_epoch >= recipe.patience:
                break
    if not best_state:
        raise InputError("train", "the loss was never finite", "lower train.learning_rate")
    network.load_state_dict(best_state)
    return network, history


def compiled(model: nn.Module) -> nn.Module:
    """The model as ``torch.compile`` makes it, at its first batch; the weights are shared.

    Raises:
        InputError: there is no compiler to do it with.
    """
    compiler = os.environ.get("CXX", "clang++" if sys.platform == "darwin" else "g++")  # the one that torch will call
    if not shutil.which(compiler):
        problem = f"torch.compile needs a C++ compiler and there is no {compiler}"
        raise InputError("train.compile", problem, "install it, name another in CXX, or set this to false")
    return torch.compile(model, dynamic=False)  # type: ignore[return-value]


def weighting_of(tasks: tuple[str, ...], recipe: Recipe) -> Weighting:
    """How the recipe weighs the losses of these tasks."""
    given = recipe.loss_weights.model_dump()
    return Weighting({task: given[task] for task in tasks}, learned=recipe.weighting == "learned")


def batches(count: int, size: int, order_seed: int) -> "DataLoader[int]":
    """Row numbers in shuffled batches: the data itself already lies on the device."""
    alone = count % size == 1  # batch normalisation cannot train on a single sample
    order = torch.Generator().manual_seed(order_seed)
    return DataLoader(range(count), batch_size=size, shuffle=True, generator=order, drop_last=alone)  # type: ignore[arg-type]


@torch.no_grad()
def predict(network: nn.Module, inputs: Tensors) -> dict[str, np.ndarray]:
    """Outputs in evaluation mode, by task."""
    network.eval()
    count = len(next(iter(inputs.values())))
    chunks = [
        network({key: value[start : start + EVALUATION_BATCH] for key, value in inputs.items()})
        for start in range(0, count, EVALUATION_BATCH)
    ]
    return {task: torch.cat([chunk[task] for chunk in chunks]).float().cpu().numpy() for task in chunks[0]}


def primary_scores(predicted: Mapping[str, np.ndarray], targets: Mapping[str, Target]) -> dict[str, float]:
    """The primary metric of each predicted task."""
    return {task: TASKS[task].rank(values, targets[task]) for task, values in predicted.items()}


def trivial_scores(
    tasks: tuple[str, ...], train: Mapping[str, Target], other: Mapping[str, Target]
) -> dict[str, float]:
    """What the trivial predictor reaches on the other part."""
    count = {task: other[task].prediction_shape[0] for task in tasks}
    return primary_scores({task: trivial_answers.predict(task, train[task], count[task]) for task in tasks}, other)


def skill_of(task: str, value: float, reference: float) -> float:
    """How much of the way from the trivial predictor (0) to perfection (1) the primary metric has gone."""
    perfect = 1.0 if TASKS[task].higher_is_better else 0.0
    return (value - reference) / (perfect - reference)
