"""The code that each stage runs, followed through its imports, with a hash a file: `data/code/<stage>.json`.

DVC reruns a stage when its file here changes, so nobody keeps a list of sources by hand. A list that forgot the file of
the scores once left every cell as it was, although a score chose the state that was kept.

What counts is what the code does: comments, docstrings, formatting, imports for the type checker alone, an entrant's
search space and what a package answers when it is asked for a name that it does not define do not.
"""

import ast
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from benchmark.paths import OUTSIDE
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

SEARCH = "SEARCH"  # in an entrant's file: its search space, see `benchmark.studies.search_spaces`
READS_ITS_FOLDER = {"__file__", "__package__"}  # a module that says one of these reads what lies beside it
HOLDS_STATEMENTS = (ast.stmt, ast.excepthandler, ast.match_case)

Closure = Mapping[str, str]  # file -> SHA-256, by path below the root, sorted


def write(root: Path, out: Path) -> None:
    """Write ``out/<stage>.json`` for each stage, and remove those of stages that are no more.

    A file whose content stays is not written again.
    """
    texts = {out / f"{stage}.json": text(found) for stage, found in closures(root).items()}
    for file, content in texts.items():
        # DVC compares times first: an untouched file costs it no hash
        if not file.exists() or file.read_text(encoding="utf-8") != content:
            write_text(file, content)
    for file in set(out.rglob("*.json")) - set(texts):
        file.unlink()


def text(closure: Closure) -> str:
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
    for stage, folder in BY_NAME.items():
        # by files, not by imports: nothing of what is followed is run
        for file in sorted((root / folder).glob("[!_]*.py")):
            found[f"{stage}/{file.stem}"] = sources.closure(stage, _module(file.relative_to(root)))
        if folder == OUTSIDE.parent.name:
            for about in sorted((root / OUTSIDE).glob("*/*.json")):
                found[f"{stage}/{about.parent.name}"] = sources.outside(stage, about)
    return found


class Sources:
    """The packages' files below ``root``, each read once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        files = [file for package in PACKAGES for file in (root / package).rglob("*.py")]
        self.modules = {_module(file.relative_to(root)): file for file in files}
        self._known: dict[str, tuple[Closure, list[str]]] = {}

    def _followed(self, file: Path) -> "Followed":
        try:
            return followed(file.read_text(encoding="utf-8"))
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

    def outside(self, command: str, about: Path) -> Closure:
        """The same for a command with an entrant from outside; ``about`` says which class of its files is meant."""
        copies = {file: self._followed(file) for file in sorted(about.parent.rglob("*.py"))}
        known = json.loads(about.read_text(encoding="utf-8"))
        named = json.dumps([known["module"], known["cls"]])
        own = {about: hashlib.sha256(named.encode()).hexdigest()} | {file: what.digest for file, what in copies.items()}
        found = dict(self.closure(command, *(name for what in copies.values() for name in what.imports)))
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
            wanted = {*self._ours([*what.imports, name])}
            # an __init__ that walks its folder imports all that lies there, which no statement says
            if what.finds_modules and file.name == "__init__.py":
                wanted |= {other for other in self.modules if other.startswith(f"{name}.")}
            self._known[name] = files, sorted(wanted)
        return self._known[name]

    def _ours(self, names: Iterable[str]) -> Iterator[str]:
        """Names that are modules of ours, and the packages that Python imports before them."""
        for name in names:
            # `import a.b.c` runs a/__init__.py and a/b/__init__.py first
            while name:
                if name in self.modules:
                    yield name
                name = name.rpartition(".")[0]


class Followed:
    """What is read off a file's code: its hash, the names it imports, and whether it reads the folder it lies in."""

    def __init__(self, tree: ast.AST) -> None:
        self.digest = hashlib.sha256(canonical(tree).encode()).hexdigest()
        self.imports = tuple(dict.fromkeys(imported(tree)))
        # as names and as attributes: `__file__` stands alone, or behind a module
        names = {getattr(node, "id", None) or getattr(node, "attr", None) for node in ast.walk(tree)}
        self.finds_modules = "pkgutil" in self.imports
        self.reads_folder = bool(names & READS_ITS_FOLDER) or "importlib.resources" in self.imports


@cache
def followed(source: str) -> Followed:
    """What a file's text tells, computed once for each text: most files are part of many closures."""
    return Followed(ast.parse(source))


