"""A recurrent graph cell of PyTorch Geometric Temporal, named by its class and unrolled over the frames."""

import inspect
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from deepgrasp.errors import InputError
from deepgrasp.network.frame_perceptron import FramePerceptron
from deepgrasp.spec import HYPERPARAMETER, InputSpec, check_depth, check_fraction, check_sizes
from deepgrasp.stgcn.library_block import LIBRARY, library_layers

SEARCH = {
    "cell": ("AGCRN", "GConvGRU", "TGCN2", "A3TGCN2"),
    "hidden": (8, 16, 32),
    "order": (2, 3),
    "bidirectional": (False, True),
    "channels": (4, 8, 16),
    "width": (32, 64, 128),
}
_CELL = f"{HYPERPARAMETER}cell"
MOST_HIDDEN = 1024  # the library takes memory for weights at once, even where they are only tried
NODE_CODE = 4  # numbers that tell a node apart, where a cell asks for them


class PyGTemporal(nn.Module):
    """A recurrent graph cell over the frames, and a perceptron of each frame's states and inputs of all nodes.

    ``cell`` names a class of ``torch_geometric_temporal.nn.recurrent`` (Rozemberczki et al. 2021), whose own forward
    runs, frame by frame, with the state that it returned before. Any class fits that takes a state ``H`` (and ``C``):

    * AGCRN (Bai et al. 2020), which learns its graph; GConvGRU, GConvLSTM (Seo et al. 2018), GCLSTM (Chen et al. 2018),
      TGCN, TGCN2 (Zhao et al. 2019), DCRNN (Li et al. 2018), LRGCN (Li et al. 2019), DyGrEncoder (Taheri et al. 2019);
    * A3TGCN, A3TGCN2 (Bai et al. 2020), which weigh the last ``periods`` frames, here from the state before.

    Edges lead both ways, all with the weight of one; for LRGCN each way is a relation. Cells that take a batch get one,
    others one graph in as many parts as there are samples, of which DCRNN makes a dense matrix: not for large graphs.
    Ours: the second cell that reads the window backwards, the sizes, and the readout, that of ``gcn``. It sees
    postures, as that does. DCRNN and LRGCN look into their edges as they run: ``torch.export`` refuses them.

    Args:
        cell: the name of the class.
        hidden: channels of a state.
        order: terms of a graph convolution, the library's ``K``: it sees one hop less far; of DyGrEncoder its layers.
        periods: frames that an A3TGCN cell sees at once.
        every: of so many frames one is seen.
        bidirectional: a second cell reads the window backwards; it is complete when it is classified.
        channels: of each node that the perceptron reads.
        width: of the perceptron's layer, and so of the features.
        dropout: fraction of the features that are dropped at the end.

    Raises:
        InputError: the library is not installed, has no such class, or one that does not fit.
    """

    edge_index: Tensor
    edge_type: Tensor

    def __init__(
        self,
        spec: InputSpec,
        *,
        cell: str = "AGCRN",
        hidden: int = 16,
        order: int = 2,
        periods: int = 3,
        every: int = 1,
        bidirectional: bool = True,
        channels: int = 8,
        width: int = 64,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        check_sizes(1, MOST_HIDDEN, hidden=hidden)
        check_sizes(periods=periods, every=every, channels=channels, width=width)
        check_depth(order=order)
        check_fraction(dropout=dropout)
        made = _cell_class(cell)
        asked, self.takes = inspect.signature(made).parameters, (*inspect.signature(made.forward).parameters,)
        # a cell with a batch size, or with codes of nodes in place of edges, takes [B, V, F]; the others take [V, F]
        self.takes_batch = "batch_size" in asked or "E" in self.takes
        self.hidden, self.every, self.periods = hidden, every, periods if "periods" in asked else 0
        given = _arguments(cell, asked, spec, hidden=hidden, order=order, periods=periods)
        # A3TGCN puts a weight on a GPU if there is one, asked or not
        self.cells = nn.ModuleList(made(**given).cpu() for _ in range(1 + bidirectional))
        if "E" in self.takes:  # the library leaves them to its user
            self.node_codes = nn.Parameter(torch.randn(spec.nodes, NODE_CODE))
        edges = torch.tensor(spec.edges, dtype=torch.long).reshape(-1, 2).T
        # [2, E], and which way each leads; not saved: they follow from the spec
        self.register_buffer("edge_index", torch.cat([edges, edges.flip(0)], 1), persistent=False)
        self.register_buffer("edge_type", torch.arange(2).repeat_interleave(edges.shape[1]), persistent=False)
        found = spec.features + hidden * (1 + bidirectional)
        self.readout = FramePerceptron(spec.nodes, found, channels=channels, width=width, dropout=dropout)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, V, F]`` to ``[B, T', 1, width]``, ``T' = ceil(T / every)``."""
        x = x[:, :: self.every]
        # all nodes side by side, as in gcn.py: a mean forgets which finger did what
        return self.readout(torch.cat([x, self.states(x)], -1))

    def states(self, x: Tensor) -> Tensor:
        """States after each frame, ``[B, T, V, F]`` to ``[B, T, V, hidden]``; with those read backwards behind them."""
        found = [self.unroll(self.cells[0], x)]
        if len(self.cells) > 1:
            found.append(self.unroll(self.cells[1], x.flip(1)).flip(1))
        return torch.cat(found, -1)

    def unroll(self, cell: nn.Module, x: Tensor) -> Tensor:
        """One cell from the first frame to the last, ``[B, T, V, F]`` to ``[B, T, V, hidden]``."""
        samples, _, nodes, _ = x.shape
        if self.periods:  # [B, T, V, F, periods]: each frame behind those before it; before the first there are zeros
            x = F.pad(x, (0, 0, 0, 0, self.periods - 1, 0)).unfold(1, self.periods, 1)
        x = x.transpose(0, 1)  # [T, B, V, F]
        if not self.takes_batch:
            x = x.flatten(1, 2)  # [T, B V, F]
        h = c = x.new_zeros(*x.shape[1 : 2 + self.takes_batch], self.hidden)
        everything, states = self.graph(samples, nodes), []
        for frame in x:
            everything |= {"X": frame, "H": h, "C": c}
            out = cell(**{key: everything[key] for key in self.takes if key in everything})
            if isinstance(out, tuple):  # the last two are the states; DyGrEncoder's has no axis of one
                h, c = (each.reshape(h.shape) for each in out[-2:])
            else:
                h = out
            states.append(h.reshape(samples, nodes, self.hidden))
        return torch.stack(states, 1)  # [B, T, V, hidden]

    def graph(self, samples: int, nodes: int) -> dict[str, Any]:
        """What a cell may ask about the graph, by the library's names; in ``samples`` parts if it takes no batch."""
        index, kind = self.edge_index, self.edge_type
        if not self.takes_batch:
            # made for each batch: beside one step of a cell it costs nothing, and nothing is kept that would not move
            first = nodes * torch.arange(samples, device=index.device)
            index, kind = (index[:, None] + first[:, None]).flatten(1), kind.repeat(samples)  # [2, B E], [B E]
        weight = self.readout.reduce.weight.new_ones(index.shape[1])
        return {"edge_index": index, "edge_weight": weight, "edge_type": kind, "E": getattr(self, "node_codes", None)}


def _cell_class(name: str) -> type[nn.Module]:
    """The library's class of that name.

    Raises:
        InputError: it is not installed, or has no class of that name that takes its state.
    """
    try:
        library_layers()  # before any other import of the library: what that needs may be missing
    except InputError as error:
        problem = f"{LIBRARY} is not installed"
        raise InputError(_CELL, problem, f"`pip install --no-deps {LIBRARY}`") from error
    from torch_geometric_temporal.nn import recurrent

    classes: dict[str, Any] = {key: each for key, each in vars(recurrent).items() if inspect.isclass(each)}
    fitting = [key for key, each in classes.items() if "H" in inspect.signature(each.forward).parameters]
    if name not in fitting:
        problem = "keeps or makes its state itself" if name in classes else f"is no class of {LIBRARY}"
        raise InputError(_CELL, f"{name} {problem}", f"choose from {', '.join(fitting)}")
    found: type[nn.Module] = classes[name]
    return found


def _arguments(
    cell: str, asked: Mapping[str, inspect.Parameter], spec: InputSpec, *, hidden: int, order: int, periods: int
) -> dict[str, Any]:
    """What a cell must be built with, by the library's names.

    Raises:
        InputError: it asks for something that is not known here.
    """
    known = {"in_channels": spec.features, "out_channels": hidden, "K": order, "periods": periods}
    known |= {"number_of_nodes": spec.nodes, "embedding_dimensions": NODE_CODE}
    # the library no longer reads the batch size; a relation for each way along an edge, and a basis for each
    known |= {"batch_size": 1, "num_relations": 2, "num_bases": 2}
    # of DyGrEncoder, whose graph layer may not be narrower than its input
    known |= {"conv_out_channels": max(hidden, spec.features), "conv_num_layers": order, "lstm_out_channels": hidden}
    told: dict[str, Any] = known | {"conv_aggr": "mean", "lstm_num_layers": 1}
    needed = [key for key, each in asked.items() if each.default is each.empty]
    if missing := [key for key in needed if key not in told]:
        raise InputError(_CELL, f"{cell} asks for {', '.join(missing)}", "choose another class")
    return {key: told[key] for key in needed}
