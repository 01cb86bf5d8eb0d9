"""The doors of SMPL-X and MANO models, of meshes, and of the tables of hands."""

import io
import pickle
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from deepgrasp.body.hands import hand_vertices
from deepgrasp.body.meshes import load_mesh
from deepgrasp.body.model_files import HAND_PARENTS, load_body_model, load_hand_model
from tests.conftest import HANDS, smplx_members
from tests.hostile.arrays import SPOILT, fingerprint, of_fields, picked
from tests.hostile.damage import Rng, file_case, harm_bytes, no_file
from tests.hostile.doors import Case, Door


@cache
def hand_members() -> dict[str, Any]:
    rng = np.random.default_rng(0)
    return {
        "v_template": rng.random((778, 3)) / 10,
        "f": rng.integers(0, 778, (1538, 3)).astype(np.uint32),
        "weights": np.full((778, 16), 1 / 16, np.float32),
        "J_regressor": np.eye(16, 778),
        "kintree_table": np.array([[2**32 - 1, *HAND_PARENTS[1:]], range(16)], dtype=np.int64),
        "posedirs": np.zeros((778, 3, 135), np.float16),
    }


@cache
def body_members() -> dict[str, Any]:
    return {key: value for key, value in smplx_members(0).items() if key not in ("posedirs", "shapedirs")}


def npz(members: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    boxed = {k: v if isinstance(v, np.ndarray) else np.array(v, object) for k, v in members.items()}
    np.savez_compressed(stream, **boxed)
    return stream.getvalue()


def make_model(name: str, members: Callable[[], dict[str, Any]], write: Callable[[Any], bytes], checksum: bool) -> Any:
    needed = ("v_template", "f", "weights", "J_regressor", "kintree_table")

    def make(rng: Rng | None) -> Case:
        data = write(members())
        if rng is None:
            return file_case("whole", name, data, "accepted")
        if (kind := rng.random()) < 0.45:
            what, harmed = harm_bytes(rng, data)
            # a pickle has no checksum: another digit of a weight is a weight
            return file_case(what, name, harmed, "same" if checksum else "either")
        if kind < 0.9:
            what, spoil = picked(rng, SPOILT)
            key = str(rng.choice(needed))
            changed = members() | {key: spoil(members()[key])}
            # bodies on these vertices may have other faces than the published one; a hand has MANO's
            fewer = (key, what) == ("f", "a row less") and "SMPLX" in name
            return file_case(f"{key}: {what}", name, write(changed), "either" if fewer else "refused")
        if kind < 0.95:
            other = write({key: value for key, value in members().items() if key != "weights"})
            return file_case("a key less", name, other, "refused")
        return no_file(rng, name)

    return make


def pickled(members: dict[str, Any]) -> bytes:
    return pickle.dumps(members, 2)


# --- meshes and tables


@cache
def mesh(encoding: str) -> bytes:
    import trimesh

    return bytes(trimesh.creation.box((0.1, 0.1, 0.1)).export(file_type="ply", encoding=encoding))


CLAIMS = {
    "too many vertices": (b"element vertex 8", b"element vertex 8000000000"),
    "vertices below none": (b"element vertex 8", b"element vertex -8"),
    "vertices in digits": (b"element vertex 8", b"element vertex 9" + b"0" * 5000),
    "too many faces": (b"element face 12", b"element face 999999999999"),
    "no faces": (b"element face 12", b"element face 0"),
    "no end of the header": (b"end_header\n", b""),
    "another magic": (b"ply\n", b"plz\n"),
}


def make_mesh(rng: Rng | None) -> Case:
    name, data = "mug.ply", mesh("binary")
    if rng is None:
        return file_case("whole", name, data, "accepted")
    data = mesh(str(rng.choice(["binary", "ascii"])))
    if (kind := rng.random()) < 0.6:
        what, harmed = harm_bytes(rng, data)
        return file_case(what, name, harmed, "either")  # no checksum
    if kind < 0.9:
        what, (old, new) = picked(rng, CLAIMS)
        return file_case(what, name, data.replace(old, new, 1), "refused")
    return no_file(rng, name)


def make_table(rng: Rng | None) -> Case:
    name, stream = "smplx_correspondence/rhand_smplx_ids.npy", io.BytesIO()
    np.save(stream, HANDS["rhand"])
    other = io.BytesIO()
    np.save(other, HANDS["lhand"])
    left = file_case("", "smplx_correspondence/lhand_smplx_ids.npy", other.getvalue(), "accepted")
    if rng is None:
        case = file_case("whole", name, stream.getvalue(), "accepted")
    elif (kind := rng.random()) < 0.6:
        case = file_case(*(lambda harm: (harm[0], name, harm[1], "either"))(harm_bytes(rng, stream.getvalue())))
    elif kind < 0.9:
        what, spoil = picked(rng, SPOILT)
        stream = io.BytesIO()
        value = spoil(HANDS["rhand"][None])
        np.save(stream, value if isinstance(value, np.ndarray) else np.array(value, object), allow_pickle=True)
        # a row of one is what flattening gives
        case = file_case(what, name, stream.getvalue(), "either" if what == "flat" else "refused")
    else:
        case = no_file(rng, name)
    return Case(case.what, lambda folder: (left.write(folder), case.write(folder)), case.expected)


def read_body(folder: Path) -> str:
    return of_fields(load_body_model(folder, "male"))


def read_hand(folder: Path) -> str:
    return of_fields(load_hand_model(folder, "right"))


BODY, HAND = "smplx/SMPLX_MALE", "mano/MANO_RIGHT"
DOORS = {
    "SMPL-X npz": Door(make_model(f"{BODY}.npz", body_members, npz, checksum=True), read_body),
    "MANO pickle": Door(make_model(f"{HAND}.pkl", hand_members, pickled, checksum=False), read_hand),
    "MANO npz": Door(make_model(f"{HAND}.npz", hand_members, npz, checksum=True), read_hand),
    "mesh": Door(make_mesh, lambda folder: fingerprint(*load_mesh(folder / "mug.ply"))),
    "hand table": Door(make_table, lambda folder: fingerprint(hand_vertices(folder))),
}
