"""How people hold a thing for what they are about to do with it: where, with which fingers, how deep in the hand.

The same cup is held otherwise to drink from, to pass on and to move. What is published, and what follows here:

* For use a thing lies in the palm, all fingers round it, by the part that it is used by (power grip, Napier 1956).
* Whoever passes it takes it with finger tips and few of them, and leaves free what the receiver will need: passers
  choose precision grips more often than users, and keep off the handle (Cini et al. 2019, Science Robotics 4(27));
  contact for handing off and for use differ in place (Brahmbhatt et al. 2019, ContactDB; 2020, ContactPose).
* Fingers tell the purpose before it is carried out: the same bottle is reached for with other joint angles to pour, to
  throw, to place and to pass on (Ansuini et al. 2008, Experimental Brain Research 185(1)), because a grip is chosen
  for its end (Rosenbaum et al. 1990; Cohen & Rosenbaum 2004).
* Rates are published for where things are touched, not for how hands are: binoculars at both barrels by 94 % of users
  and 13 % of those who hand them off, eyeglasses at both temples by 65 and 4 % (ContactDB, active areas). GRAB says
  that interaction varies with the task (Taheri et al. 2020); we found no rates of it, so the numbers below are our
  choice; none is measured on people.

People do not always hold a thing for its purpose: one grip in `Difficulty.careless` is that of another intent. That and
the way of the arm, which is no sure sign either, bound what anyone can tell (see `docs/data.md`).
"""

from dataclasses import dataclass

import numpy as np

from deepgrasp.standin.array_types import Array
from deepgrasp.standin.plan.difficulty import Difficulty
from deepgrasp.standin.things.grips import Grip, Thing


@dataclass(frozen=True)
class Purpose:
    """A manner of holding.

    Attributes:
        depth: how far towards the finger tips a thing is taken, added to a grip's own depth (0 palm, 1 tips).
        press: how much deeper fingers press than the person usually does, m.
        spread: how far fingers are apart beside the person's usual, rad.
        spare: chances that the little finger stays off, and that the ring finger then does, too.
        handle: weight of grips by which the thing is used, beside 1 of all others.
        above: weight of grips from above, beside 1 of all others.
    """

    depth: float
    press: float
    spread: float
    spare: tuple[float, float]
    handle: float
    above: float


PURPOSES: dict[str, Purpose] = {
    "use": Purpose(-0.10, 0.0005, -0.010, (0.05, 0.2), handle=2.0, above=1.0),
    "pass": Purpose(0.10, -0.0004, 0.0, (0.85, 0.60), handle=0.4, above=1.0),
    # nothing follows that asks for a grip of its own: the whole hand comes down on it, fingers round it on all sides
    "lift": Purpose(0.0, 0.0, 0.030, (0.05, 0.2), handle=0.8, above=2.5),
    # it is to be taken out of this hand by the other one: as in a pass, but it must not slip meanwhile
    "offhand": Purpose(0.05, 0.0003, 0.010, (0.50, 0.20), handle=0.6, above=1.0),
}


def draw_purpose(intent: str, rng: np.random.Generator, level: Difficulty) -> Purpose:
    """What a thing is held for: mostly what will be done with it."""
    names = list(PURPOSES)
    weights = [1 - level.careless if name == intent else level.careless / (len(names) - 1) for name in names]
    return PURPOSES[names[int(rng.choice(len(names), p=weights))]]


def grip_weights(thing: Thing, names: tuple[str, ...], purpose: Purpose) -> Array:
    """Weights ``[G]`` of an object's grips for a purpose, in the order of their ``names``."""
    used = {name for grips in thing.uses.values() for name in grips}
    return np.array(
        [
            (purpose.handle if name in used else 1.0) * (purpose.above if _from_above(thing.grips[name]) else 1.0)
            for name in names
        ]
    )


def spared(purpose: Purpose, habit: float, rng: np.random.Generator) -> Array:
    """Which fingers [5] stay off the object: none, the little one, or the ring finger too.

    Args:
        habit: how much more often than others this person spares fingers, added to the chances.
    """
    little, ring = rng.random(2) < np.clip(np.array(purpose.spare) + habit, 0.02, 0.98)
    # in the skeleton's order: index, middle, little, ring, thumb
    return np.array([False, False, little, little and ring, False])


def _from_above(grip: Grip) -> bool:
    return grip.approach[2] / float(np.linalg.norm(grip.approach)) < -0.6
