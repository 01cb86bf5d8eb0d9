"""A stand-in for ARCTIC: people of the stand-in with things on a hinge, in ARCTIC's own file formats, licence-free.

``python -m deepgrasp.standin.arctic_files FOLDER`` writes it to try ``python -m benchmark import`` without a licence.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from deepgrasp.files import replaced
from deepgrasp.geometry.rotations import rotation_matrix, rotation_vectors
from deepgrasp.grab.data_root import STANDIN_MARK
from deepgrasp.skeleton import INDEX, SIDES
from deepgrasp.standin.acting.take import FINGERS_OF, ActedTake, act_take
from deepgrasp.standin.array_types import Array
from deepgrasp.standin.file_formats import portable_pickle
from deepgrasp.standin.people import body_topology, hand_pose, hand_skin
from deepgrasp.standin.people.model_writer import write_models
from deepgrasp.standin.people.subjects import subject
from deepgrasp.standin.plan.take_list import Take
from deepgrasp.standin.things.objects import object_shape

_THINGS = {"box": "cubelarge", "ketchup": "waterbottle"}
"""What ARCTIC's names are given to; each is cut in two and gets a hinge at its side."""
_INTENTS = {"grab": "lift", "use": "pass"}
"""What ARCTIC's intents are acted as."""
_PEOPLE = {"s01": "s3", "s02": "s1", "s04": "s2"}
_EVERY = 4  # of 120 frames a second, which makes ARCTIC's 30
_FRAMES = 232  # acted; ARCTIC's own code asks for more than 50 that are kept
_WIDEST = 0.7  # rad that a thing is opened, in the middle of its use
_LICENCE = (
    "Procedural stand-in for ARCTIC's and SMPL-X's files, made from scratch by DeepGrasp Bench (Apache-2.0). "
    "It holds no data of theirs; numbers measured on it say nothing about ARCTIC."
)


def write_arctic(root: Path, *, seed: int = 0) -> int:
    """Write ``raw_seqs/`` and ``meta/`` as ARCTIC has them, and ``models/``; returns the number of recordings.

    Each person uses and grabs each thing once. Written are the files that say something of people, hands and objects:
    no camera, no image.

    Raises:
        InputError: another process is writing there.
    """
    count = 0
    with replaced(root) as place:
        write_models(place / "models")
        ids = {f"{side}_hand": hand_skin.vertex_ids(side) for side in SIDES}
        (place / "models/smplx/MANO_SMPLX_vertex_ids.pkl").write_bytes(portable_pickle(ids))
        for name, thing in _THINGS.items():
            _write_object(place / "meta/object_vtemplates" / name, thing)
        _write_people(place / "meta")
        for name, thing in _THINGS.items():
            for person, acting in _PEOPLE.items():
                for intent, action in _INTENTS.items():
                    take = Take(acting, thing, action, name, _FRAMES, 50, _FRAMES - 40, (seed, 7, count))
                    stem = f"{name}_{intent}_01"
                    # one has a name that a repeated recording has
                    stem += "_retake" * (person == "s02" and intent == "use" and name == "box")
                    _write_take(place / "raw_seqs" / person / stem, act_take(take, seed), thing, intent)
                    count += 1
        about = {"licence": _LICENCE, "seed": seed, "people": len(_PEOPLE), "sequences": count}
        (place / STANDIN_MARK).write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    return count


def halves(thing: str) -> tuple[Array, Array, Array]:
    """A thing in two: vertices [V, 3] (m, about its hinge), faces [F, 3], and part [V]: 1 for the top, which opens.

    The hinge is an upright line at the thing's side. The half at negative y opens: about -z it turns away.
    """
    shape = object_shape(thing)
    vertices = shape.vertices - hinge(thing)
    top = vertices[shape.faces].mean(axis=1)[:, 1] < 0
    # those at the cut are in both
    (bottom, below), (opened, above) = (np.unique(shape.faces[top == part], return_inverse=True) for part in (0, 1))
    faces = np.concatenate([below.reshape(-1, 3), above.reshape(-1, 3) + len(bottom)])
    return vertices[np.concatenate([bottom, opened])], faces, np.repeat([0, 1], [len(bottom), len(opened)])


def hinge(thing: str) -> Array:
    """Where the hinge is [3], in the thing's own axes, m."""
    return np.array([object_shape(thing).vertices[:, 0].min(), 0.0, 0.0])


