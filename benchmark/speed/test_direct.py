"""Training steps of entrants at the default sizes, beside direct implementations of the same equations, in turns."""

import json
import time
from collections.abc import Callable
from importlib import import_module
from statistics import median

import pytest
import torch
from torch import Tensor, nn

from benchmark import params as parameters
from benchmark.pipeline import entrants
from benchmark.speed import direct
from benchmark.speed.conftest import RaceRow
from benchmark.speed.default_step import STEP_BATCH
from benchmark.speed.test_default_step import specs
from deepgrasp.choices import STREAMS_KEY
from deepgrasp.inputs.streams import distinct, widths, with_streams
from deepgrasp.network.multiply_adds import Counter
from deepgrasp.spec import InputSpec

_ROUNDS, _WARM_UP = 15, 3


def seen(name: str) -> dict[str, InputSpec]:
    """What the entrant sees of the default board's inputs, by modality."""
    found, asked = {}, parameters.load_params().streams(name)
    for modality, each in json.loads(specs()).items():
        pairs = {key: tuple(map(tuple, each[key])) for key in ("edges", "rest")}
        spec = InputSpec(each["nodes"], each["features"], each["frames"], **pairs)
        streams = distinct(spec, asked)
        found[modality] = with_streams(spec, streams, widths(spec, streams))
    return found


@pytest.mark.parametrize("name", direct.direct_names())
def test_step(record: Callable[[RaceRow], None], name: str) -> None:
    knobs = {key: value for key, value in parameters.load_params().hyperparameters(name).items() if key != STREAMS_KEY}
    inputs = seen(name)
    ours = {modality: entrants.factory(name, knobs)(spec) for modality, spec in inputs.items()}
    given = {key: tuple(each) if isinstance(each, list) else each for key, each in knobs.items()}
    make = import_module(f"{direct.__name__}.{name}").Direct
    sides = {"direct": {modality: make(spec, **given) for modality, spec in inputs.items()}, "ours": ours}
    data = {modality: torch.randn(STEP_BATCH, s.frames, s.nodes, s.features) for modality, s in inputs.items()}
    times: dict[str, list[float]] = {side: [] for side in sides}
    before = torch.get_num_threads()
    torch.set_num_threads(1)  # as the default board trains
    for _ in range(_WARM_UP + _ROUNDS):
        for side, encoders in sides.items():
            times[side].append(sum(_step(encoders[modality], x) for modality, x in data.items()))
    peak = _rate_of_a_product()
    torch.set_num_threads(before)
    for side, each in times.items():
        seconds = median(each[_WARM_UP:])
        count = sum(weights.numel() for encoder in sides[side].values() for weights in encoder.parameters())
        forward = sum(_operations(sides[side][modality], x) for modality, x in data.items())
        rate = 3 * forward / seconds  # backward has two products for each of forward's
        note = (
            f"{1000 * seconds:.0f} ms, {count:,} parameters, {rate / 1e9:.1f} GFLOP/s: {rate / peak:.0%} of a product's"
        )
        note += "; at least 0.67 x" if side == "ours" else ""
        record(RaceRow(f"{name} step", side, STEP_BATCH / seconds, millions=forward / 2 / STEP_BATCH / 1e6, note=note))


def _step(encoder: nn.Module, x: Tensor) -> float:
    """Seconds of processor time of a step without an optimiser: forward, and backward from a gradient of ones."""
    start = time.thread_time()
    encoder.zero_grad()
    features = encoder(x)
    # ones instead of a loss: its cost would be the same on both sides
    features.backward(torch.ones_like(features))
    return time.thread_time() - start


def _operations(encoder: nn.Module, x: Tensor) -> int:
    with torch.no_grad(), Counter() as counter:
        encoder(x)
    return counter.operations


def _rate_of_a_product(size: int = 1024) -> float:
    """Operations a second of processor time of a large matrix product: what this core can do."""
    one, other = torch.randn(2, size, size)  # two of [size, size]
    times = []
    for _ in range(_WARM_UP + _ROUNDS):
        start = time.thread_time()
        one @ other
        times.append(time.thread_time() - start)
    return 2 * size**3 / median(times[_WARM_UP:])
