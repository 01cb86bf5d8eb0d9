"""Datasets of the library against the referee's own: folds, order, inputs, normalisation, targets."""

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from benchmark.params import load as load_params
from benchmark.pipeline.examples import load as load_part
from benchmark.pipeline.train import InputStatistics
from deepgrasp.choices import POSE
from deepgrasp.errors import InputError
from deepgrasp.inputs.graph_choice import FUSED, GraphChoice
from deepgrasp.inputs.standardise import Standardiser
from deepgrasp.library.opening import Data
from deepgrasp.tasks import TASKS

STREAMS = ("posture", "motion")


@pytest.fixture(scope="module")
def referee(data):
    """The training part of fold 0 as the referee loads it."""
    graphs, ids = load_params().inputs.graphs, data.store.fold("subject", 0)["train"]
    return load_part(data.store, ids, graphs, STREAMS, 1.0, torch.device("cpu"), asked=True)


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


def test_normalisation_is_the_referees(data, referee):
    fold = data.fold("subject", 0, streams=STREAMS, normalise=True)
    for key, spec in fold.train.specs.items():
        known, ours = InputStatistics(key, spec, data.graphs), Standardiser((spec.nodes, spec.features))
        known.add(referee.inputs[key].numpy())
        ours.set(known.result())
        assert torch.equal(fold.train.all[0][key], ours(referee.inputs[key]))
        assert torch.equal(fold.test.normalisers[key].mean, ours.mean)  # of the training part, not its own


def test_a_fused_graph_is_not_normalised_here(data):
    fused = Data(data.store, GraphChoice(fusion="early"))
    assert fused.fold("subject", 0).train.specs.keys() == {FUSED}
    with pytest.raises(InputError, match="is not offered for one graph of pose and touch"):
        fused.fold("subject", 0, normalise=True)


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
    with pytest.raises(InputError, match="no fold 9"):
        data.fold("subject", 9)


def test_edges_go_from_parent_to_child(data):
    test = data.fold().test
    assert [tuple(pair) for pair in test.edges(POSE).T.tolist()] == list(test.specs[POSE].edges)
