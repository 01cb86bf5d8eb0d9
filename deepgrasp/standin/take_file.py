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
CONTACT_MESHES = "tools/object_meshes/contact_meshes"
MOTION_INTENT = {"on": "switchON"}  # the one action that GRAB's files call otherwise than their names do


def write_take(path: Path, take: Take, recording: ActedTake) -> None:
    """Writes one take as a sequence file of GRAB; the same take gives the same bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for key, value in contents(take, recording).items():
            info = zipfile.ZipInfo(f"{key}.npy", LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            buffer = io.BytesIO()
            # the published readers call .item() on every member, so each is an array of shape ()
            if isinstance(value, dict):
                # np.save would pickle under numpy 2's module names, which the numpy 1.22 of the published code lacks
                np.lib.format.write_array_header_1_0(buffer, {"descr": "|O", "fortran_order": False, "shape": ()})
                boxed = np.empty((), dtype=object)
                boxed[()] = value
                buffer.write(portable_pickle(boxed))
            else:
                np.lib.format.write_array(buffer, np.array(value), version=(1, 0))
            archive.writestr(info, buffer.getvalue())


def contents(take: Take, recording: ActedTake) -> dict[str, Any]:
    """Everything that a sequence file of GRAB holds, by key."""
    person, frames, pose = recording.subject, take.frames, recording.pose
    template = f"tools/subject_meshes/{person.gender}/{person.name}"
    # the table never moves, but GRAB's files give it a place for every frame: [3] -> [T, 3]
    table_turn, table_place = (np.repeat(a[None], frames, 0) for a in recording.table)
    return {
        "gender": person.gender,
        "sbj_id": person.name,
        "obj_name": take.object,  # the published tools keep each object's mesh under this name
        "motion_intent": MOTION_INTENT.get(take.action, take.action),
        "framerate": 120.0,  # Hz, of GRAB's cameras
        "n_frames": frames,
        "n_comps": 24,  # the readers build body and hand models with as many pose components
        "body": {
            "params": {
                "transl": _f32(recording.transl),
                "global_orient": _f32(pose[:, 0]),
                "body_pose": _f32(pose[:, 1:22].reshape(frames, 63)),  # [T, 21, 3] -> [T, 63]
                "jaw_pose": _f32(pose[:, 22]),
                "leye_pose": _f32(pose[:, 23]),
                "reye_pose": _f32(pose[:, 24]),
                "left_hand_pose": _f32(recording.coefficients["left"]),
                "right_hand_pose": _f32(recording.coefficients["right"]),
                # must equal what smplx builds from the 24 coefficients: networks read this, forward kinematics those
                "fullpose": _f32(pose.reshape(frames, 165)),  # [T, 55, 3] -> [T, 165]
                "expression": np.zeros((frames, 10), np.float32),
            },
            "vtemp": f"{template}.ply",
        },
        "lhand": {"params": _hand(recording, "left"), "vtemp": f"{template}_lhand.ply"},
        "rhand": {"params": _hand(recording, "right"), "vtemp": f"{template}_rhand.ply"},
        "object": {
            "params": _rigid(recording.object_turn, recording.object_place),
            "object_mesh": f"{CONTACT_MESHES}/{take.object}.ply",
        },
        "table": {"params": _rigid(table_turn, table_place), "table_mesh": f"{CONTACT_MESHES}/table.ply"},
        "contact": {"object": recording.contact.object, "body": recording.contact.body, "threshold": THRESHOLD},
    }


def _f32(values: Array) -> Array:
    return np.ascontiguousarray(values, dtype=np.float32)  # the readers cast to float32 anyway; half the bytes


def _hand(recording: ActedTake, side: str) -> dict[str, Array]:
    """MANO's parameters of the same hand: its own coefficients, about the wrist of its own template."""
    flat = recording.pose[:, FINGERS_OF[side]].reshape(len(recording.pose), 45)  # [T, 15, 3] -> [T, 45]
    rotation, place = recording.wrists[side]
    return {
        "global_orient": _f32(rotation_vectors(rotation)),
        "transl": _f32(place - recording.subject.joints[INDEX[f"{side}_wrist"]]),
        # not the body's coefficients: the readers create the body's hands with a mean pose, MANO's without
        "hand_pose": _f32(hand_pose.coefficients(flat, side, "mano")),
        "fullpose": _f32(flat),
    }


def _rigid(turn: Array, place: Array) -> dict[str, Array]:
    """GRAB multiplies row vectors, ``v @ R + t``: its rotation is the inverse of the usual one."""
    return {"transl": _f32(place), "global_orient": _f32(-turn)}
