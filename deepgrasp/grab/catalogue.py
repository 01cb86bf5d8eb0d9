"""GRAB's names: subjects, objects and their size families, symmetric shapes, intents, and how files are called."""

import re
from dataclasses import dataclass

from deepgrasp.choices import Sizes
from deepgrasp.errors import InputError

GENDERS: dict[str, str] = {
    **dict.fromkeys(("s1", "s2", "s8", "s9", "s10"), "male"),
    **dict.fromkeys(("s3", "s4", "s5", "s6", "s7"), "female"),
}
SUBJECTS: tuple[str, ...] = tuple(f"s{k}" for k in range(1, 11))
RECORDED: dict[str, int] = dict(zip(SUBJECTS, (198, 93, 125, 113, 106, 148, 120, 162, 125, 145), strict=True))
"""Recordings that GRAB has of each subject, 1335 in all."""

SHAPES = ("cube", "cylinder", "pyramid", "sphere", "torus")  # each in three sizes
SIZES = ("large", "medium", "small")
FAMILIES: dict[str, str] = {f"{shape}{size}": shape for shape in SHAPES for size in SIZES}

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

SYMMETRIC: frozenset[str] = frozenset((*FAMILIES, "bowl", "lightbulb", "wineglass"))
"""Objects that look the same in several poses, so that ADD-S is their fair error.

Regular solids (a cube has 24 such turns, a square pyramid 4) and bodies of revolution. An apple (stem, uneven), a
water bottle (cap), a cup or mug (handle) show which way they are turned: in doubt an object counts as asymmetric,
because ADD-S forgives a wrong turn.
"""

ACTIONS: tuple[str, ...] = ("use", "pass", "lift", "offhand")
"""The four intents, in class order."""

# fmt: off
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
"""What GRAB's file names say is done with an object, besides lifting, passing and the off-hand."""

WITHOUT: dict[str, frozenset[str]] = {
    "lift": frozenset(("lightbulb", "pyramidsmall", "scissors")),
    "pass": frozenset(("doorknob",)),
    "offhand": frozenset((
        "doorknob", "hammer", "knife", "lightbulb", "pyramidsmall", "teapot", "toothbrush", "toothpaste", "toruslarge",
    )),
}
"""Objects that GRAB does not have with an intent."""
# fmt: on

_NAME = re.compile(r"(?P<object>[a-z]+)_(?P<motion>[A-Za-z]+(?:_[A-Za-z]+)*?)(?:_(?P<take>\d+))?(?P<retake>_Retake)?")


@dataclass(frozen=True)
class SequenceName:
    """The parts of ``s1/piggybank_pass_1_Retake``.

    Attributes:
        motion: what the file name says is done (``lift``, ``drink``, ``use_fun``): 29 values in GRAB.
        take: number of the take; GRAB's lifts have none.
    """

    subject: str
    object: str
    motion: str
    take: int | None = None
    retake: bool = False

    @property
    def action(self) -> str:
        """The intent: the first of lift, pass, offhand that is a part of the motion, otherwise use."""
        parts = self.motion.split("_")
        return next((name for name in ("lift", "pass", "offhand") if name in parts), "use")


def parse_name(subject: str, stem: str) -> SequenceName:
    """Read the folder and the file name (without ``.npz``) of a sequence.

    Raises:
        InputError: the subject, the object or the form of the name is not GRAB's.
    """
    where = f"{subject}/{stem}"
    if subject not in GENDERS:
        raise InputError(where, f"unknown subject {subject!r}", "sequences lie in folders s1..s10")
    match = _NAME.fullmatch(stem)
    if match is None:
        raise InputError(where, "not a sequence's name", "expected <object>_<action>[_<take>][_Retake].npz")
    if match["object"] not in OBJECTS:
        raise InputError(where, f"unknown object {match['object']!r}", "GRAB's 51 are in deepgrasp/grab/catalogue.py")
    take = None if match["take"] is None else int(match["take"])
    return SequenceName(subject, match["object"], match["motion"], take, match["retake"] is not None)


def object_class(name: str, sizes: Sizes) -> str:
    """The class of an object: itself (51 classes), or its shape if sizes are merged (41 classes)."""
    return FAMILIES.get(name, name) if sizes == "merged" else name
