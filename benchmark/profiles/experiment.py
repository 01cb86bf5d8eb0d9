"""The experiment of a profile, run through `dvc exp run`, and the board that it made."""

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmark.board.page.render import PAGE_FILE, redraw
from benchmark.params import Params
from benchmark.paths import LEADERBOARD, STANDIN
from benchmark.pipeline.schema import checked_json
from benchmark.versioning.commands import run_dvc
from benchmark.versioning.git import ask_git, git
from deepgrasp.data_source import data_source
from deepgrasp.errors import InputError, did_you_mean
from deepgrasp.files import replaced
from deepgrasp.yaml_file import read_yaml


class CommittedBoard(NamedTuple):
    """A commit's board: its data, split and inputs, and its numbers by task and row."""

    about: Mapping[str, Any]  # kind and hash of the data, split, inputs, replicates, people tested
    numbers: Mapping[str, float]  # task.row, as `dvc exp show` heads its columns


def command(name: str, settings: Sequence[str], *, temp: bool, stages: Sequence[str] = ()) -> list[str]:
    """DVC's arguments for an experiment of that name."""
    options = [word for setting in settings for word in ("-S", setting)]
    return ["exp", "run", *(["--temp"] if temp else []), "--name", name, *options, *stages]


def check_stages(root: Path, stages: Sequence[str]) -> None:
    """Refuse a stage that ``dvc.yaml`` does not have, before DVC reads the whole pipeline to say so.

    Raises:
        InputError: naming it, and those that there are.
    """
    known = read_yaml(root / "dvc.yaml")["stages"]
    for name in stages:
        # of a stage with a matrix one cell can be named: train@action-mlp-0
        if name.partition("@")[0] not in known:
            raise InputError(f"stage {name}", "is not in dvc.yaml", did_you_mean(name, known))


def check_data(params: Params) -> None:
    """Refuse to start without the recordings; the stand-in is made on the way.

    Raises:
        InputError: the folder of somebody's GRAB is not there.
    """
    # the stand-in is an output of the pipeline, so DVC makes it; nobody's GRAB can be made
    root = Path(params.data.root)
    if root != STANDIN and not root.exists():
        standin = f"-S data.root={STANDIN} -S data.models={STANDIN / 'models'}"
        raise InputError(root, "is not there", f"ingest your GRAB, name its place with -S, or try {standin}")


def free_name(root: Path, profile: str) -> str:
    """The profile's name, numbered where this commit has an experiment of that name: DVC would refuse, or forget it."""
    taken = {ref.rpartition("/")[2] for ref in experiment_refs(root)}
    # from 2: "quick", then "quick-2", as people count
    numbered = (f"{profile}-{k}" for k in itertools.count(2))
    return next(name for name in itertools.chain([profile], numbered) if name not in taken)


def experiment(root: Path, arguments: Sequence[str]) -> None:
    """Run DVC, whose output is shown as it comes.

    Raises:
        InputError: DVC failed.
    """
    done = run_dvc(root, *arguments, shown=True)
    if done.returncode:
        raise InputError("dvc exp run", f"failed with status {done.returncode}", "DVC says why above")


def experiments_board(root: Path, name: str) -> CommittedBoard:
    """The board of an experiment of the checked-out commit.

    Raises:
        InputError: the experiment holds no board, or Git fails.
    """
    return board_at(root, f"{experiments_home(root)}/{name}")


def copy_board(root: Path, name: str, out: Path) -> None:
    """Copy the board of an experiment into a folder, whole or not at all, in the place of an earlier one.

    Raises:
        InputError: Git cannot show a file of it.
    """
    commit = f"{experiments_home(root)}/{name}"
    files = git(root, "ls-tree", "-r", "--name-only", "-z", commit, f"{LEADERBOARD.as_posix()}/").split("\0")
    with replaced(root / out) as scratch:
        for file in filter(None, files):
            place = scratch / Path(file).relative_to(LEADERBOARD)
            place.parent.mkdir(parents=True, exist_ok=True)
            content = ask_git(root, "show", f"{commit}:{file}")
            if content is None:
                raise InputError(f"{name}, {file}", "cannot be read from Git", f"see `git show {commit}:{file}`")
            place.write_bytes(content)
        redraw(scratch / PAGE_FILE)  # its own boards alone: beside them it shows those of boards/, its predecessor too


def board_at(root: Path, commit: str) -> CommittedBoard:
    """The board that a commit holds.

    Raises:
        InputError: it holds none.
    """
    # from the commit, not the workspace: an experiment in a folder of its own leaves that as it was
    files = [f"{commit}:{LEADERBOARD.as_posix()}/{name}" for name in ("leaderboard.json", "summary.json")]
    table, summary = (checked_json(git(root, "show", file), Path(file)) for file in files)
    try:
        # the first is that of the trained cells; older commits hold one board, not a list
        first = table["boards"][0] if "boards" in table else table
        about = {"kind": first["data"]["kind"], "data": first["data"]["hash"]}
        about |= {"source": data_source(first["data"]).name}
        about |= {key: first[key] for key in ("split", "inputs", "replicates", "subjects")}
        # what else stands in the summary is not a score
        scores = [(task, row, value) for task in first["tasks"] for row, value in summary[task].items()]
        numbers = {f"{task}.{row}": float(value) for task, row, value in scores}
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        problem = f"is no board that can be compared ({type(error).__name__}: {error})"
        raise InputError(files[0], problem, "make it anew with `dvc repro`") from None
    return CommittedBoard(about, numbers)


def experiment_refs(root: Path) -> list[str]:
    """Git's references to the experiments of the checked-out commit, sorted.

    Raises:
        InputError: Git fails, or is not installed.
    """
    return git(root, "for-each-ref", "--format=%(refname)", experiments_home(root)).split()


def experiments_home(root: Path) -> str:
    """Where DVC keeps the experiments of the checked-out commit.

    Raises:
        InputError: Git fails, or is not installed.
    """
    # DVC's own layout: the first two digits are a folder, as in Git's objects
    commit = git(root, "rev-parse", "HEAD").strip()
    return f"refs/exps/{commit[:2]}/{commit[2:]}"
