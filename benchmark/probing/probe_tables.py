"""The board of probes as Markdown: what is left of the skill, which sense is followed, how far the felt hand moves."""

from collections.abc import Callable, Sequence

from benchmark.board.probes_file import AskedPerturbation, Moved, NumberWithInterval, ProbedRow, ProbeTable, row_label
from benchmark.board.probes_in_short import area_told, left_out_told, name_told, span
from deepgrasp.data_source import data_source
from deepgrasp.tasks import TASKS

HEAD = """# Probes

What trained networks make of noise, loss and conflict of the senses. Nothing was trained for this: stored checkpoints
answered about perturbed inputs. What each probe asks and why: [docs/probes.md](../../docs/probes.md). The board's page
(`leaderboard/index.html`) draws all of it; `python -m benchmark probe --figures DIR` does so for a paper.
"""
_TOP = 5  # places that a table names: the whole list stands in the file


def tables(probes: ProbeTable) -> str:
    """The page of all tables as Markdown, the same bytes each time."""
    parts = [HEAD, how_to_read(probes)]
    for task in (task for task in TASKS if task in probes.tasks):  # JSON's sorted keys do not keep their order
        rows = probes.tasks[task]
        parts.append(f"## {task}")
        parts += [
            part
            for make in (area_table, half_table, weight_table, drift_table, way_table, place_table)
            if (part := make(probes, rows))
        ]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def how_to_read(probes: ProbeTable) -> str:
    """Markdown that says of what the tables are, and how to read them."""
    level = f"{100 * probes.level:.0f} %"
    exact = "gives the stored answers to the last bit" if probes.apart == 0 else f"is off by {probes.apart:.1e} at most"
    lines = [
        f"**{data_source(probes.data.model_dump()).name}** `{probes.data.hash[:12]}` · split by "
        f"{probes.split} · {len(probes.replicates)} replicates, {len(probes.subjects)} people tested · "
        f"version {probes.release}",
        "",
        f"Numbers are skill (0 trivial, 1 the ceiling), ± half of the {level} interval over people, with their "
        f"trainings. **Bold** may be the best: a {level} confidence set for the best of the line, which corrects for "
        f"how many rows there are. *Italics*: an oracle. At strength 0 every network {exact}.",
    ]
    if without := left_out_told(probes.left_out):
        lines.append(f"\n**Not asked of all** that the board has: {without}.")
    lines += [f"\nNot asked: `{name}` ({why})." for name, why in sorted(probes.not_asked.items())]
    return "\n".join(lines)


def area_table(probes: ProbeTable, rows: Sequence[ProbedRow]) -> str:
    """Markdown table of what is left of the skill, a line a perturbation and a column a row."""
    lines = [["nothing perturbed", *(span(row.skill) for row in rows)]]
    lines += [[perturbation_text(asked), *(area_told(row, asked) for row in rows)] for asked in probes.perturbations]
    return _table("What is left of the skill: the mean over all strengths (area under the curve)", rows, lines)


def half_table(probes: ProbeTable, rows: Sequence[ProbedRow]) -> str:
    """Markdown table of the strengths at which half of the skill is gone."""

    def cell(row: ProbedRow, asked: AskedPerturbation) -> str:
        curve = row.curves.get(asked.name)
        # of a row that is no better than the trivial answer nothing can be lost
        if curve is None or (row.skill[0] or 0) <= 0:
            return "-"
        if curve.half[0] is None:
            return f"> {asked.strengths[-1]:g}"  # beyond all that was tried
        return span(curve.half) if curve.half[1] is not None else f"{span(curve.half)} (no interval)"

    # of one strength alone there is no curve that could cross a half
    several = [asked for asked in probes.perturbations if len(asked.strengths) > 1]
    lines = [[f"{asked.name}, {asked.unit}", *(cell(row, asked) for row in rows)] for asked in several]
    made = _table("Strength at which half of the skill is gone", rows, lines)
    if "(no interval)" not in made:
        return made
    return (
        f"{made}\n\nNo interval: fewer than three blocks, or without one of them half is gone beyond the last strength."
    )


