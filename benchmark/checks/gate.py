"""What a change must pass before it is merged: whole results, a board made from them, and no score gone down."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from benchmark import params as parameters
from benchmark.board.results import home
from benchmark.checks import (
    arithmetic,
    edited_files,
    expected,
    integrity,
    other_boards,
    records,
    reference_rows,
    regression,
    sequences,
    trivial_row,
    unexplained_changes,
)
from benchmark.checks.differences import differences_text
from benchmark.checks.directions import flipped
from benchmark.checks.regression import Change, RowKey
from benchmark.params import Params
from benchmark.paths import CODE, OUTSIDERS, RESULTS
from benchmark.pipeline import code
from benchmark.pipeline.schema import Result
from benchmark.tables import table
from benchmark.versioning.commands import dvc, run_dvc
from deepgrasp.errors import listed
from deepgrasp.yaml_file import read_yaml

_LOCK = "dvc.lock is up to date"
WAY_OUT = (
    "Out of date: `make repro` makes what is, and takes from DVC's cache what was made before. Was a cell made anew by "
    "hand, with `train` or `reference`, `dvc checkout --force` brings back the one that dvc.lock names. Of an entrant "
    "that was tried by `train --entrant` params.yaml has lines: take them out, or let `make repro` train its cells."
)
_SHOWN = 3  # problems of one check that its line tells


class Comparison(NamedTuple):
    """Comparison of scores with those of another commit.

    Attributes:
        gone: rows and replicates that are no more.
        conceded: reasons of drops that a commit message concedes, by ``task/model``.
        why_not: says why the scores cannot be compared, if so.
        causes: what differs between the trainings of each row, see :func:`benchmark.checks.differences.differences`.
    """

    gone: list[str]
    changes: list[Change]
    conceded: dict[str, str]
    why_not: str = ""
    causes: Mapping[RowKey, list[str]] = MappingProxyType({})

    @property
    def problems(self) -> list[str]:
        """Rows that are gone, and scores that went down without a commit that concedes it."""
        worse = [change for change in self.changes if self.verdict(change) == "worse"]
        lower = [f"{'/'.join(c.row)}: {c.key} {c.before:.4g} -> {c.after:.4g}" for c in worse]
        return [f"{name} is gone" for name in self.gone] + lower

    def verdict(self, change: Change) -> str:
        """``same``, ``better``, ``worse``, or ``conceded`` with the reason that a commit gives."""
        # conceded by task and model: a trailer speaks for both trainings of a model
        why = self.conceded.get("/".join(change.row[:2]))
        return f"conceded: {why}" if why and change.verdict == "worse" else change.verdict


class Report(NamedTuple):
    """Problems by check; ``None`` where the problems of another check made this one impossible."""

    checks: dict[str, list[str] | None]
    comparison: Comparison | None

    @property
    def failing(self) -> list[str]:
        """Names of the checks that found something."""
        return [name for name, problems in self.checks.items() if problems]


def inspect(root: Path, against: str | None = None, *, mixed_devices: bool = False) -> Report:
    """Make every check on the repository at ``root``.

    Args:
        against: the commit that scores are compared with.
        mixed_devices: whether cells of one board may be trained on devices of several kinds.

    Raises:
        InputError: the commit is unknown.
    """
    edited_files.check_there(root)
    if against is not None:
        regression.check_commit(root, against)  # before the checks, which take seconds
    results, unreadable = integrity.read_results(root / RESULTS)
    params = parameters.load_params(root / "params.yaml")
    checks = {"every result can be read": unreadable} | of_scores(root, results, params)
    # a board made from damaged results would only repeat their problems
    whole = not any(checks.values())
    checks |= of_records(root, results, params)
    if not mixed_devices:
        checks["one kind of device"] = integrity.devices(results)
    checks["no file but results, no link"] = edited_files.foreign(root)
    checks["board and README as the results generate them"] = edited_files.edited(root) if whole else None
    checks["other boards as their own numbers say"] = other_boards.unlike(root)
    checks["right answers rank before wrong ones"] = flipped()
    # the slowest, last of those that need no other commit
    checks[_LOCK] = stale(root)
    # while a stage is stale, what is here may be of other parameters than the results
    checks["the data are those of the graphs here"] = (
        None if checks[_LOCK] else [*sequences.of_other_data(root, results), *sequences.of_other_standin(root, params)]
    )
    if against is None:
        return Report(checks, None)
    # with a result missing, "is gone" would be told of rows that are only unreadable
    comparison = None if unreadable else compared_scores(root, against, list(results.values()))
    checks[f"no score below {against}'s"] = comparison and comparison.problems
    unexplained = unexplained_changes.unexplained(root, against, results)
    unexplained += unexplained_changes.of_same_data(root, against, results, params)
    unexplained += unexplained_changes.of_same_numbers(root, against)
    checks[f"nothing but what was made anew differs from {against}"] = unexplained
    return Report(checks, comparison)


def of_scores(root: Path, results: Mapping[str, Result], params: Params) -> dict[str, list[str] | None]:
    """Problems, by check, of results whose scores do not follow from what stands beside them."""
    people = sequences.everyone(root, results, params)
    return {
        "one result a cell": integrity.duplicates(results),
        "one board": integrity.mixed_boards(results),
        "metrics as the tasks name them": integrity.misnamed(results),
        "scores are the means of their sequences": integrity.unfounded(results),
        "scores follow from counts and joints": [
            *arithmetic.uncounted(results),
            *arithmetic.other_unit(results),
            *arithmetic.uncounted_validation(results, people),
            *trivial_row.not_trivial(results, people),
        ],
        "all rows were asked the same": sequences.strangers(results, people) + sequences.unlike_folds(root, results),
    }


def of_records(root: Path, results: Mapping[str, Result], params: Params) -> dict[str, list[str] | None]:
    """Problems, by check, of results that nobody asked for, or whose run is not the one that would be made here."""
    return {
        "every cell of the grid": integrity.missing(root, params) + expected.unscored(root, results),
        "every result is asked for": expected.unasked(root, results, params),
        "runs as params.yaml would make them": [
            *records.departing(results, params),
            *records.unlike_each_other(results),
            *reference_rows.unlike_own_file(results),
        ],
        "learning curves reach their validation": records.unlearned(results),
        "runs by the code that is here": records.cells_of_other_code(root, results),
    }


def stale(root: Path) -> list[str]:
    """Stages that ``dvc repro`` would run. Its exit status is 0 all the same: what it says must be read.

    In place of the stage that follows the imports, those whose code it would find changed: after a change of comments
    alone there are none. A stage that is frozen in ``dvc.yaml``, which DVC passes over, counts as one.
    """
    # --allow-missing: a clone has dvc.lock and results, but neither data nor runs
    done = run_dvc(root, "repro", "--dry", "--allow-missing")
    stages = re.findall(r"Running stage '([^']+)'", done.stdout)
    stages += re.findall(r"failed to reproduce '([^']+)'", done.stderr)
    # DVC failed before the first stage, such as on a broken dvc.yaml
    if done.returncode and not stages:
        return [(done.stderr.strip().splitlines() or ["dvc repro --dry fails"])[-1]]
    # an entrant's source from outside is looked at each time; whether it has changed, its code says
    stages = [stage for stage in stages if not stage.startswith(f"{OUTSIDERS.name}@")]
    # what DVC could read has this form
    defined = read_yaml(root / "dvc.yaml").get("stages") or {}
    frozen = [name for name, stage in defined.items() if stage.get("frozen") or stage.get("do", {}).get("frozen")]
    found = [f"{stage} is frozen in dvc.yaml, which holds it to nothing" for stage in frozen]
    found += [f"{stage} is out of date" for stage in dict.fromkeys(stages) if stage != "code"]
    if "code" in stages:
        changed = [stage for stage in stages_of_other_code(root) if stage not in stages]
        found += [f"the code of {stage} is not that in dvc.lock" for stage in changed]
    return found


def stages_of_other_code(root: Path) -> list[str]:
    """Stages in ``dvc.lock`` that ran other code than they would now, or of which it does not say what they ran.

    Raises:
        InputError: ``root`` is no clone of the project, its lock is none of DVC's, or DVC fails.
    """
    now = {
        # MD5 because DVC uses it: the sum is compared with the one in dvc.lock
        (CODE / f"{name}.json").as_posix(): hashlib.md5(
            code.closure_text(closure).encode(), usedforsecurity=False
        ).hexdigest()
        for name, closure in code.closures(root).items()
    }
    locked = unexplained_changes.locked_stages((root / "dvc.lock").read_text(encoding="utf-8"))
    # DVC never takes out of its lock what left the grid or dvc.yaml
    asked = set(dvc(root, "stage", "list", "--name-only").split())
    found = []
    for stage, held in locked.items():
        if stage not in asked:
            continue
        ran = {path: md5 for path, md5 in held["deps"].items() if CODE in Path(path).parents}
        # a stage without a file of code says nothing about what it ran, so it counts as changed
        if stage != "code" and (not ran or any(now.get(file) != md5 for file, md5 in ran.items())):
            found.append(stage)
    return found


def compared_scores(root: Path, ref: str, results: list[Result]) -> Comparison:
    """Scores that are lower than at ``ref`` by more than another training may change, and rows or replicates gone.

    What commits since then concede (:func:`benchmark.checks.regression.conceded`) is told and is no problem.
    """
    before, after = regression.results_at(root, ref), [result.model_dump() for result in results]
    if not before or not after:
        return Comparison([], [], {}, f"{'here' if before else ref} has no results")
    # scores on other data are no worse or better, only of something else
    if other := regression.differing(*(home(each, regression.origin_of) for each in (before, after))):
        return Comparison([], [], {}, f"{ref} has other {other}")
    old, new = regression.rows(before), regression.rows(after)
    gone, changes, conceded = regression.gone(old, new), regression.changes(old, new), regression.conceded(root, ref)
    return Comparison(gone, changes, conceded, causes=regression.causes(before, after))


def gate_markdown(report: Report) -> str:
    """The report for a terminal or a step summary: a line a check, then the scores that moved."""
    lines = []
    for name, problems in report.checks.items():
        if problems is None:
            lines.append((name, "not made", "mend the others first"))
        else:
            # a hash is in hexadecimal; what is as long without a letter is a number that somebody made up
            found = re.sub(r"\d{40,}", lambda digits: f"{digits[0][:9]}...", listed(problems, _SHOWN, "; "))
            lines.append((name, "failed" if problems else "ok", found))
    parts = [table(("check", "verdict", "found"), lines)]
    if report.checks.get(_LOCK):
        parts.append(WAY_OUT)
    if report.comparison is not None:
        parts += _moved(report.comparison)
    return "\n\n".join([*parts, f"**gate {'failed' if report.failing else 'passed'}**"])


def _moved(comparison: Comparison) -> list[str]:
    """Paragraphs: how many scores moved, and a table of those, with what differs between the trainings."""
    if comparison.why_not:
        return [f"Scores were not compared: {comparison.why_not}."]
    # a table of hundreds of unchanged scores would hide the few that moved
    moved = [change for change in comparison.changes if change.verdict != "same"]
    said = f"{len(comparison.changes)} scores compared, {len(moved)} moved by more than another training may move them"
    heads = ("task", "model", "training", "metric", "before", "here", "may move by", "verdict", "what differs")
    rows = [
        (
            *c.row,
            c.key,
            c.before,
            c.after,
            c.allowed,
            comparison.verdict(c),
            differences_text(comparison.causes.get(c.row, [])),
        )
        for c in moved
    ]
    return [said, table(heads, rows)] if moved else [said]
