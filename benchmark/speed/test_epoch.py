"""One epoch of training, end to end: the research code's procedure against the benchmark's loop."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmark.speed.conftest import RaceRow
from benchmark.speed.research import our_epoch, research_epoch, write_samples

SAMPLES = 64


@pytest.mark.filterwarnings("ignore:Anomaly Detection has been enabled:UserWarning")
@pytest.mark.parametrize("side", ["research procedure", "ours"])
def test_epoch(benchmark: BenchmarkFixture, record: Callable[[RaceRow], None], tmp_path: Path, side: str) -> None:
    folder, out = tmp_path / "samples", tmp_path / "out"
    folder.mkdir()
    write_samples(folder, SAMPLES)
    benchmark.group = f"pose, one epoch of {SAMPLES} samples"
    if side == "ours":
        benchmark.pedantic(our_epoch, (folder, out), rounds=3)
    else:
        benchmark.pedantic(research_epoch, (folder,), rounds=1)
    note = "at least 3 x" if side == "ours" else ""
    record(RaceRow("pose epoch", side, SAMPLES / benchmark.stats.stats.min, note=note))
