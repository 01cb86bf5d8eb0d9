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


@pytest.mark.parametrize(
    ("seconds", "calls", "percentiles"),
    [
        # of 0.1, 0.2, ... 10 ms: 0.505 s in all, of which 0.3 s hold 36 and begin one more
        ([k / 10_000 for k in range(100, 0, -1)], 37, (8.2, 9.964)),
        ([0.001] * 100, 100, (1, 1)),
        ([1.0] * 100, 10, (1000, 1000)),
        ([20.0] * 100, 2, (20_000, 20_000)),
    ],
    ids=["as many as are enough", "a hundred", "ten at least", "none begins after half a minute"],
)
def test_calls_of_one_window(
    monkeypatch: pytest.MonkeyPatch, seconds: list[float], calls: int, percentiles: tuple[float, float]
) -> None:
    monkeypatch.setattr(latency, "time", clock(seconds))
    network = Spy()
    assert latency.latency(network, {"pose": torch.zeros(5, 2, 3, 4)}) == pytest.approx(percentiles)
    assert Spy.calls == [([1, 2, 3, 4], False, False)] * (latency.WARM_UP_CALLS + calls)
    assert network.training  # a copy was asked
