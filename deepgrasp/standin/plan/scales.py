"""How large a stand-in is: scale tiny for tests, default for the board, grab with GRAB's own figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from deepgrasp.choices import DEFAULT_RECORDINGS
from deepgrasp.grab.catalogue import OBJECTS, SUBJECTS, USES
from deepgrasp.standin.plan.counts import (
    GRAB_ACTIONS,
    GRAB_SUBJECTS,
    GRAB_TAILS,
    SHARED_INTENTS,
    Tail,
    Tails,
    share_out,
)


@dataclass(frozen=True)
class Scale:
    """Size of a stand-in: how many sequences of what, by whom, and how long they are.

    Attributes:
        actions: how many sequences of each action: pass, lift, offhand and the uses of ``catalogue.USES``.
        tails: by intent, how unequally they are shared out over the objects.
        each: about the fewest and most sequences of an object; a tail's own bounds come first.
        lengths: frames at some percentiles of the sequences, from 0 to 100.
        approach, retreat: bounds of the frames before the first touch and after the last one.
        waits: fraction of the length by which both may be longer, because people stand and wait.
        subjects: their shares.
        retakes: at most so many sequences repeat the take before, where a person has two; a second lift always does.
    """

    objects: tuple[str, ...]
    actions: Mapping[str, int]
    tails: Tails
    each: tuple[int, int]
    lengths: Mapping[float, int]
    approach: tuple[int, int]
    retreat: tuple[int, int]
    waits: float
    subjects: Mapping[str, int]
    retakes: int


def _fewer(use: int, **others: int) -> dict[str, int]:
    """Numbers of sequences by intent: ``use`` shared out over all uses in GRAB's proportions, ``others`` as given."""
    uses = {action: n for action, n in GRAB_ACTIONS.items() if action not in others}
    # at least one of every object with which it is done: a rare use, which GRAB has once, would round to nothing
    fewest = [sum(action in USES[thing] for thing in OBJECTS) for action in uses]
    return others | dict(zip(uses, map(int, share_out(use, list(uses.values()), fewest)), strict=True))


ALIKE = dict.fromkeys(SUBJECTS, 1)
# tiny has three objects: a tail over so few would only leave one of them short
EVEN: Tails = dict.fromkeys(SHARED_INTENTS, Tail(1.0, 1, 99))
PEOPLE_A_LIST = 10  # people who share one list of takes: with them an object has takes enough for a tail


def default_scale(recordings: int) -> Scale:
    """The board's scale for ten people with so many recordings each.

    GRAB's order of frequency; offhand, 5 % there, is thicker so that every fold has some. All people are asked for
    equally much, and, from 64 recordings on, for an object at least as often as lets four remain without those held
    out.
    """
    total, much = PEOPLE_A_LIST * recordings, recordings / 64

    def most(n: int) -> int:
        return ceil(n * much)

    # the fewest of a pair is 1, where GRAB's passes and lifts have 3 and 2
    tails = {
        "use": Tail(1.7, 1, most(20)), "offhand": Tail(6.0, 1, most(6)), "lift": Tail(5.0, 1, most(9)),
        "pass": Tail(4.0, 1, most(20)),
    }  # fmt: skip
    use, *others = share_out(total, [0.38, 0.28, 0.20, 0.14]).tolist()
    return Scale(
        OBJECTS, _fewer(use, **dict(zip(("pass", "lift", "offhand"), others, strict=True))), tails,
        (most(8), most(24)), {0: 216, 25: 260, 50: 288, 75: 322, 100: 420}, (36, 60), (24, 40), 0.0, ALIKE, 8,
    )  # fmt: skip


# fmt: off
SCALES = {
    # nothing is touched in the first 85 frames, so that every recording has a prehension window of 80, as in GRAB; the
    # 99th percentile is chosen so that the total is GRAB's too, 1.62 million frames
    "grab": Scale(
        OBJECTS, GRAB_ACTIONS, GRAB_TAILS, (7, 46),
        {0: 491, 5: 630, 10: 680, 25: 812, 50: 1016, 75: 1377, 90: 2149, 95: 2509, 99: 2830, 100: 4460},
        (96, 116), (76, 104), 0.16, GRAB_SUBJECTS, 18,
    ),
    "default": default_scale(DEFAULT_RECORDINGS),
    "tiny": Scale(
        ("cubelarge", "cubesmall", "mug"),
        {"inspect": 16, "drink": 4, "toast": 3, "pass": 17, "lift": 12, "offhand": 8}, EVEN, (18, 22),
        {0: 162, 100: 187}, (34, 38), (18, 22), 0.0, ALIKE, 0,
    ),
}
# fmt: on
