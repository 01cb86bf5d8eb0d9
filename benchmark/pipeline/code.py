"""The code that each stage runs, followed through its imports, with a hash a file: `data/code/<stage>.json`.

DVC reruns a stage when its file here changes, so nobody keeps a list of sources by hand. A list that forgot the file of
the scores once left every cell as it was, although a score chose the state that was kept.

What counts of a file is what its code does, see :mod:`benchmark.pipeline.read_code`.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from benchmark.paths import OUTSIDERS
from benchmark.pipeline.read_code import Followed, followed, followed_command
from deepgrasp.errors import InputError
from deepgrasp.files import write_text

PACKAGES = ("deepgrasp", "baselines", "benchmark")
COMMANDS = Path("benchmark/cli.py")
PLAIN_STAGES = ("synthesize", "prepare", "score", "leaderboard")
BY_NAME = {
    "reference": "deepgrasp/references",
    "train": "baselines",
    "probe_cell": "baselines",
    "probe_reference": "deepgrasp/references",
}
"""Stages that load a module by name, which no import statement says: one closure for each file of the folder."""
EXPLAINED = ("baselines", "deepgrasp/references")
"""Folders whose docstrings the board's page shows."""
LAZY = ("deepgrasp", "deepgrasp.library")
"""Packages that import what they are asked for, which no statement of theirs says."""

Closure = Mapping[str, str]  # file -> SHA-256, by path below the root, sorted


def write_closures(root: Path, out: Path) -> None:
    """Write ``out/<stage>.json`` for each stage, and remove those of stages that are no more.

    A file whose content stays is not written again.

    Raises:
        InputError: ``root`` is no clone of the project.
    """
    texts = {out / f"{stage}.json": closure_text(found) for stage, found in closures(root).items()}
    for file, content in texts.items():
        # DVC compares times first: an untouched file costs it no hash
        if not file.exists() or file.read_text(encoding="utf-8") != content:
            write_text(file, content)
    for file in set(out.rglob("*.json")) - set(texts):
        file.unlink()


def closure_text(closure: Closure) -> str:
    """A closure as its file has it: a line a file, so that a diff says which one changed."""
    return json.dumps(closure, indent=1) + "\n"


def closures(root: Path) -> dict[str, Closure]:
    """Files that each stage runs, with their hashes, by stage; ``reference`` and ``train`` have one for each name.

    One for each entrant, so that a change in ``baselines/gcn.py`` retrains that one alone.

    Raises:
        InputError: ``root`` is no clone of the project.
    """
    if not (root / COMMANDS).is_file():
        raise InputError(root.resolve(), f"has no {COMMANDS}", "run this from the root of a clone of the project")
    sources = Sources(root)
    found = {stage: sources.closure(stage) for stage in PLAIN_STAGES}
    found["leaderboard"] = dict(sorted({**found["leaderboard"], **sources.docstrings()}.items()))
    for stage, folder in BY_NAME.items():
        # by files, not by imports: nothing of what is followed is run
        for file in sorted((root / folder).glob("[!_]*.py")):
            found[f"{stage}/{file.stem}"] = sources.closure(stage, _module(file.relative_to(root)))
        if folder == OUTSIDERS.parent.name:
            for about in sorted((root / OUTSIDERS).glob("*/*.json")):
                found[f"{stage}/{about.parent.name}"] = sources.outside(stage, about)
    return found


