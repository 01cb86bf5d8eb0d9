"""Which error should rank ``pose``: candidates for every stored row, and how each goes with the error of translation.

python -m benchmark.studies.pose_errors [RUNS] [GRAPHS]
"""

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean

import numpy as np
from tabulate import tabulate

from benchmark.board.rows import row_name
from benchmark.paths import GRAPHS, RUNS
from benchmark.pipeline import predictions
from deepgrasp.errors import InputError
from deepgrasp.store.store import Store, open_store
from deepgrasp.tasks.pose import ADD, MSSD, TASK, TRANSLATION, PoseTarget, as_pose, mssd_of_frames
from deepgrasp.tasks.scores import CM, object_pose

ERROR_COLUMNS = (
    "row",
    TRANSLATION.title,
    ADD.title,
    MSSD.title,
    "by diameter",
    "at most 1",
    "area to 10 cm",
    "recall, %",
)


def candidate_errors(prediction: np.ndarray, target: PoseTarget) -> tuple[float, ...]:
    """Mean of each candidate over frames, in the order of :data:`ERROR_COLUMNS`."""
    made, diameter = as_pose(prediction), CM * target.diameter[target.objects]
    mssd = mssd_of_frames(made, target)  # [N, T]
    relative = mssd / diameter[:, None]
    found = (
        object_pose.translation_cm(made, target.pose),
        object_pose.add_cm(made, target.pose, target.points[target.objects]),
        mssd,
        relative,
        np.minimum(relative, 1),
        (1 - mssd / object_pose.AUC_LIMIT_CM).clip(0),
        100 * object_pose.recall(mssd, diameter),
    )
    return tuple(float(each.mean()) for each in found)


def stored_errors(runs: Path, store: Store) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Name and errors of every stored cell that answers the task.

    Raises:
        InputError: a cell's predictions are damaged, or those of another cell.
    """
    for path in sorted(runs.rglob(predictions.PREDICTIONS_FILE)):
        made = predictions.load_named(runs, path.parent.relative_to(runs).as_posix())
        if (array := made.arrays.get(TASK.name)) is None:
            continue
        run = made.run
        view = store.view(run.inputs["frames"])
        target = TASK.read(view, view.rows(list(made.sequences)), run.inputs["hands"])
        name = row_name(run.model, run.training)
        assert isinstance(target, PoseTarget)
        yield f"*{name}*" if run.oracle else name, candidate_errors(array, target)


def errors_report(cells: Iterator[tuple[str, tuple[float, ...]]]) -> str:
    """A row's means over its replicates, best recall first; then correlations over rows with the first column.

    Raises:
        InputError: fewer than three rows.
    """
    by_row: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    for name, found in cells:
        by_row[name].append(found)
    rows = {name: [fmean(column) for column in zip(*each, strict=True)] for name, each in by_row.items()}
    if len(rows) < 3:
        raise InputError("runs", f"{len(rows)} rows answer {TASK.name}", "run `dvc repro`")
    lines: list[Sequence[object]] = [[name, *rows[name]] for name in sorted(rows, key=lambda name: -rows[name][-1])]
    # also without oracles: errors of 0 would make any two columns alike
    for label, chosen in (("correlation", rows), ("without oracles", [name for name in rows if "*" not in name])):
        table = np.array([rows[name] for name in chosen])  # [R, E]
        if len(table) > 2:  # of two rows it is 1 or -1
            lines.append([label, *np.corrcoef(table.T)[0]])
    return tabulate(lines, ERROR_COLUMNS, floatfmt=".2f", tablefmt="pipe", disable_numparse=[0])


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:]]
    folders = [*given, *(RUNS, GRAPHS)[len(given) :]]
    try:
        print(errors_report(stored_errors(folders[0], open_store(folders[1]))))
    except InputError as error:
        sys.exit(f"error: {error}")
