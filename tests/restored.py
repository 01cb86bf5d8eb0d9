"""The network that a cell saved, for a test in a process of its own: ``python tests/restored.py CELL TASK``."""

import sys

import numpy as np
import torch
from safetensors.torch import load_file

from benchmark import params as parameters
from benchmark.paths import GRAPHS, RUNS
from benchmark.pipeline import predictions, train
from benchmark.pipeline.loop import answers
from deepgrasp.inputs.modalities import input_specs
from deepgrasp.store.store import open_store


def check(cell: str, task: str) -> None:
    """Raise unless a cell's checkpoint gives the predictions that were stored."""
    stored, params = predictions.load_predictions(RUNS / cell / predictions.PREDICTIONS_FILE), parameters.load_params()
    run, store = stored.run, open_store(GRAPHS).view(params.inputs.frames)
    specs = input_specs(store, params.inputs.graphs, params.streams(run.model))
    cpu = torch.device("cpu")
    seen, test = (train.load_part(store, params, run.model, run.replicate, name, cpu) for name in ("train", "test"))
    network = train.build_network(params, run.model, train.tasks_of(run.trained_on, run.split), specs, seen)
    network.load_state_dict(load_file(RUNS / cell / train.CHECKPOINT))
    np.testing.assert_allclose(answers(network, test)[task], stored.arrays[task], atol=1e-5)


if __name__ == "__main__":
    check(*sys.argv[1:])
