"""Selects recordings by exact names of subjects, objects and actions to keep or to drop."""

import difflib
from collections.abc import Mapping, Sequence

from deepgrasp.errors import InputError
from deepgrasp.grab.catalogue import ACTIONS, OBJECTS, SUBJECTS
from deepgrasp.grab.data_root import RecordingFile

ChosenNames = Mapping[str, Sequence[str]]  # "subjects", "objects", "actions" -> names; none = no choice made

KNOWN_NAMES: dict[str, tuple[str, ...]] = {"subjects": SUBJECTS, "objects": OBJECTS, "actions": ACTIONS}


def select(recordings: Sequence[RecordingFile], keep: ChosenNames, drop: ChosenNames) -> list[RecordingFile]:
    """The recordings whose subject, object and action are all kept and none of them dropped, in their order.

    Raises:
        InputError: a name is unknown (``cube`` is no object, ``cubesmall`` is), or nothing is left.
    """
    # in the published code to drop `cube` dropped nothing, without a word: here an unknown name is refused
    for key, choice in (("keep", keep), ("drop", drop)):
        _check(f"prepare.{key}", choice)
    left = [recording for recording in recordings if _is_kept(recording, keep, drop)]
    if not left:
        raise InputError("prepare.keep, prepare.drop", "leave no recording", "keep more or drop less")
    return left


def _check(key: str, choice: ChosenNames) -> None:
    for axis, names in choice.items():
        if axis not in KNOWN_NAMES:
            raise InputError(f"{key}.{axis}", "is not a choice", f"choose from {', '.join(KNOWN_NAMES)}")
        for name in names:
            if name not in KNOWN_NAMES[axis]:
                # names that begin alike first: whoever writes `cube` means one of its sizes
                close = [known for known in KNOWN_NAMES[axis] if known.startswith(name)]
                close = close or difflib.get_close_matches(name, KNOWN_NAMES[axis], n=3) or list(KNOWN_NAMES[axis])
                raise InputError(f"{key}.{axis}", f"{name!r} is unknown", f"did you mean {' or '.join(close)}?")


def _is_kept(recording: RecordingFile, keep: ChosenNames, drop: ChosenNames) -> bool:
    name = recording.name
    values = {"subjects": name.subject, "objects": name.object, "actions": name.action}
    return all(
        # nothing to keep is no choice made, so that everything is kept
        (not keep.get(axis) or value in keep[axis]) and value not in drop.get(axis, ())
        for axis, value in values.items()
    )
