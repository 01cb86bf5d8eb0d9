"""Latency by a clock that is made up: what is called, how often, and which percentiles come out."""

from collections.abc import Iterator
from itertools import accumulate
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor, nn

from benchmark.pipeline import latency


class Spy(nn.Module):
    calls: list[tuple[list[int], bool, bool]]

    def __init__(self) -> None:
        super().__init__()
        self.__class__.calls = []

    def forward(self, inputs: dict[str, Tensor]) -> Tensor:
        self.calls.append((list(inputs["pose"].shape), self.training, torch.is_grad_enabled()))
        return inputs["pose"]


def clock(seconds: list[float]) -> SimpleNamespace:
    """Calls that take these seconds, one after another."""
    moments: Iterator[float] = iter(
        t for end, each in zip(accumulate(seconds), seconds, strict=True) for t in (end - each, end)
    )
    return SimpleNamespace(perf_counter=lambda: next(moments))


def test_a_hundred_calls_of_one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latency, "time", clock([k / 1000 for k in range(100, 0, -1)]))
    network = Spy()
    # of 1, 2, ... 100 ms: between the 50th and the 51st, and a hundredth of the way from the 99th to the 100th
    assert latency.latency(network, {"pose": torch.zeros(5, 2, 3, 4)}) == pytest.approx((50.5, 99.01))
    assert Spy.calls == [([1, 2, 3, 4], False, False)] * 103
    assert network.training  # a copy was asked


def test_no_call_begins_after_half_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latency, "time", clock([20.0] * 100))
    assert latency.latency(Spy(), {"pose": torch.zeros(1, 2, 3, 4)}) == pytest.approx((20_000, 20_000))
    assert len(Spy.calls) == 3 + 2
