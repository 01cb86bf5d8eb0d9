"""Scenes as text for a page: arrays in steps of a micrometre, their bytes by planes, deflated, each once."""

import base64
import hashlib
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepgrasp.geometry.graph import arm_edges
from deepgrasp.skeleton import INDEX, JOINTS
from deepgrasp.view.answers import ShownAnswer
from deepgrasp.view.early_answer import EarlyAnswer
from deepgrasp.view.gate_factors import GateFactors
from deepgrasp.view.loss_on_skin import Silenced
from deepgrasp.view.recorded_scene import Scene
from deepgrasp.view.rigid_thing import RigidThing
from deepgrasp.view.skinned_body import SkinnedBody

STEP_M = 1e-6
"""Of lengths in a page: ten times finer than what is promised of a vertex."""
LOST_STEP = 0.01
"""Points or centimetres of what is lost without a joint: a colour shows no finer ones."""
FACTOR_STEP = 0.001
"""Of the factors of gates, which lie from 1 to 4."""
_NO_WEIGHT = 1e-8  # 55 of these move no vertex by a micrometre


class PackedArrays:
    """The arrays of a page by name; one that several scenes share is there once."""

    def __init__(self) -> None:
        self.packed: dict[str, dict[str, Any]] = {}

    def add(self, array: NDArray[Any], *, step: float = 0.0, running: bool = False) -> str:
        """Put an array there, and return its name.

        Args:
            step: keep whole multiples of this.
            running: keep the difference of each number to the one before: for indices, which are near each other.
        """
        # little-endian, as a page's typed arrays are on any machine with a screen
        whole = np.round(array / step).astype("<i4") if step else _small(array)
        # a 0 of the same kind: another would widen all
        planes = np.diff(whole.ravel(), prepend=whole.dtype.type(0)) if running else whole.ravel()
        # first bytes together, then second bytes: the upper ones are nearly all alike, which deflate likes
        raw = np.ascontiguousarray(planes).view(np.uint8).reshape(-1, whole.dtype.itemsize).T.tobytes()
        said: dict[str, Any] = {"kind": whole.dtype.str[1:], "shape": list(whole.shape)}  # without the order of bytes
        said |= ({"step": step} if step else {}) | ({"running": True} if running else {})
        name = hashlib.sha256(raw + repr(said).encode()).hexdigest()[:12]
        if name not in self.packed:
            self.packed[name] = said | {"data": base64.b64encode(zlib.compress(raw, 7)).decode("ascii")}
        return name


def _small(array: NDArray[Any]) -> NDArray[Any]:
    """An array in the smallest kind of number that a page knows: bytes, two bytes, four, or single precision."""
    if array.dtype.kind == "f":
        return array.astype("<f4")
    highest = int(array.max(initial=0))  # an empty array has none
    return array.astype("u1" if highest < 2**8 else "<u2" if highest < 2**16 else "<i4")


def packed_scene(
    scene: Scene, arrays: PackedArrays, answers: Sequence[ShownAnswer] = (), silenced: Sequence[Silenced] = ()
) -> dict[str, Any]:
    """A scene, answers about it and what models look at as JSON; arrays go to ``arrays``, their names stand here."""
    return {
        "id": scene.id,
        "person": scene.person,
        "motion": scene.motion,
        "action": scene.action,
        "source": scene.source.name,
        "synthetic": scene.source.synthetic,
        "framerate": scene.framerate,
        "total": scene.n_frames,
        "frames": scene.frames.tolist(),
        "contact": scene.contact,
        "up": scene.up.tolist(),
        "joints": list(JOINTS),
        "neck": INDEX["neck"],
        "body": _body(scene.body, arrays),
        "thing": _thing(scene.thing, arrays),
        "table": _thing(scene.table, arrays) if scene.table else None,
        "nodes": {
            "names": list(scene.node_names),
            "places": arrays.add(scene.nodes, step=STEP_M),
            "edges": scene.edges.tolist(),
        },
        "answers": [_answer(each, arrays) for each in answers],
        "looks": [
            *(look for each in silenced for look in _looks(each, scene.body, arrays)),
            *(_gates(each, scene.body, arrays) for answer in answers for each in answer.gates),
        ],
    }


