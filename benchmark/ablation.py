"""The ablation's tables and plot: a row for what is seen, a column a model and training, mean ± sd over replicates."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean, stdev
from typing import NamedTuple

from benchmark.ablate import Setting
from benchmark.records import to_json
from benchmark.regression import Raw, rows
from benchmark.tables import table
from deepgrasp.files import replaced
from deepgrasp.tasks import TASKS, metric


class Score(NamedTuple):
    """The primary metric of one model in one setting, by replicate."""

    setting: Setting
    model: str
    task: str
    values: tuple[float, ...]

    @property
    def sd(self) -> float:
        """Over replicates; 0 of a single one."""
        return stdev(self.values) if len(self.values) > 1 else 0.0

    @property
    def seen(self) -> str:
        """Modalities and hands, as a row is headed."""
        modalities = {"both": "pose and touch"}.get(self.setting.modalities, self.setting.modalities)
        return f"{modalities}, {'both hands' if self.setting.hands == 'both' else f'{self.setting.hands} hand'}"

    @property
    def column(self) -> str:
        """Model and training, as a column is headed; a trivial row is trained on nothing, once for both."""
        return self.model if self.model == "trivial" else f"{self.model}, {self.setting.training}"


def scores(results: Mapping[Setting, Sequence[Raw]]) -> list[Score]:
    """The primary metrics in the results of each setting's experiment."""
    found = []
    for setting, made in results.items():
        for (task, model, _), metrics in sorted(rows(made).items()):
            by_replicate = metrics[TASKS[task].primary]
            found.append(Score(setting, model, task, tuple(by_replicate[k] for k in sorted(by_replicate))))
    return found


def markdown(found: Sequence[Score]) -> str:
    """A table a task, best first among the tasks of the board."""
    parts = ["# Ablation", "Mean ± sd over replicates of the metric that ranks."]
    for task in (task for task in TASKS if any(score.task == task for score in found)):
        mine = [score for score in found if score.task == task]
        columns = _distinct(score.column for score in mine)
        cells = {(score.seen, score.column): _shown(score) for score in mine}
        lines = [
            [seen, *(cells.get((seen, each), "-") for each in columns)] for seen in _distinct(s.seen for s in mine)
        ]
        arrow = "↑" if TASKS[task].higher_is_better else "↓"
        parts += [f"## {task}: {metric(TASKS[task].primary).label} {arrow}", table(("inputs", *columns), lines)]
    return "\n\n".join(parts) + "\n"


def _distinct(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _shown(score: Score) -> str:
    unit = metric(TASKS[score.task].primary).unit
    scale, digits, sign = (100, 1, " %") if unit == "fraction" else (1, 2, f" {unit}")
    spread = f" ± {scale * score.sd:.{digits}f}" if len(score.values) > 1 else ""
    return f"{scale * fmean(score.values):.{digits}f}{spread}{sign}"


def write(found: Sequence[Score], out: Path) -> None:
    """``ABLATION.md``, ``ablation.json`` and ``ablation.png`` into ``out``."""
    with replaced(out) as scratch:
        (scratch / "ABLATION.md").write_text(markdown(found))
        plain = [
            {**score.setting._asdict(), "model": score.model, "task": score.task, "values": score.values}
            for score in found
        ]
        (scratch / "ablation.json").write_text(to_json(plain))
        _draw(found, scratch / "ablation.png")


def _draw(found: Sequence[Score], path: Path) -> None:
    """A panel a task: what is seen along it, a line with error bars a model and training."""
    from benchmark.plots import COLOURS, STYLE, plt, save

    tasks = [task for task in TASKS if any(score.task == task for score in found)]
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(1, len(tasks), figsize=(3.4 * len(tasks), 3), squeeze=False)
        for axis, task in zip(axes[0], tasks, strict=True):
            mine = [score for score in found if score.task == task]
            places = {seen: place for place, seen in enumerate(_distinct(score.seen for score in mine))}
            for colour, column in zip(COLOURS, _distinct(score.column for score in mine), strict=False):
                line = {places[s.seen]: (fmean(s.values), s.sd) for s in mine if s.column == column}
                means, sds = zip(*(line[place] for place in sorted(line)), strict=True)
                axis.errorbar(sorted(line), means, sds, color=colour, label=column, marker="o", markersize=3, capsize=2)
            axis.set_xticks(range(len(places)), places, rotation=60, ha="right")
            axis.set_title(f"{task}: {metric(TASKS[task].primary).label}")
        axes[0][-1].legend(frameon=False, fontsize=6)
        save(figure, path)
