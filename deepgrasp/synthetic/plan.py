"""Who does what with which object, and how long it takes: the list of takes of a stand-in."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from deepgrasp.grab.catalogue import OBJECTS, SUBJECTS
from deepgrasp.synthetic.counts import (
    GRAB_ACTIONS,
    GRAB_SUBJECTS,
    GRAB_TAILS,
    INTENTS,
    Cell,
    Ints,
    Tail,
    Tails,
    counts,
    share_out,
)

Task = tuple[str, str, str]  # subject, object, action
LIFTS, TAKES = 2, 4  # most of one subject and object: GRAB's lifts are not numbered, the takes of others go up to 4


@dataclass(frozen=True)
class Scale:
    """Size of a stand-in: how many sequences of what, by whom, and how long they are.

    Attributes:
        actions: sequences of each action: pass, lift, offhand and the uses of ``catalogue.USES``.
        tails: by intent, how unequally they are shared out over the objects.
        each: fewest and most sequences of an object.
        lengths: frames at some percentiles of the sequences, from 0 to 100.
        approach, retreat: bounds of the frames before the first touch and after the last one.
        waits: fraction of the length by which both may be longer, because people stand and wait.
        subjects: their shares.
        retakes: sequences that repeat the take before; a second lift always does.
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
    """So many sequences of each intent; uses in GRAB's proportions."""
    uses = {action: n for action, n in GRAB_ACTIONS.items() if action not in others}
    return others | dict(zip(uses, map(int, share_out(use, list(uses.values()), 1)), strict=True))


ALIKE = dict.fromkeys(SUBJECTS, 1)
EVEN: Tails = dict.fromkeys(INTENTS, Tail(1.0, 1, 99))
LONG: Tails = {"use": Tail(1.7, 1, 20), "offhand": Tail(6.0, 1, 6), "lift": Tail(5.0, 1, 9), "pass": Tail(4.0, 1, 20)}
# fmt: off
SCALES = {
    # GRAB's lengths; their total too, for which the longest hundredth is longer than a straight line has it
    "grab": Scale(
        OBJECTS, GRAB_ACTIONS, GRAB_TAILS, (7, 46),
        {0: 491, 5: 630, 10: 680, 25: 812, 50: 1016, 75: 1377, 90: 2149, 95: 2509, 99: 2830, 100: 4460},
        (75, 110), (80, 110), 0.16, GRAB_SUBJECTS, 18,
    ),
    # GRAB's order of frequency; offhand, 5 % there, is thicker so that every fold has some, and people are asked for
    # equally much. An object is with at least 8 subjects: two held out for test, two for validation leave 4 at least
    "default": Scale(
        OBJECTS, _fewer(243, **{"pass": 179, "lift": 128, "offhand": 90}), LONG, (8, 24),
        {0: 216, 25: 260, 50: 288, 75: 322, 100: 420}, (36, 60), (24, 40), 0.0, ALIKE, 8,
    ),
    "tiny": Scale(
        ("cubelarge", "cubesmall", "mug"),
        {"inspect": 16, "drink": 4, "toast": 3, "pass": 17, "lift": 12, "offhand": 8}, EVEN, (18, 22),
        {0: 162, 100: 187}, (34, 38), (18, 22), 0.0, ALIKE, 0,
    ),
}
# fmt: on


@dataclass(frozen=True)
class Take:
    """One sequence to be made; contact is planned for frames ``first`` to ``last`` of ``frames``."""

    subject: str
    object: str
    action: str  # as in the file name: lift, pass, offhand, or the use
    name: str
    frames: int
    first: int
    last: int
    seed: tuple[int, ...]

    @property
    def intent(self) -> str:
        return intent_of(self.action)


def intent_of(action: str) -> str:
    return action if action in INTENTS else "use"


