"""Tables and plot of the ablation: a row for each input, a column for each model and training, means."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from benchmark.checks.regression import Raw, rows
from benchmark.pipeline.schema import to_json
from benchmark.studies.ablation import Setting
from benchmark.studies.score_text import mean_text
from benchmark.tables import table
from deepgrasp.files import replaced
from deepgrasp.tasks import NO_TASK, TASKS, metric


class Score(NamedTuple):
    """The primary metric of one model in one setting, by replicate."""

    setting: Setting
    model: str
    training: str
    task: str
    values: tuple[float, ...]

    @property
    def seen(self) -> str:
        """Head of a row: modalities and hands."""
        modalities = {"both": "pose and touch"}.get(self.setting.modalities, self.setting.modalities)
        return f"{modalities}, {'both hands' if self.setting.hands == 'both' else f'{self.setting.hands} hand'}"

    @property
    def column(self) -> str:
        """Head of a column: model and training."""
        return self.model if self.training == NO_TASK else f"{self.model}, {self.training}"


def scores(results: Mapping[Setting, Sequence[Raw]], models: Sequence[str]) -> list[Score]:
    """Scores of each setting: the models first, then the rows that are not trained."""
    found = []
    for setting, made in results.items():
        for (task, model, training), metrics in sorted(rows(made).items()):
            values = metrics[TASKS[task].primary]
            # rows that are not trained stand beside: what is possible without a network changes with the inputs too
            if model in models or training == NO_TASK:
                found.append(Score(setting, model, training, task, tuple(values[k] for k in sorted(values))))
    # a stable sort: within both groups the order stays
    return sorted(found, key=lambda score: score.training == NO_TASK)


def ablation_markdown(found: Sequence[Score]) -> str:
    """The report as Markdown, a table for each task."""
    parts = ["# Ablation", "Mean over replicates of the metric that ranks."]
    for task in (task for task in TASKS if any(score.task == task for score in found)):
        mine = [score for score in found if score.task == task]
        columns = _distinct(score.column for score in mine)
        # "-" where a row is missing: a reference row may not exist for every choice of inputs
        cells = {(score.seen, score.column): mean_text(TASKS[score.task].primary, score.values) for score in mine}
        lines = [
            [seen, *(cells.get((seen, each), "-") for each in columns)] for seen in _distinct(s.seen for s in mine)
        ]
        arrow = "↑" if TASKS[task].higher_is_better else "↓"
        parts += [f"## {task}: {metric(TASKS[task].primary).label} {arrow}", table(("inputs", *columns), lines)]
    return "\n\n".join(parts) + "\n"


def _distinct(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def write_ablation(found: Sequence[Score], out: Path) -> None:
    """``ABLATION.md``, ``ablation.json`` and ``ablation.png`` into ``out``.

    Raises:
        InputError: another process is writing there.
    """
    with replaced(out) as scratch:
        (scratch / "ABLATION.md").write_text(ablation_markdown(found), encoding="utf-8")
        plain = [
            {**score.setting._asdict(), "model": score.model, "task": score.task, "values": score.values}
            for score in found
        ]
        (scratch / "ablation.json").write_text(to_json(plain), encoding="utf-8")
        _draw(found, scratch / "ablation.png")


def _draw(found: Sequence[Score], path: Path) -> None:
    """A panel a task: what is seen along it, a colour a model and training."""
    # here: the tables alone need no matplotlib
    from benchmark.board.plots import DISTINCT_COLOURS, STYLE, plt, save_figure

    tasks = [task for task in TASKS if any(score.task == task for score in found)]
    columns = _distinct(score.column for score in found)
    # a column keeps its colour over all panels; with more than eight they repeat
    colours = dict(zip(columns, itertools.cycle(DISTINCT_COLOURS), strict=False))
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(1, len(tasks), figsize=(3.4 * len(tasks), 3), squeeze=False)
        for axis, task in zip(axes[0], tasks, strict=True):
            mine = [score for score in found if score.task == task]
            seen = _distinct(score.seen for score in mine)
            for k, column in enumerate(columns):
                points = [score for score in mine if score.column == column]
                shift = 0.6 * (k / len(columns) - 0.5)  # side by side: on one line the dots would hide each other
                places = [seen.index(score.seen) + shift for score in points]
                means = [fmean(score.values) for score in points]
                axis.plot(places, means, color=colours[column], marker="o", markersize=3, linestyle="")
            axis.set_xticks(range(len(seen)), seen, rotation=60, ha="right")
            axis.set(title=task, ylabel=metric(TASKS[task].primary).title)
        # drawn by hand: a panel may lack a column, and the legend must have them all
        handles = [plt.Line2D([], [], color=colours[name], marker="o", linestyle="", label=name) for name in columns]
        axes[0][-1].legend(handles=handles, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
        save_figure(figure, path)
