"""The stand-in's body as files: model files as smplx opens them, subject templates, and the hands' vertex ids."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from deepgrasp.skeleton import SIDES
from deepgrasp.standin.people import body_skin, hand_anatomy
from deepgrasp.standin.people.model_arrays import mano_model, smplx_model
from deepgrasp.standin.people.physique import GENDERS
from deepgrasp.standin.people.subjects import SUBJECTS, Subject, subject

__all__ = ["SUBJECTS", "Subject", "mano_model", "smplx_model", "subject", "write_models", "write_ply", "write_subjects"]


def portable_pickle(value: Any) -> bytes:
    """A pickle that numpy 1 reads too: protocol 3, and numpy 2's new module name undone."""
    return pickle.dumps(value, protocol=3).replace(b"numpy._core", b"numpy.core")


def write_models(root: Path) -> None:
    """Writes ``smplx/SMPLX_{MALE,FEMALE,NEUTRAL}.npz`` and ``mano/MANO_{RIGHT,LEFT}.pkl`` under a folder."""
    for folder in ("smplx", "mano"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for gender in GENDERS:
        np.savez_compressed(root / "smplx" / f"SMPLX_{gender.upper()}.npz", **smplx_model(gender))  # type: ignore[arg-type]
    for side in SIDES:
        (root / "mano" / f"MANO_{side.upper()}.pkl").write_bytes(portable_pickle(mano_model(side)))


def write_subjects(root: Path) -> None:
    """Writes ``tools/subject_meshes`` and ``tools/smplx_correspondence`` of a data root, in GRAB's layout."""
    for name in SUBJECTS:
        person = subject(name)
        folder = root / "tools" / "subject_meshes" / person.gender
        folder.mkdir(parents=True, exist_ok=True)
        write_ply(folder / f"{name}.ply", person.v_template, body_skin.faces())
        np.save(folder / f"{name}_betas.npy", person.betas)
        for side in SIDES:
            write_ply(folder / f"{name}_{side[0]}hand.ply", person.hand_template(side), hand_anatomy.faces(side))
            np.save(folder / f"{name}_{side[0]}hand_betas.npy", person.hand_betas)
    folder = root / "tools" / "smplx_correspondence"
    folder.mkdir(parents=True, exist_ok=True)
    for side in SIDES:
        np.save(folder / f"{side[0]}hand_smplx_ids.npy", hand_anatomy.vertex_ids(side))


def write_ply(path: Path, vertices: npt.ArrayLike, faces: npt.ArrayLike) -> None:
    """Writes a triangle mesh as binary little-endian ply: vertices ``[V, 3]`` (m) and faces ``[F, 3]``, in order."""
    points, triangles = np.asarray(vertices, dtype="<f4"), np.asarray(faces, dtype="<i4")
    records = np.empty(len(triangles), dtype=[("count", "u1"), ("corners", "<i4", (3,))])
    records["count"], records["corners"] = 3, triangles
    header = (
        f"ply\nformat binary_little_endian 1.0\nelement vertex {len(points)}\n"
        "property float x\nproperty float y\nproperty float z\n"
        f"element face {len(triangles)}\nproperty list uchar int vertex_indices\nend_header\n"
    )
    path.write_bytes(header.encode("ascii") + points.tobytes() + records.tobytes())
