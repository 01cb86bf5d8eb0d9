"""The spatio-temporal Transformer with torch's own attention, as ``[tokens, width]`` sequences in space and in time."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from baselines.transformer import distances
from deepgrasp.spec import InputSpec


class Direct(nn.Module):
    """The network of :class:`baselines.transformer.Transformer`, with ``nn.MultiheadAttention``."""

    hops: Tensor

    def __init__(
        self,
        spec: InputSpec,
        *,
        width: int,
        layers: int,
        heads: int,
        positions: Sequence[str],
        reach: int,
        patch: int,
        readout: int,
        features: int,
        dropout: float,
    ) -> None:
        super().__init__()
        self.positions = positions
        # as tubelets are embedded: a convolution over frames that do not overlap
        self.embed = nn.Conv2d(spec.features, width, (patch, 1), stride=(patch, 1))
        self.padding = nn.ZeroPad2d((0, 0, 0, -spec.frames % patch))  # behind the last frame, to whole tubelets
        self.patch, self.times = patch, -(-spec.frames // patch)
        self.time_code = nn.Parameter(torch.zeros(self.times, 1, width))
        self.node_code = nn.Parameter(torch.zeros(spec.nodes, width))
        self.nearness = nn.Parameter(torch.zeros(layers, heads, reach + 2))
        self.register_buffer("hops", torch.from_numpy(distances(spec, reach)))
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2 * layers))
        self.attentions = nn.ModuleList(
            nn.MultiheadAttention(width, heads, batch_first=True) for _ in range(2 * layers)
        )
        self.perceptrons = nn.ModuleList(
            nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))
            for _ in range(layers)
        )
        self.reduce = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, patch * readout))
        self.read = nn.Sequential(nn.Linear(spec.nodes * readout, features), nn.LayerNorm(features), nn.ReLU())
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, V, F]`` to ``[B, T, 1, features]``."""
        batch, frames, nodes, _ = x.shape
        h = self.embed(self.padding(x.permute(0, 3, 1, 2))).permute(0, 2, 3, 1) + self.time_code  # [B, S, V, width]
        if "code" in self.positions:
            h = h + self.node_code
        for k, perceptron in enumerate(self.perceptrons):
            bias = self.nearness[k][:, self.hops] if "hops" in self.positions else None  # [heads, V, V]
            # a mask for each sequence and head: [B S heads, V, V]
            mask = None if bias is None else bias.repeat(batch * self.times, 1, 1)
            space = h.flatten(0, 1)  # [B S, V, width]
            normed = self.norms[2 * k](space)
            added, _ = self.attentions[2 * k](normed, normed, normed, attn_mask=mask, need_weights=False)
            h = (space + added).unflatten(0, (batch, self.times))
            time = h.transpose(1, 2).flatten(0, 1)  # [B V, S, width]
            normed = self.norms[2 * k + 1](time)
            added, _ = self.attentions[2 * k + 1](normed, normed, normed, need_weights=False)
            h = (time + added).unflatten(0, (batch, nodes)).transpose(1, 2)
            h = h + perceptron(h)
        # [B, S, V, patch readout] to [B, S, patch, V, readout]
        told = self.reduce(h).reshape(batch, self.times, nodes, self.patch, -1).permute(0, 1, 3, 2, 4)
        told = told.reshape(batch, self.times * self.patch, -1)[:, :frames]  # [B, T, V readout], nothing padded
        return self.dropout(self.read(told)).unsqueeze(2)

    def take(self, ours: nn.Module) -> None:
        """Copy the entrant's weights."""
        own = {"asked": "in_proj_", "told": "out_proj."}
        named = {}
        for key, value in ours.state_dict().items():
            room, _, rest = key.partition(".")
            if room in own:
                number, _, kind = rest.partition(".")
                key = f"attentions.{number}.{own[room]}{kind}"
            if key == "embed.weight":  # [width, patch F] to [width, F, patch, 1]
                value = value.unflatten(1, (self.patch, -1)).transpose(1, 2).unsqueeze(3)
            named[key] = value
        missing = self.load_state_dict(named, strict=False)
        assert not missing.unexpected_keys
