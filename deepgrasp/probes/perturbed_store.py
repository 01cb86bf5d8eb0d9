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
from deepgrasp.store.meanings import FIELDS
from deepgrasp.store.store import Store


@dataclass(frozen=True)
class PerturbedStore(Store):
    """A store whose ``pose``, ``bones`` and ``touch`` of some rows are others; targets and all else are the store's.

    Attributes:
        store: the store itself.
        rows_seen: those that are seen otherwise, ``[N]``.
        seen: what is seen of them.
    """

    # with defaults, as the last field of a store has one
    store: Store | None = None
    rows_seen: NDArray[np.int64] | None = None
    seen: Recorded | None = None

    def read(self, name: str, rows: ArrayLike | None = None) -> NDArray[Any]:
        """An array ``[N, ...]`` of the named rows, perturbed where it is ``pose``, ``bones`` or ``touch``.

        Of these three only the perturbed rows can be read; see :meth:`deepgrasp.store.store.Store.read`.
        """
        assert self.store is not None
        assert self.rows_seen is not None
        assert self.seen is not None
        if name not in ("pose", "bones", "touch"):
            return self.store.read(name, rows)
        place = {int(row): k for k, row in enumerate(self.rows_seen)}
        at = [place[int(row)] for row in np.atleast_1d(np.asarray(rows))]
        array = getattr(self.seen, name)[at]
        return np.packbits(array, axis=-1) if name == "touch" else array  # as the store has it: a bit a vertex

    @property
    def meshes(self) -> dict[str, NDArray[Any]]:
        """Arrays of the objects and of the hands' faces, by name: those of the store, which no perturbation changes."""
        assert self.store is not None
        return self.store.meshes


def perturbed(store: Store, rows: NDArray[np.int64], seen: Recorded) -> PerturbedStore:
    """A store whose ``rows [N]`` are seen as in ``seen``; all else is as in ``store``."""
    return PerturbedStore(store.path, store.manifest, store.chosen, store, rows, seen)


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
        fields={name: tuple(each[name] for each in records) for name, kind in FIELDS.items() if kind[0] is str},
        clean=clean,
        patches=np.stack([hand_patches(store, side, graphs.patches) for side in SIDES]),
        hands=tuple(SIDES.index(side) for side in graphs.sides),
        window=str(prepared["window"]),
        frames=store.read("frame", rows).astype(np.int64),
        rate=data_source(store.manifest).framerate,
    )
