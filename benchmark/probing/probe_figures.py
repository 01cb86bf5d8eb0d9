"""Figures of the board of probes for a paper: a PDF and a PNG each."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import hsv_to_rgb
from matplotlib.figure import Figure

from benchmark.board.colours import look
from benchmark.board.plots import DASHES, STYLE, write_figure
from benchmark.board.probes_file import AskedPerturbation, PlaceOnBody, ProbedRow, ProbeTable, load_probes, row_label
from benchmark.progress import Advance
from deepgrasp.errors import InputError
from deepgrasp.files import replaced_file
from deepgrasp.tasks import ALL_TASKS, NO_TASK, ONE_TASK, TASKS

_COLUMNS, _TOP = 4, 12  # curves beside each other; places of a row that a figure names
DPI = 200
Colour = tuple[float, float, float]


def draw_probes(board: Path, out: Path, progress: Advance) -> list[Path]:
    """Draw all figures into the folder ``out``; the same bytes each time. Returns their paths.

    Raises:
        InputError: there is no board of probes, or it is damaged; ``out`` or what it lies in is no folder, or cannot be
            written into.
    """
    # before any work: a figure takes seconds
    if blocked := next((each for each in (out, *out.parents) if each.exists() and not each.is_dir()), None):
        raise InputError(blocked, "is a file, and figures go into a folder", "name another folder, or move the file")
    probes = load_probes(board)
    if probes is None:
        raise InputError(board, "holds no board of probes", "run `python -m benchmark probe` first")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(out, f"cannot be made ({error.strerror})", "name a folder that you may write") from None
    matplotlib.use("agg")  # it draws into files without a display
    made = []
    kinds = (("curves", curves_figure), ("senses", senses_figure), ("drift", drift_figure), ("where", places_figure))
    # JSON's sorted keys do not keep the order of tasks
    wanted = [(task, *kind) for task in TASKS if task in probes.tasks for kind in kinds]
    with plt.rc_context(STYLE):
        for done, (task, name, make) in enumerate(wanted, 1):
            figure = make(probes, probes.tasks[task])
            if figure is not None:
                made += save_twice(figure, out / f"probe_{name}_{task}")
            progress(done, len(wanted))
    return made


def save_twice(figure: Figure, stem: Path) -> list[Path]:
    """Write a figure as PDF and PNG, and return both paths; the figure is closed.

    Raises:
        InputError: a file cannot be written.
    """
    paths = [stem.with_suffix(".pdf"), stem.with_suffix(".png")]
    for path in paths:
        try:
            with replaced_file(path) as scratch:
                write_figure(figure, scratch, dpi=DPI)
        except OSError as error:
            raise InputError(path, f"cannot be written ({error.strerror})", "name another folder") from None
    plt.close(figure)  # pyplot keeps every figure that is not closed
    return paths


def curves_figure(probes: ProbeTable, rows: Sequence[ProbedRow]) -> Figure | None:
    """Skill over the strength of each perturbation, a line a row, with intervals over people."""
    several = [asked for asked in probes.perturbations if len(asked.strengths) > 1]
    if not several:
        return None
    lines = -(-len(several) // _COLUMNS)
    figure, axes = plt.subplots(
        lines, _COLUMNS, figsize=(2.3 * _COLUMNS, 1.9 * lines), layout="constrained", squeeze=False
    )
    for axis in axes.ravel()[len(several) :]:
        axis.set_axis_off()
    # the last line of axes need not be full
    for axis, asked in zip(axes.ravel(), several, strict=False):
        for row in rows:
            if asked.name in row.curves:
                draw_curve(axis, asked, row)
        axis.set(title=asked.name.replace("_", " "), xlabel=asked.unit)
    for axis in axes[:, 0]:
        axis.set_ylabel("skill")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    # outside: the constrained layout makes room for it, and it hides no curve
    figure.legend(handles, labels, loc="outside lower center", ncols=min(6, len(labels)))
    return figure


def ink(row: ProbedRow) -> Colour:
    """The colour of a row: that of the board's page and pictures; reference rows are grey."""
    if row.training == NO_TASK:
        return (0.35, 0.35, 0.35) if row.oracle else (0.6, 0.6, 0.6)
    red, green, blue = hsv_to_rgb((look(row.model).hue / 360, 0.85, 0.75)).tolist()
    return red, green, blue


def draw_curve(axis: Axes, asked: AskedPerturbation, row: ProbedRow) -> None:
    """Draw a row's skill over the strengths of a perturbation, a line with its intervals."""
    strengths = [0.0, *asked.strengths]
    spans = row.curves[asked.name].skill
    means = [mean or 0.0 for mean, _, _ in spans]
    # of the grey ones dashes tell which is which
    dashes = {ONE_TASK: "-", ALL_TASKS: "--"}.get(row.training, DASHES[look(row.model).variant])
    (line,) = axis.plot(strengths, means, linestyle=dashes, color=ink(row), label=row_label(row), linewidth=1.2)
    if all(low is not None for _, low, _ in spans):  # one block alone has no interval
        low, high = ([span[end] or 0.0 for span in spans] for end in (1, 2))
        axis.fill_between(strengths, low, high, color=line.get_color(), alpha=0.12, linewidth=0)


