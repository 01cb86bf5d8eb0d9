"""The ablation: inputs x hands x training, for some models."""

import itertools
from collections.abc import Sequence
from typing import NamedTuple, get_args

from benchmark.checks.regression import Raw
from benchmark.overrides import overridden, override
from benchmark.params import Params
from benchmark.progress import Advance
from benchmark.studies.study import Study, check_models
from deepgrasp.choices import Hands, Modalities
from deepgrasp.tasks import ALL_TASKS, ONE_TASK

# 3 x 3 x 2 = 18 settings
_MODALITIES, _HANDS, _TRAININGS = get_args(Modalities), get_args(Hands), (ONE_TASK, ALL_TASKS)


class Setting(NamedTuple):
    """What the models see, and whether they are trained on one task or on all."""

    modalities: str
    hands: str
    training: str

    def overrides(self, models: Sequence[str], tasks: Sequence[str]) -> list[str]:
        """The changes of ``params.yaml`` that ask for it."""
        # `joint` names a training on all tasks, not a task
        trained = [ALL_TASKS] if self.training == ALL_TASKS else [task for task in tasks if task != ALL_TASKS]
        return [
            override("inputs.modalities", self.modalities),
            override("inputs.hands", self.hands),
            override("grid.models", models),
            override("grid.tasks", trained),
        ]


def settings() -> list[Setting]:
    """All settings, in the order of inputs, hands, training."""
    return [Setting(*axes) for axes in itertools.product(_MODALITIES, _HANDS, _TRAININGS)]


def ablate(params: Params, models: Sequence[str], study: Study, advance: Advance) -> dict[Setting, list[Raw]]:
    """Results of each setting, after all were made; raises as :meth:`Study.made`, and for an unknown model."""
    check_models(params, models)
    path, tasks = study.root / "params.yaml", params.grid.tasks
    wanted = {setting: overridden(setting.overrides(models, tasks), path) for setting in settings()}
    # all rows that are not trained: what is possible without a network changes with the inputs too
    made = study.made(wanted, params.grid.references, advance)
    return {setting: study.results(cells) for setting, cells in made.items()}
