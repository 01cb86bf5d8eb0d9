"""Whether the committed results follow from their predictions, and chosen cells from their training."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from threadpoolctl import threadpool_limits

from benchmark.checks.differences import differences, differences_text
from benchmark.pipeline import predictions
from benchmark.pipeline.predictions import Predictions
from benchmark.pipeline.schema import Result, Run
from benchmark.pipeline.score import score_one
from benchmark.pipeline.tolerances import RESCORED, deviations
from benchmark.submissions.folder import score_any
from benchmark.tables import table
from deepgrasp.errors import InputError
from deepgrasp.files import check_is_file
from deepgrasp.store.store import Store

Retrain = Callable[[Run], Predictions]


class Finding(NamedTuple):
    """One result compared with the same made again; ``problem`` is empty where it reproduces.

    Attributes:
        metric: the one that moved most, for what is allowed.
        differs: what could have moved the scores of a cell that was trained again.
    """

    name: str
    metric: str = "-"
    before: float | str = "-"
    after: float | str = "-"
    allowed: float | str = "-"
    problem: str = ""
    differs: str = ""


def rescore(made: Iterable[tuple[Predictions, Path]], results: Sequence[Result], store: Store) -> list[Finding]:
    """Score all predictions again and compare with the results: metrics, counts, and the record of the run."""
    committed = {result.name: result for result in results}
    findings: list[Finding] = []
    with threadpool_limits(1):  # as scoring does
        for each, path in made:
            try:
                scored = score_any(each, store, path)
            except InputError as error:  # told with the others: one damaged file must not hide them
                if store.path in Path(str(error.where)).parents:
                    raise  # but the store's fault is every cell's: once is enough
                findings.append(Finding(each.run.cell, problem=str(error)))
            else:
                findings += [finding_of(committed.get(result.name), result, trained=False) for result in scored]
    # a damaged cell is named as a cell, and has its say for all of its results
    seen = {finding.name for finding in findings}
    lost = [name for name, result in committed.items() if not {name, result.run.cell} & seen]
    return findings + [Finding(name, problem="has no predictions here") for name in lost]


def stored_predictions(paths: Iterable[Path]) -> Iterator[tuple[Predictions, Path]]:
    """Predictions files of the pipeline, read one by one."""
    for path in paths:
        check_is_file(path)
        yield predictions.load_predictions(path), path


def rerun(runs: Iterable[Run], results: Sequence[Result], store: Store, retrain: Retrain) -> list[Finding]:
    """Train the cells again and compare each of their results."""
    committed = {result.name: result for result in results}
    findings: list[Finding] = []
    for run in runs:
        try:
            scored = list(score_one(retrain(run), store, Path(run.cell)))
        except InputError as error:
            findings.append(Finding(run.cell, problem=str(error)))
        else:
            findings += [finding_of(committed.get(result.name), result, trained=True) for result in scored]
    return findings


def finding_of(before: Result | None, after: Result, *, trained: bool) -> Finding:
    """Finding of how far a committed result and the same one made again are apart."""
    if before is None:
        return Finding(after.name, problem="is not among the results")
    if before.metrics.keys() != after.metrics.keys():
        odd = sorted(before.metrics.keys() ^ after.metrics.keys())
        return Finding(after.name, problem=f"other metrics: {', '.join(odd)}")
    # the one nearest to its limit, or farthest beyond it: one number a result fits a table
    worst = deviations(before.metrics, after.metrics, trained=trained)[0]
    found = Finding(after.name, *worst)
    if trained:
        # only where it was trained again: scoring has no recipe and no device that could differ
        found = found._replace(differs=differences_text(differences(before.run.model_dump(), after.run.model_dump())))
    if worst.share > 1:
        return found._replace(problem="moved too far")
    if trained:
        return found
    # not metrics alone: an edited sequence or record of the run would move intervals or a row, and no metric
    ours, theirs = (result.model_dump(exclude={"metrics", "run"}) for result in (before, after))
    fields = [key for key in ours if not _same(ours[key], theirs[key])]
    ours, theirs = before.run.model_dump(), after.run.model_dump()
    fields += [f"run.{key}" for key in ours if ours[key] != theirs[key]]
    return found._replace(problem=f"says otherwise: {', '.join(fields)}") if fields else found


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(_same, one, other))
    # exact but for rounding: sums come out differently on another processor
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= RESCORED
    return bool(one == other)


def chosen_runs(results: Sequence[Result], cells: Sequence[str]) -> list[Run]:
    """The runs of the named cells, such as ``action/mlp/0``; none named: the cheapest of each kind of training.

    Raises:
        InputError: there is no such cell, or one that nobody here can train.
    """
    known = {result.run.cell: result.run for result in results}
    for name in cells:
        if name not in known:
            # with --outside, where nobody has submitted anything, there is none to name
            remedy = f"name one such as {min(known)}" if known else "of those that were asked for there are none"
            raise InputError(f"--cell {name}", "is not among the results", remedy)
    if cells:
        return [known[name] for name in cells]
    # all 90 cells once took 22 minutes of one core; the cheapest of each kind take seconds
    cheapest: dict[str, Run] = {}
    for run in sorted(known.values(), key=lambda run: run.cost.seconds):
        if not run.is_reference and run.origin != "self-reported":
            cheapest.setdefault(run.trained_on, run)
    return [cheapest[kind] for kind in sorted(cheapest)]


def trust(results: Sequence[Result]) -> str:
    """A line that says what the mark "verified" rests on when nothing is trained here; empty if no row has it."""
    names = sorted({result.run.cell for result in results if "verified" in result.run.origin})
    if not names:
        return ""
    cells = " ".join(f"--cell {name}" for name in names)
    said = "the mark is as good as the reviewer who merged the record; to train again: verify --outside --rerun"
    return f"{len(names)} marked verified; {said} {cells}"


def findings_report(findings: Sequence[Finding], *, every: bool) -> str:
    """A table of what does not reproduce, or of every finding, and a line that counts."""
    heads: tuple[str, ...] = ("result", "metric that moved most", "committed", "made again", "may move by", "verdict")
    shown = [finding for finding in findings if every or finding.problem]
    rows: list[tuple[object, ...]] = [(*finding[:-2], finding.problem or "reproduces") for finding in shown]
    if any(finding.differs for finding in shown):
        heads = (*heads, "what differs")
        rows = [(*row, finding.differs) for row, finding in zip(rows, shown, strict=True)]
    lines = [table(heads, rows)] if shown else []
    good = sum(not finding.problem for finding in findings)
    return "\n\n".join([*lines, f"{good} of {len(findings)} results reproduce"])
