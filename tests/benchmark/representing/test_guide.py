"""The example of the guide runs on the files that the command writes, and finds what is planted."""

import re
from pathlib import Path

import numpy as np

GUIDE = Path(__file__).parents[3] / "docs/representations.md"


def test_the_example_regresses_neurons_onto_the_features(represented, monkeypatch, tmp_path):
    (block,) = (each for each in re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL) if "rates(" in each)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/representations").symlink_to(represented)
    monkeypatch.chdir(tmp_path)
    seen = {}

    def rates(sequences, frames):
        """Neurons that are sums of units, but for one that does something of its own."""
        rng = np.random.default_rng(0)
        mixed = seen["features"] @ rng.normal(size=(seen["features"].shape[-1], 3))
        assert frames.shape == mixed.shape[:2]
        return mixed

    scope = {"rates": rates, "print": lambda found: seen.update(found=found)}
    head, tail = block.replace("best", "mlp").split("steps =")
    exec(head, scope)
    seen["features"] = scope["features"]
    exec(f"steps ={tail}", scope)
    (r2,) = seen["found"].values()
    assert r2 > 0.99
