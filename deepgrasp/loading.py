"""Imports a file that is found by its name (a task, a reference row, an entrant), and names its line if it is wrong."""

import importlib
import inspect
import traceback
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from types import ModuleType
from typing import Any

from deepgrasp.errors import InputError


def load_module(name: str) -> ModuleType:
    """The module of a dotted name.

    Raises:
        InputError: its file cannot be imported.
    """
    with blamed(f"{name.replace('.', '/')}.py"):
        return importlib.import_module(name)


@contextmanager
def blamed(file: str, remedy: str = "mend the file") -> Iterator[None]:
    """Makes an exception of somebody's code one error that names the code's file, by its path below the root.

    Raises:
        InputError: with the exception's name and words, and the last line of the file on the way to it.
    """
    try:
        yield
    except (InputError, OSError, MemoryError):
        raise  # not the file's fault
    except Exception as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(file)]
        if isinstance(error, SyntaxError):
            lines = [error.lineno]
        problem = " ".join(f"{type(error).__name__}: {error}".split())
        raise InputError(f"{file}, line {lines[-1]}" if lines else file, problem, remedy) from error


def encoder_blamed(module: str) -> AbstractContextManager[None]:
    """The same for an entrant's class, by the module that defines it: its hyper-parameters may be at fault, too."""
    return blamed(f"{module.replace('.', '/')}.py", "mend the file, or choose other hyper-parameters")


def takes(function: Any, count: int) -> bool:
    """Whether this is a function that can be called with that many arguments by place."""
    try:
        inspect.signature(function).bind(*range(count))
    except (TypeError, ValueError):
        return False
    return True
