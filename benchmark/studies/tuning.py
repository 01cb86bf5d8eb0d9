"""Random search with the same number of trials for every entrant, judged on validation alone."""

import itertools
import random
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmark.checks.regression import Raw
from benchmark.overrides import joined, named, override
from benchmark.params import Params
from benchmark.pipeline.seeds import seed
from benchmark.progress import Advance
from benchmark.studies import queue
from benchmark.studies.score_text import sd
from benchmark.studies.search_spaces import SPACES
from deepgrasp.choices import HELD_OUT, SplitName
from deepgrasp.errors import InputError
from deepgrasp.grab.catalogue import SUBJECTS
from deepgrasp.store.splits import SPLITS
from deepgrasp.tasks import TASKS


class Trial(NamedTuple):
    """One choice of an entrant's hyper-parameters; number 0 is that of params.yaml."""

    entrant: str
    number: int
    values: Mapping[str, Any]

    @property
    def sets(self) -> list[str]:
        """Overrides that set the trial's hyper-parameters; empty for trial 0, which params.yaml has."""
        return [override(f"models.{self.entrant}.{key}", value) for key, value in self.values.items() if self.number]


class Outcome(NamedTuple):
    """What a trial reached on validation: skill by replicate, mean over tasks, and by task, mean over replicates."""

    trial: Trial
    parameters: int
    skills: dict[int, float]
    by_task: dict[str, float]

    @property
    def skill(self) -> float:
        """Mean skill over replicates, by which trials are compared."""
        return statistics.fmean(self.skills.values())

    @property
    def sd(self) -> float:
        """Standard deviation of the skill over replicates."""
        return sd(list(self.skills.values()))


def trials(params: Params, entrant: str, count: int) -> list[Trial]:
    """The first ``count`` trials of an entrant: a larger count adds to the same ones, and none comes twice.

    Raises:
        InputError: no search space, or one with fewer combinations.
    """
    if entrant not in SPACES:
        raise InputError(f"--models {entrant}", "has no search space", "add one to benchmark/studies/search_spaces.py")
    space, now = SPACES[entrant], params.hyperparameters(entrant)
    # all combinations, then shuffled: drawing at random could draw one twice
    drawn = [dict(zip(space, values, strict=True)) for values in itertools.product(*space.values())]
    # what params.yaml has is trial 0 already
    drawn = [values for values in drawn if any(now.get(key) != value for key, value in values.items())]
    if count > 1 + len(drawn):
        problem = f"{entrant} has {1 + len(drawn)} combinations"
        raise InputError(
            f"--trials {count}", problem, "ask for fewer, or add choices to benchmark/studies/search_spaces.py"
        )
    # seeded by the entrant alone, so that a larger count begins with the same trials
    random.Random(seed(role="tuning", entrant=entrant)).shuffle(drawn)
    chosen = [{key: now.get(key) for key in space}, *drawn][:count]
    return [Trial(entrant, number, values) for number, values in enumerate(chosen)]


def folds(text: str) -> list[int]:
    """Replicates from text such as ``3,4``.

    Raises:
        InputError: it is something else.
    """
    try:
        # each once: a replicate given twice would be trained once and counted twice
        return sorted({int(word) for word in text.split(",")})
    except ValueError:
        raise InputError(f"--replicates {text}", "is no list of numbers", "give it as 3,4") from None


def seen_by_the_board(split: SplitName, replicates: Sequence[int], board: Sequence[int]) -> list[str]:
    """People whom these replicates validate on and the board tests; empty where the split is not by people."""
    if HELD_OUT[split] != "subject":
        # other splits train and test on the same people: there is nobody to keep apart
        return []
    # of GRAB's people by name; no store is needed to know who is in which fold
    made = SPLITS[split]([{"id": name, "subject": name} for name in SUBJECTS])
    asked = {"validation": replicates, "test": board}
    validated, tested = ({name for k in ks if k < len(made) for name in made[k][part]} for part, ks in asked.items())
    return [name for name in SUBJECTS if name in validated & tested]


def questions(drawn: Sequence[Trial], replicates: Sequence[int], extra: Sequence[str]) -> list[tuple[str, list[str]]]:
    """The name and the overrides of each trial's experiment."""
    found = []
    for trial in drawn:
        # jointly: one training tells about all four tasks
        grid = {"models": [trial.entrant], "tasks": ["joint"], "replicates": replicates}
        overrides = joined([*(override(f"grid.{key}", value) for key, value in grid.items()), *trial.sets], extra)
        found.append((named(("tune", trial.entrant, str(trial.number)), overrides), overrides))
    return found


def run(
    drawn: Sequence[Trial], replicates: Sequence[int], extra: Sequence[str], jobs: int, root: Path, advance: Advance
) -> list[tuple[Trial, str]]:
    """Trials with their commits, after all ran in one queue; raises as :func:`queue.run`."""
    asked = questions(drawn, replicates, extra)
    commits = queue.run("tune", dict(asked), jobs, root, advance)
    return [(trial, commits[name]) for trial, (name, _) in zip(drawn, asked, strict=True)]


def outcome(trial: Trial, results: Sequence[Raw]) -> Outcome:
    """The trial's validation skill, from its experiment's results: the entrant's and the trivial predictor's.

    Raises:
        InputError: the experiment has no results of one of the two.
    """
    runs = {(each["task"], each["run"]["model"], each["run"]["replicate"]): each["run"] for each in results}
    skills: dict[int, dict[str, float]] = {}
    for (task, model, replicate), made in sorted(runs.items()):
        if model == trial.entrant:
            # skill on the same validation part, so that folds of different difficulty can be averaged
            if (task, "trivial", replicate) not in runs:
                remedy = "name trivial in grid.references: it is the zero of every skill"
                raise InputError(f"tune, {task}", f"has no row of the trivial predictor, replicate {replicate}", remedy)
            reference = runs[task, "trivial", replicate]["validation"][task]
            skills.setdefault(replicate, {})[task] = TASKS[task].skill(made["validation"][task], reference)
    if not skills:
        raise InputError(
            f"tune, {trial.entrant}", f"has no results of trial {trial.number}", "look into its experiment"
        )
    # of the entrant alone: the trivial predictor has none
    parameters = max(made["cost"]["parameters"] for (_, model, _), made in runs.items() if model == trial.entrant)
    by_task = {task: statistics.fmean(each[task] for each in skills.values()) for task in next(iter(skills.values()))}
    # the mean over tasks first: each replicate is one number, whose spread is told
    means = {replicate: statistics.fmean(each.values()) for replicate, each in skills.items()}
    return Outcome(trial, parameters, means, by_task)
