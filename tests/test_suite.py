"""A test can fail: each asserts something, or expects an error and says which; and what the set-up names is there."""

import ast
from functools import cache
from pathlib import Path

from tests.conftest import SLOWEST

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.rglob("*.py"))


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def calls(node: ast.AST) -> list[ast.Call]:
    return [each for each in ast.walk(node) if isinstance(each, ast.Call)]


def called(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def checks(function: ast.FunctionDef) -> bool:
    """Whether it can fail by itself: an assertion, an expected error, a command that must succeed."""
    if any(isinstance(node, ast.Assert) for node in ast.walk(function)):
        return True
    return any(
        called(call).startswith(("assert_", "raises", "warns", "fail"))
        or any(word.arg == "check" and ast.unparse(word.value) == "True" for word in call.keywords)
        for call in calls(function)
    )


@cache
def helpers() -> set[str]:
    """Names of functions of the tests that can fail by themselves."""
    functions = [node for file in FILES for node in ast.walk(tree(file)) if isinstance(node, ast.FunctionDef)]
    return {function.name for function in functions if not function.name.startswith("test_") and checks(function)}


# what they call raises an error of its own, by which they fail
BY_ERROR = {"test_parameters_exist", "test_in_the_workspace_more_will_do"}


def test_no_test_passes_whatever_happens() -> None:
    functions = [(file, node) for file in FILES for node in ast.walk(tree(file)) if isinstance(node, ast.FunctionDef)]
    for file, test in functions:
        if not test.name.startswith("test_"):
            continue
        where = f"{file.relative_to(FOLDER)}, {test.name}"
        helped = any(called(call) in helpers() for call in calls(test))
        assert checks(test) or helped or test.name in BY_ERROR, f"{where} asserts nothing"
        for node in ast.walk(test):
            if isinstance(node, ast.Assert):
                assert not isinstance(node.test, (ast.Constant, ast.Tuple)), f"{where}: {ast.unparse(node)}"
            if isinstance(node, ast.With) and any(expects(item) for item in node.items):
                # of several statements the first to raise hides that the others do not
                assert len(node.body) == 1, f"{where}, line {node.lineno}: one statement for an expected error"


def expects(item: ast.withitem) -> bool:
    return isinstance(item.context_expr, ast.Call) and called(item.context_expr) == "raises"


def test_an_expected_error_is_no_error_whatsoever() -> None:
    for file in FILES:
        for call in calls(tree(file)):
            if called(call) == "raises":
                where = f"{file.relative_to(FOLDER)}, line {call.lineno}"
                assert ast.unparse(call.args[0]) not in ("Exception", "BaseException"), where


def test_the_slowest_files_are_there() -> None:
    assert [name for name in SLOWEST if not (FOLDER / name).is_file()] == []
