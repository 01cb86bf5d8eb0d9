"""A take as GRAB's npz: every key, type and relation of the published files, and the same bytes for the same take."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from deepgrasp.geometry.rotations import rotation_vectors
from deepgrasp.skeleton import INDEX
from deepgrasp.standin.acting.contact import THRESHOLD
from deepgrasp.standin.acting.take import FINGERS_OF, ActedTake
from deepgrasp.standin.array_types import Array
from deepgrasp.standin.file_formats import portable_pickle
from deepgrasp.standin.people import hand_pose
from deepgrasp.standin.plan.take_list import Take

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # zip members carry a date; a fixed one, so that the same take gives the same bytes
MESHES = "tools/object_meshes/contact_meshes"
MOTION_INTENT = {"on": "switchON"}  # the one action that GRAB's files call otherwise than their names do


def write_take(path: Path, take: Take, recording: ActedTake) -> None:
    """Write one sequence file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as archive:
        for key, value in contents(take, recording).items():
            info = zipfile.ZipInfo(f"{key}.npy", LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, _member(value))


def _member(value: Any) -> bytes:
    """A 0-d npy: a plain scalar, or a dict as numpy-1-readable pickle."""
    buffer = io.BytesIO()
    if not isinstance(value, dict):
        np.lib.format.write_array(buffer, np.array(value), version=(1, 0))
        return buffer.getvalue()
    np.lib.format.write_array_header_1_0(buffer, {"descr": "|O", "fortran_order": False, "shape": ()})
    boxed = np.empty((), dtype=object)
    boxed[()] = value
    return buffer.getvalue() + portable_pickle(boxed)


def contents(take: Take, recording: ActedTake) -> dict[str, Any]:
    """Top-level members of a sequence file."""
    person, frames = recording.subject, take.frames
    template = f"tools/subject_meshes/{person.gender}/{person.name}"
    table_turn, table_place = (np.repeat(a[None], frames, 0) for a in recording.table)
    return {
        "gender": person.gender,
        "sbj_id": person.name,
        "obj_name": take.object,
        "motion_intent": MOTION_INTENT.get(take.action, take.action),
        "framerate": 120.0,
        "n_frames": frames,
        "n_comps": 24,
        "body": {"params": _body(recording), "vtemp": f"{template}.ply"},
        "lhand": {"params": _hand(recording, "left"), "vtemp": f"{template}_lhand.ply"},
        "rhand": {"params": _hand(recording, "right"), "vtemp": f"{template}_rhand.ply"},
        "object": {
            "params": _rigid(recording.object_turn, recording.object_place),
            "object_mesh": f"{MESHES}/{take.object}.ply",
        },
        "table": {"params": _rigid(table_turn, table_place), "table_mesh": f"{MESHES}/table.ply"},
        "contact": {"object": recording.contact.object, "body": recording.contact.body, "threshold": THRESHOLD},
    }


def _f32(values: Array) -> Array:
    return np.ascontiguousarray(values, dtype=np.float32)


def _body(recording: ActedTake) -> dict[str, Array]:
    pose = recording.pose
    frames = len(pose)
    return {
        "transl": _f32(recording.transl),
        "global_orient": _f32(pose[:, 0]),
        "body_pose": _f32(pose[:, 1:22].reshape(frames, 63)),
        "jaw_pose": _f32(pose[:, 22]),
        "leye_pose": _f32(pose[:, 23]),
        "reye_pose": _f32(pose[:, 24]),
        "left_hand_pose": _f32(recording.coefficients["left"]),
        "right_hand_pose": _f32(recording.coefficients["right"]),
        "fullpose": _f32(pose.reshape(frames, 165)),
        "expression": np.zeros((frames, 10), np.float32),
    }


def _hand(recording: ActedTake, side: str) -> dict[str, Array]:
    """MANO's parameters of the same hand: its own coefficients, about the wrist of its own template."""
    flat = recording.pose[:, FINGERS_OF[side]].reshape(len(recording.pose), 45)
    rotation, place = recording.wrists[side]
    return {
        "global_orient": _f32(rotation_vectors(rotation)),
        "transl": _f32(place - recording.subject.joints[INDEX[f"{side}_wrist"]]),
        "hand_pose": _f32(hand_pose.coefficients(flat, side, "mano")),
        "fullpose": _f32(flat),
    }


def _rigid(turn: Array, place: Array) -> dict[str, Array]:
    """GRAB multiplies row vectors, ``v @ R + t``: its rotation is the inverse of the usual one."""
    return {"transl": _f32(place), "global_orient": _f32(-turn)}
