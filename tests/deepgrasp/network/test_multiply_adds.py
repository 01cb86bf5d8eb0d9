"""The counter of multiply-adds against torch's own, and what it does not import."""

import subprocess
import sys

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from deepgrasp.network.multiply_adds import Counter


def test_it_counts_what_torch_counts() -> None:
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ConvTranspose2d(4, 2, 3), nn.Flatten(), nn.Linear(2 * 8 * 8, 5))
    x = torch.zeros(2, 3, 8, 8)
    with torch.no_grad(), FlopCounterMode(display=False) as theirs, Counter() as ours:
        network(x)
    assert ours.operations == theirs.get_total_flops() > 0


def test_torchs_compiler_is_not_imported() -> None:
    code = """
import sys, torch
from deepgrasp.network.multiply_adds import Counter
with Counter() as counter:
    torch.ones(2, 3) @ torch.ones(3, 4)
print(counter.operations, "torch._dynamo" in sys.modules)
"""
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, encoding="utf-8")
    assert found.stdout.split() == ["48", "False"]
