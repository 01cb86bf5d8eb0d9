"""The board of probes in short, as Markdown: a table a task of what tells most, for the page of all boards' tables."""

from collections.abc import Callable, Sequence

from benchmark.board.probes_file import (
    AskedPerturbation,
    LeftOut,
    NumberWithInterval,
    ProbedRow,
    ProbeTable,
    of_other_trainings,
    row_label,
)
from benchmark.board.rows import BoardTable
from deepgrasp.errors import listed
from deepgrasp.tasks import TASKS

NOISE, MOVED = "joint_noise", "moved_arm"
"""The loss of skill that tells most rows apart, and the conflict by which a hand is felt elsewhere."""

_NAMED = 8  # names of one kind in a line: more would be a wall

Column = tuple[str, Callable[[ProbedRow], str]]
"""Its head, and what a row says there."""


def probes_told(probes: ProbeTable, table: BoardTable) -> str:
    """What the Markdown of a board says of its probes: a short table a task, how to read it, and where all of it is."""
    level = f"{100 * probes.level:.0f} %"
    lines = [
        "What these networks make of noise, loss and conflict of the senses, and where they look, in short; all of it: "
        "[PROBES.md](../boards/probes/PROBES.md) ([what each probe asks](../docs/probes.md))."
    ]
    if other := of_other_trainings(probes, table):
        lines.append(f"**They are of other trainings than this board** ({listed(other)}).")
    if without := left_out_told(probes.left_out):
        lines.append(f"**Not asked of all**: {without} are left out.")
    lines.append(
        f"Skill is 0 for the trivial answer and 1 at the ceiling, ± half of the {level} interval over people, with "
        f"their trainings. **Bold** may be the best: a {level} confidence set for the best of the column. Touch and "
        "posture weights: how far the answer follows each sense, from 0 to 1, when touch is that of another recording."
    )
    if any(MOVED in row.drift for rows in probes.tasks.values() for row in rows):
        lines.append("Drift: by how many cm the estimated wrist follows an arm that is seen elsewhere than it touches.")
    if any(row.oracle for rows in probes.tasks.values() for row in rows):
        lines.append("*Italics*: an oracle, not ranked.")
    parts = [" ".join(lines)]
    # JSON's sorted keys do not keep the order of tasks
    parts += [_table(task, probes, probes.tasks[task]) for task in TASKS if task in probes.tasks]
    return "\n\n".join(parts)


def left_out_told(left_out: LeftOut) -> str:
    """What is left out, in words; empty where that is nothing."""
    return "; ".join(f"{what} {listed(names, _NAMED)}" for what, names in left_out.model_dump().items() if names)


def span(found: NumberWithInterval, digits: int = 2) -> str:
    """A number and half of its interval."""
    value, low, high = found
    if value is None:
        return "-"
    text = f"{value + 0.0:.{digits}f}"
    text = text.lstrip("-") if not float(text) else text  # no "-0.00"
    return text if low is None or high is None else f"{text} ± {(high - low) / 2:.{digits}f}"


def area_told(row: ProbedRow, asked: AskedPerturbation) -> str:
    """What is left of a row's skill on average over all strengths, bold where it may be the best; "-": not asked."""
    curve = row.curves.get(asked.name)
    if curve is None:
        return "-"
    return f"**{span(curve.area)}**" if curve.may_be_best else span(curve.area)


def name_told(row: ProbedRow) -> str:
    """The name of a row, in italics if it is an oracle."""
    return f"*{row_label(row)}*" if row.oracle else row_label(row)


def _table(task: str, probes: ProbeTable, rows: Sequence[ProbedRow]) -> str:
    asked = {each.name: each for each in probes.perturbations}
    columns: list[Column] = [("skill", lambda row: span(row.skill))]
    if NOISE in asked:
        columns += _of_noise(asked[NOISE])
    # touch of another class where the task asks for one; of another object where it asks for places
    exchanges = [f"other_{task}_touch", "other_object_touch", *asked]
    if name := next((each for each in exchanges if any(each in row.weights for row in rows)), None):
        columns += _of_senses(name)
    if MOVED in asked and (felt := [row.drift[MOVED][-1] for row in rows if MOVED in row.drift]):
        head = f"drift, cm of {felt[0].asked:.1f}"
        columns.append((head, lambda row: span(row.drift[MOVED][-1].along, 1) if MOVED in row.drift else "-"))
    # without padding: a changed number is one changed line in Git
    lines = [["", *(head for head, _ in columns)]]
    lines += [[name_told(row), *(of(row) for _, of in columns)] for row in rows]
    ruled = "|:--|" + "--:|" * len(columns)
    heads, *cells = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join([f"**{task}**", "", heads, ruled, *cells])


def _of_noise(asked: AskedPerturbation) -> list[Column]:
    """What is left of the skill at the middle strength, and on average over all of them."""
    at = (len(asked.strengths) - 1) // 2

    def left(row: ProbedRow) -> str:
        # strength 0 comes first
        return span(row.curves[asked.name].skill[at + 1]) if asked.name in row.curves else "-"

    name = asked.name.replace("_", " ")
    return [
        (f"at {asked.strengths[at]:g} {asked.unit} of {name}", left),
        (f"mean to {asked.strengths[-1]:g} {asked.unit}", lambda row: area_told(row, asked)),
    ]


def _of_senses(name: str) -> list[Column]:
    """Weights of touch and posture under one exchange of touch."""

    def touch(row: ProbedRow) -> str:
        return span(row.weights[name].touch) if name in row.weights else "-"

    def pose(row: ProbedRow) -> str:
        return span(row.weights[name].pose) if name in row.weights else "-"

    return [(f"touch weight ({name.removesuffix('_touch').replace('_', ' ')})", touch), ("posture weight", pose)]
