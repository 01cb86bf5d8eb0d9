"""Imports a file that is found by its name (a task, a reference row, an entrant), and names its line if it is wrong."""

import hashlib
import importlib
import inspect
import sys
import traceback
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from deepgrasp.errors import InputError

TOLD = "__told__"  # in a module that was loaded from a path: that path, as people know it


def load_module(name: str) -> ModuleType:
    """The imported module of a dotted name, such as ``baselines.mlp``.

    Raises:
        InputError: its file cannot be imported.
    """
    with blamed(f"{name.replace('.', '/')}.py"):
        return importlib.import_module(name)


def load_file(path: Path, told: str) -> ModuleType:
    """The module of a file that lies in no package; run once as long as its content stays.

    Args:
        told: what errors call the file.

    Raises:
        InputError: it cannot be run.
    """
    content = path.read_bytes()
    # by its content: after a change the same name must not give what was loaded before
    name = f"{path.stem}_{hashlib.sha256(content).hexdigest()[:16]}"
    if name not in sys.modules:
        module = ModuleType(name)
        # as items: who says such an attribute is taken to read the folder it lies in (benchmark/pipeline/read_code.py)
        vars(module).update({"__file__": str(path), TOLD: told})
        sys.modules[name] = module  # before it is run: dataclasses look there
        try:
            with blamed(told, file=str(path)):
                # not by an import, which would leave bytecode beside the file
                exec(compile(content, str(path), "exec"), vars(module))
        except BaseException:
            del sys.modules[name]
            raise
    return sys.modules[name]


def told_file(cls: type) -> str:
    """The file that defines a class: its path below the root, or as :func:`load_file` was told."""
    module = sys.modules.get(cls.__module__)
    return str(getattr(module, TOLD, f"{cls.__module__.replace('.', '/')}.py"))


@contextmanager
def blamed(told: str, remedy: str = "mend the file", file: str | None = None) -> Iterator[None]:
    """Makes an exception of somebody's code one error that names the code's file, by its path below the root.

    Args:
        file: how Python knows the file, if not by that path.

    Raises:
        InputError: with the exception's name and words, and the last line of the file on the way to it.
    """
    try:
        yield
    except (InputError, OSError, MemoryError):
        raise  # not the file's fault
    except (Exception, SystemExit) as error:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames if frame.filename.endswith(file or told)]
        if isinstance(error, SyntaxError):
            lines = [error.lineno]
        problem = " ".join(f"{type(error).__name__}: {error}".split())
        raise InputError(f"{told}, line {lines[-1]}" if lines else told, problem, remedy) from error


def encoder_blamed(cls: type) -> AbstractContextManager[None]:
    """Makes an exception of an entrant's class one error, see :func:`blamed`; hyper-parameters may be at fault, too.

    Raises:
        InputError: with the file that defines the class, the exception's name and words.
    """
    module = sys.modules.get(cls.__module__)
    file = str(getattr(module, "__file__", "")) if hasattr(module, TOLD) else None
    return blamed(told_file(cls), "mend the file, or choose other hyper-parameters", file)


def takes(function: Any, count: int) -> bool:
    """Whether this is a function that can be called with that many arguments by place."""
    try:
        inspect.signature(function).bind(*range(count))
    except (TypeError, ValueError):
        return False
    return True
