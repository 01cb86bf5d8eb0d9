"""Hands of a body: which of its vertices they are, and the triangles and fingertips among them."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepgrasp.body.model_files import BodyModel
from deepgrasp.errors import InputError, check_machine, in_a_line
from deepgrasp.grab.npz import read_npy
from deepgrasp.skeleton import (
    BODY_VERTICES,
    FINGERS,
    FINGERTIP_VERTICES,
    HAND_VERTICES,
    SIDES,
)


def hand_vertices(tools: Path) -> NDArray[np.int64]:
    """Body vertices ``[2, 778]`` of the right and the left hand, in MANO's order, from the data set's own tables.

    Raises:
        InputError: a table is missing, damaged, or not a hand's.
    """
    # GRAB's tables, one a hand. In the published ids a hand's lie in one range, but not in order: the place in the
    # table is the vertex in MANO.
    hands = np.stack([_read_ids(table_path(tools, side)) for side in SIDES])
    if len(np.unique(hands)) != hands.size:
        raise InputError(tools / "smplx_correspondence", "a vertex belongs to both hands", "unpack GRAB's tools/ again")
    return hands


def table_path(tools: Path, side: str) -> Path:
    """Path of the data set's table of a hand's vertices."""
    return tools / "smplx_correspondence" / f"{side[0]}hand_smplx_ids.npy"


def _read_ids(path: Path) -> NDArray[np.int64]:
    try:
        ids = read_npy(path)
    except FileNotFoundError:
        raise InputError(path, "missing table of hand vertices", "unpack GRAB's tools/ folder next to grab/") from None
    except InputError:  # ours, one line already
        raise
    except Exception as error:  # a damaged header raises anything from struct.error to SyntaxError
        check_machine(path, error)
        raise InputError(path, f"not readable ({in_a_line(error)})", "unpack GRAB's tools/ again") from None
    if ids.shape != (HAND_VERTICES,) or ids.dtype.kind not in "iu" or ids.min() < 0 or ids.max() >= BODY_VERTICES:
        problem = f"expected {HAND_VERTICES} vertex numbers below {BODY_VERTICES}"
        raise InputError(path, problem, "unpack GRAB's tools/ again")
    return ids.astype(np.int64)


def hand_surfaces(model: BodyModel, hands: NDArray[np.int64]) -> dict[str, NDArray[np.generic]]:
    """Faces ``<side>_faces`` ``[F, 3]`` and rest vertices ``<side>_template`` ``[778, 3]`` (metres) of each hand.

    They are the faces of the body model whose three corners belong to the hand.

    Raises:
        InputError: the model's surface does not join the hand's vertices.
    """
    found: dict[str, NDArray[np.generic]] = {}
    for side, ids in zip(SIDES, hands, strict=True):
        # [10475]: the place of each body vertex in its hand; -1 = not of this hand
        number = np.full(BODY_VERTICES, -1, dtype=np.int64)
        number[ids] = np.arange(HAND_VERTICES)
        faces = number[model.faces]  # [F, 3] of the body
        faces = faces[(faces >= 0).all(axis=1)]
        if len(np.unique(faces)) != HAND_VERTICES:
            problem = f"the body model's faces do not cover the {side} hand"
            raise InputError("smplx_correspondence", problem, "model and tools/ must belong together")
        found |= {f"{side}_faces": faces, f"{side}_template": model.template[ids].astype(np.float32)}
    return found


def tip_vertices(hands: NDArray[np.int64]) -> NDArray[np.int64]:
    """Body vertices ``[10]`` of the fingertips, right hand first, from the hands' own ``[2, 778]``."""
    # fingertips are vertices and no joints: smplx 0.1.28 adds them to the joints of SMPL-X, but not to those of MANO
    return np.concatenate([hand[[FINGERTIP_VERTICES[finger] for finger in FINGERS]] for hand in hands])
