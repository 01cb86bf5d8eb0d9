"""Graph stores for settings that prepare otherwise than the workspace: each made once, below ``data/studies``."""

import hashlib
import json
from pathlib import Path
from typing import Any

from benchmark.params import Params
from benchmark.paths import CODE, GRAPHS, STANDIN, STUDIES
from benchmark.progress import progress_bar
from benchmark.versioning.commands import dvc, run_dvc, run_ours
from deepgrasp.errors import InputError
from deepgrasp.files import replaced
from deepgrasp.grab.data_root import STANDIN_MARK
from deepgrasp.store.store import MANIFEST


class GraphStores:
    """The graph stores of settings; the workspace's, once DVC calls it up to date.

    Args:
        here: the parameters of the workspace.
    """

    def __init__(self, here: Params, root: Path) -> None:
        self.here, self.root = here, root
        self._fresh: set[str] = set()

    def path(self, params: Params) -> Path:
        """The graph store for these parameters, relative to the root; made where it is not there.

        Raises:
            InputError: the data are missing or damaged, or a stage of the workspace failed.
        """
        key = self._key(params)
        if key == self._key(self.here):
            self._fresh_stage("prepare")
            return GRAPHS
        path = STUDIES / "graphs" / key
        # it appears as a whole or not at all, but a folder alone may be what a copy or a clean-up has left
        if not (self.root / path / MANIFEST).is_file():
            from deepgrasp.prepare.prepare import prepare

            data, models = self._data(params)
            with progress_bar("prepare") as advance:
                prepare(data, models, self.root / path, **params.prepare.model_dump(), progress=advance)
        return path

    def _data(self, params: Params) -> tuple[Path, Path]:
        """The data root and the body models; the stand-in is made where it is not there."""
        if Path(params.data.root) != STANDIN:
            return self.root / params.data.root, self.root / params.data.models
        if params.synthetic == self.here.synthetic:
            self._fresh_stage("synthesize")
            return self.root / params.data.root, self.root / params.data.models
        place = self.root / STUDIES / "standin" / _hash(self._standin(params))
        if not (place / STANDIN / STANDIN_MARK).is_file():
            with replaced(place) as scratch:
                (scratch / "params.yaml").write_text(params.model_dump_json(), encoding="utf-8")  # JSON is YAML
                _synthesize(scratch)
        return place / STANDIN, place / STANDIN / "models"

    def _fresh_stage(self, stage: str) -> None:
        """Make what the stage writes, unless DVC calls it up to date."""
        if stage in self._fresh:
            return
        # asked first, for what runs is shown: it may take minutes
        if json.loads(dvc(self.root, "status", "--json", "--with-deps", stage)).keys() - {"code"}:
            done = run_dvc(self.root, "repro", stage, shown=True)
            if done.returncode:
                raise InputError(f"dvc repro {stage}", f"failed with status {done.returncode}", "DVC says why above")
        self._fresh.add(stage)

    def _key(self, params: Params) -> str:
        """A hash of all that the graphs depend on."""
        data = self._standin(params) if Path(params.data.root) == STANDIN else self._files(params)
        return _hash([self._code("prepare"), params.data.model_dump(), params.prepare.model_dump(), data])

    def _standin(self, params: Params) -> list[Any]:
        return [self._code("synthesize"), params.synthetic.model_dump()]

    def _files(self, params: Params) -> list[Any]:
        """Names, sizes and times of the user's own data: to read gigabytes for a hash would take minutes."""
        places = [self.root / place for place in (params.data.root, params.data.models)]
        found = sorted((file, file.stat()) for place in places for file in place.rglob("*") if file.is_file())
        return [(file.as_posix(), of.st_size, of.st_mtime_ns) for file, of in found]

    def _code(self, stage: str) -> str:
        return (self.root / CODE / f"{stage}.json").read_text(encoding="utf-8")


def _synthesize(place: Path) -> None:
    """Make the stand-in of the parameters that lie in a folder, below it."""
    # as a command: what reads the stand-in does not import what makes it, or it would only confirm itself
    done = run_ours(place, "synthesize", shown=True)
    if done.returncode:
        raise InputError("synthesize", f"failed with status {done.returncode}", "it says why above")


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:32]
