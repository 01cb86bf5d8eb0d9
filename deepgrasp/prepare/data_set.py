"""Data that all recordings share: bodies at rest, hand tables, object meshes; and the hash of a data set."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepgrasp.body import meshes, skin
from deepgrasp.body.hands import hand_surfaces, hand_vertices, table_path, tip_vertices
from deepgrasp.body.meshes import MESH_POINTS, diameter, spread_points
from deepgrasp.body.model_files import load_body_model, model_path
from deepgrasp.body.symmetry_search import SURFACE_POINTS, find_symmetries, surface_points
from deepgrasp.errors import InputError, MachineError
from deepgrasp.geometry.symmetries import Symmetries, to_arrays
from deepgrasp.grab.catalogue import GRAB
from deepgrasp.grab.data_root import RecordingFile, gender_of, mesh_path, template_path
from deepgrasp.grab.names import Catalogue
from deepgrasp.grab.npz import Npz
from deepgrasp.grab.ranges import OBJECT_SURFACE
from deepgrasp.skeleton import SIDES


@dataclass(frozen=True)
class SharedData:
    """Bodies, hands and objects that the recordings of a data set share.

    Attributes:
        rest: ``[65, 3]`` joints and fingertips of each subject at rest, metres.
        hands: ``[2, 778]`` body vertices of the right and the left hand.
        objects: names of the objects that occur, sorted: the order of ``meshes``.
        vertices: number of vertices of each object's mesh.
        radii: how far its surface is from its origin at most, metres.
        meshes: the arrays of the store's mesh shard.
        files: every file that was read for these, with the name it has on any machine.
    """

    rest: dict[str, NDArray[np.float64]]
    hands: NDArray[np.int64]
    objects: list[str]
    vertices: dict[str, int]
    radii: dict[str, float]
    meshes: dict[str, NDArray[Any]]
    files: dict[str, Path]


def load_shared_data(
    data_root: Path, models: Path, recordings: Sequence[RecordingFile], catalogue: Catalogue = GRAB
) -> SharedData:
    """Bodies, hand tables and object meshes that the recordings need, loaded and checked.

    Raises:
        InputError: a model, template, table or mesh is missing, damaged or of the wrong kind.
    """
    tools = data_root / "tools"
    subjects = list(dict.fromkeys(recording.name.subject for recording in recordings))
    # only those that occur: a capture of men needs no female model
    gender = {subject: gender_of(data_root, subject, catalogue) for subject in subjects}
    genders = sorted(set(gender.values()))
    objects = sorted({recording.name.object for recording in recordings})
    templates = {name: template_path(data_root, name, catalogue) for name in subjects}
    plies = {name: mesh_path(data_root, name) for name in objects}
    tables = [table_path(tools, side) for side in SIDES]

    surfaces = {name: _object_mesh(path) for name, path in plies.items()}
    bodies = {name: meshes.load_template(path) for name, path in templates.items()}
    # from the data set's own tables: MPI's licence lets nobody ship them with a program
    hands = hand_vertices(tools)
    loaded = {gender: load_body_model(models, gender) for gender in genders}  # last: the slowest
    named = (data_root / name for name in catalogue.files)
    read = (*templates.values(), *plies.values(), *tables, *named)
    files = {path.relative_to(data_root).as_posix(): path for path in read}
    return SharedData(
        # from each person's own template, which GRAB's tools too give to smplx as v_template: no shape numbers needed
        rest={
            name: np.concatenate([skin.rest_joints(loaded[gender[name]], template), template[tip_vertices(hands)]])
            for name, template in bodies.items()
        },
        hands=hands,
        objects=objects,
        vertices={name: len(vertices) for name, (vertices, _) in surfaces.items()},
        radii={name: float(np.linalg.norm(vertices, axis=1).max()) for name, (vertices, _) in surfaces.items()},
        # models of all genders have one mesh: any of them knows the faces of the hands
        meshes=_object_arrays(surfaces, catalogue.symmetries) | hand_surfaces(loaded[genders[0]], hands),
        files=files | {f"models/{gender}": model_path(models, gender) for gender in genders},
    )


def _object_mesh(path: Path) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    vertices, faces = meshes.load_mesh(path)
    if len(vertices) < MESH_POINTS:
        raise InputError(path, f"{len(vertices)} vertices", f"an object needs at least {MESH_POINTS}")
    meshes.check_surface(path, vertices, OBJECT_SURFACE)
    return vertices, faces


def _object_arrays(
    surfaces: Mapping[str, tuple[NDArray[np.float64], NDArray[np.int64]]], given: Mapping[str, Symmetries]
) -> dict[str, NDArray[Any]]:
    points, diameters, symmetries = [], [], []
    for name, (vertices, faces) in surfaces.items():
        points.append(spread_points(vertices))
        # of all vertices: the chosen points lie a little closer together
        diameters.append(diameter(vertices))
        if name in given:
            centre = surface_points(vertices, faces, SURFACE_POINTS).mean(axis=0)
            symmetries.append(given[name]._replace(centre=centre))
        else:
            symmetries.append(find_symmetries(vertices, faces, points[-1], diameters[-1]))
    return {
        "points": np.stack(points).astype(np.float32),
        "diameter": np.array(diameters, dtype=np.float32),
        **to_arrays(symmetries),
    }


def source_hash(shared: SharedData, recordings: Iterable[RecordingFile]) -> str:
    """SHA-256 of all files that a store is made of, names and content, the same on every machine.

    An npz is represented by the sizes and CRC-32 of its members, which its directory holds: hashing every byte would be
    a second reading of the whole data set.
    """
    files = shared.files | {recording.id: recording.path for recording in recordings}
    digest = hashlib.sha256()
    # names below the data root, never whole paths: a data set that is moved keeps its hash
    for name, path in sorted(files.items()):
        digest.update(json.dumps([name, _content(path)]).encode())
    return digest.hexdigest()


def _content(path: Path) -> Any:
    if path.suffix != ".npz":
        return hashlib.sha256(path.read_bytes()).hexdigest()
    try:
        with Npz(path) as npz:
            return npz.fingerprint()
    except MachineError:
        raise
    except InputError:  # a damaged recording that is to be skipped
        return path.stat().st_size
