"""Bytes that the published tools read: a pickle for numpy 1, and a binary triangle mesh."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


def portable_pickle(value: Any) -> bytes:
    """A pickle that numpy 1 reads too: protocol 3, and numpy 2's new module name undone."""
    # numpy 2 pickles name `numpy._core`, which the numpy 1.22 of the published code lacks; numpy 2 reads both names
    return pickle.dumps(value, protocol=3).replace(b"numpy._core", b"numpy.core")


def write_ply(path: Path, vertices: npt.ArrayLike, faces: npt.ArrayLike) -> None:
    """Writes a triangle mesh as binary little-endian ply: vertices ``[V, 3]`` (m) and faces ``[F, 3]``, in order."""
    # not trimesh's export: it adds a comment with its own address to the header, and these files keep their bytes
    points, triangles = np.asarray(vertices, dtype="<f4"), np.asarray(faces, dtype="<i4")
    # faces are needed, and the order of the vertices too: GRAB's touch labels have one entry per vertex
    records = np.empty(len(triangles), dtype=[("count", "u1"), ("corners", "<i4", (3,))])
    records["count"], records["corners"] = 3, triangles
    header = (
        f"ply\nformat binary_little_endian 1.0\nelement vertex {len(points)}\n"
        "property float x\nproperty float y\nproperty float z\n"
        f"element face {len(triangles)}\nproperty list uchar int vertex_indices\nend_header\n"
    )
    path.write_bytes(header.encode("ascii") + points.tobytes() + records.tobytes())