def weight_table(probes: ProbeTable, rows: Sequence[ProbedRow]) -> str:
    """Markdown table of the senses' weights where touch is another recording's."""
    lines = []
    for asked in probes.perturbations:
        for sense in ("touch", "pose"):
            found = [row.weights.get(asked.name) for row in rows]
            if any(found):
                lines.append(
                    [f"{asked.name}, {sense}", *("-" if w is None else span(getattr(w, sense)) for w in found)]
                )
    return _table("Which sense is followed when touch is another recording's: weights from 0 to 1", rows, lines)


def drift_table(probes: ProbeTable, rows: Sequence[ProbedRow]) -> str:
    """Markdown table of how far the estimated hand moves, cm."""
    lines = []
    for asked in probes.perturbations:
        for k, strength in enumerate(asked.strengths):
            found = [each[k] if (each := row.drift.get(asked.name)) else None for row in rows]
            if (first := next((each for each in found if each is not None), None)) is None:
                continue
            # touch of another recording imposes no way: then it is told how far the estimate moves, whichever way
            of: Callable[[Moved], NumberWithInterval] = (
                (lambda each: each.along) if first.asked > 0 else (lambda each: each.size)
            )
            way = f"of {first.asked:.1f} cm" if first.asked > 0 else "any way"
            lines.append([f"{asked.name} {strength:g}, {way}", *("-" if x is None else span(of(x), 1) for x in found)])
    return _table("Proprioceptive drift of the estimated hand, cm along the way that the posture imposes", rows, lines)


def way_table(probes: ProbeTable, rows: Sequence[ProbedRow]) -> str:
    """Markdown table of the way that the estimated hand moves at the largest strength, in cm."""
    lines = []
    for asked in probes.perturbations:
        found = [each[-1] if (each := row.drift.get(asked.name)) else None for row in rows]
        if any(found):
            lines += [
                [
                    f"{asked.name} {asked.strengths[-1]:g}, {way}",
                    *("-" if x is None else span(x.moved[k], 1) for x in found),
                ]
                for k, way in enumerate(("inwards", "up", "to the front"))
            ]
    return _table("Which way it moves at the largest strength, cm", rows, lines)


def place_table(probes: ProbeTable, rows: Sequence[ProbedRow]) -> str:
    """Markdown table of the joints and patches that count most, and how far two ways to find them agree."""
    lines = []
    for row in rows:
        if row.where is not None:
            lost = [each[0] or 0.0 for each in row.where.lost]
            # a stable sort: of equal places the first in the list stands first, each time
            first = sorted(range(len(lost)), key=lambda k: -lost[k])[:_TOP]
            named = ", ".join(f"{probes.places[k].name} {span(row.where.lost[k])}" for k in first)
            lines.append([row_label(row), named, span(row.where.agreement)])
    if not lines:
        return ""
    heads = ["", f"the {_TOP} joints and patches without which most skill is lost", "Spearman with gradients"]
    return _lined("Where a network looks", heads, lines)


def _table(title: str, rows: Sequence[ProbedRow], lines: Sequence[Sequence[str]]) -> str:
    if not lines:
        return ""
    return _lined(title, ["", *map(name_told, rows)], lines)


def _lined(title: str, heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    # without padding: a changed number is one changed line in Git
    ruled = "|:--|" + "--:|" * (len(heads) - 1)
    return "\n".join([f"**{title}**", "", f"| {' | '.join(heads)} |", ruled, *(f"| {' | '.join(x)} |" for x in lines)])


def perturbation_text(asked: AskedPerturbation) -> str:
    """A perturbation with the strengths at which it was asked."""
    if len(asked.strengths) == 1:
        return asked.name
    return f"{asked.name}, to {asked.strengths[-1]:g} {asked.unit}"
