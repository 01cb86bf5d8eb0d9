from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from accelerate import Accelerator
from torch.optim.lr_scheduler import ReduceLROnPlateau

from baselines.mlp import MLP
from benchmark.params import Budget, Recipe, load_params
from benchmark.pipeline.examples import Examples
from benchmark.pipeline.loop import batches, compiled, fit, make_optimiser, make_schedule, scores_and_loss
from benchmark.pipeline.train import tasks_of
from deepgrasp.errors import InputError
from deepgrasp.network.network import Network
from deepgrasp.network.weighting import Weighting
from deepgrasp.spec import InputSpec
from deepgrasp.stgcn.attention_stgcn import AttentionSTGCN
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.targets import ClassTarget

ROOT = Path(__file__).parents[3]


def recipe(**changes: object) -> Recipe:
    return load_params(ROOT / "params.yaml").train.model_copy(update=changes)


@pytest.mark.parametrize(
    ("task", "value", "reference", "skill"),
    [("object", 0.6, 0.2, 0.5), ("object", 0.1, 0.2, -0.125), ("body", 5.0, 20.0, 0.75), ("body", 0.0, 20.0, 1.0)],
)
def test_skill_is_the_way_from_trivial_to_perfect(task: str, value: float, reference: float, skill: float) -> None:
    assert TASKS[task].skill(value, reference) == pytest.approx(skill)


def test_order_depends_on_the_seed_alone() -> None:
    first, again, other = ([batch.tolist() for batch in batches(10, 4, seed)] for seed in (1, 1, 2))
    assert first == again != other
    assert sorted(row for batch in first for row in batch) == list(range(10))


def test_order_is_the_same_for_every_model() -> None:
    orders = []
    for drawn in (0, 7):  # random numbers that a model's weights took before
        torch.manual_seed(drawn)
        torch.rand(drawn)
        orders.append([batch.tolist() for _ in range(2) for batch in batches(10, 4, 1)])
    assert orders[0] == orders[1]


def test_no_batch_of_one() -> None:
    assert [len(batch) for batch in batches(9, 4, 0)] == [4, 4]


def losses_of_six_steps(out: Path, *, compile: bool) -> list[float]:  # noqa: A002
    torch.manual_seed(0)
    labels = torch.arange(10) % 2
    target = ClassTarget(labels.numpy(), ("lift", "use"))
    part = Examples(tuple("0123456789"), {"touch": torch.rand(10, 4, 6, 1)}, {"action": target}, {"action": labels})
    spec = InputSpec(6, 1, 4, ((0, 1), (0, 2), (3, 4), (3, 5)))
    network = Network({"touch": spec}, AttentionSTGCN, {"action": 2})
    changes = recipe(budget=Budget.of("epochs", 2), batch=4, compile=compile)
    parts = {"train": part, "validation": part}
    _, history, _ = fit(network, parts, changes, 0, Accelerator(cpu=True), out, lambda done, of: None)
    return [point.train_loss for point in history]


def test_a_budget_in_steps_costs_the_same_with_more_recordings() -> None:
    budget = Budget(unit="steps", classes=144, regressions=40)
    assert budget.points(["action"], batches=12) == budget.points(["action"], batches=99) == list(range(9, 145, 9))
    assert budget.points(["body"], 12) == [*range(3, 40, 3), 40]  # the last step always counts
    assert budget.points(["body", "action"], 12)[-1] == 144  # on all tasks: the larger number
    assert Budget.of("epochs", 3).points(["pose"], 7) == [7, 14, 21]


