"""A small repository with results that bear each other out: the gate lets it through, and faults are planted in it."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from safetensors.numpy import save_file

from benchmark import params as parameters
from benchmark.board import leaderboard
from benchmark.params import Params
from benchmark.pipeline import code
from benchmark.pipeline.schema import Cost, DataRecord, PerSequence, Point, Result, Run, to_json
from deepgrasp.grab.catalogue import ACTIONS, parse_name
from deepgrasp.store.splits import TEST_PAIRS
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.body import body_joints
from deepgrasp.tasks.targets import ClassTarget
from tests.benchmark.board.test_leaderboard import written

ROOT = Path(__file__).parents[3]
REPLICATES = range(3)
HASH = "ab" * 32
RECORDED = ("cup_drink_1", "cup_lift", "cup_offhand_1", "cup_pass_1", "cup_pour_1")
RECORDED += ("mug_drink_1", "mug_lift", "mug_offhand_1", "mug_pass_1", "mug_toast_1")
CLASSES = {"object": ("cup", "mug"), "action": ACTIONS}
ZERO = {"object": 0.5, "action": 0.4, "body": 15.0, "pose": 0.025}  # the trivial predictor's, on validation
SEEN = {"object": 0.6, "action": 0.7, "body": 8.0, "pose": 0.3}  # mlp's


@cache
def digests() -> dict[str, str]:
    """The hash of each stage's closure, when a test asks."""
    return {
        stage: hashlib.sha256(code.closure_text(found).encode()).hexdigest()
        for stage, found in code.closures(ROOT).items()
    }


