"""A copy of the sources with tiny parameters, under Git and DVC, in which tests run commands as users do."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from deepgrasp.files import only_writer
from tests.warm import programs

ROOT = Path(__file__).parent.parent
TINY: dict[str, Any] = {
    "synthetic": {"seed": 0, "scale": "tiny"},
    "prepare": {"frames": 6},
    "inputs": {"patches": 4},
    "train": {"budget": {"unit": "epochs", "classes": 1, "regressions": 1}},
    "grid": {"tasks": ["action", "joint"], "models": ["mlp", "lstm"], "replicates": [0]},
}
RETURN = "git checkout -q . && git clean -fdq results && dvc checkout -q"  # as docs/experiments.md says


class Repository:
    """A copy of the sources with tiny parameters, under Git and DVC.

    With a DVC cache that others have, too, what one made of the same code and parameters the next takes from there.

    Args:
        warm: commands start as forks of a process that has their libraries (:mod:`tests.warm`), or else as users' do.
    """

    def __init__(self, folder: Path, cache: Path | None = None, *, warm: bool = True) -> None:
        self.folder, self.warm = folder, warm
        listed = self._git_root("ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0")
        kept = [name for name in listed if name and not name.startswith(("results/", "leaderboard/", "tests/"))]
        for name in kept:
            if name != "dvc.lock" and (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)
        values = yaml.safe_load((folder / "params.yaml").read_text())
        for section, changes in TINY.items():
            values[section] |= changes
        (folder / "params.yaml").write_text(yaml.safe_dump(values))
        # or DVC starts a process that asks the network for its newest version
        local = "[core]\n    check_update = false\n" + (f"[cache]\n    dir = {cache}\n" if cache else "")
        (folder / ".dvc/config.local").write_text(local)
        for command in ("git init -q -b main", "git add -A", "git commit -q -m tiny"):
            self.run(command)

    @classmethod
    def with_board(cls, folder: Path, cache: Path) -> "Repository":
        """One with a board, committed: a copy of what the first caller of all workers makes beside the cache."""
        made = cls.at(cache.parent / "board")
        with only_writer(made.folder, wait=True):
            if not made.folder.exists():
                partial = made.folder.with_name("board.partial")
                partial.mkdir()
                making = "dvc repro -q && python -m benchmark board && git add -A && git commit -q -m board"
                cls(partial, cache).run(making)
                partial.rename(made.folder)
        shutil.copytree(made.folder, folder, symlinks=True, dirs_exist_ok=True)
        return cls.at(folder)

    @classmethod
    def at(cls, folder: Path, *, warm: bool = True) -> "Repository":
        """The one that lies in a folder or will: no copy of the sources, no commit of its own."""
        repository = object.__new__(cls)
        repository.folder, repository.warm = folder, warm
        return repository

    @staticmethod
    def _git_root(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout

    def run(self, command: str, *, warm: bool | None = None) -> str:
        """Run a shell command as a user with the environment active would; returns what it prints."""
        identity = {
            f"GIT_{who}_{what}": "tester@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        folders = [str(Path(sys.executable).parent), os.environ["PATH"]]
        if self.warm if warm is None else warm:
            folders.insert(0, str(programs()))
        path = os.pathsep.join(folders)
        environment = os.environ | identity | {"PATH": path, "OMP_NUM_THREADS": "1", "COLUMNS": "200"}
        done = subprocess.run(command, shell=True, cwd=self.folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def json(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text())
