"""The contract of an entrant, held against every file in baselines/."""

import pytest
from torch import nn

import baselines
from benchmark.pipeline.entrants import encoder_class
from deepgrasp.contract.checks import *  # noqa: F403

pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")  # torch_geometric's import


@pytest.fixture(params=baselines.names())
def entrant(request: pytest.FixtureRequest) -> type[nn.Module]:
    return encoder_class(request.param)
