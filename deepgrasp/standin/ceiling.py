"""How often a forest tells the intent from what the plan of a take says, before any body, arm or sensor.

``python -m deepgrasp.standin.ceiling`` plans takes of many people without acting them, and classifies the intent from
the plan alone: for which purpose the thing is held, which fingers stay off, every waypoint of its way, and what the
second hand does. What the hand alone and the way alone say stands beside it.

It is no bound. The object and the grip are not in the table, and a model sees both: an action permits grips of its
own, whatever the purpose (``choose_grasp.py``), so they tell of the intent too. And the forest learns from so many
takes only. Read it as about what this part of the plan says.
"""

from collections.abc import Sequence

import numpy as np

from deepgrasp.choices import DEFAULT_RECORDINGS
from deepgrasp.standin.acting.intents import ActionPlan, Habit, plan_action
from deepgrasp.standin.acting.motion import SLOWEST_MOVEMENT
from deepgrasp.standin.acting.movement_style import style_of
from deepgrasp.standin.acting.purposes import PURPOSES, Purpose, draw_purpose, spared
from deepgrasp.standin.acting.timing import CLOSING, OPENING
from deepgrasp.standin.array_types import Array
from deepgrasp.standin.plan.difficulty import DEFAULT, Difficulty
from deepgrasp.standin.plan.take_list import Take, plan_takes

_PEOPLE = 200  # half of them to learn from, half to be told
ANCHORS = ("start", "chest", "eyes", "mouth", "ear")


def planned(take: Take, seed: int, level: Difficulty = DEFAULT) -> tuple[Array, Array]:
    """What one take's plan says: of the hand ``[H]``, and of the way ``[W]``."""
    rng, style = np.random.default_rng([*take.seed, 5]), style_of(take.subject, seed, level)
    purpose = draw_purpose(take.intent, rng, level)
    time = take.last + OPENING[0] - take.first - CLOSING[1]
    habit = Habit(style.extent, style.lateral)
    plan = plan_action((take.object, take.action), habit, rng, level, time / rng.uniform(*SLOWEST_MOVEMENT))
    return _hand(purpose, spared(purpose, style.spare, rng)), _way(plan)


def _hand(purpose: Purpose, off: Array) -> Array:
    """The purpose itself, which depth, pressure and choice of grip tell only in part, and which fingers stay off."""
    return np.array([*(purpose == each for each in PURPOSES.values()), *off], float)


def _way(plan: ActionPlan) -> Array:
    """Places and angles of the object on its way, by what they are relative to, and what the second hand does."""
    way = [plan.second is not None, plan.exchange, len(plan.waypoints)]
    for anchor in ANCHORS:
        held = [w for w in plan.waypoints[:-1] if w.anchor == anchor]
        rows = np.array([(*w.offset, w.pitch, w.roll, w.share, w.hold) for w in held]).reshape(-1, 7)
        # of those that there are: what an anchor lacks is no place
        spread = [rows.min(0), rows.max(0), rows.mean(0)] if len(rows) else [np.full(7, -1.0)] * 3
        way += [len(rows), *np.concatenate(spread)]
    return np.array([*way, *plan.waypoints[-1].offset, *plan.waypoints[0].offset], float)


def ceilings(people: int = _PEOPLE, recordings: int = DEFAULT_RECORDINGS, seed: int = 0) -> dict[str, float]:
    """How often a forest tells the intent from ``hand``, ``way`` and ``both`` of a plan, of people not seen before."""
    from sklearn.ensemble import ExtraTreesClassifier

    takes = plan_takes("default", seed, people, recordings)
    hands, ways = (np.array(each) for each in zip(*(planned(take, seed) for take in takes), strict=True))
    intents = np.array([take.intent for take in takes])
    known = np.array([int(take.subject[1:]) <= people // 2 for take in takes])
    found = {}
    for name, columns in {"hand": [hands], "way": [ways], "both": [hands, ways]}.items():
        table = np.concatenate(columns, axis=1)
        forest = ExtraTreesClassifier(200, min_samples_leaf=3, max_features=None, random_state=0)
        told = forest.fit(table[known], intents[known]).predict(table[~known])
        found[name] = float((told == intents[~known]).mean())
    return found


def main(names: Sequence[str] = ("hand", "way", "both")) -> None:
    """Prints these shares for the default level, in %."""
    found = ceilings()
    for name in names:
        print(f"intent from {name:<5} {100 * found[name]:5.1f} %")


if __name__ == "__main__":
    main()