def plan(scale: str, seed: int) -> list[Take]:
    """All takes, in an order that tells nothing; lengths come from one distribution for every object and intent."""
    size, rng = SCALES[scale], np.random.default_rng([seed, 1])
    table = counts(size.objects, size.actions, size.tails, size.each, rng)
    tasks = _names(_people(table, size.subjects, rng), size.retakes, rng)
    lengths = rng.permutation(_lengths(size, len(tasks)))
    takes = [
        _take(size, task, name, int(frames), (seed, 2, k), rng)
        for k, ((task, name), frames) in enumerate(zip(tasks, lengths, strict=True))
    ]
    return [takes[k] for k in rng.permutation(len(takes))]


def _people(table: Mapping[Cell, int], subjects: Mapping[str, int], rng: np.random.Generator) -> list[Task]:
    """Give every take to the subject who is farthest behind: with this object, with this intent, and in all.

    If people were asked for different things, an intent would be told by who acts, and a held-out person would be
    asked for other things than those seen.
    """
    names, share = list(subjects), np.array(list(subjects.values())) / sum(subjects.values())
    room = share_out(sum(table.values()), share)
    had: dict[object, Ints] = defaultdict(lambda: np.zeros(len(names), np.int64))  # of each kind, by subject
    chosen = []
    for thing, action in _shuffled(table, rng):
        kinds = {thing: 4.0, intent_of(action): 2.0, (thing, action): 2.0 if action == "lift" else 0.25, None: 1.0}
        behind = sum(weight * ((had[kind].sum() + 1) * share - had[kind]) for kind, weight in kinds.items())
        free = (had[None] < room) & (had[thing, action] < (LIFTS if action == "lift" else TAKES))
        k = int(np.where(free, behind + 1e-6 * rng.random(len(names)), -np.inf).argmax())
        for kind in kinds:
            had[kind][k] += 1
        chosen.append((names[k], thing, action))
    return chosen


def _shuffled(table: Mapping[Cell, int], rng: np.random.Generator) -> list[Cell]:
    """As many cells as the table says, object by object, in random order."""
    cells = [cell for cell, n in table.items() for _ in range(n)]
    objects = sorted({thing for thing, _ in cells})
    turn = dict(zip(objects, rng.permutation(len(objects)), strict=True))
    return sorted((cells[k] for k in rng.permutation(len(cells))), key=lambda cell: turn[cell[0]])


def _names(tasks: list[Task], retakes: int, rng: np.random.Generator) -> list[tuple[Task, str]]:
    """GRAB's file names. Takes are numbered, lifts are not; a re-take has the number of the take before it."""
    times = Counter(tasks)
    twice = [task for task, n in times.items() if n > 1]
    again = {task for task in twice if task[2] == "lift"}
    others = [task for task in twice if task not in again]
    again |= {others[k] for k in rng.permutation(len(others))[: max(retakes - len(again), 0)]}
    seen: Counter[Task] = Counter()
    named = []
    for task in tasks:
        seen[task] += 1
        last = task in again and seen[task] == times[task]
        number = "" if task[2] == "lift" else f"_{seen[task] - last}"
        named.append((task, f"{task[1]}_{task[2]}{number}{'_Retake' if last else ''}"))
    return named


def _lengths(size: Scale, count: int) -> Ints:
    """Frames of each sequence, evenly over the percentiles; the shortest and the longest are among them."""
    percent = np.linspace(0, 100, count)
    frames = np.exp(np.interp(percent, list(size.lengths), np.log(list(size.lengths.values()))))
    return np.asarray(frames.round().astype(np.int64))


def _take(
    size: Scale, task: Task, name: str, frames: int, seed: tuple[int, ...], rng: np.random.Generator
) -> Take:  # fmt: skip
    wait, idle = (int(n) for n in size.waits * frames * rng.random(2))
    first, rest = wait + int(rng.integers(*size.approach)), idle + int(rng.integers(*size.retreat))
    return Take(*task, name, frames, first, frames - rest, seed)