@cache
def followed_command(source: str, command: str) -> Followed:
    """What one command tells, from the text of the file of all commands."""
    return Followed(ast.Module(command_parts(source, command), []))


def imported(tree: ast.AST) -> Iterator[str]:
    """Full names that the code imports, in functions too; of ``from a import b`` both ``a`` and ``a.b``."""
    for node in _statements_in(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:  # no relative imports here: ruff forbids them
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def command_parts(source: str, command: str) -> list[ast.stmt]:
    """A command's body and default values, and the top-level statements that define the names it uses.

    Its decorators and annotations only tell the command line how to read and explain its options.
    """
    tree = ast.parse(source)
    defined = {name: node for node in tree.body for name in _defines(node)}
    function = defined[command]
    assert isinstance(function, ast.FunctionDef)
    parts = [*function.body, *(ast.Expr(value) for value in function.args.defaults)]
    # a worklist: a function that the command calls may call others of the same file
    for part in parts:  # which grows
        # by name: a local variable of the same name adds a part too many, which is safe
        used = {node.id for node in ast.walk(part) if isinstance(node, ast.Name)}
        wanted = [_only(defined[name], name) for name in sorted(used & defined.keys())]
        parts += [each for each in wanted if ast.dump(each) not in map(ast.dump, parts)]
    return parts


def _defines(node: ast.stmt) -> list[str]:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    return [each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)]


def _only(node: ast.stmt, name: str) -> ast.stmt:
    """An import of several names without the others; any other statement as it is."""
    if not isinstance(node, ast.ImportFrom):
        return node
    return ast.ImportFrom(node.module, [each for each in node.names if name in (each.asname, each.name)], node.level)


def canonical(node: object) -> str:
    """The code as text without positions, docstrings and what only a type checker reads.

    As :func:`ast.dump`, which writes the same code differently from one Python to the next: empty fields stand there or
    not, and new ones come. With those left out, the hashes in ``dvc.lock`` are the same on every Python.
    """
    if isinstance(node, list):
        return f"[{','.join(canonical(each) for each in node)}]"
    if not isinstance(node, ast.AST):
        # ascii, not repr: which characters repr shows as they are depends on Python's Unicode tables
        return ascii(node)
    if isinstance(node, ast.Constant):
        # the type too: 1, 1.0 and True are equal, and are other code
        return f"{type(node.value).__name__}:{node.value!a}"
    fields = []
    for name, value in ast.iter_fields(node):
        if name == "body" and isinstance(value, list):
            value = _statements(node, value)
        if value is not None and value != [] and not isinstance(value, ast.expr_context):
            fields.append(f"{name}={canonical(value)}")
    return f"{type(node).__name__}({','.join(fields)})"


def _statements(parent: ast.AST, body: list[ast.stmt]) -> list[ast.stmt]:
    """A body without docstrings (any string that stands alone), imports for the type checker, and a search space.

    Nor does a file count that does nothing but answer for names which it does not define (PEP 562): no stage asks for
    one, which a test holds (``tests/test_layering.py``).
    """
    kept = [each for each in body if not (_says_only(each) or _for_types_only(each) or _searched_only(each))]
    return [] if isinstance(parent, ast.Module) and all(map(_answers_only, kept)) else kept


def _says_only(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _for_types_only(node: ast.AST) -> bool:
    if not isinstance(node, ast.If) or node.orelse:
        return False
    # `if TYPE_CHECKING:` and `if typing.TYPE_CHECKING:`
    test = node.test
    return getattr(test, "id", None) == "TYPE_CHECKING" or getattr(test, "attr", None) == "TYPE_CHECKING"


def _answers_only(node: ast.AST) -> bool:
    # with what its annotations need
    typing = isinstance(node, ast.ImportFrom) and node.module == "typing"
    return typing or (isinstance(node, ast.FunctionDef) and node.name == "__getattr__")


def _searched_only(node: ast.AST) -> bool:
    # what `tune` may choose among: a training reads the values that params.yaml has
    return isinstance(node, ast.Assign) and [getattr(each, "id", None) for each in node.targets] == [SEARCH]


def _statements_in(node: ast.AST) -> Iterator[ast.AST]:
    """All statements in a piece of code, and what holds statements, but for what stands under ``if TYPE_CHECKING``."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        # not into expressions, which are most of the tree
        inner = [each for each in ast.iter_child_nodes(node) if isinstance(each, HOLDS_STATEMENTS)]
        waiting += [each for each in reversed(inner) if not _for_types_only(each)]


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