def call(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def commit(folder: Path, message: str = "all") -> None:
    call(folder, "git", "add", "-A")
    call(folder, "git", "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", message)


def change(root: Path, name: str, edit: Callable[[dict[str, Any]], Any]) -> None:
    """Edit a result by hand."""
    path = root / "results" / name
    values = json.loads(path.read_text())
    edit(values)
    path.write_text(json.dumps(values))


def everywhere(root: Path, edit: Callable[[dict[str, Any]], Any]) -> None:
    for path in sorted((root / "results").rglob("*.json")):
        change(root, path.relative_to(root / "results").as_posix(), edit)


def set_params(root: Path, edit: Callable[[dict[str, Any]], Any]) -> None:
    values = yaml.safe_load((root / "params.yaml").read_text())
    edit(values)
    (root / "params.yaml").write_text(yaml.safe_dump(values))


def publish(root: Path) -> None:
    leaderboard.write_leaderboard(root / "results", root / "leaderboard")
    leaderboard.update_readme(root / "leaderboard", root / "README.md")


def scored(task: str, replicate: int, score: float, *, trivial: bool = False) -> dict[str, Any]:
    """The scores of a result and what bears them out; of a class, as many are right as the score says.

    Args:
        trivial: the first class is answered to all; as many are of it as ``ZERO`` says.
    """
    ids = [f"{subject}/{name}" for subject in TEST_PAIRS[replicate] for name in RECORDED]
    subjects = [name.partition("/")[0] for name in ids]
    found: dict[str, Any] = {"task": task, "test_sequences": len(ids), "classes": None, "confusion": None}
    if task in CLASSES:
        classes = CLASSES[task]
        true = np.array([classes.index(getattr(parse_name(*name.split("/")), task)) for name in ids])
        right = true == 0 if trivial else np.arange(len(ids)) < round(score * len(ids))
        predicted = np.where(right, true, 0 if trivial else (true + 1) % len(classes))
        target = ClassTarget(true, classes)
        logits = np.eye(len(classes))[predicted]
        counts = np.zeros((len(classes), len(classes)), int)
        np.add.at(counts, (true, predicted), 1)
        found |= {"classes": list(classes), "confusion": counts.tolist(), "metrics": TASKS[task].score(logits, target)}
        values = right.astype(float).tolist()
    else:
        keys = sorted(TASKS[task].keys("both"))
        # an error of all joints alike; shares of frames without one, but for the one that ranks
        found["metrics"] = {
            key: score if key.endswith(("_cm", "_deg")) or key == TASKS[task].primary else 0.0 for key in keys
        }
        values = [score] * len(ids)
    return found | {"per_sequence": PerSequence(ids=ids, subjects=subjects, values=values)}


def cell(params: Params, task: str, model: str, trained_on: str, replicate: int, score: float) -> Result:
    """A result of a cell of ours, with the record that training would write."""
    gradients = trained_on != "none"
    seen = ZERO if not gradients else SEEN
    tasks = tuple(TASKS) if trained_on in ("none", "joint") else (trained_on,)
    skill = float(np.mean([TASKS[each].skill(seen[each], ZERO[each]) for each in tasks]))
    points = params.recipe(model).budget.points(tasks, 15) if gradients else []
    run = Run(
        data=DataRecord(kind="synthetic", hash=HASH, prepare=params.prepare.model_dump()),
        split="subject",
        inputs=params.inputs.model_dump(),
        trained_on=trained_on,
        model=model,
        replicate=replicate,
        validation={each: seen[each] for each in tasks},
        history=[
            Point(step=step, train_loss=1.0, validation_loss=1.0, skill=skill - 0.1 * (len(points) - 1 - k))
            for k, step in enumerate(points)
        ],
        cost=Cost(parameters=1234 * gradients, multiply_adds=10 * gradients, seconds=1.0, ms_per_sample=0.5),
        recipe=params.recipe(model).model_dump() if gradients else {},
        hyperparameters=params.hyperparameters(model) if gradients else {},
        provenance={
            "commit": "c0ffee" * 6 + "c0ff",
            "dirty": False,
            "code": digests()[f"{'train' if gradients else 'reference'}/{model}"],
        },
    )
    return Result(run=run, **scored(task, replicate, score, trivial=model == "trivial"))


def submit(root: Path, params: Params) -> Result:
    """A submission with its files and its result."""
    values = {"format": 1, "name": "guest", "authors": ["A. Guest"], "description": "A guest", "link": None}
    values |= {"data": HASH, "split": "subject", "inputs": params.inputs.model_dump(), "trained_on": "object"}
    values |= {"replicate": 0, "validation": {"object": 0.6}, "hyperparameters": {}}
    values["cost"] = Cost(parameters=9, multiply_adds=9, seconds=1.0, ms_per_sample=0.5).model_dump()
    place = root / "submissions/guest/object-0.json"
    place.parent.mkdir(parents=True)
    place.write_text(to_json(values))
    save_file({"object": np.zeros((20, 2), np.float32)}, place.with_suffix(".safetensors"))
    like = cell(params, "object", "mlp", "object", 0, 0.6)
    told = {key: values[key] for key in ("authors", "description", "link")}
    changes = {"model": "guest", "history": [], "recipe": {}, "hyperparameters": {}, "provenance": told}
    run = like.run.model_copy(update=changes | {"cost": Cost(**values["cost"]), "origin": "self-reported"})
    return like.model_copy(update={"run": run})


def lock(root: Path) -> None:
    """A pipeline of one stage and its dvc.lock as a fresh clone has them: without the data."""
    content = (root / "params.yaml").read_bytes()
    file = {"hash": "md5", "md5": hashlib.md5(content).hexdigest(), "size": len(content)}
    command = "cp params.yaml copy.yaml"
    stage = {"cmd": command, "deps": ["params.yaml"], "outs": ["copy.yaml"]}
    locked = {"cmd": command, "deps": [{"path": "params.yaml"} | file], "outs": [{"path": "copy.yaml"} | file]}
    (root / "dvc.yaml").write_text(yaml.safe_dump({"stages": {"copy": stage}}))
    (root / "dvc.lock").write_text(yaml.safe_dump({"schema": "2.0", "stages": {"copy": locked}}))
    (root / ".dvc").mkdir()
    (root / ".dvc/config").write_text("[core]\nanalytics = false\n")


def build(root: Path) -> Path:
    """The repository: two tasks and all of them together, one model, the trivial row, a submission, and our code."""
    values = yaml.safe_load((ROOT / "params.yaml").read_text())
    grid = {"tasks": ["object", "body", "joint"], "models": ["mlp"], "references": ["trivial"]}
    values["grid"] = grid | {"replicates": list(REPLICATES)}
    (root / "params.yaml").write_text(yaml.safe_dump(values))
    params = parameters.load_params(root / "params.yaml")
    cells = [cell(params, task, "mlp", task, k, SEEN[task]) for k in REPLICATES for task in ("object", "body")]
    cells += [cell(params, task, "mlp", "joint", k, SEEN[task]) for k in REPLICATES for task in TASKS]
    cells += [cell(params, task, "trivial", "none", k, ZERO[task]) for k in REPLICATES for task in TASKS]
    written(root / "results", [*cells, submit(root, params)])
    (root / "README.md").write_text(f"# All\n{leaderboard.BEGIN}\n{leaderboard.END}\n")
    # by links: what a stage runs is followed from the root, and the files are ours
    for package in code.PACKAGES:
        (root / package).symlink_to(ROOT / package, target_is_directory=True)
    publish(root)
    lock(root)
    call(root, "git", "init", "-q", "-b", "main")
    commit(root)
    return root


def copied(source: Path, to: Path) -> Path:
    return Path(shutil.copytree(source, to, symlinks=True))


def joints() -> list[str]:
    return [f"joint_{name}_cm" for name in body_joints("both")]
