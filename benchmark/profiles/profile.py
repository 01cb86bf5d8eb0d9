"""A profile: a small overlay of ``params.yaml`` with its hardware, time and expected numbers, strictly read."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from benchmark.data_params import first_complaint
from benchmark.overrides import override
from benchmark.params import Value
from deepgrasp.choices import Modalities
from deepgrasp.errors import InputError
from deepgrasp.yaml_file import read_yaml

PROFILES_FOLDER = Path(__file__).parent


class Strict(BaseModel):
    """No unknown keys, no silent conversion, no change after loading."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Expected(Strict):
    """A number of ``leaderboard/summary.json``, how far another run may lie from it, and the inputs that it is for."""

    value: float
    within: Annotated[float, Field(gt=0)] | None = None  # none: as far as a cell trained anew
    modalities: Modalities | None = None  # none: those of the profile


class Profile(Strict):
    """One file of this folder; ``committed`` numbers are those of the board that Git has."""

    says: str
    hardware: str
    time: str
    kind: Literal["synthetic", "grab"]  # of the data that the numbers hold for
    temp: bool  # in a folder of its own, so that the workspace stays as it is
    # `set` in the file, but that is a type's name in Python
    overlay: dict[str, Value] = Field(alias="set")
    board: Annotated[str, Field(pattern=r"^boards/[a-z]+$")] | None = None  # where its board is copied to
    expect: Literal["committed"] | dict[Annotated[str, Field(pattern=r"^\w+\..+$")], Expected]  # task.row
    note: str

    @property
    def numbers(self) -> dict[str, Expected]:
        """The expected numbers that the profile's file holds; empty where the committed board has them."""
        return {} if self.expect == "committed" else self.expect


def profile_names() -> list[str]:
    """Names of all profiles, sorted."""
    return sorted(path.stem for path in PROFILES_FOLDER.glob("*.yaml"))


def load_profile(name: str) -> Profile:
    """Read and check a profile.

    Raises:
        InputError: there is none of that name, or its file has an unknown, missing or mistyped key.
    """
    if name not in profile_names():
        raise InputError(f"profile {name}", "is not there", f"choose from {', '.join(profile_names())}")
    path = PROFILES_FOLDER / f"{name}.yaml"
    try:
        return Profile.model_validate(read_yaml(path))
    except ValidationError as error:
        raise first_complaint(path.name, error, "is no key", "add it", "mend the file", Profile) from error


def profile_overrides(profile: Profile, overrides: Sequence[str]) -> list[str]:
    """Overrides for `dvc exp run -S`: the profile's, each replaced by the user's ``key=value`` of the same key."""
    own = {key: override(key, value) for key, value in profile.overlay.items()}
    return list((own | {text.partition("=")[0]: text for text in overrides}).values())
