"""Dropout of whole channels of a sample."""

from torch import Tensor, nn
from torch.nn import functional as F


class ChannelDropout(nn.Module):
    """Drop whole channels of a sample (Tompson et al. 2015): a value dropped alone is betrayed by its neighbours."""

    def __init__(self, fraction: float) -> None:
        super().__init__()
        self.fraction = fraction

    def forward(self, x: Tensor) -> Tensor:
        """``[B, ..., C]`` to the same shape; in evaluation the input itself."""
        if not self.training or not self.fraction:
            return x
        # one draw a sample and channel, [B, 1, ..., C]; dropout scales what stays by 1 / (1 - fraction)
        kept = F.dropout(x.new_ones(x.shape[0], *[1] * (x.ndim - 2), x.shape[-1]), self.fraction)
        return x * kept
