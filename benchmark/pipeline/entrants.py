"""From an entrant's name to its encoder: the one place where the referee reaches the baselines."""

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from baselines import names
from benchmark.pipeline import kept_entrants
from deepgrasp.choices import STREAMS_KEY
from deepgrasp.errors import InputError, did_you_mean
from deepgrasp.loading import encoder_blamed, load_module, told_file
from deepgrasp.spec import HYPERPARAMETER, InputSpec

if TYPE_CHECKING:
    from torch import nn


def encoder_class(name: str) -> "type[nn.Module]":
    """The one ``nn.Module`` class of an entrant: that of ``baselines/<name>.py``, or of a source from outside.

    Raises:
        InputError: there is none, it cannot be imported, or its class is not what an entrant is.
    """
    from deepgrasp.network.encoder_class import check_signature, class_of, only_class

    # only now: an entrant is imported when it is asked for, and a broken one breaks no other
    if name in names():
        told = f"baselines/{name}.py"
        cls = only_class(load_module(f"baselines.{name}"), told)
    elif source := kept_entrants.source(name):
        told, cls = source.told, class_of(source)
    else:
        raise InputError(f"models.{name}", "no such entrant", did_you_mean(name, names(), "add the file"))
    check_signature(cls, told)
    return cls


def told_source(name: str) -> dict[str, Any]:
    """What a result's provenance says of an entrant's source: nothing of one in ``baselines``, which its commit has."""
    found = None if name in names() else kept_entrants.kept(name)
    return {"entrant": {"from": found.origin, "sources": found.sources}} if found else {}


def factory(name: str, hyperparameters: Mapping[str, Any]) -> "Callable[[InputSpec], nn.Module]":
    """A function that builds the entrant's encoder for one input.

    Raises:
        InputError: a hyper-parameter that the class does not take, or of another type than its default; from the
            function: the class cannot be built with them.
    """
    from deepgrasp.network.encoder_class import keyword_arguments

    cls = encoder_class(name)
    # the signature is the list of what may be set: no entrant repeats it in a schema
    defaults = {key: p.default for key, p in inspect.signature(cls).parameters.items() if p.kind is p.KEYWORD_ONLY}
    for key, value in hyperparameters.items():
        if key == STREAMS_KEY:
            continue  # in the inputs already: the class is told of them by its spec
        where = f"params.yaml, models.{name}.{key}"
        if key not in defaults:
            raise InputError(where, "is not a hyper-parameter", did_you_mean(key, sorted(defaults)))
        if not _fits(value, defaults[key]):
            remedy = f"give a value like the default {_as_typed(defaults[key])}"
            raise InputError(where, f"is {_as_typed(value)}", remedy)
    given = keyword_arguments(hyperparameters)

    def make(spec: InputSpec) -> "nn.Module":
        try:
            with encoder_blamed(cls):
                encoder = cls(spec, **given)
        except InputError as error:
            if not error.where.startswith(HYPERPARAMETER):
                raise
            where = f"params.yaml, models.{name}.{error.where.removeprefix(HYPERPARAMETER)}"
            raise InputError(where, error.problem, error.remedy) from error
        _check_axes(lambda small: cls(small, **given), spec, f"{told_file(cls)}, {cls.__name__}")
        return encoder

    return make


def _check_axes(make: "Callable[[InputSpec], nn.Module]", spec: InputSpec, where: str) -> None:
    """Refuse an encoder of features ``[B, C, T, V]``, whose axes at the input's own size may fit by chance.

    Raises:
        InputError: on another size they do not.
    """
    import torch

    # Two frames are fewer than the channels of any encoder, and neither number is one of the other's. Such features
    # would train, with channels taken for frames, to a score that nobody could explain.
    nodes, frames = 5, 2
    rest = ((0.0, 1.0, 0.0),) * nodes if spec.rest else ()
    chain = tuple((k, k + 1) for k in range(nodes - 1))
    small = replace(spec, nodes=nodes, frames=frames, edges=chain, rest=rest)
    try:
        # random numbers that are drawn here are drawn beside the run's own
        with torch.random.fork_rng(devices=[]), torch.no_grad():
            shape = list(make(small).eval()(torch.zeros(1, frames, nodes, spec.features)).shape)
    except Exception:
        return
    if len(shape) == 4 and (shape[1] > frames or shape[2] not in (1, nodes)):
        problem = f"made features {shape} of {[1, frames, nodes, spec.features]}"
        raise InputError(where, problem, "return [batch, frames, nodes, channels]; a sequence encoder has one node")


def _as_typed(value: object) -> str:
    # JSON is YAML: what an error shows can be typed as it stands, and so nothing of it is left out
    return json.dumps(value, ensure_ascii=False, default=str)


def _fits(value: object, default: object) -> bool:
    """Whether a value from params.yaml is of the type of its default; YAML has lists for tuples, and 1 for 1.0."""
    # before numbers: in Python True is an int
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    if isinstance(default, float):
        return isinstance(value, (int, float))
    if isinstance(default, tuple):
        # an empty one does not say what its items are
        return isinstance(value, list) and all(_fits(item, example) for example in default[:1] for item in value)
    return default is None or isinstance(value, type(default))
