"""Attention graph blocks against the library's: training steps at the published sizes, and one window's latency."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from pytest_benchmark.fixture import BenchmarkFixture

from benchmark import params as parameters
from benchmark.pipeline import entrants
from benchmark.speed.conftest import RaceRow
from benchmark.speed.contenders import (
    CASES,
    CONTENDERS,
    Case,
    Step,
    has_bf16,
    million_multiply_adds,
    millions,
    model,
    random_input,
    touch_surfaces,
)
from benchmark.speed.memory import peak_mib
from deepgrasp.choices import POSE, TOUCH
from deepgrasp.inputs.streams import distinct, widths, with_streams

_ROUNDS = {POSE: 5, TOUCH: 1}
_TARGETS = {
    (POSE, "native float32"): "at least 1.15 x",
    (POSE, "native bf16"): "at least 1.8 x",
    (TOUCH, "native float32"): "",
    (TOUCH, "native bf16"): "at least 2.5 x, memory at most 0.5 x",
}


@pytest.mark.parametrize("side", CONTENDERS)
@pytest.mark.parametrize("name", CASES)
def test_training_step(benchmark: BenchmarkFixture, record: Callable[[RaceRow], None], name: str, side: str) -> None:
    if side.endswith("bf16") and not has_bf16():
        pytest.skip("this processor has no bf16 instructions")
    case, step = CASES[name], Step(CASES[name], side)
    benchmark.group = f"{name}, {case.batch} samples, forward and backward"
    benchmark.pedantic(step, rounds=_ROUNDS[name], warmup_rounds=int(_ROUNDS[name] > 1))
    # freed: peak_mib makes a step of its own, in another process
    del step
    rate = case.batch / benchmark.stats.stats.min
    note = _TARGETS.get((name, side), "")
    record(RaceRow(f"{name} step", side, rate, peak_mib(name, side), million_multiply_adds(case, side), note))


def test_latency_of_one_window(benchmark: BenchmarkFixture, record: Callable[[RaceRow], None]) -> None:
    case = CASES[POSE]
    encoder, x = model(case, "native").eval(), random_input(case, "native", 1)
    benchmark.group = "pose, one window, forward"
    with torch.inference_mode():
        benchmark.pedantic(encoder, (x,), rounds=100, warmup_rounds=5)
    low, high = 1000 * np.percentile(benchmark.stats.stats.data, [50, 99])
    note = f"p50 {low:.1f} ms, p99 {high:.1f} ms"
    record(RaceRow("pose window", "native float32", 1 / benchmark.stats.stats.median, note=note))


LIGHTER = {
    "a graph per hand": ({"components": "shared"}, 778),
    "and low rank": ({"components": "shared", "adaptive": "low-rank"}, 778),
    "and 64 patches a hand": ({"components": "shared", "adaptive": "low-rank"}, 64),
}


def test_what_lighter_touch_costs(record: Callable[[RaceRow], None]) -> None:
    hands = CASES[TOUCH]
    published = million_multiply_adds(replace(hands, knobs={}))
    record(RaceRow("touch cost", "published", millions=published))
    for name, (knobs, patches) in LIGHTER.items():
        record(RaceRow("touch cost", name, millions=million_multiply_adds(Case(touch_surfaces(patches), 1, knobs))))
    params = parameters.load_params()
    streams = distinct(hands.spec, params.streams("best"))
    seen = with_streams(hands.spec, streams, widths(hands.spec, streams))
    best = entrants.factory("best", params.hyperparameters("best"))(seen)
    found = millions(best, random_input(Case(seen, 1, {}), "native", 1))
    record(RaceRow("touch cost", "best, every vertex", millions=found, note="at most 0.1 x"))
    assert found <= published / 10
