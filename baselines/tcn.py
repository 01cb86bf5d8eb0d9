"""A temporal convolutional network over frames: time by dilated convolutions, without the graph."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import weight_norm

from deepgrasp.errors import InputError
from deepgrasp.spec import HYPERPARAMETER, InputSpec, check_depth, check_fraction, check_sizes

SEARCH = {"channels": (24, 48, 96), "blocks": (1, 2, 3), "kernel": (3, 5), "causal": (False, True)}
MOST_BLOCKS = 16  # frames are padded by a dilation's reach, which doubles with each block


class TCN(nn.Module):
    """Residual blocks of two dilated convolutions over frames (Bai, Kolter and Koltun 2018, sections 3.2-3.4).

    Block k looks 2^k frames apart; each convolution is weight-normalised, and followed by a rectifier and dropout. A
    linear map of the frame, all nodes side by side, comes first, as in temporal networks on skeletons (Kim and Reiter
    2017). Ours: blocks look both ways unless ``causal``, since the window is complete when it is classified; two blocks
    reach across the default window of twelve frames. It sees postures, as these networks see joint positions.

    Args:
        channels: of each convolution, and so of the features.
        blocks: residual blocks of two convolutions; the last one's frames are ``2^(blocks - 1)`` apart.
        kernel: frames that a convolution sees.
        causal: see earlier frames alone, as in the paper.
        dropout: fraction of the features that are dropped after each convolution.
    """

    def __init__(
        self,
        spec: InputSpec,
        *,
        channels: int = 48,
        blocks: int = 2,
        kernel: int = 3,
        causal: bool = False,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        check_sizes(channels=channels, kernel=kernel)
        check_depth(blocks=blocks)
        if blocks > MOST_BLOCKS:
            remedy = f"give {MOST_BLOCKS} at most: the last one's dilation is {2 ** (MOST_BLOCKS - 1):,} frames"
            raise InputError(f"{HYPERPARAMETER}blocks", f"is {blocks}", remedy)
        check_fraction(dropout=dropout)
        self.kernel, self.causal = kernel, causal
        self.embed = nn.Linear(spec.nodes * spec.features, channels)
        # a convolution as one product: over so few frames twice as fast on a CPU as nn.Conv1d (`make speed`)
        self.convolutions = nn.ModuleList(
            weight_norm(nn.Linear(kernel * channels, channels)) for _ in range(2 * blocks)
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, V, F]`` to ``[B, T, 1, channels]``."""
        h = self.embed(x.flatten(2))  # [B, T, channels]
        for k in range(0, len(self.convolutions), 2):
            inner, dilation = h, 2 ** (k // 2)
            for convolution in self.convolutions[k : k + 2]:
                inner = self.dropout(convolution(self.seen(inner, dilation)).relu())
            h = (h + inner).relu()
        return h.unsqueeze(2)

    def seen(self, h: Tensor, dilation: int) -> Tensor:
        """Frames that a convolution sees at each frame, side by side: ``[B, T, C]`` to ``[B, T, kernel C]``."""
        frames, reach = h.shape[1], dilation * (self.kernel - 1)
        before = reach if self.causal else reach // 2
        padded = F.pad(h, (0, 0, before, reach - before))  # [B, T + reach, C]
        return torch.cat([padded[:, k * dilation : k * dilation + frames] for k in range(self.kernel)], -1)
