"""The contract of an entrant, held against every file in baselines/."""

import importlib
import inspect
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F

import baselines
from deepgrasp.network.network import Network
from deepgrasp.spec import InputSpec

pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")  # torch_geometric's import

FILES = sorted(path.stem for path in Path(baselines.__path__[0]).glob("*.py") if path.stem != "__init__")
OUTPUTS = {"object": 5, "action": 4, "body": (3, 3), "pose": (9,)}


def classes(name: str) -> list[type[nn.Module]]:
    module = importlib.import_module(f"baselines.{name}")
    found = (each for _, each in inspect.getmembers(module, inspect.isclass))
    return [each for each in found if issubclass(each, nn.Module) and each.__module__ == module.__name__]


def chain(nodes: int, features: int = 4, frames: int = 16) -> InputSpec:
    return InputSpec(nodes, features, frames, tuple((k, k + 1) for k in range(nodes - 1)))


def sample(batch: int, spec: InputSpec) -> torch.Tensor:
    return torch.randn(batch, spec.frames, spec.nodes, spec.features)


@pytest.fixture(params=FILES)
def entrant(request) -> type[nn.Module]:
    torch.manual_seed(0)
    found = classes(request.param)
    assert len(found) == 1, f"baselines/{request.param}.py: define exactly one nn.Module class; found {found}"
    return found[0]


def test_the_constructor_takes_a_spec_and_keyword_only_hyper_parameters_with_defaults(entrant):
    first, *others = inspect.signature(entrant).parameters.values()
    assert first.name == "spec", f"{entrant.__name__}: write __init__(self, spec, *, ...)"
    for each in others:
        fine = each.kind is each.KEYWORD_ONLY and each.default is not each.empty
        assert fine, f"{entrant.__name__}: write `*` before {each.name} and give it a default"


@pytest.mark.parametrize(("nodes", "features", "frames"), [(1, 4, 1), (2, 1, 13), (17, 4, 13), (20, 4, 16), (39, 3, 7)])
def test_any_size(entrant, nodes, features, frames):
    spec = chain(nodes, features, frames)
    shape = entrant(spec).eval()(sample(2, spec)).shape
    hint = f"{entrant.__name__}: take every size from the spec; return [B, T', V', C], V' = {nodes} or 1"
    assert len(shape) == 4, hint
    assert shape[0] == 2, hint
    assert 1 <= shape[1] <= frames, hint
    assert shape[2] in (1, nodes), hint


def test_every_parameter_gets_a_gradient(entrant):
    spec = chain(6)
    model, x = entrant(spec), sample(4, spec)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(3):  # what starts behind a zero gets its first gradient later
        optimiser.zero_grad()
        model(x).sin().mul(torch.arange(1.0, model(x).shape[-1] + 1)).mean().backward()
        optimiser.step()
    idle = [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()]
    assert not idle, f"{entrant.__name__}: remove the unused parameters {idle}"


def test_one_batch_can_be_overfitted(entrant):
    specs = {"pose": chain(5, 4, 8), "touch": chain(6, 1, 8)}
    network = Network(specs, entrant, OUTPUTS)
    inputs = {modality: slow(sample(8, spec)) for modality, spec in specs.items()}
    frames = inputs["pose"][:, :, :3, :3]  # something that each frame determines
    targets = {"object": torch.arange(8) % 5, "action": torch.arange(8) % 4, "body": frames, "pose": frames.flatten(2)}
    optimiser = torch.optim.AdamW(network.parameters(), lr=0.01)
    for step in range(200):
        if step % 20 == 0 and not (unlearned := unsolved(network, inputs, targets)):
            break
        train_step(network, optimiser, inputs, targets)
    assert not unlearned, f"{entrant.__name__}: cannot learn 8 samples by heart: {unlearned}"


def slow(x: torch.Tensor) -> torch.Tensor:
    """From the first frame straight to the last one: an encoder may keep fewer frames than it is given."""
    return torch.lerp(x[:, :1], x[:, -1:], torch.linspace(0, 1, x.shape[1])[:, None, None])


def train_step(network, optimiser, inputs, targets) -> None:
    out = network.train()(inputs)
    losses = [F.mse_loss if out[task].is_same_size(true) else F.cross_entropy for task, true in targets.items()]
    optimiser.zero_grad()
    sum(loss(out[task], true) for loss, (task, true) in zip(losses, targets.items(), strict=True)).backward()
    optimiser.step()


@torch.no_grad()
def unsolved(network, inputs, targets) -> list[str]:
    """Tasks with a wrong label, or with more than half of the variance unexplained."""
    out = network.eval()(inputs)
    right = {task: bool((out[task].argmax(1) == targets[task]).all()) for task in ("object", "action")}
    close = {task: bool(F.mse_loss(out[task], targets[task]) < targets[task].var() / 2) for task in ("body", "pose")}
    return [task for task, learned in {**right, **close}.items() if not learned]


def test_evaluation_is_deterministic_and_a_sample_scores_alone_as_in_a_batch(entrant):
    spec = chain(7)
    model, x = entrant(spec), sample(5, spec)
    model(x)  # batch statistics, if there are any, have been seen
    model.eval()
    together = model(x)
    assert torch.equal(together, model(x)), f"{entrant.__name__}: draw no random number in evaluation"
    alone = torch.cat([model(each[None]) for each in x])
    hint = f"{entrant.__name__}: in evaluation a sample must not depend on its batch"
    torch.testing.assert_close(alone, together, rtol=1e-5, atol=1e-5, msg=lambda m: f"{hint}\n{m}")


@pytest.mark.filterwarnings("ignore:The tensor attributes .*_flat_weights:UserWarning")  # torch's own LSTM
def test_can_be_exported_for_any_number_of_samples(entrant):
    spec = chain(6, frames=8)
    model, batch = entrant(spec).eval(), torch.export.Dim("batch", min=2, max=64)
    with torch.no_grad():
        exported = torch.export.export(model, (sample(3, spec),), dynamic_shapes=({0: batch},))
        x = sample(5, spec)
        torch.testing.assert_close(exported.module()(x), model(x), rtol=1e-4, atol=1e-4)
