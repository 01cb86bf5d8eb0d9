"""The network around an entrant: shapes, standardisation, saved state and cost."""

import numpy as np
import pytest
import torch
from torch import nn

from baselines.mlp import MLP
from deepgrasp.errors import InputError
from deepgrasp.inputs.standardise import Running, Statistics
from deepgrasp.network.multiply_adds import multiply_adds
from deepgrasp.network.network import Network, count_parameters
from deepgrasp.spec import InputSpec

SPECS = {"pose": InputSpec(3, 4, 5, ((0, 1),)), "touch": InputSpec(2, 1, 5, ())}
OUTPUTS = {"object": 7, "action": 4, "body": (3, 3), "pose": (9,)}


class PerNode(nn.Module):
    """Two channels a node, every other frame."""

    def __init__(self, spec: InputSpec) -> None:
        super().__init__()
        self.linear = nn.Linear(spec.features, 2)

    def forward(self, x):
        return self.linear(x[:, ::2])


class PerFrame(nn.Module):
    """Six channels a frame."""

    def __init__(self, spec: InputSpec) -> None:
        super().__init__()
        self.lstm = nn.LSTM(spec.nodes * spec.features, 6, batch_first=True)

    def forward(self, x):
        return self.lstm(x.flatten(2))[0].unsqueeze(2)


def inputs(batch: int = 2, frames: int = 5) -> dict[str, torch.Tensor]:
    return {m: torch.randn(batch, frames, s.nodes, s.features) for m, s in SPECS.items()}


def constant(shape: tuple[int, ...], mean: float, sd: float) -> Statistics:
    return Statistics(np.full(shape, mean), np.full(shape, sd))


def statistics(values: np.ndarray) -> Statistics:
    running = Running()
    running.add(values)
    return running.result(floor=0.1)


@pytest.mark.parametrize("encoder", [PerNode, PerFrame])
def test_each_task_gets_its_shape(encoder):
    shapes = {task: tuple(out.shape) for task, out in Network(SPECS, encoder, OUTPUTS)(inputs(frames=6)).items()}
    assert shapes == {"object": (2, 7), "action": (2, 4), "body": (2, 6, 3, 3), "pose": (2, 6, 9)}


@pytest.mark.parametrize("task", ["object", "pose"])
def test_readout_is_shared_among_the_nodes_and_never_widens(task):
    def widths(encoder, readout: int) -> int:
        return Network(SPECS, encoder, {task: OUTPUTS[task]}, readout=readout).heads[task].linear.in_features

    assert widths(PerNode, 4) == 3 * 1 + 2 * 2  # nodes x channels
    assert widths(PerFrame, 4) == 4 + 4
    assert widths(PerFrame, 256) == 6 + 6


def test_fewer_frames_are_interpolated():
    network = Network({"pose": SPECS["pose"]}, PerNode, {"pose": (9,)}).eval()
    out = network(inputs())["pose"]  # frames 0, 2, 4 are known
    torch.testing.assert_close(out[:, 1], (out[:, 0] + out[:, 2]) / 2)


def test_statistics_are_of_each_node_and_feature():
    values = np.zeros((2, 2, 2, 1), np.float32)
    values[..., 0, 0] = [[0, 2], [4, 6]]
    values[..., 1, 0] = 3
    known = statistics(values)
    np.testing.assert_allclose(known.mean, [[3], [3]])
    np.testing.assert_allclose(known.sd, [[5**0.5], [0.1 * 2.5**0.5]], rtol=1e-6)  # sd 0 -> 0.1 of rms(sqrt 5, 0)
    np.testing.assert_array_equal(statistics(np.ones((2, 2, 9))).sd, 1)  # never 0


def test_statistics_reach_inputs_and_outputs_and_are_saved():
    torch.manual_seed(0)
    network = Network({"pose": SPECS["pose"]}, PerFrame, {"pose": (9,)}).eval()
    x = inputs()
    before = network(x)["pose"]
    network.set_statistics({"pose": constant((3, 4), 5, 2)}, {"pose": constant((9,), 7, 3)})
    after = network({"pose": x["pose"] * 2 + 5})["pose"]
    torch.testing.assert_close(after, before * 3 + 7)
    other = Network({"pose": SPECS["pose"]}, PerFrame, {"pose": (9,)}).eval()
    other.load_state_dict(network.state_dict())
    assert torch.equal(other(x)["pose"], network(x)["pose"])


def test_building_draws_no_number_for_the_shape_and_starts_in_training():
    torch.manual_seed(0)
    network = Network(SPECS, lambda spec: nn.Dropout(0.5), {"object": 3})
    assert network.encoders["pose"].training
    drawn = torch.rand(1)
    torch.manual_seed(0)
    nn.Linear(3 * 4 + 2 * 1, 3)  # the head
    assert torch.equal(drawn, torch.rand(1))


def test_features_of_another_form_are_refused():
    with pytest.raises(InputError, match="Flatten"):
        Network(SPECS, lambda spec: nn.Flatten(), {"object": 3})


def test_cost_by_hand():
    network = Network({"pose": SPECS["pose"]}, PerNode, {"action": 4})
    assert count_parameters(network) == (4 * 2 + 2) + (3 * 2 * 4 + 4)
    assert multiply_adds(network, SPECS) == 3 * 3 * 4 * 2 + 3 * 2 * 4  # 3 frames x 3 nodes, then the head


def test_the_cost_of_an_lstm_is_seen():
    network = Network({"pose": SPECS["pose"]}, PerFrame, {"action": 4})
    assert multiply_adds(network, SPECS) == 5 * 4 * 6 * (12 + 6) + 6 * 4


@pytest.mark.parametrize("channels", [3, 8])
def test_channels_before_frames_are_noticed_although_the_numbers_fit(channels):
    class ChannelsFirst(nn.Module):
        def __init__(self, spec):
            super().__init__()
            self.linear = nn.Linear(spec.features, channels)

        def forward(self, x):
            return self.linear(x).permute(0, 3, 1, 2)

    spec = InputSpec(nodes=5, features=4, frames=6, edges=())
    with pytest.raises(InputError, match=rf"made features \[1, {channels}, 6, 5\] of \[1, 6, 5, 4\]; return \[batch"):
        Network({"pose": spec}, ChannelsFirst, {"action": 4, "body": (3, 3)})


def test_standardised_inputs_may_be_given_in_place_of_inputs():
    torch.manual_seed(0)
    network = Network(SPECS, MLP, {"action": 4}).eval()
    network.set_statistics({"pose": constant((3, 4), 5, 2), "touch": constant((2, 1), 1, 3)}, {})
    x = {"pose": torch.randn(3, 5, 3, 4), "touch": torch.rand(3, 5, 2, 1)}
    rows = {name: each[1:] for name, each in network.standardised(x).items()}
    assert torch.equal(
        network(rows, standardised=True)["action"], network({m: each[1:] for m, each in x.items()})["action"]
    )
