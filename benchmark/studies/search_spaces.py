"""Search spaces of `tune`: for each entrant, the choices of its hyper-parameters.

An entrant's file has its own as ``SEARCH``, by keyword argument. What is no part of an architecture is the same for
all: streams, which the referee computes for whoever asks, and dropout. The recipe in `train` is not here: one serves
all entrants, so none is tuned with another learning rate than the rest.
"""

import inspect
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from benchmark.params import Value
from benchmark.pipeline.entrants import encoder_class
from benchmark.pipeline.read_code import SEARCH_NAME
from deepgrasp.choices import STREAMS_KEY
from deepgrasp.errors import InputError, did_you_mean
from deepgrasp.loading import load_module


class Steps(NamedTuple):
    """Numbers in rising order: the search takes neighbours to be alike."""

    values: tuple[float, ...]


class Kinds(NamedTuple):
    """Choices that have no order."""

    values: tuple[Value, ...]


Space = Mapping[str, Steps | Kinds]

STREAM_CHOICES = Kinds(
    (["joint"], ["posture"], ["joint", "motion"], ["posture", "motion"], ["joint", "posture", "motion"])
)
DROPOUT = "dropout"
DROPPED = Steps((0.0, 0.1, 0.3, 0.5))


def space(name: str) -> Space:
    """The choices of an entrant's hyper-parameters, by key.

    Raises:
        InputError: its file has none, or one that names no hyper-parameter or gives it no choices.
    """
    where, cls = f"baselines/{name}.py", encoder_class(name)
    own = getattr(load_module(f"baselines.{name}"), SEARCH_NAME, None)
    if own is None:
        raise InputError(
            where,
            "has no search space",
            f'write {SEARCH_NAME} = {{"hidden": (16, 32, 64)}}, by keyword argument, or name others',
        )
    if not isinstance(own, Mapping):
        raise InputError(f"{where}, {SEARCH_NAME}", f"is {own!r}", "give a dictionary: the choices by keyword argument")
    known = [key for key, each in inspect.signature(cls).parameters.items() if each.kind is each.KEYWORD_ONLY]
    for key in own:
        if key not in known:
            raise InputError(
                f"{where}, {SEARCH_NAME}[{key!r}]", "is not a hyper-parameter", did_you_mean(str(key), known)
            )
    # few choices each: with eight trials a finer grid would only be sampled more thinly
    found: dict[str, Steps | Kinds] = {STREAMS_KEY: STREAM_CHOICES}
    found |= {key: _choices(each, f"{where}, {SEARCH_NAME}[{key!r}]") for key, each in own.items()}
    return found | ({DROPOUT: DROPPED} if DROPOUT in known else {})


def _choices(values: object, where: str) -> Steps | Kinds:
    """Rising numbers are steps; anything else is kinds, lists as params.yaml has them."""
    if (
        not isinstance(values, tuple)
        or len(values) < 2
        # not by a set, which cannot hold lists
        or any(a == b for k, a in enumerate(values) for b in values[:k])
    ):
        raise InputError(where, f"is {values!r}", "give a tuple of two or more choices, each once")
    # to Python, true and false are whole numbers, but they have no order
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in values)
    if numbers and all(a < b for a, b in pairwise(values)):
        return Steps(values)
    return Kinds(tuple(list(each) if isinstance(each, tuple) else each for each in values))
