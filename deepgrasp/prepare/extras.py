"""Extra arrays of a window, beside its graphs: joints, contact codes and posed surfaces, a file a recording."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepgrasp.body import meshes
from deepgrasp.body.hands import tip_vertices
from deepgrasp.body.model_files import kept_body_model
from deepgrasp.body.skin import POSED_FRAMES_AT_ONCE, posed_vertices
from deepgrasp.choices import Extra
from deepgrasp.geometry import rotations
from deepgrasp.grab.data_root import gender_of, mesh_path, template_path
from deepgrasp.grab.reader import RecordedSequence
from deepgrasp.skeleton import BODY_VERTICES
from deepgrasp.store.arrays import save_arrays

"""``joints`` ``[T, 65, 3]``: ``deepgrasp.skeleton.POINTS``, so 15 or 21 a hand. ``contact``: ``contact_body``
``[T, 10475]`` and ``contact_object`` ``[T, O]``, part codes (SMPL-X joint + 1; 0 = none). ``object_vertices``
``[T, O, 3]``, ``hand_vertices`` ``[T, 2, 778, 3]`` (right, left), ``body_vertices`` ``[T, 10475, 3]``. Lengths are in
metres, in the world as it was recorded: these are for looking and for other work, no network sees them."""


@dataclass(frozen=True)
class ExtrasOptions:
    """Where extras come from and go to; files are opened by the process that needs them.

    Attributes:
        folder: one file a recording appears there, ``<subject>/<name>.safetensors``.
        hands: ``[2, 778]`` body vertices of the right and the left hand.
    """

    data_root: Path
    models: Path
    folder: Path
    wanted: Sequence[Extra]
    hands: NDArray[np.int64]


def write_extras(
    options: ExtrasOptions, sequence: RecordedSequence, stem: str, window: NDArray[np.int64]
) -> dict[str, Any]:
    """Write the extras of a window, and return the file's size and SHA-256.

    Raises:
        InputError: a model, template or mesh that this needs is missing or damaged.
    """
    subject = sequence.name.subject
    path = options.folder / subject / f"{stem}.safetensors"
    path.parent.mkdir(parents=True, exist_ok=True)
    return save_arrays(path, extra_arrays(options, sequence, window))


def extra_arrays(
    options: ExtrasOptions, sequence: RecordedSequence, window: NDArray[np.int64]
) -> dict[str, NDArray[Any]]:
    """Extra arrays of a window by name, as wanted, and ``window`` ``[T]``: which frames of the recording they show."""
    found: dict[str, NDArray[Any]] = {"window": window}
    if "contact" in options.wanted:
        # codes end at 55, so that a byte holds them, whatever the file took
        found["contact_body"] = sequence.contact_body[window].astype(np.int8)
        found["contact_object"] = sequence.contact_object[window].astype(np.int8)
    if "object_vertices" in options.wanted:
        found["object_vertices"] = _object_vertices(options, sequence, window)
    return found | _body_arrays(options, sequence, window)


def _object_vertices(
    options: ExtrasOptions, sequence: RecordedSequence, window: NDArray[np.int64]
) -> NDArray[np.float32]:
    vertices = _mesh(mesh_path(options.data_root, sequence.name.object))
    posed = np.empty((len(window), len(vertices), 3), dtype=np.float32)
    for start in range(0, len(window), POSED_FRAMES_AT_ONCE):  # whole recordings take gigabytes in double precision
        frames = window[start : start + POSED_FRAMES_AT_ONCE]
        turns = rotations.rotation_matrix(sequence.object_orient[frames])  # for row vectors, as GRAB's files have it
        posed[start : start + POSED_FRAMES_AT_ONCE] = (
            vertices @ turns + sequence.object_transl[frames, None]
        )  # [t, O, 3]
    return posed


def _body_arrays(
    options: ExtrasOptions, sequence: RecordedSequence, window: NDArray[np.int64]
) -> dict[str, NDArray[Any]]:
    """Joints and vertices from one pass of the model: of the tips alone, of both hands, or of the whole skin."""
    hands, tips = options.hands, tip_vertices(options.hands)
    # smplx poses all 10,475 vertices, 700 to 900 frames a second on two cores; fingertips are ten of them
    wanted: NDArray[np.int64]
    if "body_vertices" in options.wanted:
        wanted = np.arange(BODY_VERTICES)
    elif "hand_vertices" in options.wanted:
        wanted = hands.ravel()
    elif "joints" in options.wanted:
        wanted = tips
    else:
        return {}
    subject = sequence.name.subject
    template = _template(template_path(options.data_root, subject))
    motion = (sequence.fullpose[window], sequence.transl[window], sequence.expression[window])
    posed, joints = posed_vertices(
        kept_body_model(options.models, gender_of(options.data_root, subject)), template, wanted, motion
    )
    # the place of each body vertex among those that are posed
    at = np.full(BODY_VERTICES, -1)
    at[wanted] = np.arange(len(wanted))
    parts = {"hand_vertices": hands, "body_vertices": np.arange(BODY_VERTICES)}
    found = {name: posed[:, at[vertices]] for name, vertices in parts.items() if name in options.wanted}
    if "joints" in options.wanted:
        found["joints"] = np.concatenate([joints.astype(np.float32), posed[:, at[tips]]], axis=1)
    return found


@lru_cache(maxsize=1)  # recordings come object by object within a subject
def _mesh(path: Path) -> NDArray[np.float64]:
    return meshes.load_mesh(path)[0]


@lru_cache(maxsize=1)  # recordings come subject by subject
def _template(path: Path) -> NDArray[np.float64]:
    return meshes.load_template(path)
