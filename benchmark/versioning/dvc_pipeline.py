"""The pipeline of ``dvc.yaml`` in this process: DVC says once what is stale, keeps what was made, and writes one lock.

DVC's own command does the same stage by stage, and reads and writes all of dvc.lock at each: the time of a grid would
grow with its square. Here DVC's stages are asked and told one after the other, and their entries are written together.
"""

import re
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from benchmark.versioning.dvc_files import forget_staged, improve
from benchmark.versioning.dvc_repair import keep_lock, mend
from benchmark.versioning.safe_dvc import children, end_stages
from deepgrasp.errors import InputError

_OURS = ["python", "-m", "benchmark"]
INTERRUPTS = (130, 143)  # how a command of ours ends after Ctrl-C and SIGTERM
CELLS = ("train", "reference", "probe-cell", "probe-reference")  # of ours, whose stages do not depend on each other
_FILE = "dvc.yaml"


class Pipeline:
    """The stages, as DVC has them; to be had from :func:`opened`."""

    def __init__(self, repo: Any, file: str = _FILE) -> None:
        from dvc.repo.reproduce import get_active_graph, plan_repro

        self._repo = repo
        self._graph = get_active_graph(repo.index.graph)
        self._stages = {stage.addressing: stage for stage in plan_repro(self._graph)}  # what is needed first, first
        self._made: list[Any] = []
        self.cells: Mapping[str, tuple[str, ...]] = {
            name: arguments
            for name, stage in self._stages.items()
            if stage.path_in_repo == file and (arguments := _cell(stage))
        }
        """Arguments of our command line, by stage, of those stages of the file that can be made side by side."""
        self._file = file

    def others(self) -> tuple[list[str], list[str]]:
        """Names of the other stages, in their order: those that no cell is needed for, and those behind the cells."""
        import networkx

        # an edge leads from a stage to what it needs
        after = {stage for name in self.cells for stage in networkx.ancestors(self._graph, self._stages[name])}
        # of this file alone: DVC reads all of a repository, and what stands elsewhere is asked for by its own command
        ours = [name for name, stage in self._stages.items() if stage.path_in_repo == self._file]
        names = [name for name in ours if name not in self.cells]
        return [n for n in names if self._stages[n] not in after], [n for n in names if self._stages[n] in after]

    def reproduce(self, name: str) -> bool:
        """Run a stage if it is stale, as ``dvc repro --single-item`` does; whether it was.

        Raises:
            InputError: it fails.
        """
        stage = self._stages[name]
        with _told(name), self._repo.lock:
            ran = stage.reproduce(upstream=list(self._graph.successors(stage)))
            if ran:
                stage.dump(update_pipeline=False)
        forget_staged()
        return bool(ran)

    def stale(self, names: Sequence[str]) -> list[str]:
        """Those of the stages that DVC would run and that its run cache does not have; what that has is taken from it.

        What each depends on is noted as it is now, for :meth:`take`.

        Raises:
            InputError: another DVC is at work.
        """
        found = []
        with _told("dvc"), self._repo.lock:
            for name in names:
                stage = self._stages[name]
                if stage.changed(upstream=list(self._graph.successors(stage))) and not self._restored(stage):
                    found.append(name)
                forget_staged()
        return found

    def _restored(self, stage: Any) -> bool:
        """Whether DVC's cache had what the stage would make, and it is in its place now."""
        kept = None
        if not stage.changed_stage() and stage.deps_cached() and all(out.hash_info for out in stage.outs):
            kept = stage if stage.outs_cached() else None  # the lock's own: only the files are missing
        if kept is None:
            # a lock from elsewhere names files that were never here, whatever this machine has made of the same
            stage.save_deps()
            made = (self._repo.stage_cache._create_stage(entry, wdir=stage.wdir) for entry in self._entries(stage))
            kept = next((each for each in made if each.outs_cached()), None)
        if kept is None:
            return False
        kept.checkout(force=True)
        self._keep(stage)
        return True

    def _entries(self, stage: Any) -> Iterator[Any]:
        """What the run cache has of a stage that depends on the same, the newest first."""
        from dvc.stage.cache import _get_stage_hash

        cache = self._repo.stage_cache
        key = _get_stage_hash(stage)
        folder = Path(cache._get_cache_dir(key))
        files = sorted(folder.glob("*"), key=lambda file: file.stat().st_mtime, reverse=True)
        # DVC itself takes the newest alone, of which the cache may have lost the files
        yield from filter(None, (cache._load_cache(key, file.name) for file in files))

    def out(self, name: str) -> str:
        """The folder that the stage makes, relative to the root."""
        (out,) = self._stages[name].outs
        return str(out.def_path)

    def take(self, name: str) -> None:
        """Keep what was made for a stage, in DVC's cache and run cache; :meth:`write` writes its entry in dvc.lock.

        Raises:
            InputError: it is not there, or the disk is full.
        """
        stage = self._stages[name]
        with _told(name), self._repo.lock:
            self._keep(stage)

    def _keep(self, stage: Any) -> None:
        # not the dependencies: they are what they were when the stage began, whatever they are by now
        stage.save_outs()
        stage.md5 = stage.compute_md5()
        self._repo.stage_cache.save(stage)
        # a file that is a copy need not be made one again
        stage.commit(relink=self._repo.cache.local.cache_types[0] not in ("reflink", "copy"))
        forget_staged()
        self._made.append(stage)

    def write(self) -> None:
        """Write the entries of all that was taken since the last time into dvc.lock, at once."""
        if self._made:
            place = {name: number for number, name in enumerate(self._stages)}
            # as `dvc repro` would write them, whichever was made first
            made = sorted(self._made, key=lambda stage: place[stage.addressing])
            with _told("dvc.lock"), self._repo.lock:
                made[0].dvcfile.dump_stages(made, update_pipeline=False)
            self._made = []

    @contextmanager
    def reserved(self, names: Sequence[str]) -> Iterator[None]:
        """A block for these stages, in which no other DVC runs them, and DVC is told once that they are ours.

        Raises:
            InputError: another DVC is at work on them.
        """
        from dvc import rwlock

        stages = [self._stages[name] for name in names]
        read, write = ([each.fs_path for stage in stages for each in getattr(stage, at)] for at in ("deps", "outs"))
        place, command = (self._repo.tmp_dir, self._repo.fs), " ".join(sys.argv)
        asks = rwlock.rwlock
        with _told("dvc"), asks(*place, command, [*dict.fromkeys(read)], write, hardlink=False):
            # it would write its list of readers four times a stage, and the list is as long as the grid
            rwlock.rwlock = lambda *_, **__: nullcontext()
            try:
                yield
            finally:
                rwlock.rwlock = asks


