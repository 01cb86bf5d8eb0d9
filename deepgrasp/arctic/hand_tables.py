"""Which vertices of SMPL-X's body are MANO's hands: finds the table that SMPL-X or GRAB publishes, and copies it."""

from pathlib import Path

import numpy as np

from deepgrasp.body.hands import hand_vertices, table_path
from deepgrasp.errors import InputError
from deepgrasp.grab.pickles import PickleFile
from deepgrasp.skeleton import SIDES

_HANDS = "MANO_SMPLX_vertex_ids.pkl"
"""SMPL-X's table of both hands; GRAB's are two npy files of the same numbers."""


def copy_tables(models: Path, hands: Path | None, tools: Path) -> None:
    """Write the tables below ``tools`` as GRAB has them, checked.

    Args:
        models: where they are looked for: there and in ``smplx/`` below.
        hands: SMPL-X's table, or the folder of it or of GRAB's two, if they lie elsewhere.

    Raises:
        InputError: there is none, or it is no table of hands.
    """
    copies = [table_path(tools, side) for side in SIDES]
    copies[0].parent.mkdir(parents=True)
    for place in (models, models / "smplx") if hands is None else (hands,):
        whole = place if place.is_file() else place / _HANDS
        halves = [place / copy.name for copy in copies]
        if whole.is_file():
            with PickleFile(whole) as file:
                for side, copy in zip(SIDES, copies, strict=True):
                    if (ids := np.asarray(file.read(f"{side}_hand"))).dtype.kind not in "iu":
                        raise InputError(whole, f"{side}_hand is no array of whole numbers", "get SMPL-X's file again")
                    np.save(copy, ids)
            break
        if all(half.is_file() for half in halves):
            for half, copy in zip(halves, copies, strict=True):
                copy.write_bytes(half.read_bytes())  # as they are: they are checked below
            break
    else:
        remedy = f"name SMPL-X's {_HANDS}, or the folder of GRAB's {' and '.join(copy.name for copy in copies)}"
        raise InputError("--hands", f"no table of the hands' vertices in {hands or models}", remedy)
    # as preparing will read it: what is wrong shows before the long work
    try:
        hand_vertices(tools)
    except InputError as error:
        raise InputError(place, f"table of the hands' vertices: {error.problem}", "get it again") from None
