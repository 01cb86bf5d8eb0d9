"""The stand-in's body as files: model files as smplx opens them, subject templates, and the hands' vertex ids."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from deepgrasp.skeleton import SIDES
from deepgrasp.standin.file_formats import portable_pickle, write_ply
from deepgrasp.standin.people import body_topology, hand_skin
from deepgrasp.standin.people.model_arrays import mano_model, smplx_model
from deepgrasp.standin.people.physique import GENDER_MEANS
from deepgrasp.standin.people.subjects import subject


def write_models(root: Path) -> None:
    """Writes ``smplx/SMPLX_{MALE,FEMALE,NEUTRAL}.npz`` and ``mano/MANO_{RIGHT,LEFT}.pkl`` under a folder."""
    for folder in ("smplx", "mano"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    # npz for the body and pkl for the hands: smplx opens these names alone, also where the papers' sites say otherwise
    for gender in GENDER_MEANS:
        np.savez_compressed(root / "smplx" / f"SMPLX_{gender.upper()}.npz", **smplx_model(gender))  # type: ignore[arg-type]
    for side in SIDES:
        (root / "mano" / f"MANO_{side.upper()}.pkl").write_bytes(portable_pickle(mano_model(side)))


def write_subjects(root: Path, names: Iterable[str]) -> None:
    """Writes ``tools/subject_meshes`` and ``tools/smplx_correspondence`` of a data root, in GRAB's layout."""
    for name in names:
        person = subject(name)
        folder = root / "tools" / "subject_meshes" / person.gender
        folder.mkdir(parents=True, exist_ok=True)
        write_ply(folder / f"{name}.ply", person.v_template, body_topology.body_faces())
        np.save(folder / f"{name}_betas.npy", person.betas)
        for side in SIDES:
            write_ply(folder / f"{name}_{side[0]}hand.ply", person.hand_template(side), hand_skin.hand_faces(side))
            np.save(folder / f"{name}_{side[0]}hand_betas.npy", person.hand_betas)
    folder = root / "tools" / "smplx_correspondence"
    folder.mkdir(parents=True, exist_ok=True)
    # readers take hand vertices by these files, so that no licensed table of ids is needed anywhere
    for side in SIDES:
        np.save(folder / f"{side[0]}hand_smplx_ids.npy", hand_skin.vertex_ids(side))
