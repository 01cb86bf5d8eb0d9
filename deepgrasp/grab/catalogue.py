"""Names in GRAB: subjects, objects, their sizes, intents, and how recordings are called."""

import difflib
import re
from collections.abc import Iterable

from deepgrasp.choices import Sizes
from deepgrasp.errors import InputError
from deepgrasp.grab.names import Catalogue, SequenceName

# Every npz says the gender too. It stands here because it is a part of paths (tools/subject_meshes/male), which must
# be known before a recording is opened; the reader then compares the two.
GENDERS: dict[str, str] = {
    **dict.fromkeys(("s1", "s2", "s8", "s9", "s10"), "male"),
    **dict.fromkeys(("s3", "s4", "s5", "s6", "s7"), "female"),
}
SUBJECTS: tuple[str, ...] = tuple(f"s{k}" for k in range(1, 11))
_SUBJECT = re.compile(r"s[1-9]\d{0,5}")  # other data roots may have more people than GRAB, called alike
# from the public index of GRAB; the paper (Taheri et al. 2020) counts 1334
RECORDED: dict[str, int] = dict(zip(SUBJECTS, (198, 93, 125, 113, 106, 148, 120, 162, 125, 145), strict=True))
"""Recordings that GRAB has of each subject, 1335 in all."""

SHAPES = ("cube", "cylinder", "pyramid", "sphere", "torus")  # each in three sizes
_SIZES = ("large", "medium", "small")
# 51 classes with sizes apart, as published; 41 with sizes merged, where only the shape is asked
FAMILIES: dict[str, str] = {f"{shape}{size}": shape for shape in SHAPES for size in _SIZES}

# fmt: off
EVERYDAY: tuple[str, ...] = (
    "airplane", "alarmclock", "apple", "banana", "binoculars", "bowl", "camera", "cup", "doorknob", "duck",
    "elephant", "eyeglasses", "flashlight", "flute", "fryingpan", "gamecontroller", "hammer", "hand", "headphones",
    "knife", "lightbulb", "mouse", "mug", "phone", "piggybank", "scissors", "stamp", "stanfordbunny", "stapler",
    "teapot", "toothbrush", "toothpaste", "train", "watch", "waterbottle", "wineglass",
)
# fmt: on
OBJECTS: tuple[str, ...] = tuple(sorted((*EVERYDAY, *FAMILIES)))
"""The 51 objects of GRAB."""

ACTIONS: tuple[str, ...] = ("use", "pass", "lift", "offhand")
"""The four intents, in class order."""
# GRAB has 580 recordings of use, 414 of pass, 274 of lift and 67 of offhand. The order stands here and in the manifest
# and is never that of a folder's listing, which differs from one file system to the next.

# fmt: off
# From the names of files. The key motion_intent inside them differs in places: flashlight_on_1 says switchON.
USES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys((*FAMILIES, "duck", "elephant", "stanfordbunny"), ("inspect",)),
    "airplane": ("fly",), "alarmclock": ("see",), "apple": ("eat",), "banana": ("eat", "peel"),
    "binoculars": ("see",), "bowl": ("drink",), "camera": ("browse", "takepicture"), "cup": ("drink", "pour"),
    "doorknob": ("use", "use_fun"), "eyeglasses": ("clean", "wear"), "flashlight": ("on",), "flute": ("play",),
    "fryingpan": ("cook",), "gamecontroller": ("play",), "hammer": ("use",), "hand": ("inspect", "shake"),
    "headphones": ("use",), "knife": ("chop", "peel"), "lightbulb": ("screw",), "mouse": ("use",),
    "mug": ("drink", "toast"), "phone": ("call",), "piggybank": ("use",), "scissors": ("use",),
    "stamp": ("stamp",), "stapler": ("staple",), "teapot": ("pour",), "toothbrush": ("brush",),
    "toothpaste": ("squeeze",), "train": ("play",), "watch": ("set",),
    "waterbottle": ("drink", "open", "pour", "shake"), "wineglass": ("drink", "toast"),
}
"""Motions of each object in GRAB's file names, besides lift, pass and offhand: all of these have the intent `use`."""

