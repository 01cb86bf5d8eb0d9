"""One cell trained anew in a scratch place: the same data, what its record says, nothing of the workspace touched."""

import json
import tempfile
from pathlib import Path

from benchmark.params import Params
from benchmark.paths import CODE
from benchmark.pipeline import code as closures
from benchmark.pipeline.predictions import Predictions, load_named
from benchmark.pipeline.schema import Run
from benchmark.versioning.commands import PACKAGES_ROOT, run_ours
from deepgrasp.errors import InputError


def retrain(run: Run, params: Params, graphs: Path) -> Predictions:
    """The predictions of a cell of ours, trained again as its record says; torch is imported by the child alone.

    Args:
        params: what the record does not say: where the data are.

    Raises:
        InputError: the cell does not train.
    """
    with tempfile.TemporaryDirectory(prefix="deepgrasp-") as place:
        scratch = Path(place)
        _lay_out(scratch, run, params, graphs)
        # a process of its own: torch's deterministic mode and threads are settings of a whole process
        done = run_ours(scratch, *_arguments(run))
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["it says nothing"])[-1].removeprefix("error: ")
            raise InputError(run.cell, f"cannot be trained again ({last})", "see that it trains here by itself")
        return load_named(scratch / "runs", run.cell)


def _arguments(run: Run) -> list[str]:
    if run.is_reference:
        return ["reference", "--row", run.model, "--replicate", str(run.replicate)]
    return ["train", "--task", run.trained_on, "--model", run.model, "--replicate", str(run.replicate)]


def _lay_out(scratch: Path, run: Run, params: Params, graphs: Path) -> None:
    """Parameters as recorded, and the graph store by a link."""
    text = json.dumps(parameters(run, params))  # JSON is YAML
    (scratch / "params.yaml").write_text(text, encoding="utf-8")
    (scratch / "data").mkdir()
    # a link: the store may take gigabytes, and training only reads it
    (scratch / "data" / "graphs").symlink_to(graphs.resolve(), target_is_directory=True)
    closures.write_closures(
        PACKAGES_ROOT, scratch / CODE
    )  # a run tells the hash of the code that trained it, by these files


def parameters(run: Run, params: Params) -> dict[str, object]:
    """The values of a ``params.yaml`` that trains the run's cell as its record says."""
    values = params.model_dump()
    # the record over today's params.yaml: the cell is what it was, not what it would be now
    values |= {"split": run.split, "inputs": run.inputs}
    if run.is_reference:
        values["train"] |= {"recordings": run.recipe.get("recordings")}
    else:
        # a submission records no recipe: it is trained as everybody is
        values["train"] = (run.recipe or values["train"]) | {"trackers": []}
        values["models"] = {run.model: run.hyperparameters}
        values["grid"] |= {"tasks": [run.trained_on], "models": [run.model], "replicates": [run.replicate]}
    return values
