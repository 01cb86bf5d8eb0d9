"""Who does what with which object, and how long it takes: the list of takes of a stand-in."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from deepgrasp.grab.catalogue import WITHOUT
from deepgrasp.synthetic.objects import OBJECTS

SUBJECTS = tuple(f"s{k}" for k in range(1, 11))
SHARE = {"use": 0.38, "pass": 0.28, "lift": 0.20, "offhand": 0.14}
"""Of the intents: GRAB's order of frequency, its tail (offhand 5 %) thickened so that every fold has some."""

Task = tuple[str, str, str]  # subject, object, action


@dataclass(frozen=True)
class Scale:
    """Size of a stand-in: how many sequences its objects get, first and last in the tail, and how long they are.

    ``frames`` bounds the length; approach and retreat are drawn within theirs, and contact fills what remains.
    """

    objects: tuple[str, ...]
    most: int
    fewest: int
    frames: tuple[int, int]
    approach: tuple[int, int]
    retreat: tuple[int, int]


SCALES = {
    "default": Scale(tuple(OBJECTS), 23, 11, (216, 420), (36, 60), (24, 40)),
    "tiny": Scale(("cubelarge", "cubesmall", "mug"), 22, 18, (162, 188), (34, 38), (18, 22)),
}


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
        return self.action if self.action in ("lift", "pass", "offhand") else "use"


def plan(scale: str, seed: int) -> list[Take]:
    """All takes, in an order that tells nothing; lengths come from one distribution for every object and intent."""
    size, rng = SCALES[scale], np.random.default_rng([seed, 1])
    ranks = rng.permutation(len(size.objects))
    counts = np.geomspace(size.most, size.fewest, len(size.objects)).round().astype(int)[ranks]
    load: Counter[tuple[str, ...]] = Counter()
    chosen = [task for name, n in zip(size.objects, counts, strict=True) for task in _object(name, int(n), load, rng)]
    takes = [_take(size, task, (seed, 2, k), rng) for k, task in enumerate(_names(chosen))]
    return [takes[k] for k in rng.permutation(len(takes))]


def _object(name: str, count: int, load: Counter[tuple[str, ...]], rng: np.random.Generator) -> list[Task]:
    """(subject, object, action) of one object's takes; intents by their shares, alike for all subjects.

    If people were asked for different things, an intent would be told by who acts, and a held-out person would be
    asked for other things than those seen. ``load`` counts what each subject has been given.
    """
    allowed = {intent: p for intent, p in SHARE.items() if name not in WITHOUT.get(intent, ())}
    expected = np.array(list(allowed.values())) / sum(allowed.values()) * count
    numbers = np.floor(expected).astype(int)
    for k in np.argsort(numbers - expected)[: count - numbers.sum()]:  # largest remainders
        numbers[k] += 1
    chosen = []
    for intent in map(str, rng.permutation(np.repeat(list(allowed), numbers))):
        subjects = map(str, rng.permutation(SUBJECTS))
        subject = min(subjects, key=lambda s: (load[s, name], load[s, intent], load[(s,)]))
        load.update([(subject, name), (subject, intent), (subject,)])
        action = str(rng.choice(list(OBJECTS[name].uses))) if intent == "use" else intent
        chosen.append((subject, name, action))
    return chosen


def _names(tasks: list[Task]) -> list[tuple[str, str, str, str]]:
    """GRAB's file names: takes are numbered, but a lift is not (a second one is a ``_Retake``)."""
    seen: dict[tuple[str, str, str], int] = {}
    named = []
    for task in tasks:
        seen[task] = n = seen.get(task, 0) + 1
        _, thing, action = task
        if action != "lift":
            named.append((*task, f"{thing}_{action}_{n}"))
        elif n <= 2:
            named.append((*task, f"{thing}_lift" + ("_Retake" if n == 2 else "")))
    return named


def _take(size: Scale, task: tuple[str, str, str, str], seed: tuple[int, ...], rng: np.random.Generator) -> Take:
    shortest, longest = size.frames
    frames = int(shortest + (longest - shortest) * rng.beta(1.4, 2.2))  # a longer tail to the right, as in GRAB
    first, rest = int(rng.integers(*size.approach)), int(rng.integers(*size.retreat))
    return Take(*task, frames, first, frames - rest, seed)
