"""The grasp for a take: the best of a few tries among an object's grips, and a free side of it for the second hand."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree
from scipy.spatial.transform import Rotation

from deepgrasp.standin.acting.grasp import Hold, grip_turn, orient, take_hold
from deepgrasp.standin.acting.hand_rig import posed_skin
from deepgrasp.standin.acting.movement_style import Manner, manner
from deepgrasp.standin.acting.purposes import grip_weights
from deepgrasp.standin.acting.scene import Act, TableScene, table_orientation
from deepgrasp.standin.array_types import Array
from deepgrasp.standin.things.grips import Grip
from deepgrasp.standin.things.objects import ALL_THINGS

_TRIES = 4
TABLE_GIVES = 0.006  # m that finger tips may sink below the table's plane


class Grasp(NamedTuple):
    """How the right hand picks the object up, how it then carries it, and how the object stands on the table."""

    pickup: Hold
    carry: Hold
    stand: Rotation


def first_grasp(act: Act) -> Grasp:
    """The right hand's grasp for an action: of a few tries the first good one, else the best.

    A hand that would run into the table picks the object up by what it can reach, and takes it properly once it is up.
    """
    thing, scene = ALL_THINGS[act.take.object], act.scene
    names = thing.uses.get(act.take.action, thing.carry)
    # people like different grips, and the same person mostly takes the same one of an object
    own = np.array([scene.style.preference[list(thing.grips).index(name) % 8] for name in names])
    weights = own * grip_weights(thing, names, act.purpose)
    best: tuple[float, Hold, Hold] | None = None
    for _ in range(_TRIES):
        grip = thing.grips[names[int(act.rng.choice(len(names), p=weights / weights.sum()))]]
        how = manner(scene.style, grip, act.purpose, act.rng, act.level)
        hold = take_hold(scene.hands["right"], scene.shape, grip, how)
        pickup = _above_table(scene, hold, grip, how)
        score = _quality(hold) + min(pickup.lowest - scene.floor + 2 * TABLE_GIVES, 0.0) / 0.02
        if best is None or score > best[0]:
            best = score, pickup, hold
        if score >= 0.9:  # good enough: the best of many would make all takes alike
            break
    assert best is not None
    return Grasp(best[1], best[2], table_orientation(scene, best[1], np.radians(12) * float(act.rng.standard_normal())))


def _above_table(scene: TableScene, hold: Hold, grip: Grip, how: Manner) -> Hold:
    """The hold closed above the table; the hold itself if the table is not in its way or leaves none."""
    if hold.lowest > scene.floor - TABLE_GIVES - 0.002:
        return hold
    pickup = take_hold(scene.hands[hold.side], scene.shape, grip, how, floor=scene.floor - TABLE_GIVES)
    return pickup if pickup.opposed or pickup.touching > 8 else hold


def _quality(hold: Hold) -> float:
    """Score of a hold: 1 with thumb and fingers on it that does not pierce; less the worse it is."""
    # six touching vertices, as few as a pinch has, count as firm; up to 4.5 mm inside is flesh that gives way
    firm = min(hold.touching / 6, 1.0) * (1.0 if hold.opposed or hold.touching > 24 else 0.5)
    return firm - max(hold.depth - 0.0045, 0) / 0.003


def second_hold(act: Act, first: Hold, turn: Rotation, *, alone: bool) -> Hold:
    """The left hand's hold on what the right hand holds, where ``turn`` is the object's orientation then.

    Sides that face the left hand are preferred, and those the right hand leaves free. If the left hand will be
    ``alone`` with the object, it will also have to put it down.
    """
    other = _on_object(act.scene, first)
    tree = cKDTree(other)
    best: tuple[float, Hold] | None = None
    thing = ALL_THINGS[act.take.object]
    helping = thing.second if thing.second and not alone else tuple(thing.grips)
    grips = [thing.grips[name] for name in helping] * (_TRIES if len(helping) == 1 else 1)
    for grip, how in _sides(act, grips, other.mean(0), turn.as_matrix())[:3]:
        hold = take_hold(act.scene.hands["left"], act.scene.shape, grip, how)
        hold = _above_table(act.scene, hold, grip, how) if alone else hold
        # two hands need 4 mm between them: they are made without seeing each other
        gap = float(tree.query(_on_object(act.scene, hold))[0].min())
        score = _quality(hold) + min(gap - 0.004, 0.0) / 0.008
        if best is None or score > best[0]:
            best = score, hold
        if score >= 1.0:
            break
    assert best is not None
    return best[1]


def _on_object(scene: TableScene, hold: Hold) -> Array:
    """Skin of a closed hand in the object's coordinates [778, 3]."""
    return posed_skin(scene.hands[hold.side], hold.closed[None])[0] @ hold.rotation.T + hold.place


def _sides(act: Act, grips: list[Grip], taken: Array, turn: Array) -> list[tuple[Grip, Manner]]:
    """Ways for the left hand to take hold by these grips, the easiest and farthest from the ``taken`` place first."""
    model, ranked = act.scene.hands["left"], []
    for grip in grips:
        # a grip round a body of revolution is tried in eight directions, others in those that the object has
        yaws = np.arange(8) / 8 if grip.yaw is None else np.arange(len(grip.yaw)) / len(grip.yaw)
        for yaw in yaws:
            loose = 0.1 * act.rng.random() if grip.yaw is None else 0.0
            how = replace(manner(act.scene.style, grip, act.purpose, act.rng, act.level), yaw=float(yaw + loose))
            axes = orient(model, grip, how) @ model.axes  # fingers, palm, thumb in the object's coordinates
            fingers, palm, thumb = (turn @ axes).T
            # the left arm comes from the left: easy is a palm to the right and up, with fingers to the front
            ease = 0.8 * palm @ (-0.8, 0.45, 0.2) + fingers @ (-0.45, 0.1, 0.8) + 0.5 * abs(thumb[1])
            # the hand's middle is 5 cm behind what it grasps; 8 cm more between the hands count 1
            apart = np.linalg.norm(grip_turn(grip, how) @ grip.at - 0.05 * axes[:, 1] - taken) / 0.08
            ranked.append((float(ease + apart), grip, how))
    return [(grip, how) for _, grip, how in sorted(ranked, key=lambda way: -way[0])]
