"""What DVC's experiments need of a clone, looked at before the first stage: DVC itself finds out after the last one."""

import os
from pathlib import Path

from benchmark.versioning.git import ask_git, git
from deepgrasp.errors import InputError

# DVC takes an address `file://...` apart at `#` and `?`, and its progress bars take `{` for a field of their own
BROKEN_FOR_ALL, BROKEN_APART = "{}", "#?"


def check_clone(root: Path, *, apart: bool) -> None:
    """Refuse a clone that DVC could not run an experiment in, or not keep its result.

    Args:
        apart: the experiment runs in a folder of its own (``--temp``, or from the queue), a clone of this clone.

    Raises:
        InputError: it is no clone, is a shallow one, has no commit, an unfinished merge, a lock or a name that DVC
            cannot read, or git does not know who commits.
    """
    place, where = root.resolve(), "this clone"
    broken = {mark for mark in str(place) if mark in BROKEN_FOR_ALL or (apart and (mark in BROKEN_APART or mark > "~"))}
    if broken:
        marks = " ".join(sorted(broken))
        raise InputError(place, f"DVC cannot read {marks} in a path", "move the clone to a folder of plain letters")
    # the question that git answers wherever it works at all: its own words say what is wrong, such as another owner
    git(root, "rev-parse", "--git-dir")
    if ask_git(root, "rev-parse", "--verify", "--quiet", "HEAD") is None:
        raise InputError(where, "has no commit, and experiments belong to one", "git add -A && git commit -m start")
    if apart and git(root, "rev-parse", "--is-shallow-repository").strip() == "true":
        raise InputError(
            where, "has a part of the history alone, and DVC cannot keep experiments there", "git fetch --unshallow"
        )
    if git(root, "ls-files", "--unmerged"):
        raise InputError(where, "has a merge that is not finished", "finish it, or git merge --abort")
    lock = root / git(root, "rev-parse", "--git-path", "index.lock").strip()
    if lock.exists():
        raise InputError(lock, "another git command runs, or was killed", "wait, or remove the file if none runs")
    if ask_git(root, "var", "GIT_COMMITTER_IDENT") is None:
        remedy = "git config user.name 'Your Name' && git config user.email you@example.org"
        raise InputError(where, "git does not know who you are, and experiments are commits", remedy)
    if not os.access(root, os.W_OK):
        raise InputError(place, "cannot be written to", "clone it to a place of your own")
