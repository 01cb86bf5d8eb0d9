"""Scores of the library against the referee's and the board's, to the last digit."""

import random

import numpy as np
import pytest
import torch

import deepgrasp.library as dg
from benchmark.board.rows import board
from benchmark.pipeline.predictions import Predictions
from benchmark.pipeline.schema import DataRecord
from benchmark.pipeline.score import score_one
from deepgrasp.errors import InputError
from deepgrasp.tasks import TASKS
from tests.benchmark.made_up import run

FOLDS = range(2)


def answers(data: dg.Data, task: str) -> list[np.ndarray]:
    """Random predictions of the test part of some folds."""
    shapes = [data.fold("subject", k).test.target(task).prediction_shape for k in FOLDS]
    return [np.random.default_rng(k).normal(size=shape).astype(np.float32) for k, shape in enumerate(shapes)]


@pytest.mark.parametrize("task", TASKS)
def test_scores_and_interval_are_those_of_the_board(data, task, tmp_path):
    parts, made = [data.fold("subject", k).test for k in FOLDS], answers(data, task)
    found = dg.evaluate([torch.from_numpy(each) for each in made], parts, task=task)
    of_data = DataRecord.of(data.store)
    results = []
    for k, (part, each) in enumerate(zip(parts, made, strict=True)):
        cell = Predictions(run("mine", task, k, random.Random(0), data=of_data), part.sequences, {task: each})
        results += score_one(cell, data.store, tmp_path)
    (row,) = board(results)["tasks"][task]
    assert found.metrics.keys() == row["metrics"].keys()
    for key, value in found.metrics.items():
        assert value == np.mean([result.metrics[key] for result in results])
    known = row["estimate"]
    assert [round(x, 9) for x in (found.mean, found.low, found.high)] == [known[k] for k in ("mean", "low", "high")]
    assert {name: round(value, 9) for name, value in found.people.items()} == known["by_subject"]
    assert {name: round(value, 9) for name, value in found.blocks.items()} == known["by_block"]


def test_one_training_has_no_interval_and_says_so(data):
    found = dg.evaluate(answers(data, "action")[0], data.fold("subject", 0).test, task="action")
    assert (found.low, found.high) == (None, None)
    assert all(said in str(found) for said in ("no interval", "by person"))


def test_mistakes_are_told(data):
    test = data.fold("subject", 0).test
    with pytest.raises(InputError, match="did you mean action"):
        dg.evaluate(np.zeros(1), test, task="acton")
    with pytest.raises(InputError, match="shape"):
        dg.evaluate(np.zeros((1, 4), np.float32), test, task="action")
    with pytest.raises(InputError, match="are 1, for 2 parts"):
        dg.evaluate([np.zeros(1)], [test, test], task="action")
    made = answers(data, "action")[0]
    with pytest.raises(InputError, match=r"number 2 is one that came before"):
        dg.evaluate([made, made], [test, test], task="action")
