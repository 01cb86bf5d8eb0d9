"""Datasets of the library against the referee's own: folds, order, inputs, normalisation, targets."""

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from benchmark.params import load_params as load_params
from benchmark.pipeline.examples import load_examples as load_part
from benchmark.pipeline.train import build_network
from benchmark.pipeline.train import load_part as load_cell_part
from deepgrasp.choices import POSE, TOUCH
from deepgrasp.errors import InputError
from deepgrasp.inputs.graph_choice import FUSED
from deepgrasp.inputs.modalities import input_specs
from deepgrasp.library.opening import Data
from deepgrasp.tasks import TASKS

STREAMS = ("posture", "motion")
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def referee(data):
    """The training part of fold 0 as the referee loads it."""
    graphs, ids = load_params().inputs.graphs, data.store.fold("subject", 0)["train"]
    return load_part(data.store, ids, graphs, STREAMS, 1.0, CPU, with_targets=True)


def test_order_inputs_and_targets_are_the_referees(data, referee):
    train = data.fold("subject", 0, streams=STREAMS).train
    inputs, targets = train.all
    assert train.sequences == tuple(referee.sequences)
    assert inputs.keys() == referee.inputs.keys()
    for key, x in referee.inputs.items():
        assert torch.equal(inputs[key], x)
    for task in TASKS:
        known = getattr(referee.targets[task], "labels", None)
        known = referee.targets[task].regressed if known is None else known
        np.testing.assert_array_equal(targets[task], known)


@pytest.mark.parametrize("fusion", ["late", "early"])
def test_normalisation_is_the_referees(data, fusion):
    params = load_params()
    inputs = params.inputs.model_copy(update={"fusion": fusion})
    params = params.model_copy(update={"inputs": inputs, "models": {"mlp": {"streams": list(STREAMS)}}})
    train, test = (load_cell_part(data.store, params, "mlp", 0, name, CPU) for name in ("train", "test"))
    network = build_network(params, "mlp", ("action",), input_specs(data.store, inputs.graphs, STREAMS), train)
    fold = Data(data.store, inputs.graphs).fold("subject", 0, streams=STREAMS, normalise=True)
    assert fold.train.specs.keys() == network.standardise.keys() == ({FUSED} if fusion == "early" else {POSE, TOUCH})
    for key, theirs in network.standardise.items():
        assert torch.equal(fold.train.all[0][key], theirs(train.inputs[key]))
        assert torch.equal(fold.test.all[0][key], theirs(test.inputs[key]))
        assert torch.equal(fold.test.normalisers[key].mean, theirs.mean)  # of the training part, not its own


def test_a_loader_gives_batches_from_memory_and_from_the_disk(data):
    batches = []
    for resident in (True, False):
        test = data.fold("subject", 0, resident=resident).test
        batches.append(next(iter(DataLoader(test, batch_size=2))))
        assert torch.equal(test[-1][0]["pose"], test[len(test) - 1][0]["pose"])
        assert len(list(test)) == len(test)
    (inputs, targets), (streamed, _) = batches
    assert (inputs["pose"].shape, inputs["touch"].shape) == ((2, 8, 39, 4), (2, 8, 32, 1))
    assert (targets["pose"].shape, targets["action"].dtype) == ((2, 8, 9), torch.long)
    assert torch.equal(inputs["touch"], streamed["touch"])


def test_a_split_by_object_asks_no_object(data):
    if "object" in data.store.manifest["folds"]:
        assert "object" not in data.fold("object").test[0][1]
    with pytest.raises(InputError, match=r"streams, 'nope': is no stream; choose from joint, "):
        data.fold("subject", 0, streams=["nope"])
    with pytest.raises(InputError, match="no fold 9"):
        data.fold("subject", 9)


def test_edges_go_from_parent_to_child(data):
    test = data.fold().test
    assert [tuple(pair) for pair in test.edges(POSE).T.tolist()] == list(test.specs[POSE].edges)
