import inspect
import re
from pathlib import Path
from typing import Any

import pytest
import torch

import baselines
from benchmark.pipeline import entrants
from deepgrasp.errors import InputError
from deepgrasp.spec import InputSpec

SPEC = InputSpec(nodes=3, features=2, frames=4, edges=((0, 1), (1, 2)))


def test_saving_a_file_enrols_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.py").touch()
    (tmp_path / "_helper.py").touch()
    monkeypatch.setattr(baselines, "__path__", [str(tmp_path)])
    assert baselines.names() == ["mine"]


def test_hyperparameters_reach_the_encoder() -> None:
    small, large = (entrants.factory("lstm", {"hidden": hidden})(SPEC) for hidden in (4, 8))
    assert sum(p.numel() for p in small.parameters()) < sum(p.numel() for p in large.parameters())


@pytest.mark.parametrize(
    ("name", "hyperparameters", "says"),
    [
        ("lstn", {}, "models.lstn: no such entrant"),
        ("lstm", {"hiden": 4}, "models.lstm.hiden: is not a hyper-parameter"),
        ("lstm", {"hidden": "4"}, 'models.lstm.hidden: is "4"; give a value like the default 32'),
        ("lstm", {"hidden": True}, "models.lstm.hidden: is true"),
        ("lstm", {"hidden": 4.5}, "models.lstm.hidden: is 4.5"),
        ("best", {"attention": "channel"}, 'models.best.attention: is "channel"; give a value like the default []'),
        ("tcn", {"causal": 1}, "models.tcn.causal: is 1; give a value like the default false"),
    ],
)
def test_a_bad_choice_is_one_clear_error(name: str, hyperparameters: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError) as error:
        entrants.factory(name, hyperparameters)
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("name", "hyperparameters", "says"),
    [
        ("best", {"kernel": 4}, "kernel: is 4; give an odd number from 1 to 8192"),
        ("stgcn", {"widths": [8, 0], "strides": [1, 1]}, "widths: has 0;"),
        ("ctrgcn", {"kernel": 2}, "kernel: is 2; give an odd number from 1 to 8192"),
        ("stgcnpp", {"widths": [24, 5]}, "widths: has 5, for 6 branches; give a channel or more a branch"),
        ("stgcnpp", {"widths": []}, "widths: is empty; give whole numbers from 1 to 8192"),
        ("ctrgcn", {"widths": [0, 16]}, "widths: has 0; give whole numbers from 1 to 8192"),
        ("ctrgcn", {"dilations": [-1, 2]}, "dilations: has -1; give whole numbers from 1 to 8192"),
        ("stgcnpp", {"dilations": []}, "dilations: is empty;"),
        ("tcn", {"blocks": 40}, "blocks: is 40; give 16 at most"),
        ("transformer", {"positions": ["code", "code"]}, "positions: names one twice;"),
        ("transformer", {"width": 33}, "width: is 33; give a multiple of heads"),
        ("mlp", {"hidden": 0}, "hidden: is 0; give a whole number from 1 to 8192"),
        ("mlp", {"layers": 10**8}, "layers: is 100000000; give a whole number from 1 to 128"),  # built for ever
        ("mlp_posture", {"hidden": 10**12}, "hidden: is 1000000000000; give"),  # memory was blamed
        ("ctrgcn", {"kernel": 10**9 + 1}, "kernel: is 1000000001; give"),
        ("gcn", {"dropout": 1.0}, "dropout: is 1.0;"),
    ],
)
def test_what_an_encoder_refuses_is_named_by_its_key(name: str, hyperparameters: dict[str, Any], says: str) -> None:
    make = entrants.factory(name, hyperparameters)
    with pytest.raises(InputError, match=f"^params.yaml, models.{name}.{re.escape(says)}"):
        make(SPEC)


def test_of_an_empty_list_by_default_any_list_is_taken() -> None:
    assert entrants.factory("best", {"attention": ["channel"]})(SPEC)
    with pytest.raises(InputError, match="attention"):
        entrants.factory("best", {"attention": "channel"})


@pytest.mark.parametrize(("key", "says"), [("streams", "spec.streams"), ("train", "own recipe")])
def test_streams_and_recipe_are_the_referees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, says: str
) -> None:
    entrants.factory("lstm", {"streams": ["posture"]})(SPEC)  # no argument of the class
    (tmp_path / f"own_{key}.py").write_text(AXES.replace("pooled: bool = False", f"{key}: str = 'all'"))
    monkeypatch.setattr(baselines, "__path__", [str(tmp_path)])
    with pytest.raises(InputError, match=rf"own_{key}\.py, Mine: takes {key}; .*{says}"):
        entrants.factory(f"own_{key}", {})


AXES = """
import torch
from torch import nn

class Mine(nn.Module):
    def __init__(self, spec, *, pooled: bool = False):
        super().__init__()
        self.linear, self.pooled = nn.Linear(spec.features, 3), pooled

    def forward(self, x):
        x = self.linear(x).permute(0, 3, 1, 2)
        return x.mean(2, keepdim=True) if self.pooled else x
"""


@pytest.mark.parametrize("pooled", [True, False])
def test_axes_in_another_order_are_noticed_where_the_sizes_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pooled: bool
) -> None:
    (tmp_path / "turned.py").write_text(AXES)
    monkeypatch.setattr(baselines, "__path__", [str(tmp_path)])
    square = InputSpec(nodes=4, features=2, frames=4, edges=((0, 1), (1, 2), (2, 3)))  # [1, 3, 4, 4] or [1, 3, 1, 4]
    torch.manual_seed(0)
    with pytest.raises(InputError, match=r"turned\.py, Mine: made features \[1, 3, [12], 5\] of \[1, 2, 5, 2\]"):
        entrants.factory("turned", {"pooled": pooled})(square)


def test_the_check_of_axes_draws_none_of_the_runs_random_numbers() -> None:
    torch.manual_seed(0)
    entrants.factory("lstm", {})(SPEC)
    after = torch.get_rng_state()
    torch.manual_seed(0)
    entrants.encoder_class("lstm")(SPEC)
    assert torch.equal(after, torch.get_rng_state())


@pytest.mark.parametrize("name", baselines.names())
def test_every_size_and_every_fraction_is_checked_when_it_is_built(name: str) -> None:
    taken = inspect.signature(entrants.encoder_class(name)).parameters
    for key in {"hidden", "layers", "dropout", "kernel", "rank", "embedding"} & taken.keys():
        for value in (-1, 0) if key != "dropout" else (-0.5, 1.0, 1.5):
            with pytest.raises(InputError, match=f"{key}.* {value}") as error:
                entrants.factory(name, {key: value})(SPEC)
            assert "Error:" not in str(error.value)  # said by us, not by a layer deep inside
