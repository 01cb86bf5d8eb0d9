"""Made-up results of the default grid's size, and what the page made of them holds."""

import json
import random
import re
from typing import Any

from benchmark.board.more_recordings import Curves
from benchmark.pipeline.schema import Cost, DataRecord, PerSequence, Point, Result, Run
from deepgrasp.store.splits import TEST_PAIRS
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.body import body_joints

TRAINED, SIMPLE = ("gcn", "lstm", "mlp", "stgcn"), ("linear", "nearest", "trivial")
CLASSES = {"object": [f"object{k}" for k in range(51)], "action": ["use", "pass", "lift", "offhand"]}
INPUTS = {
    "modalities": "both",
    "fusion": "late",
    "hands": "both",
    "part": "arms",
    "joints": 15,
    "patches": 16,
    "frames": None,
}
HOSTILE = "</script><script>alert(1)</script><!--<b>&amp;"


def run(model: str, trained_on: str, replicate: int, rng: random.Random, **changes: Any) -> Run:
    gradients = trained_on != "none"
    history = [
        Point(step=9 * k, train_loss=3 / k, validation_loss=3 / k, skill=rng.random())
        for k in range(1, 17 if gradients else 1)
    ]
    sizes = {"parameters": rng.randrange(9_000, 99_000) if gradients else 0, "multiply_adds": rng.randrange(1, 10**7)}
    latency = {"latency_p50_ms": rng.uniform(0.5, 5), "latency_p99_ms": rng.uniform(5, 9)} if gradients else {}
    values: dict[str, Any] = {
        "data": DataRecord(kind="synthetic", hash="ab" * 32, prepare={"frames": 12}),
        "split": "subject",
        "inputs": INPUTS,
        "trained_on": trained_on,
        "model": model,
        "replicate": replicate,
        "validation": dict.fromkeys(TASKS, 0.5),
        "history": history,
        "cost": Cost(seconds=6.5, ms_per_sample=rng.uniform(0.01, 1), **sizes, **latency),
        "recipe": {"keep": "last", "loss_weights": {"object": 1.0, "pose": 2.0}, "trackers": []},
        "hyperparameters": {"hidden": 64},
        "provenance": {"commit": "c0ffee" * 6, "dirty": replicate == 1, "device": "x86_64 CPU"},
        "oracle": model == "wrist",
    }
    return Run(**values | changes)


def result(task: str, model: str, trained_on: str, replicate: int, **changes: Any) -> Result:
    rng = random.Random(f"{task} {model} {trained_on} {replicate}")
    pair, keys = TEST_PAIRS[replicate], (*TASKS[task].metrics, *(f"joint_{name}_cm" for name in body_joints("both")))
    metrics = {key: rng.uniform(0.1, 0.9) for key in keys if task == "body" or not key.startswith("joint_")}
    values = [round(metrics[TASKS[task].primary] * rng.uniform(0.8, 1.2), 6) for _ in range(40)]
    ids = [f"{pair[k % 2]}/{k}" for k in range(40)]
    each = PerSequence(ids=ids, subjects=[pair[k % 2] for k in range(40)], values=values)
    classes = CLASSES.get(task)
    counts = classes and [[rng.randrange(99) for _ in classes] for _ in classes]
    of_run = run(model, trained_on, replicate, rng, **changes)
    return Result(
        task=task, metrics=metrics, test_sequences=40, per_sequence=each, classes=classes, confusion=counts, run=of_run
    )


def grid(**changes: Any) -> list[Result]:
    """The default grid and one oracle: four tasks, twelve rows, three replicates, 51 objects, everything counted."""
    rows = [(model, way) for model in TRAINED for way in ("", "joint")] + [(model, "none") for model in SIMPLE]
    rows += [("wrist", "none")]
    return [result(task, model, way or task, k, **changes) for task in TASKS for model, way in rows for k in range(3)]


GRID = grid()


def growth(**changes: Any) -> Curves:
    """Curves over recordings on the default grid's data: three of its rows, its oracle, and a row that it has not."""
    points = [
        {"task": "object", "row": row, "recordings": n, "values": [0.1 + n / 1000, 0.2 + n / 1000]}
        for row in ("mlp", "lstm+joint", "linear", "wrist", "mine+joint")
        for n in (108, 54, 432)
    ]
    of_grid = {"data": GRID[0].run.data, "split": "subject", "inputs": INPUTS, "replicates": [0, 1]}
    return Curves.model_validate(of_grid | {"extra": ["train.threads=1"], "points": points} | changes)


def data(html: str) -> list[dict[str, Any]]:
    found = re.findall(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert len(found) == 1
    boards: list[dict[str, Any]] = json.loads(found[0])
    return boards
