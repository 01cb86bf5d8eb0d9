"""Takes that several tests look at, acted once: without chance detours, short ones and long ones."""

from dataclasses import replace
from functools import cache

import numpy as np

from deepgrasp.standin.acting.take import ActedTake, act_take
from deepgrasp.standin.people import hand_skin
from deepgrasp.standin.plan.difficulty import DEFAULT
from deepgrasp.standin.plan.take_list import Take

STEADY = replace(DEFAULT, regrasp=0.0, detour=0.0, stray=0.0, half_hearted=0.0, two_handed=0.0)


@cache
def made(name: str, subject: str = "s6") -> tuple[Take, ActedTake]:
    thing, action = name.split("_")
    take = Take(subject, thing, action, f"{thing}_{action}_1", 200, 45, 175, (7, len(name)))
    return take, act_take(take, 0, STEADY)


@cache
def long(name: str, frames: int = 1400) -> tuple[Take, ActedTake]:
    """A recording of GRAB's kind of length, with time to stand before and after."""
    thing, action = name.split("_")
    take = Take("s6", thing, action, f"{thing}_{action}_1", frames, 240, frames - 220, (7, len(name)))
    return take, act_take(take, 0, STEADY)


def touching(recording: ActedTake, side: str) -> np.ndarray:
    """Which frames a hand touches in [T]."""
    return (recording.contact.body[:, hand_skin.vertex_ids(side)] > 0).any(1)
