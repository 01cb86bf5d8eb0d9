"""The list of takes of a stand-in: who does what with which object, and how long it takes."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from deepgrasp.choices import DEFAULT_PEOPLE, DEFAULT_RECORDINGS
from deepgrasp.errors import InputError
from deepgrasp.standin.array_types import Ints
from deepgrasp.standin.plan.counts import SHARED_INTENTS, Cell, count_takes, share_out
from deepgrasp.standin.plan.scales import PEOPLE_A_LIST, SCALES, Scale, default_scale

Assignment = tuple[str, str, str]  # subject, object, action
LIFTS, TAKES = 2, 4  # most of one subject and object: GRAB's lifts are not numbered, the takes of others go up to 4


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
        """The take's intent, see :func:`intent_of`."""
        return intent_of(self.action)


def intent_of(action: str) -> str:
    """Intent of an action in a file's name: itself if it is one, otherwise ``use``."""
    return action if action in SHARED_INTENTS else "use"


def plan_takes(scale: str, seed: int, people: int = DEFAULT_PEOPLE, recordings: int = DEFAULT_RECORDINGS) -> list[Take]:
    """All takes of a stand-in in random order; lengths come from one distribution for every object and intent.

    Whoever asks for more people gets the takes of the first ones as they were: people are planned ten at a time, each
    ten by themselves, and of the last ten those are left out who were not asked for.

    Raises:
        InputError: another number of people or recordings than a scale has that is not ``default``.
    """
    if scale != "default" and (people, recordings) != (DEFAULT_PEOPLE, DEFAULT_RECORDINGS):
        problem = f"has its own ten people and recordings; {people} and {recordings} were asked for"
        raise InputError(f"scale {scale}", problem, "choose scale default")
    size = default_scale(recordings) if scale == "default" and recordings != DEFAULT_RECORDINGS else SCALES[scale]
    blocks = (_plan_block(size, seed, block) for block in range(-(-people // PEOPLE_A_LIST)))
    return [take for block in blocks for take in block if int(take.subject[1:]) <= people]


def _plan_block(size: Scale, seed: int, block: int) -> list[Take]:
    """The takes of ten people: s1 to s10 of the first block, s11 to s20 of the next one."""
    # 1 seeds the list, 2 the takes, 3 people's habits: three streams of numbers that never meet
    rng = np.random.default_rng([seed, 1, block] if block else [seed, 1])
    names = {f"s{int(name[1:]) + PEOPLE_A_LIST * block}": share for name, share in size.subjects.items()}
    table = count_takes(size.objects, size.actions, size.tails, size.each, rng)
    assignments = _name_takes(_choose_people(table, names, rng), size.retakes, rng)
    # lengths lie evenly over the percentiles instead of being drawn: the shortest and the longest are among them
    percent = np.linspace(0, 100, len(assignments))
    lengths = np.exp(np.interp(percent, list(size.lengths), np.log(list(size.lengths.values()))))
    takes = []
    for k, frames in enumerate(rng.permutation(lengths.round().astype(np.int64)).tolist()):
        assignment, name = assignments[k]
        wait, idle = (int(n) for n in size.waits * frames * rng.random(2))
        first, rest = wait + int(rng.integers(*size.approach)), idle + int(rng.integers(*size.retreat))
        takes.append(Take(*assignment, name, frames, first, frames - rest, (seed, 2, block * len(lengths) + k)))
    # they were dealt out object by object; that order would show which takes belong together
    return [takes[k] for k in rng.permutation(len(takes))]


def _choose_people(
    table: Mapping[Cell, int], subjects: Mapping[str, int], rng: np.random.Generator
) -> list[Assignment]:
    """Subject, object and action of every take: each goes to the subject who is farthest behind.

    Behind means with this object, with this intent, and in all. If people were asked for different things, an intent
    would be told by who acts, and a held-out person would be asked for other things than those seen.
    """
    names, share = list(subjects), np.array(list(subjects.values())) / sum(subjects.values())
    room = share_out(sum(table.values()), share)
    had: dict[object, Ints] = defaultdict(lambda: np.zeros(len(names), np.int64))  # of each kind, by subject
    chosen = []
    # object by object, in random order: what of an object a person had is then balanced while it is being dealt out
    cells = [cell for cell, n in table.items() for _ in range(n)]
    objects = sorted({thing for thing, _ in cells})
    turn = dict(zip(objects, rng.permutation(len(objects)), strict=True))
    for thing, action in sorted((cells[k] for k in rng.permutation(len(cells))), key=lambda cell: turn[cell[0]]):
        # objects weigh most: a person who never had an object tells nothing about how people differ in holding it
        kinds = {thing: 4.0, intent_of(action): 2.0, (thing, action): 2.0 if action == "lift" else 0.25, None: 1.0}
        behind = sum(weight * ((had[kind].sum() + 1) * share - had[kind]) for kind, weight in kinds.items())
        free = (had[None] < room) & (had[thing, action] < (LIFTS if action == "lift" else TAKES))
        # the smallest bit of chance settles ties; without it the first subject would win all of them
        k = int(np.where(free, behind + 1e-6 * rng.random(len(names)), -np.inf).argmax())
        for kind in kinds:
            had[kind][k] += 1
        chosen.append((names[k], thing, action))
    return chosen


def _name_takes(assignments: list[Assignment], retakes: int, rng: np.random.Generator) -> list[tuple[Assignment, str]]:
    """GRAB's file names. Takes are numbered, lifts are not; a re-take has the number of the take before it."""
    # lifts carry no number in GRAB, so a second lift needs the re-take's name; 18 of GRAB's 1335 names are re-takes
    times = Counter(assignments)
    twice = [assignment for assignment, n in times.items() if n > 1]
    again = {assignment for assignment in twice if assignment[2] == "lift"}
    others = [assignment for assignment in twice if assignment not in again]
    again |= {others[k] for k in rng.permutation(len(others))[: max(retakes - len(again), 0)]}
    seen: Counter[Assignment] = Counter()
    named = []
    for assignment in assignments:
        seen[assignment] += 1
        last = assignment in again and seen[assignment] == times[assignment]
        number = "" if assignment[2] == "lift" else f"_{seen[assignment] - last}"
        named.append((assignment, f"{assignment[1]}_{assignment[2]}{number}{'_Retake' if last else ''}"))
    return named
