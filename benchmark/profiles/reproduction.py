"""A profile's whole pipeline on an engine, in the workspace or in a clone of it, kept as an experiment of DVC's."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager
from pathlib import Path

from benchmark.engine.head import reproduce
from benchmark.engine.jobs import Engine
from benchmark.engine.time_spent import Spent
from benchmark.overrides import write_overrides
from benchmark.params import Params
from benchmark.profiles.experiment import experiments_home
from benchmark.versioning.commands import dvc
from benchmark.versioning.git import ask_git, git


def run_profile(name: str, changes: Sequence[str], params: Params, engine: Engine, root: Path, *, apart: bool) -> Spent:
    """Make all that is stale under the changed parameters, as an experiment of that name; where the time went.

    Args:
        params: those of the workspace, changed.
        apart: in a clone, so that the workspace stays as it is.

    Raises:
        InputError: a stage or a cell failed.
    """
    root = root.resolve()  # the working directory is another one meanwhile
    spent, home = Spent(), experiments_home(root)
    with _clone(root) if apart else _here(root) as place, chdir(place):  # DVC and our stages work where they are called
        write_overrides(changes)
        reproduce(params, engine, spent)
        with spent.on("experiment"):
            # all is up to date: DVC looks once at every stage, and notes the commit
            dvc(Path(), "exp", "run", "--name", name)
            if apart:
                git(root, "fetch", "--quiet", str(place), f"{home}/{name}:{home}/{name}")
    return spent


@contextmanager
def _here(root: Path) -> Iterator[Path]:
    yield root


@contextmanager
def _clone(root: Path) -> Iterator[Path]:
    """A clone of the repository with its uncommitted changes and its DVC cache, which is gone after the block."""
    home = root / ".dvc/tmp"  # in the same file system as the cache, whose files can be links then
    home.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="profile-", dir=home) as folder:
        place = Path(folder)
        git(root, "clone", "--quiet", "--shared", ".", str(place))
        for key in ("user.name", "user.email"):  # where this clone alone has them; others are known there, too
            if own := ask_git(root, "config", "--local", key):
                git(place, "config", key, own.decode().strip())
        ask_git(root, "update-index", "-q", "--refresh")  # or a file that was only touched makes the next one fail
        if changed := git(root, "stash", "create").strip():
            git(place, "restore", "--source", changed, ".")
        if (local := root / ".dvc/config.local").exists():
            shutil.copy(local, place / ".dvc")
        dvc(place, "config", "--local", "cache.dir", str(home / dvc(root, "cache", "dir").strip()))
        yield place
