"""What goes to a worker and what comes back: one cell to be made, and how that ended, as plain JSON."""

import json
from collections.abc import Generator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from benchmark.params import Params
from benchmark.pipeline.kept_entrants import source_digest
from benchmark.pipeline.schema import cell_name
from deepgrasp.tasks import NO_TASK

JOB_TRIES = 2  # of a job whose worker dies under it: the machine may be at fault, or the cell


@dataclass(frozen=True)
class Job:
    """One cell to be made.

    Attributes:
        name: as DVC names the stage, such as ``train@action-mlp-0``; unique among the jobs of a call.
        arguments: of our own command line, such as ``("train", "--task", "action", ...)``.
        out: the folder that it writes, relative to the root; what lies there before is removed.
        params: the values of a ``params.yaml``, so that a study's job needs no file of its own.
        graphs: the graph store, relative to the root or absolute.
        threads: CPU threads that it will use.
        gpu: whether it trains on a GPU where there is one.
        source: SHA-256 of an entrant's source that no commit has, because it is from outside of the repository.
    """

    name: str
    arguments: tuple[str, ...]
    out: str
    params: Mapping[str, Any]
    graphs: str = "data/graphs"
    threads: int = 1
    gpu: bool = False
    source: str = ""

    def option(self, name: str) -> str:
        """The value behind ``--name`` among the arguments."""
        return self.arguments[self.arguments.index(f"--{name}") + 1]

    def to_json(self) -> str:
        """The job in one line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Job":
        """The job that :meth:`to_json` wrote."""
        values = json.loads(text)
        return cls(**values | {"arguments": tuple(values["arguments"])})  # JSON has no tuples


@dataclass(frozen=True)
class Done:
    """How a job ended.

    Attributes:
        problem: why there is no cell, in one line; ``None``: there is one.
        seconds: that the cell took, without the imports of its worker.
        memory: the largest resident memory that its process had so far, in bytes.
        node: the machine's name.
        device: the GPU's name, or the processor's architecture.
        log: the last lines that the cell printed.
        saved: on its way from another machine: what DVC calls its folder (``hash``, ``md5``, ``size``, ``nfiles``),
            which lies in a cache or a remote; ``None``: it lies in its place.
    """

    name: str
    problem: str | None = None
    seconds: float = 0.0
    memory: int = 0
    node: str = ""
    device: str = ""
    log: str = ""
    saved: Mapping[str, Any] | None = None

    def to_json(self) -> str:
        """The end in one line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Done":
        """The end that :meth:`to_json` wrote."""
        return cls(**json.loads(text))


class Engine(Protocol):
    """Gives jobs to workers."""

    def run(self, jobs: Sequence[Job], root: Path) -> Generator[Done, None, None]:
        """Ends of jobs, one a job, as they come; closing the iterator stops all workers.

        Args:
            root: the repository on this machine.

        Raises:
            InputError: no worker can be started.
        """


def train_job(params: Params, task: str, model: str, replicate: int) -> Job:
    """The job of one cell of the grid; ``task`` may be ``joint``.

    Raises:
        InputError: ``params.yaml`` has no section of the model.
    """
    recipe = params.recipe(model)
    return Job(
        name=f"train@{task}-{model}-{replicate}",
        arguments=("train", "--task", task, "--model", model, "--replicate", str(replicate)),
        out=f"runs/{cell_name(task, model, replicate)}",
        params=params.model_dump(),
        threads=recipe.threads,
        gpu=recipe.device == "auto",
        source=source_digest(model),
    )


def reference_job(params: Params, row: str, replicate: int) -> Job:
    """The job of one run of a reference row."""
    return Job(
        name=f"reference@{row}-{replicate}",
        arguments=("reference", "--row", row, "--replicate", str(replicate)),
        out=f"runs/{cell_name(NO_TASK, row, replicate)}",
        params=params.model_dump(),
        threads=params.train.threads,
    )
