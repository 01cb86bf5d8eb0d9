"""Names and hyper-parameters looked at before the long work: a mistake is told in seconds, not at its cell."""

from pathlib import Path

import torch

from benchmark import params as parameters
from benchmark.pipeline import entrants
from benchmark.pipeline.possible import check_installed
from benchmark.pipeline.taken_names import check_apart
from deepgrasp.errors import InputError
from deepgrasp.spec import InputSpec

_NODES, _FRAMES, _FEATURES = 5, 16, 3


def check_early(params: parameters.Params, submissions: Path) -> None:
    """Everything that can be told before the long work: names first, then trackers and hyper-parameters.

    Args:
        submissions: the folder of submissions, whose names no entrant may have.

    Raises:
        InputError: two rows would have one name, a tracker is not installed, or see :func:`check_hyperparameters`.
    """
    check_apart(params.entrants, submissions)
    check_installed(params)
    check_hyperparameters(params)


def check_hyperparameters(params: parameters.Params) -> None:
    """Build every entrant of the grid as its section says, without memory for its weights.

    Raises:
        InputError: an entrant does not take a hyper-parameter, or not with that value.
    """
    for name in params.grid.models:
        streams = params.streams(name)
        try:
            make = entrants.factory(name, params.hyperparameters(name))
            with torch.device("meta"):  # absurd sizes would fill the memory, here as in their cell
                make(small_graph(streams))
        except InputError as error:
            # what is wrong with its file is told by its own cells, and keeps no other entrant from the board
            if error.where.startswith(str(parameters.PARAMS)):
                raise


def small_graph(streams: tuple[str, ...]) -> InputSpec:
    """A chain of few nodes whose streams have few features; encoders are built for any graph."""
    return InputSpec(
        nodes=_NODES,
        features=_FEATURES * len(streams),
        frames=_FRAMES,
        edges=tuple((k, k + 1) for k in range(_NODES - 1)),
        rest=((0.0, 1.0, 0.0),) * _NODES,
        stream_features=tuple((stream, _FEATURES) for stream in streams),
    )