WITHOUT: dict[str, frozenset[str]] = {
    "lift": frozenset(("lightbulb", "pyramidsmall", "scissors")),
    "pass": frozenset(("doorknob",)),
    "offhand": frozenset((
        "doorknob", "hammer", "knife", "lightbulb", "pyramidsmall", "teapot", "toothbrush", "toothpaste", "toruslarge",
    )),
}
"""Objects of which GRAB has no recording, by intent."""
# fmt: on

MOTIONS: tuple[str, ...] = tuple(sorted({*ACTIONS, *(motion for motions in USES.values() for motion in motions)}))
"""Every motion that a file name may have, with any object: a lab may have recorded what GRAB has not."""

# what other public lists of GRAB write for a motion: the nearest by meaning, which spelling does not tell
_ELSEWHERE = {"pick_all": "lift", "pick": "lift", "switchON": "on"}

# the motion takes as little as it can, so that the _1 of use_fun_1 is the take and not a part of the motion
_NAME = re.compile(r"(?P<object>[a-z]+)_(?P<motion>[A-Za-z]+(?:_[A-Za-z]+)*?)(?:_(?P<take>\d+))?(?P<retake>_Retake)?")


def is_subject(name: str) -> bool:
    """Whether this may be a person's name: s and a number, as in GRAB, which has ``s1`` to ``s10``."""
    return _SUBJECT.fullmatch(name) is not None


def parse_name(subject: str, stem: str) -> SequenceName:
    """Subject, object, motion and take of a recording, from its folder and its file name without ``.npz``.

    Raises:
        InputError: the subject, the object, the motion or the form of the name is not GRAB's.
    """
    where = f"{subject}/{stem}"
    if not is_subject(subject):
        raise InputError(where, f"unknown subject {subject!r}", "sequences lie in folders s1, s2, ...")
    match = _NAME.fullmatch(stem)
    if match is None:
        raise InputError(where, "not a sequence's name", "expected <object>_<action>[_<take>][_Retake].npz")
    name, motion = match["object"], match["motion"]
    if name not in OBJECTS:
        raise InputError(where, f"unknown object {name!r}", _nearest(name, OBJECTS))
    # Whatever is not lift, pass or offhand has the intent `use`: a name that is spelt otherwise would be a wrong label.
    if motion not in MOTIONS:
        remedy = f"did you mean {_ELSEWHERE[motion]}?" if motion in _ELSEWHERE else _nearest(motion, MOTIONS)
        raise InputError(where, f"unknown motion {motion!r}", remedy)
    take = None if match["take"] is None else int(match["take"])
    action = motion if motion in ACTIONS else "use"
    return SequenceName(subject, name, motion, action, take, match["retake"] is not None)


def _nearest(name: str, known: Iterable[str]) -> str:
    """What to do about an unknown name: the known one that it was meant for, if there is one, or where they all are."""
    # without case: Lift is one slip of the shift key away from lift
    close = difflib.get_close_matches(name.lower(), sorted(known), n=3)
    return f"did you mean {' or '.join(close)}?" if close else "GRAB's are in deepgrasp/grab/catalogue.py"


def object_class(name: str, sizes: Sizes) -> str:
    """The class of one of GRAB's objects: itself (51 classes), or its shape if sizes are merged (41 classes)."""
    return GRAB.object_class(name, sizes)


def _other_intents(action: str) -> frozenset[str]:
    # Of lift, pass and offhand alone, which the key calls as the name does. Of a use it differs in places
    # (flashlight_on_1 says switchON), and that a file of a use says lift inside is not known to be wrong in GRAB.
    return frozenset(MOTIONS) - {action} if action in ACTIONS and action != "use" else frozenset()


GRAB = Catalogue(
    *("GRAB", ACTIONS, OBJECTS, FAMILIES, GENDERS, parse_name, is_subject, _other_intents),
    carried=frozenset(ACTIONS) - {"use"},  # a doorknob is used where it is
    upright=True,
)
"""The names of a data root that has no catalogue of its own. It may have more people than GRAB, called alike."""
