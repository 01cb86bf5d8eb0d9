"""Times of a take: when the object is at each of its waypoints, and from when to when each hand holds it."""

from typing import NamedTuple

import numpy as np
from scipy.spatial.transform import Rotation

from deepgrasp.standin.acting.curves import Goal
from deepgrasp.standin.acting.intents import ActionPlan
from deepgrasp.standin.acting.scene import TableScene
from deepgrasp.standin.acting.waypoints import Waypoint
from deepgrasp.standin.array_types import Array, Vector

CLOSING, OPENING = (-12, 4), (-3, 10)  # frames around the planned first and last touch
EXCHANGE = 0.45  # least share of time in which both hands have the object
Span = tuple[int, int]


class Schedule(NamedTuple):
    """Submovements of the object, frames of arrival at and departure from each waypoint, and who holds it when."""

    goals: list[Goal]
    stops: list[tuple[float, float]]
    spans: dict[str, Span]


def schedule(scene: TableScene, what: ActionPlan, stand: Rotation, window: Span) -> Schedule:
    """Times of an action stretched into a window of frames; ``stand`` is the object's orientation on the table."""
    stays = [max(s.hold, EXCHANGE) if what.exchange and k == 0 else s.hold for k, s in enumerate(what.waypoints)]
    shares = np.array([(max(s.share, 0.1), stay) for s, stay in zip(what.waypoints, stays, strict=True)])
    unit = (window[1] - window[0]) / shares.sum()
    goals: list[Goal] = []
    stops: list[tuple[float, float]] = []
    end = float(window[0])
    for (share, stay), waypoint in zip(unit * shares, what.waypoints, strict=True):
        early = 0.15 * share if stops and stops[-1][0] == stops[-1][1] else 0.0  # corners that are not stops are cut
        goals.append(Goal(*target(scene, waypoint, stand), end - early, end + share))
        stops.append((end + share, end + share + stay))
        end += share + stay
    spans = {"right": window}
    if what.second is not None:
        arrive, leave = stops[what.second[0]]
        if what.exchange:
            # the left hand comes a little before the right one leaves, and both hold for 14 frames at least
            join = int(arrive - 0.1 * (leave - arrive))
            spans = {"right": (window[0], max(int(leave), join + 14)), "left": (join, window[1])}
        else:
            last = stops[min(what.second[1], len(stops)) - 1][0]
            spans["left"] = int(arrive), int(max(last, arrive + 16))
    return Schedule(goals, stops, spans)


def target(scene: TableScene, waypoint: Waypoint, stand: Rotation) -> tuple[Array, Rotation]:
    """Place [3] (m) and orientation of the object at a waypoint; never below the table."""
    place = scene.reachable(scene.anchors[waypoint.anchor] + waypoint.offset)
    start = scene.anchors["start"]
    # a held thing turns with the forearm, most of the way; the wrist makes up for the rest
    along = 0.7 * np.degrees(scene.heading(place) - scene.heading(start))
    yaw = along if waypoint.yaw is None else waypoint.yaw
    turn = Rotation.from_euler("zxy", [waypoint.roll, waypoint.pitch, yaw], degrees=True) * stand
    vertices = scene.shape.vertices @ turn.as_matrix().T
    if waypoint.tip is not None:
        place = place - farthest(vertices, waypoint.tip)
    return np.array([place[0], max(place[1], scene.table - vertices[:, 1].min()), place[2]]), turn


def farthest(vertices: Array, direction: Vector) -> Array:
    """The point [3] of an object that lies farthest in a direction, softened over its neighbourhood."""
    along = vertices @ (np.asarray(direction) / np.linalg.norm(direction))
    # softened over 3 mm: the farthest vertex alone would jump along a rim as the object turns
    weight = np.exp((along - along.max()) / 0.003)
    return np.asarray((weight[:, None] * vertices).sum(0) / weight.sum())
