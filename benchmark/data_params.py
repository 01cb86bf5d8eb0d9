"""The sections of ``params.yaml`` that make the data, without the tasks; and how any section is read and checked.

They stand apart so that ``synthesize`` and ``prepare`` do not depend on what the data are used for: a change of a score
makes no data anew.
"""

import difflib
import re
import reprlib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from deepgrasp.choices import DEFAULT_PEOPLE, DEFAULT_RECORDINGS, Damaged, Extra, Frame, ScaleName, Sizes, Window
from deepgrasp.errors import InputError
from deepgrasp.yaml_file import read_yaml

PARAMS = Path("params.yaml")
# keys of the file that are read by what comes after the data
OTHERS = ("split", "inputs", "train", "entrants", "models", "grid")
PositiveInt = Annotated[int, Field(gt=0)]
PathText = Annotated[str, Field(pattern=r"^[^\x00]+$")]


class Section(BaseModel):
    """A part of the file: no unknown keys, no silent conversion ("16" is not 16), no change after loading."""

    # frozen: what a run records is what it was trained with
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


S = TypeVar("S", bound=Section)


class DataPaths(Section):
    """Section ``data``: the folders of the recordings and of the body models."""

    # text, as it was written: DVC compares it, and `-S` replaces it
    root: PathText
    models: PathText


class Synthetic(Section):
    """Section ``synthetic``: how much of the stand-in is made; ``recordings`` are of each person."""

    seed: Annotated[int, Field(ge=0)]
    scale: ScaleName
    people: Annotated[int, Field(ge=1, le=1000)]
    recordings: Annotated[int, Field(ge=32, le=128)]  # fewer would leave out pairs of object and intent; more, repeat

    @field_validator("people", "recordings")
    @classmethod
    def _of_default_alone(cls, value: int, info: ValidationInfo) -> int:
        # told, not ignored: whoever asks for forty people must not get ten
        scale, own = (
            info.data.get("scale", "default"),
            {"people": DEFAULT_PEOPLE, "recordings": DEFAULT_RECORDINGS}[str(info.field_name)],
        )
        if scale != "default" and value != own:
            raise ValueError(f"scale {scale} has its own number: leave {own}, or choose scale default")
        return value


class Choice(Section):
    """Sections ``prepare.keep`` and ``prepare.drop``: exact names of what is kept or dropped."""

    # an empty list is no choice: all are kept, none is dropped
    subjects: list[str]
    objects: list[str]
    actions: list[str]


class Prepare(Section):
    """Section ``prepare``: how recordings become the windows of a graph store."""

    window: Window
    frames: PositiveInt | Literal["full"]
    frame: Frame
    sizes: Sizes
    damaged: Damaged
    keep: Choice
    drop: Choice
    extras: list[Extra]


class DataParams(Section):
    """Sections of ``params.yaml`` by which the data are made: ``data``, ``synthetic`` and ``prepare``."""

    data: DataPaths
    synthetic: Synthetic
    prepare: Prepare


def load_data_params(path: Path = PARAMS) -> DataParams:
    """Read and check the sections that make the data; of the others only their names.

    Raises:
        InputError: the file is missing, is no YAML, or a key is unknown, mistyped, missing or out of range.
    """
    values = read_yaml(path)
    # a misspelt name of a section stays, and is refused
    return checked(DataParams, {key: value for key, value in values.items() if key not in OTHERS}, path)


def checked(section: type[S], values: Any, path: Path, prefix: str = "") -> S:
    """The section with these values; ``prefix`` is the key that the section stands under, with a dot behind it.

    Raises:
        InputError: a key is unknown, mistyped, missing or out of range.
    """
    try:
        return section.model_validate(values)
    except ValidationError as error:
        remedy = "check the spelling in the original params.yaml"
        raise first_complaint(path, error, "is not a parameter", "add it", remedy, section, prefix=prefix) from None


def first_complaint(
    where: object,
    error: ValidationError,
    unknown: str,
    add: str,
    remedy: str,
    model: type[BaseModel],
    prefix: str = "",
) -> InputError:
    """One error from pydantic's list, in the words of whoever reads: of an unknown key, a missing one, a bad value.

    Args:
        unknown: what a key is that nobody knows.
        add: the remedy for a missing key.
        remedy: that for an unknown key, unless the ``model`` has one there that is like it.
    """
    found = error.errors()

    def urgency(complaint: Any) -> tuple[bool, int]:
        # a misspelt key before the missing one that it was meant to be, False < True; then what is wrong inside of a
        # section before the section, which could as well have been a number
        return complaint["type"] != "extra_forbidden", -len(_keys(complaint["loc"]))

    first = min(found, key=urgency)
    place = _keys(first["loc"])
    key = f"{where}, {prefix}{'.'.join(map(str, place)) or 'the file'}"
    if first["type"] == "extra_forbidden":
        close = difflib.get_close_matches(str(place[-1]), _fields(model, place), 1, 0.4)
        return InputError(key, unknown, f"did you mean {close[0]}?" if close else remedy)
    if first["type"] == "missing":
        return InputError(key, "is missing", add)
    # shortened: a whole section may stand where a number should
    problem = "is malformed" if isinstance(first["input"], dict) else f"is {_shortened(first['input'])}"
    if first["loc"] and first["loc"][-1] == "[key]":
        return InputError(key, "is a key that is no word", "put it in quotes, or take it out")
    same = [each["msg"] for each in found if _keys(each["loc"])[: len(place)] == place]
    # our own words say all that is possible; pydantic's come one for each kind
    ours = [message for message in same if message.startswith("Value error, ")]
    wanted = " or ".join(dict.fromkeys(ours or same)).replace("or Input should be ", "or ")
    wanted = re.sub(r"a valid dictionary( or instance of \w+)?", "a section with keys of its own", wanted)
    wanted = wanted.removeprefix("Value error, ")
    # first letters alone, as they stand in the middle of a line: in a pattern capitals matter
    wanted = re.sub(r"(^|\bor )([A-Z])(?=[a-z])", lambda found: found[1] + found[2].lower(), wanted)
    return InputError(key, problem, wanted)


def _shortened(value: object) -> str:
    # to be recognised, not typed again: of a long list the first items will do, but words stand as YAML has them
    return {"None": "null", "True": "true", "False": "false"}.get(said := reprlib.repr(value), said)


_KIND = re.compile(r"bool|int|float|str|none|(constrained|literal|list|dict|function)[-\[].*|\[key\]")


def _keys(place: Iterable[int | str]) -> tuple[int | str, ...]:
    # of a value that may be of several kinds pydantic complains once for each, and puts the kind behind the key
    return tuple(name for name in place if not _KIND.fullmatch(str(name)))


def _fields(model: type[BaseModel], place: Iterable[int | str]) -> Iterable[str]:
    """Names of the keys that may stand beside the one at this place."""
    *outer, _ = place
    for name in outer:
        inner = getattr(model.model_fields.get(str(name)), "annotation", None)
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return ()
        model = inner
    return model.model_fields
