"""What is written down of a probed cell: scores by person and strength, pulls of the senses, drift, silenced nodes."""

from typing import Annotated

from pydantic import Field

from benchmark.pipeline.schema import Number, Record, TaskName, TrainedOn, Vector

_SCHEMA = 1
NumberByPerson = Annotated[dict[str, Number], Field(min_length=1)]


class Pulled(Record):
    """Sums over a person's recordings: how far answers moved towards the partner's, and how far they could; squares."""

    # sums and no ratio: the weight of a block is one of sums over all of its people
    moved: Number
    apart: Number


class FollowedSenses(Record):
    """Pulls of touch and of posture under an exchange of touch, by person, and the share that had a partner."""

    touch: dict[str, Pulled]
    pose: dict[str, Pulled]
    paired: Annotated[float, Field(ge=0, le=1)]


class Drifted(Record):
    """A person's mean drift, centimetres.

    Attributes:
        moved: how far the estimated hand moved: inwards (to the body's middle), up, and to the front.
        imposed: how far the posture that is seen would move it.
        size: how far the estimate moved, whichever way.
        along: how far it moved in the imposed direction.
        asked: how far the posture that is seen would move it: the length of that way.
    """

    moved: Vector
    imposed: Vector
    size: Number  # of each recording before the mean: ways in all directions would cancel in ``moved``
    along: Number
    asked: Number


class Where(Record):
    """Importance of each joint and patch, by person, in the order of ``places``.

    Attributes:
        recordings: how many were asked.
        clean: the primary metric with nothing silenced.
        silenced: the primary metric with each place silenced.
        attributed: by how much each place lowers the loss, by integrated gradients.
    """

    places: list[str]
    recordings: int
    clean: NumberByPerson
    # scores and no differences: what is lost is told in skill, whose scale the board has
    silenced: dict[str, list[Number]]
    attributed: dict[str, list[Number]]


class TaskProbes(Record):
    """Probes of one task of a cell: scores under each perturbation, senses followed, drift and places.

    Attributes:
        clean: the primary metric without any perturbation, by person: that of the board.
        scores: by perturbation and then strength, as text.
        followed: by perturbation, of exchanges.
        drift: by perturbation and strength, of a task of joint positions.
    """

    clean: NumberByPerson
    scores: dict[str, dict[str, NumberByPerson]]
    followed: dict[str, FollowedSenses]
    drift: dict[str, dict[str, dict[str, Drifted]]]
    where: Where | None  # None of reference rows: silencing is asked of networks alone


class CellProbes(Record):
    """Record of the probes of one cell: which cell it is, and what came of each of its tasks.

    Attributes:
        apart: the largest difference between what was answered here without a perturbation and what the run stored; 0
            on the machine that trained it.
    """

    schema_version: Annotated[int, Field(ge=_SCHEMA, le=_SCHEMA)] = _SCHEMA
    trained_on: TrainedOn
    model: str
    replicate: int
    data: str
    oracle: bool
    apart: Annotated[float, Field(ge=0)]
    tasks: dict[TaskName, TaskProbes]
