"""One epoch on a GPU, touch and pose at the published sizes: the research procedure against the benchmark's loop."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from pytest_benchmark.fixture import BenchmarkFixture
from torch import Tensor

from benchmark.params import Budget
from benchmark.pipeline.examples import Tensors
from benchmark.pipeline.train import make_deterministic
from benchmark.speed.conftest import RaceRow
from benchmark.speed.contenders import CASES, million_multiply_adds
from benchmark.speed.research import our_training, read_samples, research_epoch, write_samples
from deepgrasp.choices import POSE, TOUCH

os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # asked for before the first call, whoever makes it

pytestmark = [
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU: not measured"),
    pytest.mark.filterwarnings("default"),  # torch's compiler has much to say
]

_SEQUENCES = 1067  # of GRAB that the published networks are trained on
_INPUTS = (POSE, TOUCH)
DEVICE = torch.device("cuda")
_OURS: dict[str, dict[str, Any]] = {"ours, deterministic": {}, "ours, compiled": {"compile": True}}
RECIPE = {"budget": Budget.of("epochs", 3), "batch": 32, "precision": "bf16", "device": "auto"}
HANDS_APART = {"components": "shared"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples' files, a few of them in a folder of their own."""
    made = tmp_path_factory.mktemp("samples")
    for name, count in (("few", 4), ("all", _SEQUENCES)):
        (made / name).mkdir()
        write_samples(made / name, count)
    return made


@pytest.fixture(scope="module")
def resident(folder: Path) -> tuple[Tensors, Tensor]:
    """All samples on the device: inputs by modality, and labels ``[N]``."""
    inputs, labels = read_samples(folder / "all", _INPUTS)
    return {name: each.to(DEVICE) for name, each in inputs.items()}, labels.to(DEVICE)


@pytest.fixture(scope="module")
def matmul_rate() -> float:
    """FLOP/s of a large bf16 matrix product."""
    side, rounds = 8192, 20
    a, b = torch.randn(2, side, side, device=DEVICE, dtype=torch.bfloat16)
    # events, not the clock: kernels run after the call has returned
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    # five warm-up rounds: cuBLAS chooses its kernel in the first
    for k in range(rounds + 5):
        if k == 5:
            start.record()
        a @ b
    end.record()
    torch.cuda.synchronize()
    return 2 * side**3 * rounds / (start.elapsed_time(end) / 1000)


@pytest.fixture
def either_mode() -> Iterator[None]:
    """Restore torch's deterministic mode after the test."""
    mode = torch.get_deterministic_debug_mode()
    yield
    torch.set_deterministic_debug_mode(mode)


def test_research_procedure(
    benchmark: BenchmarkFixture, record: Callable[[RaceRow], None], folder: Path, matmul_rate: float
) -> None:
    def epoch(name: str) -> None:
        research_epoch(folder / name, _INPUTS, DEVICE)
        torch.cuda.synchronize()  # kernels run on after the call has returned

    epoch("few")  # loads kernels
    torch.cuda.reset_peak_memory_stats()
    benchmark.group = f"touch and pose on a GPU, one epoch of {_SEQUENCES} samples"
    benchmark.pedantic(epoch, ("all",), rounds=1)
    record(_row("research procedure", benchmark.stats.stats.min, {}, matmul_rate))


@pytest.mark.usefixtures("either_mode")
@pytest.mark.parametrize("side", _OURS)
def test_our_loop(
    record: Callable[[RaceRow], None],
    resident: tuple[Tensors, Tensor],
    matmul_rate: float,
    tmp_path: Path,
    side: str,
) -> None:
    if "deterministic" in side:
        make_deterministic(torch.get_num_threads())
    torch.cuda.reset_peak_memory_stats()
    _, *seconds = our_training(*resident, RECIPE | _OURS[side], HANDS_APART, tmp_path)  # the first epoch compiles
    record(_row(side, min(seconds), HANDS_APART, matmul_rate))


def _row(side: str, seconds: float, knobs: dict[str, str], matmul_rate: float) -> RaceRow:
    """What one epoch of so many seconds reached."""
    rate = _SEQUENCES / seconds
    millions = sum(million_multiply_adds(replace(CASES[name], knobs=knobs)) for name in _INPUTS)
    reached = 6e6 * millions * rate  # two operations a multiply-add; backward takes twice as many as forward
    share = f"{100 * reached / matmul_rate:.0f} % of a matrix product's {matmul_rate / 1e12:.0f}"
    note = f"{reached / 1e12:.0f} TFLOP/s, {share}"
    mib = torch.cuda.max_memory_allocated() // 2**20
    return RaceRow("gpu epoch", side, rate, mib, millions, note + ("; at least 20 x" if "compiled" in side else ""))
