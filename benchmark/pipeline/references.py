"""One reference row's run of one fold: its predictions and the record beside them; no network, no torch."""

import time
from pathlib import Path

from benchmark.params import Params, reference_recipe
from benchmark.pipeline import predictions
from benchmark.pipeline.provenance import provenance
from benchmark.pipeline.schema import Cost, DataRecord, Run
from deepgrasp import references
from deepgrasp.errors import InputError
from deepgrasp.inputs.fold import read_fold
from deepgrasp.loading import blamed
from deepgrasp.store.store import open_store
from deepgrasp.tasks import NO_TASK, TASKS


def answer_cell(params: Params, row: str, replicate: int, graphs: Path, out: Path) -> None:
    """Write the row's predictions of one fold into ``out``.

    On ``train.threads``, as training: on a busy machine a thread a core makes these small fits a hundred times as slow.

    Raises:
        InputError: there is no such row, its file is wrong, or the store or its split does not fit.
    """
    from threadpoolctl import threadpool_limits

    # by name: a file in deepgrasp/references is a row, and no list has to be kept
    module = references.load_row(row)
    store = open_store(graphs).view(params.inputs.frames)
    with threadpool_limits(params.train.threads):
        fold = read_fold(store, params.split, replicate, params.inputs.graphs, params.train.recordings)
        started = time.perf_counter()
        with blamed(file := f"deepgrasp/references/{row}.py"):
            made = module.answer(fold)
        seconds = time.perf_counter() - started
    if not isinstance(made, references.Answer):
        raise InputError(file, f"answers with a {type(made).__name__}", "return an Answer")
    validation, test = (made.predictions.get(part, {}) for part in ("validation", "test"))
    if not validation or validation.keys() != test.keys() or not validation.keys() <= set(fold.tasks):
        problem = f"answers {', '.join(validation) or 'nothing'} of validation, {', '.join(test) or 'nothing'} of test"
        raise InputError(file, problem, f"answer the same tasks of both, of {', '.join(fold.tasks)}")
    for task, each in test.items():
        # as scoring would, but before anything is written
        TASKS[task].check(each, fold.parts["test"].targets[task])
    true = fold.parts["validation"].targets
    run = Run(
        data=DataRecord.of(store),
        split=params.split,
        inputs=params.inputs.model_dump(),
        trained_on=NO_TASK,
        model=row,
        replicate=replicate,
        validation={task: TASKS[task].rank(each, true[task]) for task, each in validation.items()},
        # no steps: these are fitted at once, or not at all
        history=[],
        cost=Cost(  # a sample's time is too short to be measured
            parameters=made.parameters, multiply_adds=made.multiply_adds, seconds=seconds, ms_per_sample=0.0
        ),
        recipe=reference_recipe(params.train),
        hyperparameters=dict(made.chosen),
        provenance=provenance(f"reference/{row}") | {"device": "none"},
        oracle=module.ORACLE,
    )
    out.mkdir(parents=True, exist_ok=True)
    predictions.save_predictions(out, run, fold.parts["test"].sequences, dict(test))