def _cell(stage: Any) -> tuple[str, ...]:
    words = shlex.split(stage.cmd) if isinstance(stage.cmd, str) else []
    ours = words[: len(_OURS)] == _OURS and words[len(_OURS) : len(_OURS) + 1]
    return tuple(words[len(_OURS) :]) if ours and ours[0] in CELLS and len(stage.outs) == 1 else ()


@contextmanager
def opened(root: Path, file: str = _FILE) -> Iterator[Pipeline]:
    """The pipeline at ``root``, the working directory; what was taken is in dvc.lock at the end, however it ends.

    Args:
        file: whose stages are meant, by its path below the root.

    Raises:
        InputError: DVC cannot read it, another DVC is at work, or a stage fails.
    """
    mend(root)
    keep_lock(root)
    with _told("dvc"):
        from dvc.repo import Repo  # here: it takes half a second

        improve()
        repo = Repo(str(root))
    before = children()  # such as a cluster that a notebook has started: not ours to end
    try:
        with _told("dvc"), repo.lock, repo.scm_context(quiet=True):
            pipeline = Pipeline(repo, file)
        try:
            yield pipeline
        except BaseException:
            end_stages(children() - before)
            raise
        finally:
            pipeline.write()
            keep_lock(root)
    finally:
        repo.close()


@contextmanager
def _told(where: str) -> Iterator[None]:
    """A block in which what DVC has to say is one line of ours.

    Raises:
        InputError: that line.
        KeyboardInterrupt: a stage was interrupted: DVC heeds no Ctrl-C while one runs.
    """
    from dvc.exceptions import DvcException

    try:
        yield
    except DvcException as error:
        status = re.search(r"exited with (\d+)$", str(error))
        if status and int(status[1]) in INTERRUPTS:
            raise KeyboardInterrupt from None
        if status:
            raise InputError(where, f"failed (exit status {status[1]})", "see above why; then run this again") from None
        reason = error.__cause__ or error
        raise InputError(where, f"failed ({' '.join(str(reason).split())})", "`dvc status` may say more") from error
