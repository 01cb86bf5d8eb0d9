"""``release.json``: what a release holds, as a record that is checked when it is read."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from benchmark.pipeline.schema import DataRecord, Record, RecordedInputs, RecordedSplit, TaskName, TrainedOn, parse
from deepgrasp.errors import InputError
from deepgrasp.files import check_is_file
from deepgrasp.library.checksums import PATH, sha256

RELEASE_FILE = "release.json"
_SCHEMA = 1  # of this file alone: raised when a field changes its meaning

Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Name = Annotated[str, Field(pattern=f"^{PATH}$", max_length=300)]  # below the folder, never above


class Released(Record):
    """One file: where it lies in the folder, and what its bytes are."""

    path: Name
    bytes: Annotated[int, Field(ge=0)]
    sha256: Hash

    @classmethod
    def of(cls, folder: Path, path: Path) -> "Released":
        """The record of a file below the release's folder."""
        return cls(path=path.relative_to(folder).as_posix(), bytes=path.stat().st_size, sha256=sha256(path))


class ReleasedCell(Record):
    """One cell: which training it is, which tasks it answers, its weights and its raw answers on the tested people."""

    trained_on: TrainedOn
    model: Annotated[str, Field(min_length=1, max_length=100)]
    replicate: Annotated[int, Field(ge=0, le=9999)]
    tasks: Annotated[list[TaskName], Field(min_length=1)]
    checkpoint: Released | None
    predictions: Released


class ReleaseRecord(Record):
    """The whole release: version, commit, the terms of its scores, and its cells."""

    schema_version: Annotated[int, Field(ge=_SCHEMA, le=_SCHEMA)] = _SCHEMA
    name: Literal["DeepGrasp Bench"] = "DeepGrasp Bench"
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    commit: Annotated[str, Field(pattern="^[0-9a-f]{40,64}$")] | None
    dirty: bool | None
    licence: str
    data: DataRecord
    split: RecordedSplit
    inputs: RecordedInputs
    cells: Annotated[list[ReleasedCell], Field(min_length=1)]


def read_release(folder: Path) -> ReleaseRecord:
    """The record of a release's folder.

    Raises:
        InputError: there is none, or one that was damaged or is of another version of this format.
    """
    path = folder / RELEASE_FILE
    check_is_file(path)
    try:
        # not the remedy of other records, to run the pipeline again: who has got a folder has none
        return parse(ReleaseRecord, path.read_bytes(), path, "get the release again")
    except FileNotFoundError:  # of which `check_is_file` says nothing
        raise InputError(folder, f"is no release: it has no {RELEASE_FILE}", "name a release's folder") from None
