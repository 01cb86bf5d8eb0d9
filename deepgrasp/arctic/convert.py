"""Makes a data root in GRAB's format, with its catalogue, of a folder of ARCTIC's download."""

import shutil
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from joblib import delayed
from numpy.typing import NDArray

from deepgrasp.arctic.articulated import load_obj, load_object, part_poses
from deepgrasp.arctic.catalogue_page import write_catalogue
from deepgrasp.arctic.download import Download, TakeFiles, find_download
from deepgrasp.arctic.hand_contact import Touched, body_parts_of
from deepgrasp.arctic.hand_tables import copy_tables
from deepgrasp.arctic.recorded import ARCTIC_FRAMERATE, ArcticTake, read_take
from deepgrasp.body.hands import hand_vertices
from deepgrasp.body.model_files import kept_body_model
from deepgrasp.body.skin import posed_vertices
from deepgrasp.errors import InputError
from deepgrasp.files import replaced
from deepgrasp.grab.data_root import STANDIN_MARK, mesh_path
from deepgrasp.grab.ranges import BODY_SURFACE, problem_in
from deepgrasp.processes import Progress, run_jobs
from deepgrasp.skeleton import BODY_VERTICES, EXPRESSIONS, JOINTS


def convert(
    folder: Path,
    models: Path,
    out: Path,
    *,
    hands: Path | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Download:
    """Write a data root of all recordings of a folder of ARCTIC's download (Fan et al., CVPR 2023).

    Angles and places are taken over as they are (millimetres become metres); the object's pose is its bottom part's.
    Contact, which ARCTIC's files do not hold, is where vertices of SMPL-X's hands lie within 3 mm of either part
    (:data:`deepgrasp.arctic.touching.WITHIN`).

    Args:
        folder: holds ``raw_seqs/`` and ``meta/``, or is one of those above them.
        models: holds ``smplx/SMPLX_<GENDER>``, .npz or .pkl, for the genders of the people.
        out: the data root: a folder that is empty or not there; a run that fails leaves nothing.
        hands: SMPL-X's table of the hands' vertices (``MANO_SMPLX_vertex_ids.pkl``), or a folder with GRAB's two
            (default: either in ``models`` or in ``models/smplx``).
        workers: processes (default: one a core; 1 stays in this process).
        progress: called with (recordings done, recordings in all).

    Returns:
        What was found in the folder.

    Raises:
        InputError: anything about the files that is missing, damaged or not in ARCTIC's format; ``out`` is not empty.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(out, "is there already", "remove it, or choose another folder")
    above = next(each for each in out.absolute().parents if each.exists())
    if not above.is_dir():
        raise InputError(above, "is no folder", f"choose another place than {out}")
    if not models.is_dir():
        raise InputError(models, "is no folder", "name the one that holds smplx/SMPLX_MALE.npz and the others")
    found = find_download(folder)
    with replaced(out) as root:
        copy_tables(models, hands, root / "tools")
        for gender in sorted(set(found.genders.values())):
            kept_body_model(models, gender)  # a damaged model shows here, before the long work
        for name in found.objects:
            thing = load_object(found.object_folder(name))
            # closed: in GRAB's format a thing is one mesh, which never opens
            _write_mesh(mesh_path(root, name), thing.vertices, thing.faces)
        for person, gender in found.genders.items():
            path = root / "tools" / "subject_meshes" / gender / f"{person}.ply"
            _write_mesh(path, _template(found.template(person)), kept_body_model(models, gender).faces)
        # a worker loads an object once, where its recordings come one after the other
        takes = sorted(found.takes, key=lambda take: (take.object, take.id))
        few = replace(found, takes=())  # what each is sent
        jobs = [delayed(_write_recording)(few, take, models, root) for take in takes]
        for done, _ in enumerate(run_jobs(jobs, workers), start=1):
            if progress is not None:
                progress(done, len(jobs))
        write_catalogue(found, root)
        # made-up recordings stay made up in any format: their boards never mix with those of real ones
        if (found.root / STANDIN_MARK).is_file():
            shutil.copyfile(found.root / STANDIN_MARK, root / STANDIN_MARK)
    return found


def members(files: TakeFiles, gender: str, take: ArcticTake, contact: dict[str, NDArray[Any]]) -> dict[str, Any]:
    """What a recording's file in GRAB's format holds, by key."""
    return {
        "gender": gender,
        "sbj_id": files.person,
        "obj_name": files.object,
        "motion_intent": files.intent,
        "framerate": ARCTIC_FRAMERATE,
        "n_frames": take.n_frames,
        "body": {"params": {"fullpose": take.fullpose, "transl": take.transl}},
        "object": {
            "params": {
                # GRAB's rows, v @ R + t, against ARCTIC's columns, R x + t: the one rotation is the other's inverse
                "global_orient": -take.object_orient,
                "transl": take.object_transl,
                "articulation": take.articulation,  # nothing reads it; without it a part's pose would be lost
            }
        },
        "contact": contact,
    }


def _write_recording(found: Download, files: TakeFiles, models: Path, root: Path) -> None:
    take, gender = read_take(files), found.genders[files.person]
    model, hands = kept_body_model(models, gender), hand_vertices(root / "tools").ravel()
    fullpose = take.fullpose.reshape(take.n_frames, len(JOINTS), 3)
    # no expression: ARCTIC's files hold none, and its code creates the model with zeros
    motion = (fullpose, take.transl, np.zeros((take.n_frames, EXPRESSIONS)))
    points, _ = posed_vertices(model, _template(found.template(files.person)), hands, motion)  # [T, 1556, 3]
    poses = part_poses(take.articulation, take.object_orient, take.object_transl)
    touched = _touched(found.object_folder(files.object))
    on_hands, on_object = touched.contact(points, body_parts_of(model, hands), poses)
    body = np.zeros((take.n_frames, BODY_VERTICES), np.int8)  # [T, 10475]
    body[:, hands] = on_hands
    path = root / "grab" / files.person / f"{files.stem}.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = members(files, gender, take, {"body": body, "object": on_object})
    # a dict as GRAB's files hold it: in an array of one object
    boxed = {key: np.array(value, dtype=object if isinstance(value, dict) else None) for key, value in kept.items()}
    np.savez_compressed(path, **boxed)  # type: ignore[arg-type]


@lru_cache(maxsize=16)  # a quarter of a megabyte each
def _template(path: Path) -> NDArray[np.float64]:
    vertices, _ = load_obj(path)
    if len(vertices) != BODY_VERTICES:
        problem = f"has {len(vertices)} vertices, a body has {BODY_VERTICES}"
        raise InputError(path, problem, "unpack ARCTIC's meta.zip again")
    if wrong := problem_in(vertices, BODY_SURFACE, "vertex"):
        raise InputError(path, f"a coordinate {wrong}", "convert it, or unpack ARCTIC's meta.zip again")
    return vertices


@lru_cache(maxsize=1)  # recordings come object by object
def _touched(folder: Path) -> Touched:
    return Touched(load_object(folder))


def _write_mesh(path: Path, vertices: NDArray[np.float64], faces: NDArray[np.int64]) -> None:
    import trimesh

    path.parent.mkdir(parents=True, exist_ok=True)
    trimesh.Trimesh(vertices, faces, process=False).export(path)  # no vertex merged: contact counts them
