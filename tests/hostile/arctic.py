"""The doors of ARCTIC's recordings, objects and JSON files."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np

from deepgrasp.arctic.articulated import load_object
from deepgrasp.arctic.download import find_download
from deepgrasp.arctic.recorded import read_take
from tests.hostile.arrays import SPOILT, fingerprint, of_fields, picked
from tests.hostile.damage import Payload, Rng, file_case, harm_bytes, no_file
from tests.hostile.doors import Case, Door

STEM = "raw_seqs/s01/box_use_01"
SIZES = {
    "transl": 3, "global_orient": 3, "body_pose": 63, "jaw_pose": 3, "leye_pose": 3, "reye_pose": 3,
    "left_hand_pose": 45, "right_hand_pose": 45,
}  # fmt: skip
CORNERS = [[0, 0, 0], [100, 0, 0], [0, 100, 0], [0, 0, -50], [100, 0, -50], [0, 100, -50]]
OBJ = "".join(f"v {x} {y} {z}\n" for x, y, z in CORNERS) + "f 1 2 3\nf 4 5 6\n"
PARTS = [0, 0, 0, 1, 1, 1]


def body() -> dict[str, Any]:
    rng = np.random.default_rng(0)
    return {key: rng.normal(0, 0.3, (4, size)) for key, size in SIZES.items()}


def saved(value: Any) -> bytes:
    stream = io.BytesIO()
    np.save(stream, value, allow_pickle=True)
    return stream.getvalue()


def thing() -> np.ndarray:
    return np.random.default_rng(1).normal([0, 0, 0, 0, 100, 900, 400], 1, (4, 7))


def with_the_rest(name: str, case: Case) -> Case:
    """A case of one of a recording's files, between its others."""
    files = {
        f"{STEM}.smplx.npy": saved(body()),
        f"{STEM}.object.npy": saved(thing()),
        "meta/misc.json": json.dumps({"s01": {"gender": "female"}}).encode(),
    }
    others = [file_case("", other, data, "accepted") for other, data in files.items() if other != name]

    def write(folder: Path) -> None:
        for other in others:
            other.write(folder)
        case.write(folder)

    return Case(case.what, write, case.expected)


def make_take(rng: Rng | None) -> Case:
    smplx, moved = f"{STEM}.smplx.npy", f"{STEM}.object.npy"
    if rng is None:
        return with_the_rest(smplx, file_case("whole", smplx, saved(body()), "accepted"))
    name, whole = (smplx, body()) if rng.random() < 0.5 else (moved, thing())
    kind = str(rng.choice(["bytes", "bytes", "spoilt", "spoilt", "runs", "names", "no file"]))
    if kind == "bytes":
        what, harmed = harm_bytes(rng, saved(whole))
        # a pickle and an array have no checksum: another angle is an angle
        return with_the_rest(name, file_case(what, name, harmed, "either"))
    if kind == "no file":
        return with_the_rest(name, no_file(rng, name))
    if kind == "names":
        what = str(rng.choice(["mug_drink_1", "box_lift_01", "box_use", "Box_use_01", "box_use_01_again"]))
        case = file_case(what, f"raw_seqs/s01/{what}.smplx.npy", saved(whole), "refused")
        return with_the_rest("", case)
    if kind == "runs":
        value = {"transl": Payload()} if name == smplx else np.array([Payload()], dtype=object)
        return with_the_rest(name, file_case("a payload", name, saved(value), "refused"))
    what, spoil = picked(rng, SPOILT)
    if isinstance(whole, dict):
        key = str(rng.choice(list(SIZES)))
        whole[key] = spoil(whole[key])
        what = f"{key}: {what}"
    else:
        whole = spoil(whole)
    return with_the_rest(name, file_case(what, name, saved(whole), "refused"))


def read_takes(folder: Path) -> str:
    found = find_download(folder)
    return fingerprint(found.genders, *(of_fields(read_take(take)) for take in found.takes))


def make_object(rng: Rng | None) -> Case:
    top = "\n".join([*OBJ.splitlines()[:3], "f 1 2 3\n"])
    files = {"mesh.obj": OBJ.encode(), "parts.json": json.dumps(PARTS).encode(), "top.obj": top.encode()}
    name = "mesh.obj" if rng is None else str(rng.choice(list(files)))
    others = [file_case("", other, data, "accepted") for other, data in files.items() if other != name]
    case = file_case("whole", name, files[name], "accepted")
    if rng is not None:
        what, harmed = harm_bytes(rng, files[name])
        case = no_file(rng, name) if rng.random() < 0.1 else file_case(what, name, harmed, "either")
    # top.obj alone may be missing: it confirms, and nothing is read from it
    expected = "either" if name == "top.obj" else case.expected
    return Case(case.what, lambda folder: [each.write(folder) for each in (*others, case)], expected)


def read_object(folder: Path) -> str:
    return fingerprint(of_fields(load_object(folder)))


DOORS = {"ARCTIC's recordings": Door(make_take, read_takes), "ARCTIC's objects": Door(make_object, read_object)}
