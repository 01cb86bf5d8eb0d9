"""Whether results changed although, by dvc.lock, nothing was trained or scored anew since another commit."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from benchmark.board.board_file import BOARD_FILE
from benchmark.board.page.model import OF_RESULTS
from benchmark.board.page.render import PAGE_FILE, data_of
from benchmark.checks.edited_files import present
from benchmark.checks.regression import result_name, results_at
from benchmark.data_params import PARAMS
from benchmark.params import Params
from benchmark.paths import BOARDS, CODE, GRAPHS, RUNS, STANDIN, SUBMISSIONS
from benchmark.pipeline.schema import Result
from benchmark.versioning.git import ask_git
from deepgrasp.errors import InputError
from deepgrasp.files import parse_json

Stages = Mapping[str, Any]


@cache
def locked_stages(text: str) -> Stages:
    """The stages of a dvc.lock, by name.

    Raises:
        InputError: it is no lock of DVC's.
    """
    try:
        stages = YAML(typ="safe", pure=True).load(text)["stages"]
        # as DVC writes it; of what follows only these are read
        return {name: {part: sums(stage, part) for part in ("deps", "outs")} for name, stage in stages.items()}
    except (YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise InputError("dvc.lock", "is no lock of DVC's", "take it from Git: git checkout dvc.lock") from error


def sums(stage: Mapping[str, Any], part: str) -> dict[str, str]:
    """The MD5 sums of a stage's ``deps`` or ``outs``, by path."""
    return {str(each["path"]): str(each.get("md5")) for each in stage.get(part) or []}


def unexplained(root: Path, ref: str, results: Mapping[str, Result]) -> list[str]:
    """Results that are not as at ``ref``, although their predictions and what scores them are.

    A score that nobody can compute without the predictions, such as an error of rotation, has this check alone; where
    dvc.lock is changed as well, only ``verify`` sees it, which needs the predictions.

    Raises:
        InputError: a lock is none of DVC's.
    """
    then = ask_git(root, "show", f"{ref}:dvc.lock")
    if then is None or not (root / "dvc.lock").exists():
        return []
    old, new = locked_stages(then.decode()), locked_stages((root / "dvc.lock").read_text(encoding="utf-8"))
    # other code that scores, or other data, may move every score
    scores = [lock.get("score", {}).get("deps", {}) for lock in (old, new)]
    if any(scores[0].get(path) != scores[1].get(path) for path in (f"{CODE.as_posix()}/score.json", GRAPHS.as_posix())):
        return []
    sent = _touched(root, ref)
    made = [{path: md5 for stage in lock.values() for path, md5 in stage["outs"].items()} for lock in (old, new)]
    problems = []
    earlier = {result_name(raw): raw for raw in results_at(root, ref)}
    for name, result in results.items():
        run, raw = result.run, earlier.get(name)
        if raw is None:
            continue
        if run.origin == "trained":
            place = f"{RUNS.as_posix()}/{run.cell}"
            same = made[0].get(place) is not None and made[0][place] == made[1].get(place)
        else:
            same = sent is not None and not any(path.startswith(f"{SUBMISSIONS}/{run.model}/") for path in sent)
        now = result.model_dump(mode="json")
        if same and now != raw:
            odd = [key for key in now if key != "run" and now[key] != raw.get(key)]
            odd += [f"run.{key}" for key in now["run"] if now["run"][key] != raw["run"].get(key)]
            problems.append(f"{name}: {', '.join(odd)} changed, and by dvc.lock nothing was trained or scored again")
    return problems


def of_same_data(root: Path, ref: str, results: Mapping[str, Result], params: Params) -> list[str]:
    """Where ``params.yaml`` asks for another stand-in than at ``ref``, and all results are of the same data."""
    if Path(params.data.root) != STANDIN:
        return []
    text, ours = ask_git(root, "show", f"{ref}:{PARAMS}"), params.synthetic.model_dump()
    try:
        asked = dict(YAML(typ="safe", pure=True).load(text or b"")["synthetic"])
    except (YAMLError, KeyError, TypeError, ValueError):  # there was none, or in another form
        return []
    odd = [f"{key} {asked[key]} -> {value}" for key, value in ours.items() if asked.get(key, value) != value]
    # last: all results of a commit are read for it
    hashes = {result.run.data.hash for result in results.values()}
    if not odd or {raw["run"]["data"]["hash"] for raw in results_at(root, ref)} != hashes:
        return []
    return [f"params.yaml, synthetic: {', '.join(odd)}, and all results are of the same data"]


def of_same_numbers(root: Path, ref: str) -> list[str]:
    """Files of other boards that differ from ``ref``, although the numbers of their board do not.

    What a page shows beside these numbers (confusion, curves, recipes) and pictures come from results that are not in
    the repository. A page may be drawn anew by other scripts: then that part of its data is the same.
    """
    problems = []
    for numbers in sorted((root / BOARDS).glob(f"*/{BOARD_FILE}")):
        folder = numbers.parent.relative_to(root).as_posix()
        if numbers.read_bytes() != ask_git(root, "show", f"{ref}:{folder}/{BOARD_FILE}"):
            continue
        earlier = (ask_git(root, "ls-tree", "-r", "-z", "--name-only", ref, "--", folder) or b"").decode().split("\0")
        for name in sorted({*filter(None, earlier), *present(root, Path(folder))}):
            before, path = ask_git(root, "show", f"{ref}:{name}"), root / name
            now = path.read_bytes() if path.is_file() and not path.is_symlink() else None
            if now != before and (
                path.name != PAGE_FILE or now is None or _of_results(now) != _of_results(before or b"")
            ):
                problems.append(f"{name} is another than at {ref}, and {BOARD_FILE} beside it is the same")
    return problems


def _of_results(page: bytes) -> object:
    """What a page has of no table: its own boards' classes, descriptions, and what rows show of their results."""
    try:
        return [
            [board["about"]]
            + [
                [task["classes"], sorted((row["label"], [row[key] for key in OF_RESULTS]) for row in task["rows"])]
                for task in board["tasks"]
            ]
            for board in parse_json(data_of(page))
            if "from" not in board
        ]
    except (KeyError, TypeError, ValueError):  # no page of today's form
        return page


def _touched(root: Path, ref: str) -> list[str] | None:
    """Files of submissions that differ from ``ref``, those that are new included; ``None`` where Git cannot say."""
    said = [
        ask_git(root, "diff", "--name-only", ref, "--", SUBMISSIONS.as_posix()),
        ask_git(root, "ls-files", "--others", "--", SUBMISSIONS.as_posix()),
    ]
    return None if None in said else [line for each in said if each for line in each.decode().splitlines()]
