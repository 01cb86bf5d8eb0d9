"""What a file's code tells before it runs: its hash, what it imports, and whether it reads the folder it lies in.

What counts is what the code does: comments, docstrings, formatting, imports for the type checker alone, the search
space of an entrant of ours and what a package answers when it is asked for a name that it does not define do not.
"""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache

SEARCH_NAME = "SEARCH"  # in a file of `baselines/`: what `tune` searches, which no code there reads (a test holds it)
READS_ITS_FOLDER = {"__file__", "__package__"}  # a module that says one of these reads what lies beside it
_BY_CALL = {"import_module", "load_module", "__import__"}
HOLDS_STATEMENTS = (ast.stmt, ast.excepthandler, ast.match_case)


class Followed:
    """What is read off a file's code: its hash, the names it imports, and whether it reads the folder it lies in.

    Args:
        package: the one that relative imports start from.
        searched: whether its search space is none of what its code does.
    """

    def __init__(self, tree: ast.Module, package: str = "", *, searched: bool = False) -> None:
        counted = [node for node in tree.body if not (searched and _searched_only(node))]
        self.digest = hashlib.sha256(canonical(ast.Module(counted, [])).encode()).hexdigest()
        self.docstrings = hashlib.sha256(repr([*_docstrings(tree)]).encode()).hexdigest()
        self.imports = tuple(dict.fromkeys([*imported(tree, package), *named(counted)]))
        # packages whose attributes the code can ask for: `import a.b` gives `a`
        given = [alias for node in _statements_in(tree) if isinstance(node, ast.Import) for alias in node.names]
        self.at_hand = {alias.name if alias.asname else alias.name.partition(".")[0] for alias in given}
        # as names and as attributes: `__file__` stands alone, or behind a module
        names = {getattr(node, "id", None) or getattr(node, "attr", None) for node in ast.walk(tree)}
        self.finds_modules = "pkgutil" in self.imports
        self.reads_folder = bool(names & READS_ITS_FOLDER) or "importlib.resources" in self.imports


@cache
def followed(source: str, package: str = "", *, searched: bool = False) -> Followed:
    """Hash and imports of a file, from its text, computed once for each: most files are part of many closures."""
    return Followed(ast.parse(source), package, searched=searched)


@cache
def followed_command(source: str, command: str) -> Followed:
    """Hash and imports of one command, from the text of the file of all commands."""
    return Followed(ast.Module(command_parts(source, command), []))


def imported(tree: ast.AST, package: str) -> Iterator[str]:
    """Full names that the code imports, in functions too; of ``from a import b`` both ``a`` and ``a.b``.

    Args:
        package: the one that the code lies in, from which ``from .b import c`` counts; ``""`` for what lies in none.
    """
    for node in _statements_in(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".") if package else []
            above = parts[: len(parts) + 1 - node.level] if node.level else []
            name = ".".join([*above, *([node.module] if node.module else [])])
            yield name
            yield from (f"{name}.{alias.name}" for alias in node.names)


def named(body: Iterable[ast.stmt]) -> Iterator[str]:
    """Names of modules that the code imports by a call with the name itself: what it makes up is nobody's to follow."""
    # but in what a package answers lazily, see `_statements`
    for node in (each for part in body if not _answers_only(part) for each in ast.walk(part)):
        if isinstance(node, ast.Call) and {getattr(node.func, "id", ""), getattr(node.func, "attr", "")} & _BY_CALL:
            for value in (*node.args[:1], *(keyword.value for keyword in node.keywords)):
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield value.value


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
    """A body without docstrings (any string that stands alone) and imports for the type checker.

    Nor does a file count that does nothing but answer for names which it does not define (PEP 562): no stage asks for
    one, which a test holds (``tests/test_layering.py``).
    """
    kept = [each for each in body if not (_says_only(each) or _for_types_only(each))]
    return [] if isinstance(parent, ast.Module) and all(map(_answers_only, kept)) else kept


def _docstrings(tree: ast.Module) -> Iterator[str | None]:
    """Of the file and its classes: the board's page shows them of an entrant and a reference row."""
    yield ast.get_docstring(tree)
    yield from (ast.get_docstring(node) for node in tree.body if isinstance(node, ast.ClassDef))


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
    return isinstance(node, ast.Assign) and [getattr(each, "id", None) for each in node.targets] == [SEARCH_NAME]


def _statements_in(node: ast.AST) -> Iterator[ast.AST]:
    """All statements in a piece of code, and what holds statements, but for what stands under ``if TYPE_CHECKING``."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        # not into expressions, which are most of the tree
        inner = [each for each in ast.iter_child_nodes(node) if isinstance(each, HOLDS_STATEMENTS)]
        waiting += [each for each in reversed(inner) if not _for_types_only(each)]