def senses_figure(probes: ProbeTable, rows: Sequence[ProbedRow]) -> Figure | None:
    """Weights of touch (filled) and posture (hollow) under each exchange of touch."""
    names = [asked.name for asked in probes.perturbations if any(asked.name in row.weights for row in rows)]
    if not names:
        return None
    size = (2.3 * len(names), 0.32 * len(rows) + 0.9)
    figure, axes = plt.subplots(1, len(names), figsize=size, layout="constrained", sharey=True, squeeze=False)
    for axis, name in zip(axes[0], names, strict=True):
        for k, row in enumerate(rows):
            # above and below the row's line: two intervals on it would hide each other
            for sense, shift, fill in (("touch", -0.13, True), ("pose", 0.13, False)):
                found = getattr(row.weights[name], sense) if name in row.weights else None
                if found is not None and found[0] is not None:
                    dot(axis, found, k + shift, ink(row), filled=fill)
        # weights are cut to 0 and 1; a little beyond, so that a dot at the end is whole
        axis.set(title=name.replace("_", " "), xlim=(-0.05, 1.05), xlabel="weight")
        axis.set_yticks(range(len(rows)), [row_label(row) for row in rows])
    axes[0, 0].invert_yaxis()
    figure.suptitle("filled: touch; hollow: posture", fontsize="small")
    return figure


def drift_figure(probes: ProbeTable, rows: Sequence[ProbedRow]) -> Figure | None:
    """How far the estimated wrist moves along the imposed way, at the largest strength; dashed: how far it would."""
    asked = [each for each in probes.perturbations if any(each.name in row.drift for row in rows)]
    # an exchange of touch imposes no way along which it could be told; the way is the same for all rows
    moves = [each for each in asked if next(r.drift[each.name] for r in rows if each.name in r.drift)[-1].asked > 0]
    if not moves:
        return None
    size = (2.3 * len(moves), 0.28 * len(rows) + 0.9)
    figure, axes = plt.subplots(1, len(moves), figsize=size, layout="constrained", sharey=True, squeeze=False)
    for axis, each in zip(axes[0], moves, strict=True):
        for k, row in enumerate(rows):
            if each.name in row.drift:
                dot(axis, row.drift[each.name][-1].along, k, ink(row), filled=True)
                axis.axvline(row.drift[each.name][-1].asked, color="0.5", linestyle="--", linewidth=0.8)
        axis.axvline(0, color="0.8", linewidth=0.8, zorder=0)
        axis.set(title=f"{each.name.replace('_', ' ')} {each.strengths[-1]:g}", xlabel="drift, cm")
        axis.set_yticks(range(len(rows)), [row_label(row) for row in rows])
    axes[0, 0].invert_yaxis()
    return figure


def places_figure(probes: ProbeTable, rows: Sequence[ProbedRow]) -> Figure | None:
    """Skill that is lost without a joint or patch: those that count most, of each row."""
    known = [row for row in rows if row.where is not None]
    if not known:
        return None
    lines = -(-len(known) // _COLUMNS)
    size = (2.4 * _COLUMNS, 2.3 * lines)
    figure, axes = plt.subplots(lines, _COLUMNS, figsize=size, layout="constrained", squeeze=False)
    for axis in axes.ravel()[len(known) :]:
        axis.set_axis_off()
    # as for curves: the last line need not be full
    for axis, row in zip(axes.ravel(), known, strict=False):
        bars(axis, row, probes.places)
    return figure


def bars(axis: Axes, row: ProbedRow, places: Sequence[PlaceOnBody]) -> None:
    """The places of one row that count most."""
    assert row.where is not None
    lost = [each[0] or 0.0 for each in row.where.lost]
    first = sorted(range(len(places)), key=lambda k: -lost[k])[:_TOP]
    for at, k in enumerate(first):
        dot(axis, row.where.lost[k], at, ink(row), filled=places[k].sense == "touch")
    axis.axvline(0, color="0.8", linewidth=0.8, zorder=0)
    axis.set_yticks(range(len(first)), [places[k].name.replace("_", " ") for k in first], fontsize="x-small")
    axis.invert_yaxis()
    axis.set(title=row_label(row), xlabel="skill lost without it")


def dot(axis: Axes, found: Sequence[float | None], at: float, color: Colour, *, filled: bool) -> None:
    """Draw a number as a dot with its interval."""
    mean, low, high = found
    if low is not None and high is not None:
        axis.plot([low, high], [at, at], color=color, linewidth=2, alpha=0.4)
    axis.plot([mean or 0.0], [at], "o", color=color, markersize=4, markerfacecolor=color if filled else "white")
