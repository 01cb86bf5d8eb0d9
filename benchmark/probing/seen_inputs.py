"""Inputs of networks from what is seen: every stream once, of which each network takes its own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import cast, get_args

import numpy as np
from numpy.typing import NDArray

from deepgrasp.choices import Modalities, Stream
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.inputs.modalities import input_specs, load_inputs
from deepgrasp.probes.perturbation import Recorded
from deepgrasp.probes.perturbed_store import PerturbedStore
from deepgrasp.store.store import Store

StreamArrays = dict[str, NDArray[np.float32]]


class SeenInputs:
    """The referee's own way from a store to inputs, for windows that are seen otherwise than recorded.

    Args:
        rows: of the store.
        streams: of each network that will ask.
    """

    def __init__(
        self, store: Store, rows: NDArray[np.int64], graphs: GraphChoice, streams: Iterable[Sequence[Stream]]
    ) -> None:
        self.store, self.rows, self.graphs = store, rows, graphs
        asked = {name for each in streams for name in each}
        self.union: tuple[Stream, ...] = tuple(name for name in get_args(Stream) if name in asked)
        self._union_specs = input_specs(store, graphs, self.union)
        self._clean: StreamArrays | None = None

    def of(self, seen: Recorded, senses: Sequence[str]) -> StreamArrays:
        """Inputs ``[N, T, V, F]`` with all streams, by modality; a sense not among ``senses`` is as recorded."""
        shown, graphs = PerturbedStore(self.store, self.rows, seen), self.graphs
        # both senses are one graph, or there is one and it changed, or both changed: nothing can stay
        if self._clean is None or graphs.fused or graphs.modalities in senses or len(senses) > 1:
            found = load_inputs(shown, self.rows, graphs, self.union)
            self._clean = self._clean or found  # the first that is asked for is what was recorded
            return found
        if graphs.modalities != "both":
            return self._clean  # a sense that nobody sees
        # half of the work: the other sense is what it was
        return self._clean | load_inputs(
            shown, self.rows, replace(graphs, modalities=cast(Modalities, senses[0])), self.union
        )

    def chosen(self, inputs: Mapping[str, NDArray[np.float32]], streams: Sequence[Stream]) -> StreamArrays:
        """Inputs ``[N, T, V, F]`` with only these streams, by modality, out of those with all.

        They are what :func:`deepgrasp.inputs.modalities.load_inputs` gives for these streams.
        """
        found = {}
        for kind, spec in input_specs(self.store, self.graphs, streams).items():
            among = self._union_specs[kind].streams
            # [N, T, V, F], in the network's own order: its weights are by column
            found[kind] = np.concatenate([inputs[kind][..., among[name]] for name in spec.streams], -1)
        return found
