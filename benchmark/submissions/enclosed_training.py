"""A submission's code trained by the referee where it finds no test label, and what came back, checked."""

import ast
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import benchmark
from benchmark.params import Params
from benchmark.pipeline import code as closures
from benchmark.pipeline.predictions import PREDICTIONS_FILE, Predictions
from benchmark.pipeline.provenance import provenance
from benchmark.pipeline.retrain import parameters
from benchmark.pipeline.schema import Isolation, Run, parse
from benchmark.submissions import blinded
from benchmark.submissions.arrays import RUN_ENTRY, SEQUENCES_ENTRY, check_reach, read_safetensors
from benchmark.submissions.enclosure import BOOT, Bounds, Enclosure
from benchmark.submissions.in_container import container
from benchmark.submissions.in_process import bubblewrap, process
from deepgrasp.errors import InputError
from deepgrasp.outside_entrants import LARGEST_CODE
from deepgrasp.store.store import Store

_ROOT = Path(benchmark.__file__).parents[1]


class Trained(NamedTuple):
    """What the referee's own training of a submission gave, and how far apart from the labels it ran."""

    predictions: Predictions
    isolation: Isolation


def chosen_way(asked: Isolation | None, root: Path) -> Enclosure:
    """The way that was asked for, or else the surest that works here; a line on standard error if that is a weak one.

    Raises:
        InputError: the one that was asked for does not work here.
    """
    why = ""
    if asked in (None, "container"):
        try:
            return container(root)
        except InputError as error:
            if asked:
                raise
            why = str(error)
    if asked != "process":
        if (found := bubblewrap()) is not None:
            return found
        if asked:
            raise InputError("--isolation bubblewrap", "does not work here", "install bubblewrap, or choose another")
    weak = process()
    reason = f" (no container: {why}; no bubblewrap either)" if why else ""
    print(f"the submitted code runs in a mere process: {weak.misses}{reason}", file=sys.stderr)
    return weak


def train_enclosed(
    run: Run, params: Params, store: Store, code: Path, enclosure: Enclosure, bounds: Bounds | None = None
) -> Trained:
    """The predictions of a submission whose code is trained here, in an enclosure that never holds a test label.

    Args:
        run: what was submitted: task, fold, inputs, hyper-parameters.
        params: the recipe, which is everybody's.
        code: the encoder's file. It is not run in this process.

    Raises:
        InputError: the file is no Python or too large, it does not train within its bounds, or its answer is malformed.
    """
    text = _read(code)
    with TemporaryDirectory(prefix="deepgrasp-") as scratch:
        place = Path(scratch) / "inside"
        ids, shuffled = blinded.write_blinded(store, run, place / "graphs")
        _lay_out(place, run, params, text)
        said = {"task": run.trained_on, "model": run.model, "replicate": run.replicate}
        answer = Path(scratch) / PREDICTIONS_FILE
        answer.write_bytes(enclosure.run(place, said, bounds or Bounds()))
        made = _checked(answer, run, ids, shuffled, store, code)
    told = provenance() | dict(enclosure.provenance) | {"isolation": enclosure.isolation}
    run = made.run.model_copy(update={"provenance": told})
    return Trained(Predictions(run, made.sequences, made.arrays), enclosure.isolation)


def _read(code: Path) -> bytes:
    text = code.read_bytes()
    if len(text) > LARGEST_CODE:
        problem = f"has {len(text)} bytes, more than {LARGEST_CODE}"
        raise InputError(code, problem, "hand in the encoder's source alone: people must be able to read it")
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise InputError(code, f"is no Python ({error})", "mend the file") from None
    return text


def _lay_out(place: Path, run: Run, params: Params, text: bytes) -> None:
    """All that goes in besides the store: the packages that training imports, parameters, and the submitted file."""
    # what training runs, and all that an encoder may build on; neither commands nor checks, results or history
    names = [*closures.Sources(_ROOT).closure("train")]
    for package in ("deepgrasp", "baselines"):
        names += [str(path.relative_to(_ROOT)) for path in (_ROOT / package).rglob("*.py")]
    for name in {*names} - {closures.COMMANDS.as_posix()}:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_ROOT / name, place / name)
    shutil.copyfile(Path(__file__).with_name(BOOT), place / BOOT)
    (place / "baselines" / f"{run.model}.py").write_bytes(text)
    # where the data lie on this machine is no concern of theirs
    values = parameters(run, params) | {"data": {"root": "none", "models": "none"}}
    (place / "params.yaml").write_text(json.dumps(values), encoding="utf-8")  # JSON is YAML
    # it is read by a user without rights
    for path in (place, *place.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _checked(
    answer: Path, run: Run, ids: Sequence[str], shuffled: NDArray[np.int64], store: Store, code: Path
) -> Predictions:
    """Predictions in the fold's order, from a file that submitted code may have written as it liked."""
    remedy = "let the encoder be a plain module: the referee trains it and writes its predictions"
    try:
        metadata, arrays = read_safetensors(answer)
        said = parse(Run, metadata.get(RUN_ENTRY, ""), answer)
    except InputError as error:
        raise InputError(code, f"came back with an answer that cannot be read: {error.problem}", remedy) from None
    tasks = set(run.validation)
    if set(arrays) != tasks or metadata.get(SEQUENCES_ENTRY, "").split("\n") != list(ids):
        raise InputError(code, "came back with other tasks or windows than were asked for", remedy)
    if any(array.shape[:1] != (len(ids),) for array in arrays.values()) or not tasks <= set(said.validation):
        raise InputError(code, "came back with predictions of another shape", remedy)
    check_reach(arrays, code)
    # back into the fold's order
    place = np.argsort(shuffled)
    fold = store.fold(run.split, run.replicate)[blinded.TEST]
    # of what its record says only these two, which nobody outside can know; they are as honest as the code
    measured = {"cost": said.cost, "validation": {task: said.validation[task] for task in run.validation}}
    return Predictions(
        run.model_copy(update=measured), tuple(fold), {task: array[place] for task, array in arrays.items()}
    )
