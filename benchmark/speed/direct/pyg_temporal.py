"""PyTorch Geometric Temporal's recurrent cells as its documentation uses them: a loop over frames, and over samples."""

import torch
from torch import Tensor, nn

from deepgrasp.spec import InputSpec
from deepgrasp.stgcn.library_block import library_layers

BATCHED = ("TGCN2", "A3TGCN2", "AGCRN")  # whose documentation gives them [B, V, F]; the others take a sample at a time


class Direct(nn.Module):
    """The network of :class:`baselines.pyg_temporal.PyGTemporal`, each class built and called by hand."""

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
        library_layers()  # the library's own import needs a package that may be missing
        from torch_geometric_temporal.nn import recurrent

        self.cell, self.hidden, self.every, self.periods = cell, hidden, every, periods
        sizes: tuple[object, ...] = (spec.features, hidden)
        if cell == "AGCRN":
            sizes = (spec.nodes, *sizes, order, 4)
            self.codes = nn.Parameter(torch.empty(spec.nodes, 4))  # not drawn: they are copied
        elif cell == "DyGrEncoder":
            sizes = (max(sizes), order, "mean", hidden, 1)  # type: ignore[type-var]
        else:
            sizes += {"TGCN": (), "TGCN2": (1,), "A3TGCN": (periods,), "A3TGCN2": (periods, 1), "LRGCN": (2, 2)}.get(
                cell, (order,)
            )
        self.cells = nn.ModuleList(getattr(recurrent, cell)(*sizes).cpu() for _ in range(1 + bidirectional))
        edges = torch.tensor(spec.edges, dtype=torch.long).reshape(-1, 2).T
        # for LRGCN, a relation each way
        kinds = torch.cat([torch.zeros(edges.shape[1]), torch.ones(edges.shape[1])]).long()
        self.edges, self.kinds = torch.cat([edges, edges.flip(0)], 1), kinds
        self.reduce = nn.Linear(spec.features + hidden * len(self.cells), channels)
        self.linear, self.norm = nn.Linear(spec.nodes * channels, width), nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, V, F]`` to ``[B, T', 1, width]``."""
        x = x[:, :: self.every]
        found = [x, self.read(self.cells[0], x)]
        if len(self.cells) == 2:
            found.append(self.read(self.cells[1], x.flip(1)).flip(1))
        nodes = self.reduce(torch.cat(found, -1)).flatten(2)
        return self.dropout(torch.relu(self.norm(self.linear(nodes)))).unsqueeze(2)

    def read(self, cell: nn.Module, x: Tensor) -> Tensor:
        """``[B, T, V, F]`` to ``[B, T, V, hidden]``."""
        if self.cell in BATCHED:
            return self.sequence(cell, x.transpose(0, 1)).transpose(0, 1)
        return torch.stack([self.sequence(cell, sample) for sample in x])

    def sequence(self, cell: nn.Module, x: Tensor) -> Tensor:
        """``[T, ..., V, F]`` to ``[T, ..., V, hidden]``."""
        h = c = torch.zeros(*x.shape[1:-1], self.hidden)
        states = []
        for t in range(len(x)):
            if self.cell == "AGCRN":
                h = cell(x[t], self.codes, h)
            elif self.cell in ("GConvLSTM", "GCLSTM"):
                h, c = cell(x[t], self.edges, None, h, c)
            elif self.cell == "LRGCN":
                h, c = cell(x[t], self.edges, self.kinds, h, c)
            elif self.cell == "DyGrEncoder":
                _, h, c = cell(x[t], self.edges, None, h, c)
            elif self.cell.startswith("A3"):
                # before the first frame there are zeros
                before = [x[s] if s >= 0 else torch.zeros_like(x[0]) for s in range(t - self.periods + 1, t + 1)]
                h = cell(torch.stack(before, -1), self.edges, None, h)
            else:
                h = cell(x[t], self.edges, None, h)
            states.append(h)
        return torch.stack(states)

    @torch.no_grad()
    def take(self, ours: nn.Module) -> None:
        """Copy the entrant's weights."""
        state = ours.state_dict()
        names = {"readout.": "", "node_codes": "codes", "perceptron.0": "linear", "perceptron.1": "norm"}
        for before, after in names.items():
            state = {key.replace(before, after): each for key, each in state.items()}
        self.load_state_dict(state)
