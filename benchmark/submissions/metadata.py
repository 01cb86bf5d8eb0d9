"""Metadata of an outside submission: the JSON file beside the predictions, its schema and its checks."""

import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from benchmark.data_params import first_complaint
from benchmark.params import Inputs, TrainedOn, Value
from benchmark.pipeline.schema import Cost, DataRecord, Origin, Record, Run, Validation, to_json
from benchmark.submissions.untrusted import check_plain_file, parse_untrusted, printable, seen
from deepgrasp.choices import SplitName
from deepgrasp.errors import InputError
from deepgrasp.store.store import Store
from deepgrasp.tasks import learned

SeenText = Annotated[str, AfterValidator(seen)]
LARGEST_METADATA = 2**20  # bytes: the example of submissions/README.md has 700
_MOST = 10**18  # of a hyper-parameter: a number of hundreds of digits would stand on the page
FORMAT = 1  # of this file alone: what changes in our own results is no outsider's concern
SEE_README = "see submissions/README.md"


class Submission(Record):
    """The metadata of one cell: one training on one fold."""

    model_config = ConfigDict(strict=True, title="Submission to DeepGrasp Bench")

    format: Annotated[int, Field(ge=FORMAT, le=FORMAT, description="version of this format")]
    # it becomes a folder and a key of JSON, and no path may be made of it
    name: Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,39}$", description="of the row; no entrant's")]
    # somebody must answer for numbers that nobody here has made
    authors: Annotated[list[Annotated[SeenText, Field(max_length=100)]], Field(min_length=1, max_length=100)]
    description: Annotated[
        SeenText, Field(min_length=1, max_length=300, description="what the model is, in a sentence")
    ]
    # an address that a browser opens, and no script in its place
    link: Annotated[
        str | None, Field(pattern=r"^https?://[^\s/]\S*$", max_length=300, description="paper or code, https://...")
    ] = None
    # SHA-256: the board's data are named by their content
    data: Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="`hash` in data/graphs/manifest.json")]
    split: SplitName
    inputs: Annotated[Inputs, Field(description="the section of params.yaml")]
    trained_on: Annotated[TrainedOn, Field(description="joint: all at once")]
    replicate: Annotated[int, Field(ge=0, le=9999, description="k: tested on fold k")]
    validation: Annotated[Validation, Field(description="primary metric on fold k's validation part")]
    cost: Annotated[Cost, Field(description="size, multiply-adds a sample, seconds of training, milliseconds a sample")]
    hyperparameters: Annotated[
        dict[str, Value], Field(default_factory=dict, description="keyword arguments of the class, with code")
    ]

    @field_validator("link", "hyperparameters")
    @classmethod
    def _seen(cls, value: Any) -> Any:
        for key, each in value.items() if isinstance(value, dict) else [("", value)]:
            for text in (key, *(each if isinstance(each, list) else [each])):
                if isinstance(text, str) and text:  # an empty one is a choice, too
                    seen(text)
                elif isinstance(text, int) and abs(text) > _MOST:
                    raise ValueError(f"holds a number of more than {_MOST:.0e}")
        return value

    @model_validator(mode="after")
    def _validated(self) -> "Submission":
        # a ValueError becomes one of pydantic's complaints, and is told as they are
        if set(self.validation) != set(self.tasks):
            raise ValueError(f"validation must hold {', '.join(self.tasks)}, the primary metric of each")
        return self

    @property
    def tasks(self) -> tuple[str, ...]:
        """Names of the tasks that the predictions must hold, no more and no fewer."""
        return learned(self.trained_on, self.split)

    @property
    def stem(self) -> str:
        """Name of the submission's files without their endings, see :func:`file_stem`."""
        return file_stem(self.name, self.trained_on, self.replicate)

    def run(self, store: Store, origin: Origin) -> Run:
        """The run that scoring needs, as a record; ``store`` is the one that the predictions were made from."""
        said = self.model_dump(include={"authors", "description", "link"})
        shared = {"split", "trained_on", "replicate", "validation", "hyperparameters"}
        return Run(
            data=DataRecord.of(store),
            inputs=self.inputs.model_dump(),
            model=self.name,
            # a board needs no learning curve, and nobody could check one
            history=[],
            cost=self.cost,
            recipe={},
            provenance=said,
            origin=origin,
            **self.model_dump(include=shared),
        )


def file_stem(name: str, trained_on: str, replicate: int) -> str:
    """Name of a submission's files below ``submissions/``, without their endings."""
    return f"{name}/{trained_on}-{replicate}"


def schema() -> str:
    """The JSON Schema of the metadata, as published in ``submissions/schema.json``."""
    return to_json(Submission.model_json_schema())


def read_metadata(path: Path) -> Submission:
    """The metadata that a JSON file holds, checked field by field.

    Raises:
        InputError: missing, no JSON, of another version, or a field that is missing, unknown or out of range.
    """
    check_plain_file(path, LARGEST_METADATA, "metadata")
    try:
        values = parse_untrusted(path.read_bytes())
        plain = json.dumps(values)
    except (OSError, ValueError) as error:
        raise InputError(path, f"is not JSON ({printable(str(error))})", SEE_README) from None
    # before the fields: a later version may have others, and its file is not malformed
    version = values.get("format", FORMAT) if isinstance(values, dict) else FORMAT
    if isinstance(version, int) and version > FORMAT:
        raise InputError(path, f"is of format {version}, known is {FORMAT}", "update the benchmark")
    try:
        return Submission.model_validate_json(plain)
    except ValidationError as error:
        raise first_complaint(path, error, "is no field", add=SEE_README, remedy=SEE_README, model=Submission) from None
