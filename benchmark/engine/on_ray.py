"""The ray engine: Ray Tasks on a cluster that is there, or on one that is started here for the run."""

import os
import signal
from collections.abc import Generator, Hashable, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from benchmark.data_params import PathText
from benchmark.engine.cluster_tasks import attend, cut_jobs
from benchmark.engine.code_source import ElsewhereSettings, code_source, needs
from benchmark.engine.jobs import Done, Job
from deepgrasp.errors import InputError, in_a_line
from deepgrasp.processes import allowed_cores

_ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing is sent to anybody
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # a task without a GPU leaves CUDA_VISIBLE_DEVICES alone
}


class RaySettings(ElsewhereSettings):
    """Settings of the ray engine.

    Attributes:
        address: of a cluster, such as ``auto`` or ``10.0.0.1:6379`` (default: one is started on this machine).
        cpus: that a cell gets (default: its ``train.threads``).
        gpus: that a cell gets, if it trains on one; 0.25 lets four share one.
    """

    address: PathText | None = None
    cpus: Annotated[float, Field(gt=0)] | None = None
    gpus: Annotated[float, Field(gt=0)] = 1.0


class OnRay:
    """Each task makes some cells in a clone of the commit that its node has."""

    def __init__(self, settings: RaySettings) -> None:
        needs("ray", "ray")
        self.settings = settings
        self.workers = 1  # tasks at once, once it runs

    def run(self, jobs: Sequence[Job], root: Path) -> Generator[Done, None, None]:
        """Ends of jobs, one a job, as Ray's tasks come to an end; see :meth:`benchmark.engine.jobs.Engine.run`.

        Raises:
            InputError: Ray cannot be started or reached.
        """
        if not jobs:
            return
        about, jobs, storage = code_source(jobs, root, self.settings)
        os.environ.update(_ENVIRONMENT)
        import ray
        from ray import cloudpickle

        from benchmark.engine import start_elsewhere

        # the node may not have our code
        cloudpickle.register_pickle_by_value(start_elsewhere)
        here = {"num_cpus": allowed_cores(), "include_dashboard": False}
        options = {"address": self.settings.address} if self.settings.address else {"address": "local", **here}
        heeded = signal.getsignal(signal.SIGTERM)
        try:
            ray.init(**options, log_to_driver=False, configure_logging=False)
        except Exception as error:  # Ray raises that itself where it waits in vain
            where = f"ray at {self.settings.address}" if self.settings.address else "ray"
            raise InputError(where, in_a_line(error), "see `ray status`, or try again when less runs") from None
        signal.signal(signal.SIGTERM, heeded)  # Ray's own would exit at once, and the command's end is ours to tell
        room = ray.cluster_resources().get("CPU", 1.0) // max(self.settings.cpus or job.threads for job in jobs)
        tasks = cut_jobs(jobs, self.settings.cells)
        self.workers = max(1, min(int(room), len(tasks)))
        cluster = _Tasks(about.to_json(), self.settings)
        try:
            yield from attend(tasks, cluster, storage, root)
        finally:
            cluster.cancel()
            ray.shutdown()


class _Tasks:
    """Ray Tasks; each hands over the ends of its jobs as they come."""

    def __init__(self, about: str, settings: RaySettings) -> None:
        import ray

        from benchmark.engine.start_elsewhere import boot_on_ray

        self.about, self.settings = about, settings
        # no retries of Ray's own: it would begin the whole task anew, with the cells that are done
        self.function = ray.remote(num_returns="streaming", max_retries=0)(boot_on_ray)
        self.running: dict[Any, None] = {}

    def submit(self, tasks: Sequence[Sequence[Job]]) -> list[Hashable]:
        """See :class:`benchmark.engine.cluster_tasks.Cluster`."""
        found: list[Hashable] = []
        for task in tasks:
            function = self.function.options(**self._resources(task[0]))  # all of a task need the same
            handle = function.remote(self.about, [job.to_json() for job in task])
            self.running[handle] = None
            found.append(handle)
        return found

    def _resources(self, job: Job) -> dict[str, float]:
        import ray

        asked = {"CPU": self.settings.cpus or job.threads, "GPU": self.settings.gpus if job.gpu else 0.0}
        nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
        if not any(node.get("GPU") for node in nodes):
            asked["GPU"] = 0.0  # device auto: a GPU where there is one
        # Ray would wait for such a node for ever
        if not any(all(node.get(name, 0.0) >= number for name, number in asked.items()) for node in nodes):
            told = " and ".join(f"{number:g} {name}" for name, number in asked.items() if number)
            raise InputError("ray", f"no node of the cluster has {told}", "set `cpus` or `gpus` of the engine lower")
        return {"num_cpus": asked["CPU"], "num_gpus": asked["GPU"]}

    def wait(self) -> tuple[Hashable, Done | None, str]:
        """See :class:`benchmark.engine.cluster_tasks.Cluster`."""
        import ray

        (task,), _ = ray.wait(list(self.running), num_returns=1)  # the first that has an end to tell
        try:
            return task, Done.from_json(ray.get(next(task))), ""
        except StopIteration:
            how = "it ended early"
        except ray.exceptions.RayError as error:
            how = in_a_line(getattr(error, "cause", None) or error).removeprefix("RuntimeError: ")
        del self.running[task]
        return task, None, how

    def cancel(self) -> None:
        """End what still runs."""
        import ray

        for task in self.running:
            ray.cancel(task, force=True)
