"""What holds of every entrant, as tests of a fixture ``entrant``, the encoder's class."""

from collections.abc import Mapping

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from deepgrasp.choices import POSE, TOUCH
from deepgrasp.network.encoder_class import check_signature
from deepgrasp.network.network import Network, Output
from deepgrasp.spec import InputSpec

Entrant = type[nn.Module]
_CLASSES = {"five": 5, "four": 4}
FRAMEWISE = {"points": (3, 3), "numbers": (9,)}
OUTPUTS: Mapping[str, Output] = {**_CLASSES, **FRAMEWISE}
"""Two classifications of a window and two regressions of every frame."""


def chain(nodes: int, features: int = 4, frames: int = 16) -> InputSpec:
    """An input whose nodes hang on each other in a row."""
    return InputSpec(nodes, features, frames, tuple((k, k + 1) for k in range(nodes - 1)))


def random_inputs(batch: int, spec: InputSpec) -> Tensor:
    """Random inputs ``[batch, T, V, F]``."""
    return torch.randn(batch, spec.frames, spec.nodes, spec.features)


@pytest.fixture(autouse=True)
def seeded() -> None:
    """torch's random numbers from one seed, so that every test and entrant meets the same."""
    torch.manual_seed(0)


def test_the_constructor_takes_a_spec_and_keyword_only_hyper_parameters_with_defaults(entrant: Entrant) -> None:
    """``__init__(self, spec, *, hidden=64)``."""
    check_signature(entrant, entrant.__module__)


# one node, one frame, one feature, odd numbers: where sizes are most easily taken for granted
@pytest.mark.parametrize(("nodes", "features", "frames"), [(1, 4, 1), (2, 1, 13), (17, 4, 13), (20, 4, 16), (39, 3, 7)])
def test_any_size(entrant: Entrant, nodes: int, features: int, frames: int) -> None:
    """Features are ``[B, T', V or 1, C]`` of any number of nodes, features and frames."""
    spec = chain(nodes, features, frames)
    shape = entrant(spec).eval()(random_inputs(2, spec)).shape
    hint = f"{entrant.__name__}: take every size from the spec; return [B, T', V', C], V' = {nodes} or 1"
    assert len(shape) == 4, hint
    assert shape[0] == 2, hint
    assert 1 <= shape[1] <= frames, hint
    assert shape[2] in (1, nodes), hint


def test_every_parameter_gets_a_gradient(entrant: Entrant) -> None:
    """None is left that nothing depends on."""
    spec = chain(6)
    model, x = entrant(spec), random_inputs(4, spec)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(3):  # what starts behind a zero gets its first gradient later
        optimiser.zero_grad()
        # not a plain mean: behind a layer norm its gradient is zero, and so it would be with equal weights
        model(x).sin().mul(torch.arange(1.0, model(x).shape[-1] + 1)).mean().backward()
        optimiser.step()
    idle = [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()]
    assert not idle, f"{entrant.__name__}: remove the unused parameters {idle}"


def test_one_batch_can_be_overfitted(entrant: Entrant) -> None:
    """Eight samples are learned by heart."""
    specs = {POSE: chain(5, 4, 8), TOUCH: chain(6, 1, 8)}
    network = Network(specs, entrant, OUTPUTS)
    inputs = {modality: slow(random_inputs(8, spec)) for modality, spec in specs.items()}
    frames = inputs[POSE][:, :, :3, :3]  # something that each frame determines
    targets = {name: torch.arange(8) % classes for name, classes in _CLASSES.items()}
    targets |= {"points": frames, "numbers": frames.flatten(2)}  # [8, T, 9]
    optimiser = torch.optim.AdamW(network.parameters(), lr=0.01)
    for step in range(200):
        if step % 20 == 0 and not (unlearned := unsolved(network, inputs, targets)):
            break
        train_step(network, optimiser, inputs, targets)
    assert not unlearned, f"{entrant.__name__}: cannot learn 8 samples by heart: {unlearned}"


def slow(x: Tensor) -> Tensor:
    """From the first frame straight to the last one: an encoder may keep fewer frames than it is given."""
    return torch.lerp(x[:, :1], x[:, -1:], torch.linspace(0, 1, x.shape[1])[:, None, None])


def train_step(
    network: Network, optimiser: torch.optim.Optimizer, inputs: Mapping[str, Tensor], targets: Mapping[str, Tensor]
) -> None:
    """One optimisation step of a network on the sum of the losses of all its outputs."""
    out = network.train()(inputs)
    optimiser.zero_grad()
    losses = [F.mse_loss if name in FRAMEWISE else F.cross_entropy for name in targets]
    torch.stack([loss(out[name], targets[name]) for loss, name in zip(losses, targets, strict=True)]).sum().backward()
    optimiser.step()


@torch.no_grad()
def unsolved(network: Network, inputs: Mapping[str, Tensor], targets: Mapping[str, Tensor]) -> list[str]:
    """Outputs with a wrong label, or with more than half of the variance unexplained."""
    out = network.eval()(inputs)
    right = {name: bool((out[name].argmax(1) == targets[name]).all()) for name in _CLASSES}
    close = {name: bool(F.mse_loss(out[name], targets[name]) < targets[name].var() / 2) for name in FRAMEWISE}
    return [name for name, learned in {**right, **close}.items() if not learned]


def test_evaluation_is_deterministic_and_a_sample_scores_alone_as_in_a_batch(entrant: Entrant) -> None:
    """In evaluation nothing is drawn, and no sample depends on its batch."""
    spec = chain(7)
    model, x = entrant(spec), random_inputs(5, spec)
    model(x)  # batch statistics, if there are any, have been seen
    model.eval()
    together = model(x)
    assert torch.equal(together, model(x)), f"{entrant.__name__}: draw no random number in evaluation"
    alone = torch.cat([model(each[None]) for each in x])
    hint = f"{entrant.__name__}: in evaluation a sample must not depend on its batch"
    # products of another size round otherwise
    torch.testing.assert_close(alone, together, rtol=1e-5, atol=1e-5, msg=lambda m: f"{hint}\n{m}")


@pytest.mark.filterwarnings("ignore:The tensor attributes .*_flat_weights:UserWarning")  # torch's own LSTM
def test_can_be_exported_for_any_number_of_samples(entrant: Entrant) -> None:
    """``torch.export`` takes it, and gives the same."""
    spec = chain(6, frames=8)
    # from 2 on: torch.export takes a size of 0 or 1 for a constant
    model, batch = entrant(spec).eval(), torch.export.Dim("batch", min=2, max=64)
    with torch.no_grad():
        exported = torch.export.export(model, (random_inputs(3, spec),), dynamic_shapes=({0: batch},))
        x = random_inputs(5, spec)
        torch.testing.assert_close(exported.module()(x), model(x), rtol=1e-4, atol=1e-4)
