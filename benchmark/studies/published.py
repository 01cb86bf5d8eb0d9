"""The published tables I-III: their figures, and the overrides that ask the same of our entrants."""

from dataclasses import dataclass

from benchmark.overrides import override
from deepgrasp.choices import POSE, TOUCH
from deepgrasp.errors import InputError
from deepgrasp.tasks.action import TASK as ACTION
from deepgrasp.tasks.body import TASK as BODY
from deepgrasp.tasks.object import TASK as OBJECT
from deepgrasp.tasks.task import joint_key


@dataclass(frozen=True)
class Line:
    """One row of a table.

    Attributes:
        setting: the overrides that ask for it; rows with the same share one setting.
        metric: the key of ours that stands beside the published figures.
        recurrent, attention: published, in per cent or centimetres; None where there is no figure.
    """

    label: str
    setting: tuple[str, ...]
    metric: str
    recurrent: float | None = None
    attention: float | None = None


@dataclass(frozen=True)
class PublishedTable:
    """One table: every row is asked by training on its task alone."""

    number: str
    title: str
    task: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()


def _seen(modalities: str, hands: str, *more: str) -> tuple[str, ...]:
    # overrides, not parameters: a line of a table is asked in the words that a user would give after -S
    return override("inputs.modalities", modalities), override("inputs.hands", hands), *more


def _object(seen: str, hands: str, recurrent: float | None = None, attention: float | None = None) -> Line:
    label = f"{'touch + pose' if seen == 'both' else seen}, {'both hands' if hands == 'both' else f'{hands} hand'}"
    return Line(label, _seen(seen, hands), "accuracy", recurrent, attention)


_POSE = _seen(POSE, "both")
# centimetres, table III
_JOINTS = {  # right and left of the recurrent network, then of the attention network
    "collar": ((1.99, 2.41), (1.35, 1.32)),
    "shoulder": ((4.74, 6.26), (2.49, 3.16)),
    "elbow": ((11.49, 9.46), (6.68, 5.81)),
    "wrist": ((14.79, 14.29), (7.56, 6.98)),
}

PUBLISHED_TABLES: dict[str, PublishedTable] = {
    table.number: table
    for table in (
        PublishedTable(
            "I",
            "object classification, 51 classes",
            OBJECT.name,
            (
                _object("both", "both", 18.71, 40.65),
                _object(TOUCH, "both", 14.19, 35.48),
                _object(POSE, "both", 23.87, 35.98),
                _object("both", "right", 17.42),
                _object(TOUCH, "right", attention=36.25),
                _object(POSE, "right", attention=34.25),
                # left alone: nobody published it, and it completes the grid
                _object("both", "left"),
                _object(TOUCH, "left"),
                _object(POSE, "left"),
            ),
        ),
        PublishedTable(
            "II",
            "action recognition, pose of both hands",
            ACTION.name,
            (
                # use, pass, lift, off-hand
                Line("4 intents", _POSE, "accuracy", attention=91.85),
                Line(
                    "lift against pass",
                    (*_POSE, override("prepare.keep.actions", ("lift", "pass"))),
                    "accuracy",
                    attention=98.28,
                ),
            ),
            ("Our networks keep four outputs where only lift and pass are left.",),
        ),
        PublishedTable(
            "III",
            "body localisation",
            BODY.name,
            (
                Line("arms, average", _POSE, BODY.primary, 14.91, 7.39),
                *(
                    Line(f"{part}, {side}", _POSE, joint_key(f"{side}_{part}"), recurrent[k], attention[k])
                    for part, (recurrent, attention) in _JOINTS.items()
                    for k, side in enumerate(("right", "left"))
                ),
            ),
            (
                "The published inputs are not stated: ours are the pose of both hands.",
                "Ours averages all 38 joints of arms and hands (MPJPE). Which joints the published average takes is not"
                " stated; the recurrent network's lies above each of the eight joints below it, so the fingers must be"
                " among them.",
            ),
        ),
    )
}
"""By number. Rows without a published figure complete the grid of inputs and hands."""


def chosen_tables(numbers: list[str]) -> list[PublishedTable]:
    """The tables of these numbers, all of them where none is named.

    Raises:
        InputError: a number that no table has.
    """
    for number in numbers:
        if number not in PUBLISHED_TABLES:
            raise InputError(
                f"table {number}", "is not one of the published", f"choose from {', '.join(PUBLISHED_TABLES)}"
            )
    # each once, in the order asked
    return [PUBLISHED_TABLES[number] for number in dict.fromkeys(numbers or PUBLISHED_TABLES)]