class Sources:
    """The packages' files below ``root``, each read once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        files = [file for package in PACKAGES for file in (root / package).rglob("*.py")]
        self.modules = {_module(file.relative_to(root)): file for file in files}
        self._known: dict[str, tuple[Closure, list[str]]] = {}

    def _followed(self, file: Path) -> Followed:
        try:
            text, path = file.read_text(encoding="utf-8"), file.relative_to(self.root)
            # a module's package is its folder; that of a package's own file, too
            package = ".".join(path.parent.parts)
            return followed(text, package, searched=package == OUTSIDERS.parent.name)
        except (SyntaxError, UnicodeDecodeError) as error:
            raise InputError(file.relative_to(self.root), f"is no Python ({error})", "mend the file") from error

    def closure(self, command: str, *more: str) -> Closure:
        """Files that a command of the command line runs, with their hashes; ``more`` are modules that it loads by name.

        Of the command line itself only the command's function counts, and what it uses of its file: all commands stand
        in that file, and a new one must not make every stage run again.
        """
        function = followed_command((self.root / COMMANDS).read_text(encoding="utf-8"), command)
        found = {COMMANDS.as_posix(): function.digest}
        return dict(sorted((found | self.of_modules(COMMANDS.parent.name, *function.imports, *more)).items()))

    def of_modules(self, *names: str) -> dict[str, str]:
        """Files that run when modules are imported, with their hashes; names that are none of ours do not count."""
        # a search over imports, each module once, so that a cycle ends
        found: dict[str, str] = {}
        waiting = [*self._ours(names)]
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                files, more_modules = self._of_module(name)
                found |= files
                waiting += more_modules
        return found

    def docstrings(self) -> Closure:
        """Files that a reader is told about by their docstrings alone, with the hashes of those."""
        files = [file for folder in EXPLAINED for file in (self.root / folder).glob("[!_]*.py")]
        files += (self.root / OUTSIDERS).rglob("*.py")
        return {
            f"{file.relative_to(self.root).as_posix()}: docstrings": self._followed(file).docstrings for file in files
        }

    def outside(self, command: str, about: Path) -> Closure:
        """Files that a command runs with an entrant from outside, with their hashes.

        Args:
            about: the JSON file beside the entrant's own that says which class of them is meant.
        """
        copies = {file: self._followed(file) for file in sorted(about.parent.rglob("*.py"))}
        known = json.loads(about.read_text(encoding="utf-8"))
        named = json.dumps([known["module"], known["cls"]])
        own = {about: hashlib.sha256(named.encode()).hexdigest()} | {file: what.digest for file, what in copies.items()}
        names = [name for what in copies.values() for name in (*what.imports, *self._lazy(what))]
        found = dict(self.closure(command, *names))
        found |= {file.relative_to(self.root).as_posix(): digest for file, digest in own.items()}
        return dict(sorted(found.items()))

    def _of_module(self, name: str) -> tuple[Closure, list[str]]:
        """The module's file and those that it reads beside it, with their hashes, and the modules that it imports."""
        if name not in self._known:
            file = self.modules[name]
            what = self._followed(file)
            files = {file.relative_to(self.root).as_posix(): what.digest}
            if what.reads_folder:
                beside = {path.relative_to(self.root).as_posix(): path.read_bytes() for path in _beside(file)}
                files |= {name: hashlib.sha256(content).hexdigest() for name, content in beside.items()}
            wanted = {*self._ours([*what.imports, *self._lazy(what), name])}
            # an __init__ that walks its folder imports all that lies there, which no statement says
            if what.finds_modules and file.name == "__init__.py":
                wanted |= {other for other in self.modules if other.startswith(f"{name}.")}
            self._known[name] = files, sorted(wanted)
        return self._known[name]

    def _lazy(self, what: Followed) -> list[str]:
        """All of the library, if the code can ask a package for what that imports lazily: nobody can say which part."""
        asked = {name for name in what.imports if name.rpartition(".")[0] in LAZY and name not in self.modules}
        library = [name for name in self.modules if name.startswith(f"{LAZY[-1]}.")]
        return library if asked or what.at_hand & {*LAZY} else []

    def _ours(self, names: Iterable[str]) -> Iterator[str]:
        """Names that are modules of ours, and the packages that Python imports before them."""
        for name in names:
            # `import a.b.c` runs a/__init__.py and a/b/__init__.py first
            while name:
                if name in self.modules:
                    yield name
                name = name.rpartition(".")[0]


def _module(file: Path) -> str:
    # a package is its folder's name
    parts = file.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _beside(file: Path) -> list[Path]:
    """What lies in the file's folder and is no Python: templates and styles of a page, profiles."""
    # an editor's backup or swap file, and what Python caches, would make stages stale that read none of them
    return sorted(
        path
        for path in file.parent.rglob("*")
        if path.is_file()
        and path.suffix != ".py"
        and not path.name.endswith("~")
        and not any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(file.parent).parts)
    )
