"""A profile: a small overlay of ``params.yaml`` with its hardware, time and expected numbers, strictly read."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from benchmark import params as parameters
from benchmark.params import Params, Value
from deepgrasp.errors import InputError

FOLDER = Path(__file__).parent


class Strict(BaseModel):
    """No unknown keys, no silent conversion, no change after loading."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Expected(Strict):
    """A number of ``leaderboard/summary.json``, how far another run may lie from it, and the inputs that it is for."""

    value: float
    within: Annotated[float, Field(gt=0)] | None = None  # none: as far as a cell trained anew
    modalities: Literal["touch", "pose", "both"] | None = None  # none: those of the profile


class Profile(Strict):
    """One file of this folder; ``committed`` numbers are those of the board that Git has."""

    says: str
    hardware: str
    time: str
    kind: Literal["synthetic", "grab"]  # of the data that the numbers hold for
    temp: bool  # in a folder of its own, so that the workspace stays as it is
    overlay: dict[str, Value] = Field(alias="set")
    expect: Literal["committed"] | dict[Annotated[str, Field(pattern=r"^\w+\..+$")], Expected]  # task.row
    note: str

    @property
    def numbers(self) -> dict[str, Expected]:
        """Those that stand in the file."""
        return {} if self.expect == "committed" else self.expect


def names() -> list[str]:
    """Every profile there is."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load(name: str) -> Profile:
    """Read and check a profile.

    Raises:
        InputError: there is none of that name, or its file has an unknown, missing or mistyped key.
    """
    if name not in names():
        raise InputError(f"profile {name}", "is not there", f"choose from {', '.join(names())}")
    path = FOLDER / f"{name}.yaml"
    try:
        return Profile.model_validate(YAML(typ="safe", pure=True).load(path.read_text()))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "the file"
        raise InputError(f"{path.name}, {key}", first["msg"].lower(), "mend the file") from error


def settings(profile: Profile, overrides: Sequence[str]) -> dict[str, str]:
    """What `dvc exp run -S` is given, by key: the profile's, then the user's ``key=value`` in their place.

    Raises:
        InputError: an override without a value.
    """
    found = {key: written(value) for key, value in profile.overlay.items()}
    for override in overrides:
        key, equals, value = override.partition("=")
        if not equals:
            raise InputError(f"-S {override}", "has no value", "write it as key=value")
        found[key.strip()] = value.strip()
    return found


def written(value: Value) -> str:
    """A value as `-S` takes it."""
    if isinstance(value, list):
        return f"[{','.join(map(written, value))}]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


def overlaid(path: Path, changes: Mapping[str, str]) -> Params:
    """The parameters as an experiment with these settings has them, found wrong before any stage runs.

    Raises:
        InputError: a key that is no parameter, or a value that it does not take.
    """
    parameters.load(path)  # a mistake in the file itself is its own
    values = YAML(typ="safe", pure=True).load(path.read_text())
    for key, text in changes.items():
        _change(values, key, text)
    with TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        with copy.open("w") as file:
            YAML(typ="safe", pure=True).dump(values, file)
        try:
            return parameters.load(copy)
        except InputError as error:
            raise InputError(error.where.replace(str(copy), "-S"), error.problem, error.remedy) from error


def _change(values: dict[str, Any], key: str, text: str) -> None:
    *sections, last = key.split(".")
    for section in sections:
        values = values.get(section) if isinstance(values, dict) else None  # type: ignore[assignment]
    if not isinstance(values, dict) or last not in values:
        raise InputError(f"-S {key}", "is not a parameter", "params.yaml holds them all")
    try:
        values[last] = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        raise InputError(f"-S {key}", f"is {text!r}, which is no value", "write a list as [a,b]") from error
