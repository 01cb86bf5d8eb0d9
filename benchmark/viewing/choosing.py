"""Which recordings are looked at: those that are named, or all that a person, object, intent or answer picks out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from benchmark.viewing.cells import AnsweredCell
from deepgrasp.errors import InputError
from deepgrasp.grab.data_root import RecordingFile
from deepgrasp.prepare.selection import select
from deepgrasp.view.recorded_scene import Recordings


@dataclass(frozen=True)
class Wish:
    """What is looked for; nothing named is no choice made.

    Attributes:
        named: recordings by name; the other choices narrow these, too.
        answers: of a cell that is asked for a class, those that it names rightly or wrongly.
        count: so many of the first cell's best or worst.
        end: which of the two.
    """

    named: Sequence[str] = ()
    subjects: Sequence[str] = ()
    objects: Sequence[str] = ()
    intents: Sequence[str] = ()
    answers: Literal["", "right", "wrong"] = ""
    count: int | None = None
    end: Literal["best", "worst"] = "worst"


def chosen_recordings(recordings: Recordings, wish: Wish, cells: Sequence[AnsweredCell]) -> list[str]:
    """Names of the recordings that are wished for, in the order of the data root, or the best or the worst first.

    Raises:
        InputError: a name is unknown, nothing is left, or a wish needs a cell that is not there.
    """
    files: list[RecordingFile] = [recordings.find(name) for name in wish.named] or list(recordings.files)
    keep = {"subjects": wish.subjects, "objects": wish.objects, "actions": wish.intents}
    try:
        found = [file.id for file in select(files, keep, {}, recordings.catalogue)]
    except InputError as error:  # which names keys of params.yaml
        raise InputError("--subject, --object, --intent", error.problem, error.remedy) from None
    if (wish.answers or wish.count) and not cells:
        raise InputError("--best, --worst, --right, --wrong", "of whose answers?", "name a cell: --cell pose/best/0")
    # all cells must have been asked about what is shown
    for cell in cells:
        # who names a recording is told that it is not tested; of all that fit, those that are not are left out
        if wish.named:
            for name in found:
                cell.place(name)
        tested = set(cell.made.sequences)
        found = [name for name in found if name in tested]
    if wish.answers:
        found = [name for name in found if (name in cells[0].right) == (wish.answers == "right")]
    if wish.count:
        merits = cells[0].merits
        # by name where two are equal: the same choice each time
        found.sort(key=lambda name: (merits[name] if wish.end == "worst" else -merits[name], name))
        found = found[: wish.count]
    if not found:
        raise InputError("view", "no recording is left of all these choices", "choose less narrowly")
    return found
