"""A graph store of which some windows are seen otherwise: whatever reads inputs from it meets a perturbation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepgrasp.data_source import data_source
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.inputs.modalities import hand_patches
from deepgrasp.probes.perturbation import Recorded, Windows
from deepgrasp.skeleton import SIDES
from deepgrasp.store.layout import unpack_touch
from deepgrasp.store.store import Store
from deepgrasp.store.stored_fields import STORED_FIELDS


@dataclass(frozen=True)
class PerturbedStore:
    """A graph store as inputs see it, in which ``pose``, ``bones`` and ``touch`` of some rows are others.

    Targets and all else are the store's.

    Attributes:
        store: the store itself.
        rows: those that are seen otherwise, ``[N]``.
        seen: what is seen of them.
    """

    store: Store
    rows: NDArray[np.int64]
    seen: Recorded

    @property
    def frames(self) -> int:
        """Number of frames of every window that is read: the store's."""
        return self.store.frames

    @property
    def manifest(self) -> Mapping[str, Any]:
        """The manifest of the store: its sequences, folds and options."""
        return self.store.manifest

    @property
    def meshes(self) -> dict[str, NDArray[Any]]:
        """Arrays of the objects and of the hands' faces, by name: those of the store, which no perturbation changes."""
        return self.store.meshes

    def read(self, name: str, rows: ArrayLike | None = None) -> NDArray[Any]:
        """An array ``[N, ...]`` of the named rows, perturbed where it is ``pose``, ``bones`` or ``touch``.

        Of these three only the perturbed rows can be read; see :meth:`deepgrasp.store.store.Store.read`.
        """
        if name not in ("pose", "bones", "touch"):
            return self.store.read(name, rows)
        place = {int(row): k for k, row in enumerate(self.rows)}
        at = [place[int(row)] for row in np.atleast_1d(np.asarray(rows))]
        array = getattr(self.seen, name)[at]
        return np.packbits(array, axis=-1) if name == "touch" else array  # as the store has it: a bit a vertex


def read_windows(store: Store, rows: NDArray[np.int64], graphs: GraphChoice) -> Windows:
    """Windows of the ``rows [N]`` of a store, with what was recorded of them, for perturbations to change.

    Raises:
        InputError: the store does not say whose data it holds.
    """
    records = [store.manifest["sequences"][row] for row in rows]
    clean = Recorded(store.read("pose", rows), store.read("bones", rows), unpack_touch(store.read("touch", rows)))
    for array in (clean.pose, clean.bones, clean.touch):
        array.flags.writeable = False  # a perturbation that changed its argument would change all that come after it
    prepared: Mapping[str, Any] = store.manifest["prepare"]
    return Windows(
        ids=tuple(record["id"] for record in records),
        # names alone: by numbers no recordings are paired
        fields={name: tuple(each[name] for each in records) for name, kind in STORED_FIELDS.items() if kind[0] is str},
        clean=clean,
        patches=np.stack([hand_patches(store, side, graphs.patches) for side in SIDES]),
        hands=tuple(SIDES.index(side) for side in graphs.sides),
        window=str(prepared["window"]),
        frames=store.read("frame", rows).astype(np.int64),
        rate=data_source(store.manifest).framerate,
    )
