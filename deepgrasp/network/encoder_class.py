"""The encoder class of an entrant's module, and what it may be given."""

import inspect
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from torch import nn

from deepgrasp.choices import STREAMS_KEY, TRAIN
from deepgrasp.errors import InputError
from deepgrasp.loading import load_file, load_module
from deepgrasp.outside_entrants import Source

ONE = "define exactly one"


def only_class(module: ModuleType, told: str, remedy: str = ONE) -> type[nn.Module]:
    """The one ``nn.Module`` class that a module defines.

    Args:
        told: what errors call its file.

    Raises:
        InputError: it defines none, or several.
    """
    # defined there, not imported: an entrant may use layers of another file
    found = [
        value
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, nn.Module) and value.__module__ == module.__name__
    ]
    if len(found) != 1:
        raise InputError(told, f"defines {len(found)} encoder classes", remedy)
    return found[0]


def named_class(module: ModuleType, name: str, told: str) -> type[nn.Module]:
    """The ``nn.Module`` class of that name in a module.

    Raises:
        InputError: there is none.
    """
    found = getattr(module, name, None)
    if not (inspect.isclass(found) and issubclass(found, nn.Module)):
        raise InputError(told, f"has no nn.Module class {name}", "mend the entry point, or the module")
    return found


def class_of(source: Source) -> type[nn.Module]:
    """The encoder class of an entrant from outside.

    Raises:
        InputError: its code cannot be imported, or has no such class.
    """
    if source.module is None:
        return only_class(load_file(source.file, source.told), source.told)
    module, told = load_module(source.module), f"{source.told}, {source.module}"
    return named_class(module, source.cls, told) if source.cls else only_class(module, told)


def check_signature(cls: type[nn.Module], told: str) -> None:
    """Check that a class takes a spec, and hyper-parameters by keyword with defaults.

    Raises:
        InputError: it takes other arguments, or what its section says to the referee: the streams, the recipe.
    """
    taken = inspect.signature(cls).parameters
    fine = [
        p.kind is not p.KEYWORD_ONLY if k == 0 else p.kind is p.KEYWORD_ONLY and p.default is not p.empty
        for k, p in enumerate(taken.values())
    ]
    where = f"{told}, {cls.__name__}"
    if STREAMS_KEY in taken:
        raise InputError(where, f"takes {STREAMS_KEY}", "rename it: the section's streams are in `spec.streams`")
    if TRAIN in taken:
        raise InputError(where, f"takes {TRAIN}", "rename it: in the section it is the entrant's own recipe")
    if not fine or not all(fine):
        remedy = "write __init__(self, spec, *, hidden=64): hyper-parameters by keyword, each with a default"
        raise InputError(where, f"takes {inspect.signature(cls)}", remedy)


def keyword_arguments(hyperparameters: Mapping[str, Any]) -> dict[str, Any]:
    """What a class is built with, of an entrant's recorded hyper-parameters: all but the streams that it sees."""
    # tuples, as the defaults are, where YAML and JSON have lists: a module must not share a list with the parameters
    return {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in hyperparameters.items()
        if key != STREAMS_KEY
    }
