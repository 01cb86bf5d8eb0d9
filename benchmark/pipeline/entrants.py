"""From an entrant's name to its encoder: the one place where the referee reaches the baselines."""

import importlib
import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from baselines import names
from deepgrasp.errors import InputError
from deepgrasp.spec import InputSpec

if TYPE_CHECKING:
    from torch import nn


def encoder_class(name: str) -> "type[nn.Module]":
    """The one ``nn.Module`` class that ``baselines/<name>.py`` defines."""
    from torch import nn

    if name not in names():
        raise InputError(f"models.{name}", "no such entrant", f"choose from {', '.join(names())} or add the file")
    # only now: an entrant is imported when it is asked for, and a broken one breaks no other
    module = importlib.import_module(f"baselines.{name}")
    # defined there, not imported: an entrant may use layers of another file
    defined = [
        value
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, nn.Module) and value.__module__ == module.__name__
    ]
    if len(defined) != 1:
        raise InputError(f"baselines/{name}.py", f"defines {len(defined)} encoder classes", "define exactly one")
    return defined[0]


def factory(name: str, hyperparameters: Mapping[str, Any]) -> "Callable[[InputSpec], nn.Module]":
    """A function that builds the entrant's encoder for one input.

    Raises:
        InputError: a hyper-parameter that the class does not take, or of another type than its default.
    """
    cls = encoder_class(name)
    # the signature is the list of what may be set: no entrant repeats it in a schema
    defaults = {key: p.default for key, p in inspect.signature(cls).parameters.items() if p.kind is p.KEYWORD_ONLY}
    for key, value in hyperparameters.items():
        where = f"params.yaml, models.{name}.{key}"
        if key not in defaults:
            raise InputError(where, "is not a hyper-parameter", f"choose from {', '.join(sorted(defaults)) or 'none'}")
        if not _fits(value, defaults[key]):
            raise InputError(where, f"is {value!r}", f"give a value like the default {defaults[key]!r}")
    # tuples, as the defaults are: a module must not share a list with the parameters
    given = {key: tuple(each) if isinstance(each, list) else each for key, each in hyperparameters.items()}
    return lambda spec: cls(spec, **given)


def _fits(value: object, default: object) -> bool:
    """Whether a value from params.yaml is of the type of its default; YAML has lists for tuples, and 1 for 1.0."""
    # before numbers: in Python True is an int
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    if isinstance(default, float):
        return isinstance(value, (int, float))
    if isinstance(default, tuple):
        return isinstance(value, list) and all(_fits(item, default[0]) for item in value)
    return default is None or isinstance(value, type(default))
