"""The one place that chooses an engine: by its name, with the settings of a file."""

from pathlib import Path
from typing import Any, Literal, TypeVar

from benchmark.data_params import Section, checked
from benchmark.engine.jobs import Engine
from deepgrasp.errors import InputError
from deepgrasp.yaml_file import read_yaml

EngineName = Literal["local", "ray", "slurm"]
S = TypeVar("S", bound=Section)


def engine(name: EngineName, config: Path | None = None, **given: Any) -> Engine:
    """The engine of that name.

    Args:
        config: a YAML file with the settings of this engine (default: those that it has by itself).
        given: settings that stand over the file's.

    Raises:
        InputError: the file or a setting is wrong, or a package of the engine is not installed.
    """
    if name != "local" and given.get("workers") is not None:
        problem, remedy = "is for workers on this machine", f"leave it out: {name} knows how many it can run"
        raise InputError("--jobs", problem, remedy)
    # an option that was not given must not stand over the file's
    values = (read_yaml(config) if config else {}) | {key: value for key, value in given.items() if value is not None}
    where = config or Path("--engine-config")
    # imported here: ray and submitit are extras
    if name == "local":
        from benchmark.engine.local import Local, LocalSettings

        return Local(checked(LocalSettings, values, where))
    if name == "ray":
        from benchmark.engine.on_ray import OnRay, RaySettings

        return OnRay(checked(RaySettings, values, where))
    from benchmark.engine.on_slurm import OnSlurm, SlurmSettings

    return OnSlurm(checked(SlurmSettings, values, where))