def _body(body: SkinnedBody, arrays: PackedArrays) -> dict[str, Any]:
    # of each vertex its joints one after the other: a body's vertex hangs from up to seven of the 55
    vertex, joint = np.nonzero(body.weights > _NO_WEIGHT)
    hands = body.hand_faces
    return {
        "rest": arrays.add(body.rest, step=STEP_M),
        # hands last, so that each of the two is one run of triangles
        "faces": arrays.add(np.concatenate([body.faces[~hands], body.faces[hands]]), running=True),
        "handFaces": int(hands.sum()),
        "solid": is_solid(body.rest, body.faces),
        "counts": arrays.add(np.bincount(vertex, minlength=len(body.rest))),
        "weighted": arrays.add(joint),
        "weights": arrays.add(body.weights[vertex, joint]),
        "transforms": arrays.add(body.transforms),
        "places": arrays.add(body.joints, step=STEP_M),
        "directions": arrays.add(body.directions, step=STEP_M),
        "amounts": arrays.add(body.amounts),
        "touch": arrays.add(body.touch),
    }


def _thing(thing: RigidThing, arrays: PackedArrays) -> dict[str, Any]:
    return {
        "name": thing.name,
        "vertices": arrays.add(thing.vertices, step=STEP_M),
        "faces": arrays.add(thing.faces, running=True),
        "solid": is_solid(thing.vertices, thing.faces),
        "poses": arrays.add(_poses(thing.rotation, thing.translation)),
        "touch": arrays.add(thing.touch),
    }


def is_solid(vertices: NDArray[Any], faces: NDArray[np.int64]) -> bool:
    """Whether a mesh is closed and faces outwards, so that triangles which face away need not be drawn.

    Args:
        vertices: ``[V, 3]``.
        faces: ``[F, 3]``, counter-clockwise.
    """
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    # each edge is passed once in each direction
    there, back = (np.sort(pair @ [len(vertices), 1]) for pair in (edges, edges[:, ::-1]))
    first, second, third = np.asarray(vertices, float)[faces].swapaxes(0, 1)
    return bool(np.array_equal(there, back) and (first * np.cross(second, third)).sum() > 0)  # six times the volume


def _poses(rotation: NDArray[Any], translation: NDArray[Any]) -> NDArray[Any]:
    """``[T, 3, 4]``: the rotation beside the translation."""
    return np.concatenate([rotation, translation[..., None]], axis=-1)


def _looks(silenced: Silenced, body: SkinnedBody, arrays: PackedArrays) -> list[dict[str, Any]]:
    said = {"name": silenced.name, "unit": silenced.unit, "told": silenced.told}
    return [
        said | {"sense": sense, "lost": arrays.add(lost, step=LOST_STEP)}
        for sense, lost in silenced.on_skin(body).items()
    ]


def _gates(gated: GateFactors, body: SkinnedBody, arrays: PackedArrays) -> dict[str, Any]:
    # -1 is none, and whole numbers of a page begin with 0
    on_skin = {"patches": arrays.add(gated.skin_nodes(body) + 1)} if gated.sense == "touch" else {}
    return on_skin | {
        "name": gated.name,
        "sense": gated.sense,
        "block": gated.block,
        "factors": arrays.add(gated.factors, step=FACTOR_STEP),
        "range": [round(each, 3) for each in gated.range],
        "at": gated.at.tolist(),
        "window": list(gated.window),
        "nodes": list(gated.nodes),
    }


def _early(early: EarlyAnswer) -> dict[str, Any]:
    return {
        "shares": early.shares.tolist(),
        "until": early.until.tolist(),
        "chances": early.chances.round(4).tolist(),
        "classes": list(early.classes),
        "truth": early.truth,
        "foremost": early.foremost,
        "knownFrom": early.known_from,
    }


def _answer(answer: ShownAnswer, arrays: PackedArrays) -> dict[str, Any]:
    return {
        "name": answer.name,
        "at": answer.at.tolist(),
        "score": answer.score,
        "thing": arrays.add(_poses(*answer.thing)) if answer.thing else None,
        "arms": arrays.add(answer.arms, step=STEP_M) if answer.arms is not None else None,
        "edges": arm_edges(answer.joints).tolist(),
        "errors": {name: [round(float(value), 4) for value in values] for name, values in answer.errors.items()},
        "chances": {name: round(chance, 4) for name, chance in answer.chances.items()},
        "truth": answer.truth,
        "early": _early(answer.early) if answer.early else None,
    }
