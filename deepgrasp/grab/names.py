"""What a data root calls things: its people, objects, intents and recordings; GRAB's names or a lab's own."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from deepgrasp.choices import Sizes
from deepgrasp.geometry.symmetries import Symmetries

FASTEST = 10_000  # frames a second: no camera of people has more


@dataclass(frozen=True)
class SequenceName:
    """The parts of a recording's name, such as ``s1/piggybank_pass_1_Retake``.

    Attributes:
        motion: what the name says is done (``lift``, ``drink``, ``use_fun``): 29 values in GRAB.
        action: the intent of that motion, which is the class.
        take: number of the take; GRAB's lifts have none.
        retake: nobody reads it, but it tells a take made again from the take, as both may be there.
    """

    subject: str
    object: str
    motion: str
    action: str
    take: int | None = None
    retake: bool = False


@dataclass(frozen=True)
class Catalogue:
    """Names of a data set, and how its recordings are called.

    Attributes:
        name: what boards call the data.
        actions: intents, in class order.
        objects: names of all objects.
        families: the class of an object where sizes are merged; itself where it has none.
        genders: which body model each person has: ``female``, ``male`` or ``neutral``.
        parse: the parts of a name, from a recording's folder and its file's name without ``.npz``.
        is_person: whether this may be a person's name.
        other_intents: what key ``motion_intent`` of a file may not say beside a name of this intent.
        symmetries: of objects that are not to be searched for theirs; their centre is set by whoever has the mesh.
        framerate: frames a second that every file must have; None if they may say what they like, as GRAB's may.
        carried: intents in which the object is moved from its place.
        upright: whether all people stand in a world whose z is up, as GRAB's do.
        files: what these names were read from, below the data root.
        told: what a store and its boards say of data with a catalogue of its own; empty for GRAB's.
    """

    name: str
    actions: tuple[str, ...]
    objects: tuple[str, ...]
    families: Mapping[str, str]
    genders: Mapping[str, str]
    parse: Callable[[str, str], SequenceName]
    is_person: Callable[[str], bool]
    other_intents: Callable[[str], frozenset[str]]
    symmetries: Mapping[str, Symmetries] = field(default_factory=dict)
    framerate: float | None = None
    carried: frozenset[str] = frozenset()
    upright: bool = False
    files: tuple[str, ...] = ()
    told: Mapping[str, Any] = field(default_factory=dict)

    def object_class(self, name: str, sizes: Sizes) -> str:
        """The class of an object: itself, or its family if sizes are merged (51 or 41 classes in GRAB)."""
        return self.families.get(name, name) if sizes == "merged" else name


def in_order(subjects: Iterable[str]) -> list[str]:
    """Each person once, by number: s2 before s10."""
    return sorted(set(subjects), key=lambda name: (len(name), name))