@pytest.mark.parametrize("keep", ["last", "best"])
def test_the_state_that_is_kept(tmp_path: Path, keep: str) -> None:
    """Of a training that soon gets worse on validation, where every label is another than in training."""
    labels = torch.arange(8) % 2
    inputs = {"touch": labels[:, None, None, None].float().expand(8, 1, 2, 1)}

    def part(answers: torch.Tensor) -> Examples:
        target = ClassTarget(answers.numpy(), ("lift", "use"))
        return Examples(tuple("01234567"), inputs, {"action": target}, {"action": answers})

    torch.manual_seed(0)
    network = Network({"touch": InputSpec(2, 1, 1, ((0, 1),))}, MLP, {"action": 2})
    changes = recipe(budget=Budget.of("steps", 6), batch=4, learning_rate=0.1, keep=keep)
    parts = {"train": part(labels), "validation": part(1 - labels)}
    network, history, scores = fit(network, parts, changes, 0, Accelerator(cpu=True), tmp_path, lambda done, of: None)
    losses = [point.validation_loss for point in history]
    assert min(losses) < losses[-1]
    again, loss = scores_and_loss(network, parts["validation"], Weighting({"action": 1.0}, learned=False))
    assert again == scores
    assert loss == pytest.approx(min(losses) if keep == "best" else losses[-1])


# torch's compiler itself does what it warns of
@pytest.mark.filterwarnings("ignore:.*Function'> should not be instantiated:DeprecationWarning")
def test_compiled_steps_train_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    batches_compiled_for = []

    def backend(graph: torch.fx.GraphModule, inputs: list[torch.Tensor]) -> Callable[..., Any]:
        batches_compiled_for.append(*(len(each) for each in inputs if each.shape[1:] == (4, 6, 1)))
        return graph.forward

    eager = losses_of_six_steps(tmp_path, compile=False)
    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend=backend))
    assert losses_of_six_steps(tmp_path, compile=True) == pytest.approx(eager, rel=1e-5)
    assert batches_compiled_for == [4]  # the last two of ten are trained without


def test_compile_without_a_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    with pytest.raises(InputError, match=r"train\.compile: .* there is no no-such-compiler"):
        compiled(torch.nn.Linear(1, 1))


def test_joint_training_takes_all_tasks() -> None:
    assert tasks_of("joint", "subject") == tuple(TASKS)
    assert tasks_of("joint", "object") == ("action", "body", "pose")
    assert tasks_of("body", "subject") == ("body",)
    with pytest.raises(InputError, match="no such task"):
        tasks_of("boby", "subject")


def test_warmup_then_half_a_cosine() -> None:
    optimiser = torch.optim.SGD(torch.nn.Linear(1, 1).parameters(), lr=1.0)
    schedule = make_schedule(recipe(warmup=0.2), optimiser, 10)  # 2 of the steps are warm-up
    rates = [optimiser.param_groups[0]["lr"]]
    for _ in range(10):
        optimiser.step()
        schedule.step()
        rates.append(optimiser.param_groups[0]["lr"])
    assert [rates[step] for step in (0, 1, 2, 6, 10)] == pytest.approx([0.5, 1, 1, 0.5, 0])


def test_a_plateau_of_ten_points_takes_nine_tenths_of_the_rate() -> None:
    optimiser = torch.optim.SGD(torch.nn.Linear(1, 1).parameters(), lr=1.0)
    schedule = make_schedule(recipe(schedule="plateau"), optimiser, 1)
    assert isinstance(schedule, ReduceLROnPlateau)
    rates = []
    for loss in (0.3, 0.2, *[0.2] * 11):  # the lowest at the second point, then eleven that are no lower
        schedule.step(loss)
        rates.append(optimiser.param_groups[0]["lr"])
    assert rates[:-1] == [1.0] * 12
    assert rates[-1] == pytest.approx(0.1)


def test_decay_is_part_of_the_gradient_in_adam_and_apart_in_adamw() -> None:
    stepped = {}
    for name in ("adam", "adamw"):
        weight = torch.nn.Parameter(torch.ones(1))
        optimiser = make_optimiser(recipe(optimiser=name, learning_rate=0.1, weight_decay=0.5), [weight])
        weight.grad = torch.zeros(1)
        optimiser.step()
        stepped[name] = float(weight.detach())
    assert stepped["adam"] == pytest.approx(0.9)  # the first step is of the size of the rate, whatever the gradient
    assert stepped["adamw"] == pytest.approx(0.95)
