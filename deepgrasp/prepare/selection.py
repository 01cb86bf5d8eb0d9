"""Selects recordings by exact names of subjects, objects and actions to keep or to drop."""

from collections.abc import Mapping, Sequence

from deepgrasp.errors import InputError, did_you_mean
from deepgrasp.grab.catalogue import GRAB
from deepgrasp.grab.data_root import RecordingFile
from deepgrasp.grab.names import Catalogue, in_order

ChosenNames = Mapping[str, Sequence[str]]  # "subjects", "objects", "actions" -> names; none = no choice made

SELECTION_AXES = ("subjects", "objects", "actions")


def select(
    recordings: Sequence[RecordingFile], keep: ChosenNames, drop: ChosenNames, catalogue: Catalogue = GRAB
) -> list[RecordingFile]:
    """The recordings whose subject, object and action are all kept and none of them dropped, in their order.

    Raises:
        InputError: a name is unknown (``cube`` is no object, ``cubesmall`` is), or nothing is left.
    """
    # in the published code to drop `cube` dropped nothing, without a word: here an unknown name is refused
    # other data roots may have more people than GRAB
    people = in_order([*catalogue.genders, *(recording.name.subject for recording in recordings)])
    known = {"subjects": people, "objects": catalogue.objects, "actions": catalogue.actions}
    for key, choice in (("keep", keep), ("drop", drop)):
        _check(f"prepare.{key}", choice, known)
    left = [recording for recording in recordings if _is_kept(recording, keep, drop)]
    if not left:
        raise InputError("prepare.keep, prepare.drop", "leave no recording", "keep more or drop less")
    return left


def _check(key: str, choice: ChosenNames, known_names: ChosenNames) -> None:
    for axis, names in choice.items():
        if axis not in known_names:
            raise InputError(f"{key}.{axis}", "is not a choice", f"choose from {', '.join(known_names)}")
        for name in names:
            if name not in known_names[axis]:
                raise InputError(f"{key}.{axis}", f"{name!r} is unknown", did_you_mean(name, known_names[axis]))


def _is_kept(recording: RecordingFile, keep: ChosenNames, drop: ChosenNames) -> bool:
    name = recording.name
    values = {"subjects": name.subject, "objects": name.object, "actions": name.action}
    return all(
        # nothing to keep is no choice made, so that everything is kept
        (not keep.get(axis) or value in keep[axis]) and value not in drop.get(axis, ())
        for axis, value in values.items()
    )
