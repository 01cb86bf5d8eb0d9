"""What a cell costs besides its training steps, part by part, in processor time: every cell of a board pays it."""

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from benchmark import params as parameters
from benchmark.paths import GRAPHS
from benchmark.pipeline.loop import answers
from benchmark.pipeline.provenance import provenance
from benchmark.pipeline.train import build_network, cost, load_part, make_deterministic
from benchmark.speed.conftest import RaceRow
from deepgrasp.inputs.modalities import input_specs
from deepgrasp.store.folds import FOLD_PARTS
from deepgrasp.store.store import open_store

IMPORTS = "import benchmark.pipeline.train, dvclive"  # torch, Accelerate, safetensors; DVCLive when training begins


@pytest.mark.skipif(not GRAPHS.exists(), reason=f"no {GRAPHS}: make repro first")
@pytest.mark.parametrize("model", ["mlp", "best"])
def test_cell_besides_its_steps(record: Callable[[RaceRow], None], tmp_path: Path, model: str) -> None:
    @contextmanager
    def timed(what: str, note: str = "") -> Iterator[None]:
        start = _spent()
        yield
        record(RaceRow(f"{model} cell", what, note=f"{1000 * (_spent() - start):.0f} ms{note}"))

    params = parameters.load_params()
    make_deterministic(1)
    with timed("imports"):
        subprocess.run([sys.executable, "-c", IMPORTS], check=True)  # in another process: here they have been imported
    with timed("store opened"):
        store = open_store(GRAPHS).view(params.inputs.frames)
    with timed("parts read", "; shards hashed where they are new, streams computed"):
        parts = {name: load_part(store, params, model, 0, name, torch.device("cpu")) for name in FOLD_PARTS}
    specs = input_specs(store, params.inputs.graphs, params.streams(model))
    with timed("network, statistics"):
        network = build_network(params, model, tuple(params.grid.tasks[:1]), specs, parts["train"])
    with timed("DVCLive, ten points"):
        _log(tmp_path)
    with timed("provenance"):
        provenance(f"train/{model}")
    with timed("test answers"):
        answers(network, parts["test"])
    with timed("cost of a sample", "; at most 1000 ms with the answers"):
        cost(network, specs, parts["test"], 0.0)


def _log(folder: Path) -> None:
    from dvclive import Live

    with Live(str(folder / "live"), dvcyaml=False, report=None, save_dvc_exp=False) as live:
        for step in range(10):
            for name in ("train_loss", "validation_loss", "skill", "validation_score"):
                live.log_metric(name, step)
            live.next_step()


def _spent() -> float:
    """Seconds of processor time of this process and of those that it has waited for."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in both)
