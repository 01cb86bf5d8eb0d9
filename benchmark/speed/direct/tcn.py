"""The temporal convolutional network as its authors write it: Conv1d on ``[B, C, T]``, padded and cut."""

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import weight_norm

from deepgrasp.spec import InputSpec


class Direct(nn.Module):
    """The network of :class:`baselines.tcn.TCN`, written out block by block."""

    def __init__(
        self, spec: InputSpec, *, channels: int, blocks: int, kernel: int, causal: bool, dropout: float
    ) -> None:
        super().__init__()
        self.embed = nn.Conv1d(spec.nodes * spec.features, channels, 1)
        self.blocks = nn.ModuleList(_Block(channels, kernel, 2**k, causal, dropout) for k in range(blocks))

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, V, F]`` to ``[B, T, 1, channels]``."""
        h = self.embed(x.flatten(2).transpose(1, 2))  # [B, C, T]
        for block in self.blocks:
            h = block(h)
        return h.transpose(1, 2).unsqueeze(2)

    def take(self, ours: nn.Module) -> None:
        """Copy the entrant's weights."""
        state = ours.state_dict()
        # [C, V F] to [C, V F, 1]
        named = {"embed.weight": state["embed.weight"].unsqueeze(2), "embed.bias": state["embed.bias"]}
        for key in self.state_dict():
            if key.startswith("blocks"):
                _, block, convolution, *rest = key.split(".")
                # the entrant has them in one list, two a block
                found = state[".".join(["convolutions", str(2 * int(block) + int(convolution == "second")), *rest])]
                if rest[-1] == "original1":  # directions, [C, kernel C] to [C, C, kernel]
                    found = found.unflatten(1, (-1, found.shape[0])).transpose(1, 2)
                named[key] = found.unsqueeze(2) if rest[-1] == "original0" else found
        self.load_state_dict(named)


class _Block(nn.Module):
    def __init__(self, channels: int, kernel: int, dilation: int, causal: bool, dropout: float) -> None:
        super().__init__()
        self.reach, self.causal = dilation * (kernel - 1), causal
        self.first, self.second = (
            weight_norm(nn.Conv1d(channels, channels, kernel, padding=self.reach, dilation=dilation)) for _ in range(2)
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        h = self.dropout(torch.relu(self._cut(self.first(x))))
        h = self.dropout(torch.relu(self._cut(self.second(h))))
        return torch.relu(x + h)

    def _cut(self, h: Tensor) -> Tensor:
        """The frames of the window, of a convolution that was padded on both sides: ``[B, C, T + reach]``."""
        start = 0 if self.causal else self.reach - self.reach // 2  # causal: the last tap is the frame itself
        return h[..., start : h.shape[-1] - self.reach + start]