def _write_object(folder: Path, thing: str) -> None:
    folder.mkdir(parents=True)
    vertices, faces, parts = halves(thing)
    _write_obj(folder / "mesh.obj", 1000 * vertices, faces)
    # 0 is the top, as ARCTIC's code has it and its guide has not
    (folder / "parts.json").write_text(json.dumps((1 - parts).tolist()), encoding="utf-8")
    for part, name in enumerate(("bottom", "top")):
        inside = (parts == part)[faces].all(axis=1)
        used, own = np.unique(faces[inside], return_inverse=True)
        _write_obj(folder / f"{name}.obj", 1000 * vertices[used], own.reshape(-1, 3))


def _write_people(meta: Path) -> None:
    (meta / "subject_vtemplates").mkdir()
    for person, acting in _PEOPLE.items():
        template = subject(acting).v_template
        _write_obj(meta / "subject_vtemplates" / f"{person}.obj", template, body_topology.body_faces())
    about = {person: {"gender": subject(acting).gender} for person, acting in _PEOPLE.items()}
    (meta / "misc.json").write_text(json.dumps(about), encoding="utf-8")


def _write_obj(path: Path, vertices: Array, faces: Array) -> None:
    lines = [f"v {x:.9g} {y:.9g} {z:.9g}" for x, y, z in vertices.tolist()]
    lines += [f"f {a} {b} {c}" for a, b, c in (faces + 1).tolist()]  # obj counts from 1
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_take(stem: Path, acted: ActedTake, thing: str, intent: str) -> None:
    stem.parent.mkdir(parents=True, exist_ok=True)
    pose, turn = acted.pose[::_EVERY], acted.object_turn[::_EVERY]
    frames = len(pose)
    body = {
        "transl": acted.transl[::_EVERY],
        "global_orient": pose[:, 0],
        "body_pose": pose[:, 1:22].reshape(frames, 63),  # [T, 21, 3] -> [T, 63]
        "jaw_pose": pose[:, 22],
        "leye_pose": pose[:, 23],
        "reye_pose": pose[:, 24],
        # the angles themselves: ARCTIC creates the body with flat hands
        "left_hand_pose": pose[:, FINGERS_OF["left"]].reshape(frames, 45),
        "right_hand_pose": pose[:, FINGERS_OF["right"]].reshape(frames, 45),
    }
    # in the world the thing is at R x + p; about its hinge h, x = y + h, that is R y + (p + R h)
    place = acted.object_place[::_EVERY] + rotation_matrix(turn) @ hinge(thing)
    opened = _WIDEST * np.sin(np.pi * np.arange(frames) / (frames - 1)) ** 2 * (intent == "use")
    # [T, 7]: articulation, rotation, millimetres
    thing_pose = np.concatenate([opened[:, None], turn, 1000 * place], axis=1)
    _write_npy(stem.with_name(f"{stem.name}.smplx.npy"), body)
    _write_npy(stem.with_name(f"{stem.name}.mano.npy"), {side: _hand(acted, side) for side in SIDES})
    np.save(stem.with_name(f"{stem.name}.object.npy"), thing_pose)


def _hand(acted: ActedTake, side: str) -> dict[str, Any]:
    """MANO's parameters of a hand of the body; ARCTIC creates MANO with its mean pose, so that it is taken off."""
    rotation, place = acted.wrists[side]
    flat = acted.pose[:, FINGERS_OF[side]].reshape(len(acted.pose), 45)
    return {
        "rot": rotation_vectors(rotation[::_EVERY]),
        "pose": flat[::_EVERY] - hand_pose.mean_pose(side),
        "trans": (place - acted.subject.joints[INDEX[f"{side}_wrist"]])[::_EVERY],
        "shape": acted.subject.hand_betas,
        "fitting_err": np.zeros(len(flat[::_EVERY])),
    }


def _write_npy(path: Path, value: dict[str, Any]) -> None:
    """A dict as ``numpy.save`` writes it: an array of one object, pickled."""
    boxed = np.empty((), dtype=object)
    boxed[()] = value
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "|O", "fortran_order": False, "shape": ()})
        file.write(portable_pickle(boxed))


def main(arguments: Sequence[str]) -> int:
    """Writes it into the folder that is named; 1, and a line that says why, if it cannot."""
    if len(arguments) != 1 or (Path(arguments[0]).exists() and any(Path(arguments[0]).iterdir())):
        print("error: name one folder, which is empty or not there", file=sys.stderr)
        return 1
    print(f"{write_arctic(Path(arguments[0]))} recordings in {arguments[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
