"""A trained network of the grid from its run's folder, and its answers by the referee's own way."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from benchmark.pipeline import entrants
from benchmark.pipeline.loop import predict
from benchmark.pipeline.predictions import Predictions
from benchmark.pipeline.train import make_deterministic
from benchmark.probing.scores_by_person import Answers
from benchmark.probing.seen_inputs import StreamArrays
from benchmark.probing.stored_cell import stored_cell
from deepgrasp.choices import STREAMS_KEY, Stream
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.inputs.modalities import input_specs
from deepgrasp.network.checkpoint import CHECKPOINT, load_weights
from deepgrasp.network.network import Network, Output
from deepgrasp.store.store import Store
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.targets import head_shape


@dataclass(frozen=True)
class TrainedCell:
    """A network with the weights of its run.

    Attributes:
        network: in evaluation mode.
        streams: what it sees of each node.
        stored: what the run wrote: its record, and its answers to the test part.
    """

    network: nn.Module
    streams: tuple[Stream, ...]
    stored: Predictions

    def answers(self, inputs: StreamArrays) -> Answers:
        """The cell's answers ``[N, ...]`` by task, in the referee's batches: others would round otherwise."""
        return predict(self.network, {kind: torch.from_numpy(x) for kind, x in inputs.items()})


def load_cell(runs: Path, name: str, store: Store, graphs: GraphChoice, sequences: Sequence[str]) -> TrainedCell:
    """The network of a run.

    Args:
        name: of the cell, such as ``action/mlp/0``: its folder below ``runs``.
        sequences: that it should have been tested on.

    Raises:
        InputError: a file is missing, damaged or another cell's, or the run is of other data or was tested on other
            sequences.
    """
    stored = stored_cell(runs, name, store, sequences)
    streams: tuple[Stream, ...] = tuple(stored.run.hyperparameters[STREAMS_KEY])
    make = entrants.factory(stored.run.model, stored.run.hyperparameters)
    outputs: dict[str, Output] = {}
    for task in stored.arrays:
        outputs[task] = head_shape(TASKS[task].read(store, [0], graphs.hands))  # one window has the form of all
    # as it was trained and answered: sums of more or fewer threads round otherwise
    make_deterministic(int(stored.run.recipe["threads"]))
    network = Network(input_specs(store, graphs, streams), make, outputs)
    load_weights(network, runs / name / CHECKPOINT, name)
    return TrainedCell(network.eval(), streams, stored)
