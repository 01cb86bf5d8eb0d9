"""One cell: an entrant's encoder is trained on one fold, and its predictions on the test subjects are stored."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from accelerate import Accelerator

from benchmark.params import Params, check_trackers
from benchmark.pipeline import entrants, environment, predictions
from benchmark.pipeline.examples import TrainingPart, load_examples
from benchmark.pipeline.latency import latency
from benchmark.pipeline.loop import answers, fit, predict
from benchmark.pipeline.provenance import provenance
from benchmark.pipeline.schema import Cost, DataRecord, Run, cell_name
from benchmark.pipeline.seeds import seed
from benchmark.progress import progress_bar
from deepgrasp.errors import InputError
from deepgrasp.files import replaced_file
from deepgrasp.inputs.modalities import input_specs
from deepgrasp.inputs.standardise import InputStatistics, Running
from deepgrasp.network.checkpoint import CHECKPOINT, save_weights
from deepgrasp.network.multiply_adds import multiply_adds
from deepgrasp.network.network import EVALUATION_BATCH, Network, Output, count_parameters
from deepgrasp.spec import InputSpec
from deepgrasp.store.folds import FOLD_PARTS
from deepgrasp.store.store import Store, open_store
from deepgrasp.tasks import ALL_TASKS, TASKS, answerable, learned
from deepgrasp.tasks.targets import ClassTarget, Regression, head_shape

Specs = Mapping[str, InputSpec]


def train_cell(params: Params, trained_on: str, model: str, replicate: int, graphs: Path, out: Path) -> None:
    """Train one cell and write its checkpoint, live metrics and predictions into ``out``.

    Raises:
        InputError: an unknown task or entrant, or one of whose parameters does not fit.
    """
    started = time.perf_counter()
    # an entrant's own section may depart from it; the record tells the one that was used
    recipe = params.recipe(model)
    make_deterministic(recipe.threads)
    accelerator = Accelerator(
        cpu=recipe.device == "cpu",
        mixed_precision=recipe.precision,
        log_with=installed(recipe.trackers),
        project_dir=out,
    )

    # --- data and network
    store = open_store(graphs).view(params.inputs.frames)
    parts = {name: load_part(store, params, model, replicate, name, accelerator.device) for name in FOLD_PARTS}
    # just before the network is built: the weights depend on the replicate alone, not on what came before
    torch.manual_seed(seed(role="initial weights", replicate=replicate))
    specs = input_specs(store, params.inputs.graphs, params.streams(model))
    network = build_network(params, model, tasks_of(trained_on, params.split), specs, parts["train"])

    # --- training
    out.mkdir(parents=True, exist_ok=True)
    accelerator.init_trackers("trackers", {"task": trained_on, "model": model, "replicate": replicate})
    with progress_bar(f"{trained_on} {model} {replicate}") as advance:
        network, history, validation = fit(network, parts, recipe, replicate, accelerator, out, advance)
    accelerator.end_training()

    # --- predictions, and what is known of the run
    test = answers(network, parts["test"])
    # the checkpoint first, predictions last: a file of predictions means that the cell is whole
    with replaced_file(out / CHECKPOINT) as scratch:
        save_weights(network, scratch, cell_name(trained_on, model, replicate))
    run = Run(
        data=DataRecord.of(store),
        split=params.split,
        inputs=params.inputs.model_dump(),
        trained_on=trained_on,
        model=model,
        replicate=replicate,
        validation=validation,
        history=history,
        cost=cost(network, specs, parts["test"], time.perf_counter() - started),
        recipe=recipe.model_dump(),
        hyperparameters=params.hyperparameters(model),
        provenance=provenance(f"train/{model}")
        | entrants.told_source(model)
        | {"device": device_name(accelerator.device), "cpu": torch.backends.cpu.get_cpu_capability()},
    )
    predictions.save_predictions(out, run, parts["test"].sequences, test)
    said = ", ".join(f"{task} {TASKS[task].primary} {value:.3f}" for task, value in validation.items())
    print(f"{trained_on} {model} {replicate}: validation {said}; {run.cost.seconds:.1f} s")


def make_deterministic(threads: int) -> None:
    """Set torch so that the same seed gives the same scores on the same machine."""
    environment.apply()  # for a caller that is no command: what torch reads when it is first used still counts
    torch.set_num_threads(threads)
    # whatever is allocated would be filled first, so that reading it too early gives the same twice: nothing here does
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    torch.set_deterministic_debug_mode("error")  # use_deterministic_algorithms would import torch's compiler: a second


def installed(trackers: Sequence[str]) -> list[Any] | None:
    """The trackers that Accelerate logs with, besides DVCLive, which is always there.

    Raises:
        InputError: a tracker's package is not installed.
    """
    check_trackers(trackers)
    return list(trackers) or None  # it warns of an empty list


def tasks_of(trained_on: str, split: str) -> tuple[str, ...]:
    """Names of the tasks that a cell trains: one, or for ``joint`` all that the split can test.

    Raises:
        InputError: there is no such task, or the split cannot test it.
    """
    possible = answerable(split)
    if trained_on not in (*possible, ALL_TASKS):
        problem = f"cannot be tested on the split by {split}" if trained_on in TASKS else "no such task"
        raise InputError(f"--task {trained_on}", problem, f"choose from {', '.join([*possible, ALL_TASKS])}")
    return learned(trained_on, split)


def load_part(
    store: Store, params: Params, model: str, replicate: int, name: str, device: torch.device
) -> TrainingPart:
    """The entrant's inputs and the targets of one part (train, validation, test) of the replicate's fold.

    The test part has no targets: training has no use for them, and where submitted code trains they are not there.
    """
    fold, graphs = store.fold(params.split, replicate, params.recipe(model).recordings), params.inputs.graphs
    share = params.train.resident
    return load_examples(store, fold[name], graphs, params.streams(model), share, device, with_targets=name != "test")


def build_network(params: Params, model: str, tasks: tuple[str, ...], specs: Specs, train: TrainingPart) -> Network:
    """The entrant's encoders between the referee's normalisation and heads, with the training part's statistics."""
    outputs: dict[str, Output] = {}
    natural: dict[str, Running] = {}
    for task in tasks:
        target = next(train.targets_of(task))
        outputs[task] = head_shape(target)
        if not isinstance(target, ClassTarget):
            natural[task] = Running()
    network = Network(specs, entrants.factory(model, params.hyperparameters(model)), outputs)
    # of the training part alone: statistics over all people would tell about those held out
    inputs = {name: InputStatistics(name, spec, params.inputs.graphs) for name, spec in specs.items()}
    for block in train.blocks():
        for name, each in block.inputs.items():
            inputs[name].add(each.cpu().numpy())
        for task, running in natural.items():
            running.add(cast(Regression, block.targets[task]).regressed)
    network.set_statistics(
        {name: running.result() for name, running in inputs.items()},
        {task: running.result() for task, running in natural.items()},
    )
    return network


def cost(network: Network, specs: Specs, test: TrainingPart, seconds: float) -> Cost:
    """What the run took: parameters, multiply-adds, seconds, and milliseconds a sample and a window.

    A sample's time is the median of three evaluations of the first windows of the test part, as many as an evaluation
    takes at once, on the device that trained; a window alone is timed on the CPU, see
    :func:`benchmark.pipeline.latency.latency`.
    """
    inputs = {name: values[:EVALUATION_BATCH] for name, values in next(test.blocks()).inputs.items()}
    count = len(next(iter(inputs.values())))
    times = []
    # three, and their median: the first one warms up
    for _ in range(3):
        start = time.perf_counter()
        predict(network, inputs)
        times.append(time.perf_counter() - start)
    p50, p99 = latency(network, inputs)
    return Cost(
        parameters=count_parameters(network),
        multiply_adds=multiply_adds(network, specs),
        seconds=seconds,
        ms_per_sample=1000 * float(np.median(times)) / count,
        latency_p50_ms=p50,
        latency_p99_ms=p99,
    )


def device_name(device: torch.device) -> str:
    """The GPU's name, or the processor's architecture and the number of threads."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    import platform

    return f"{platform.machine()} CPU, {torch.get_num_threads()} threads"
