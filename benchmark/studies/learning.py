"""Learning curves over the number of recordings trained on: what more of them would bring, for each row."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean

from benchmark.board.more_recordings import CurvePoint, Curves
from benchmark.board.results import home
from benchmark.board.rows import row_name
from benchmark.checks.regression import Raw, rows
from benchmark.overrides import joined_overrides, overridden, override
from benchmark.params import Params
from benchmark.pipeline.schema import to_json
from benchmark.progress import Advance
from benchmark.studies.score_text import mean_text
from benchmark.studies.study import Study, check_models
from benchmark.tables import table
from deepgrasp.errors import InputError
from deepgrasp.files import replaced, write_text
from deepgrasp.tasks import NO_TASK, TASKS, metric


def recording_counts(text: str) -> list[int]:
    """Numbers of recordings from text such as ``54,108``, each once and rising.

    Raises:
        InputError: it is something else.
    """
    try:
        return sorted({int(word) for word in text.split(",")})
    except ValueError:
        raise InputError(f"--recordings {text}", "is no list of numbers", "give it as 54,108") from None


def learn(
    params: Params, models: Sequence[str], counts: Sequence[int], extra: Sequence[str], study: Study, advance: Advance
) -> Curves:
    """The curves of every row, reference rows that learn included; raises as :meth:`Study.made`."""
    check_models(params, models)
    path = study.root / "params.yaml"
    # the board's own number of steps: what differs is what they see, not how long they look
    own = {n: [override("train.recordings", n), override("grid.models", models)] for n in counts}
    wanted = {n: overridden(joined_overrides(overrides, extra), path) for n, overrides in own.items()}
    made = study.made(wanted, params.grid.references, advance)
    results = {n: study.results(cells) for n, cells in made.items()}
    runs = [result["run"] for each in results.values() for result in each]
    first = home(runs, lambda run: str(run["origin"]))
    # checked as it will be when it is read
    return Curves(
        data=first["data"],
        split=first["split"],
        inputs=first["inputs"],
        replicates=sorted({run["replicate"] for run in runs}),
        # no paths of a machine: the hash says which data they are
        extra=[each for each in extra if not each.startswith("data.")],
        points=points(results),
    )


def points(results: Mapping[int, Sequence[Raw]]) -> list[CurvePoint]:
    """The points of results by the number of recordings, in the order of the tasks.

    A task that no network was trained for is left out: reference rows answer all tasks, asked or not.
    """
    found = []
    made_of = {count: rows(made) for count, made in results.items()}
    asked = {task for made in made_of.values() for task, _, training in made if training != NO_TASK}
    for count, made in made_of.items():
        for (task, model, training), metrics in made.items():
            if asked and task not in asked:
                continue
            values = metrics[TASKS[task].primary]
            row = row_name(model, training)
            mine = [values[k] for k in sorted(values)]
            found.append(CurvePoint(task=task, row=row, recordings=count, values=mine))
    return sorted(found, key=lambda each: (list(TASKS).index(each.task), each.row, each.recordings))


def learning_markdown(found: Sequence[CurvePoint]) -> str:
    """A table for each task: a line a row, a column a number of recordings."""
    counts = sorted({each.recordings for each in found})
    parts = ["# Learning curves", "By recordings trained on: mean over replicates of the metric that ranks."]
    for task in (task for task in TASKS if any(each.task == task for each in found)):
        cells = {(each.row, each.recordings): each.values for each in found if each.task == task}
        primary, arrow = TASKS[task].primary, "↑" if TASKS[task].higher_is_better else "↓"
        lines = [
            [row, *(mean_text(primary, cells[row, n]) for n in counts)]
            for row in dict.fromkeys(row for row, _ in cells)
        ]
        parts += [f"## {task}: {metric(primary).label} {arrow}", table(("row", *map(str, counts)), lines)]
    return "\n\n".join(parts) + "\n"


def write_learning(found: Sequence[CurvePoint], out: Path) -> None:
    """``LEARNING.md``, ``learning.json`` and ``learning.png`` into ``out``.

    Raises:
        InputError: another process is writing there.
    """
    with replaced(out) as scratch:
        (scratch / "LEARNING.md").write_text(learning_markdown(found), encoding="utf-8")
        (scratch / "learning.json").write_text(to_json([each.model_dump() for each in found]), encoding="utf-8")
        _draw(found, scratch / "learning.png")


def keep_curves(found: Curves, file: Path) -> None:
    """The curves as the board's page reads them, into ``file``: whole or not at all."""
    write_text(file, to_json(found.model_dump()))


def _draw(found: Sequence[CurvePoint], path: Path) -> None:
    """A panel a task, a line a row; every doubling of the recordings is as wide as any other."""
    # here: the tables alone need no matplotlib
    from benchmark.board.plots import DISTINCT_COLOURS, STYLE, plt, save_figure

    tasks = [task for task in TASKS if any(each.task == task for each in found)]
    names = list(dict.fromkeys(each.row for each in found))
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(1, len(tasks), figsize=(3 * len(tasks), 2.6), squeeze=False)
        for axis, task in zip(axes[0], tasks, strict=True):
            for k, name in enumerate(names):
                mine = [each for each in found if (each.task, each.row) == (task, name)]
                # when all colours are taken, the next rows have another line
                style = {
                    "color": DISTINCT_COLOURS[k % len(DISTINCT_COLOURS)],
                    "linestyle": ("-", "--", ":")[k // len(DISTINCT_COLOURS) % 3],
                }
                means = [fmean(each.values) for each in mine]
                axis.plot([each.recordings for each in mine], means, marker="o", markersize=3, label=name, **style)
            counts = sorted({each.recordings for each in found})
            axis.set_xscale("log", base=2)
            axis.set_xticks(counts, map(str, counts))
            axis.set(title=task, xlabel="recordings trained on", ylabel=metric(TASKS[task].primary).label)
        axes[0][-1].legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
        save_figure(figure, path)
