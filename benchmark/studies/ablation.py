"""Experiments of the ablation: inputs x hands x training, for some models."""

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmark.overrides import named, override
from benchmark.params import Params
from benchmark.progress import Advance
from benchmark.studies import queue

# 3 x 3 x 2 = 18 experiments
MODALITIES, HANDS, TRAININGS = ("touch", "pose", "both"), ("right", "left", "both"), ("single", "joint")


class Setting(NamedTuple):
    """One experiment: what the models see, and whether they are trained on one task or on all."""

    modalities: str
    hands: str
    training: str

    def overrides(self, models: Sequence[str], tasks: Sequence[str]) -> list[str]:
        """Overrides for `dvc exp run -S`."""
        # `joint` names a training on all tasks, not a task
        trained = ["joint"] if self.training == "joint" else [task for task in tasks if task != "joint"]
        return [
            override("inputs.modalities", self.modalities),
            override("inputs.hands", self.hands),
            override("grid.models", models),
            override("grid.tasks", trained),
        ]


def settings() -> list[Setting]:
    """All settings, in the order of inputs, hands, training."""
    return [Setting(*axes) for axes in itertools.product(MODALITIES, HANDS, TRAININGS)]


def questions(models: Sequence[str], tasks: Sequence[str]) -> dict[Setting, tuple[str, list[str]]]:
    """The name and the overrides of each setting's experiment."""
    found = {}
    for setting in settings():
        overrides = setting.overrides(models, tasks)
        # models in the name: another choice of models is another experiment, and both may wait in the queue
        found[setting] = (named(("ablate", *setting, *models), overrides), overrides)
    return found


def ablate(params: Params, models: Sequence[str], jobs: int, root: Path, advance: Advance) -> dict[Setting, str]:
    """Commit of each setting's experiment, after all ran; raises as :func:`queue.run`, and for an unknown model."""
    # before the first of 18 experiments, not inside it
    queue.check_models(params, models)
    asked = questions(models, params.grid.tasks)
    commits = queue.run("ablate", dict(asked.values()), jobs, root, advance)
    return {setting: commits[name] for setting, (name, _) in asked.items()}
