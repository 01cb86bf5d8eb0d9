"""A training step of an entrant as `params.yaml` has it, timed by whoever asks; of this code, or of an older checkout.

A program of its own, started in the folder of a checkout, because two versions of one package need two processes.
"""

import json
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import torch
from torch import Tensor, nn

STEP_BATCH, STEP_CLASSES = 32, 51
CLASS = {"stgcn": "STGCN", "best": "Best", "gcn": "GCN", "mlp": "MLP"}


def network_and_inputs(model: str, specs: dict[str, Any]) -> tuple[nn.Module, dict[str, Tensor], bool]:
    """The network, its inputs ``[2 B, T, V, F]`` by modality, and whether they were standardised once for all."""
    params, inputs = import_module("benchmark.params").load(), import_module("deepgrasp.spec").InputSpec
    known = {name: inputs(**{key: _tuples(value) for key, value in each.items()}) for name, each in specs.items()}
    knobs = dict(params.hyperparameters(model))
    home = import_module("deepgrasp.network")
    ours = not hasattr(home, "Network")  # a module once, a room now
    if ours:
        streams = import_module("deepgrasp.inputs.streams")
        seen, home = params.streams(model), import_module("deepgrasp.network.network")
        del knobs["streams"]
        for name, spec in known.items():
            shown = streams.distinct(spec, seen)
            known[name] = streams.with_streams(spec, shown, streams.widths(spec, shown))
    made = getattr(import_module(f"baselines.{model}"), CLASS[model])
    network = home.Network(known, lambda spec: made(spec, **knobs), {"object": STEP_CLASSES})
    data = {name: torch.randn(2 * STEP_BATCH, s.frames, s.nodes, s.features) for name, s in known.items()}
    return network, network.standardised(data) if ours else data, ours


def steps(model: str, specs: dict[str, Any]) -> Iterator[float]:
    """Milliseconds of processor time of one training step after another."""
    torch.set_num_threads(1)  # as the default board trains
    torch.manual_seed(0)
    network, data, ours = network_and_inputs(model, specs)
    # as make_optimiser had it then, and has it now
    optimiser = torch.optim.AdamW(network.parameters(), lr=0.001, weight_decay=1.0, fused=ours)
    known = {"given": True} if ours else {}
    labels = torch.randint(STEP_CLASSES, (2 * STEP_BATCH,))
    while True:
        start = time.thread_time()  # of the processor: neighbours on the machine do not count
        rows = torch.randperm(2 * STEP_BATCH)[:STEP_BATCH]
        logits = network({name: each[rows] for name, each in data.items()}, **known)["object"]
        optimiser.zero_grad()
        nn.functional.cross_entropy(logits, labels[rows], label_smoothing=0.1).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        yield 1000 * (time.thread_time() - start)


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


if __name__ == "__main__":
    clock = steps(sys.argv[1], json.loads(sys.argv[2]))
    # one line in, one step and its time out: both sides of a race take turns
    for _ in sys.stdin:
        print(next(clock), flush=True)
