"""Results of an outside submission, added to the board: checked, scored, and with its code trained again first."""

import shutil
from collections.abc import Callable, Collection
from pathlib import Path
from tempfile import TemporaryDirectory

from safetensors.numpy import save_file

from benchmark.pipeline.predictions import with_checksum
from benchmark.pipeline.schema import Result, Run, parse, to_json
from benchmark.pipeline.score import score_one
from benchmark.pipeline.taken_names import check_free
from benchmark.pipeline.tolerances import deviations
from benchmark.submissions.arrays import SEQUENCES_ENTRY
from benchmark.submissions.enclosed_training import Trained
from benchmark.submissions.folder import (
    ENCODER,
    Verification,
    origin,
    read_submission,
    record_of,
    submission_digest,
)
from benchmark.submissions.metadata import Submission, read_metadata
from deepgrasp.errors import InputError
from deepgrasp.files import write_text
from deepgrasp.store.store import Store

RetrainCode = Callable[[Run, Path], Trained]


def submit(
    file: Path,
    store: Store,
    submissions: Path,
    results: Path,
    code: Path | None,
    retrain: RetrainCode,
    entrants: Collection[str] = (),
) -> list[Result]:
    """Check and score a submission, then add it to both folders; with code, after training that again.

    Args:
        file: predictions, npz or safetensors; the metadata lie beside it, ending in ``.json``.
        code: the file of the encoder's class.
        retrain: trains the encoder of a file as a run says, where it finds no test label.
        entrants: names of those from outside that ``params.yaml`` names.

    Returns:
        A result a task, as written.

    Raises:
        InputError: anything is wrong, and nothing was written.
    """
    # everything is checked before anything is written
    said, made = read_submission(file, store)
    check_free(said.name, entrants)
    # a row of our own whose entrant or reference file is gone still has its results
    for path in sorted(results.glob(f"*/{said.name}/*.json")):
        if parse(Result, path.read_bytes(), path).run.origin == "trained":
            raise InputError(f"name {said.name!r}", "is a row of the board", "choose another")
    _check_same_model(said, submissions / said.name, with_code=code is not None)
    place = submissions / f"{said.stem}.safetensors"
    # the predictions come last: where they lack, an earlier call was interrupted, and this one completes it
    if place.exists():
        # the predictions alone: whatever else lies there, they are written over
        remedy = f"to replace it, with code for instance, first `rm {place.as_posix()}`"
        raise InputError(place, "was submitted before, and `python -m benchmark score` takes it as it is", remedy)
    # before scoring and training, which take minutes
    if code is not None and not code.is_file():
        raise InputError(code, "is no file", "give the one that holds the encoder's class")
    scored = list(score_one(made, store, file))
    # laid out whole in a scratch place first: the digest is over the files as they will lie
    with TemporaryDirectory(prefix="deepgrasp-") as scratch:
        laid = Path(scratch) / f"{said.stem}.safetensors"
        laid.parent.mkdir(parents=True)
        record = None
        if code is not None:
            # a copy, so that what was trained is what lies there, whatever happens to the file meanwhile
            shutil.copyfile(code, laid.with_name(ENCODER))
            _check_code(laid.with_name(ENCODER), submissions / said.name)
            try:
                trained = retrain(made.run, laid.with_name(ENCODER))
            except InputError as error:
                if error.where != str(laid.with_name(ENCODER)):
                    raise
                # the user knows the file by its own path, not by that of our copy
                raise InputError(code, error.problem, error.remedy) from error
            again = trained.predictions
            record = _verify(trained, scored, store, code)
            # Predictions and what was measured are those of the referee's own training: as far as two trainings may lie
            # apart, handed in predictions could be better than what the code gives.
            made, scored = again, list(score_one(again, store, code))
            measured = {"cost": again.run.cost, "validation": {task: again.run.validation[task] for task in said.tasks}}
            said = said.model_copy(update=measured)
        laid.with_suffix(".json").write_text(to_json(said.model_dump()), encoding="utf-8")
        save_file(made.arrays, laid, metadata=with_checksum({SEQUENCES_ENTRY: "\n".join(made.sequences)}, made.arrays))
        if record is not None:
            sealed = record.model_copy(update={"digest": submission_digest(laid)})
            record_of(laid).write_text(to_json(sealed.model_dump()), encoding="utf-8")
        _move(laid, submissions / said.name)
    scores = {result.task: result.metrics for result in scored}
    run = said.run(store, origin(place, scores))
    final = [result.model_copy(update={"run": run}) for result in scored]
    # the results at once, so that the board may be drawn without scoring everything again
    for result in final:
        target = results / result.name
        write_text(target, to_json(result.model_dump()))
    return final


def _verify(trained: Trained, scored: list[Result], store: Store, code: Path) -> Verification:
    """The record of the verification, still without its digest, if the code trained here to the same scores.

    Raises:
        InputError: the scores are not those that were reported.
    """
    again = {result.task: result.metrics for result in score_one(trained.predictions, store, code)}
    for result in scored:
        # a score may differ by what another machine's rounding does to a training
        worst = deviations(result.metrics, again.get(result.task, {}), trained=True)[0]
        if worst.share > 1:
            problem = f"trains to {worst.key} {worst.after:.4g} of {result.task}, reported is {worst.before:.4g}"
            raise InputError(code, problem, f"may differ by {worst.allowed:g}; submit without code, or what it gives")
    told = trained.predictions.run.provenance
    return Verification(digest="", isolation=trained.isolation, again=again, provenance=told)


def _check_same_model(said: Submission, folder: Path, *, with_code: bool) -> None:
    """Refuse what the other folds of a row do not say: it is a mean over them, and all of them are one model's.

    Raises:
        InputError: naming the file that says otherwise.
    """
    for file in sorted(folder.glob("*.safetensors")):
        other, record = read_metadata(file.with_suffix(".json")), record_of(file)
        if other.trained_on != said.trained_on or other.replicate == said.replicate:
            continue
        for field in ("authors", "description", "link", "hyperparameters"):
            if getattr(other, field) != getattr(said, field):
                problem = f"is not that of fold {other.replicate} in {file.with_suffix('.json')}"
                raise InputError(f"{said.name}, {field}", problem, "choose another name, or mend it")
        if record.exists() and not with_code:
            remedy = "give the code of this fold too (--with-code), or choose another name"
            raise InputError(said.name, f"is a row that the referee has trained ({record})", remedy)


def _check_code(ours: Path, folder: Path) -> None:
    """Refuse code other than that of the name's submissions to other folds; what an interrupted call left is none."""
    theirs = folder / ENCODER
    if any(folder.glob("*.safetensors")) and theirs.exists() and ours.read_bytes() != theirs.read_bytes():
        raise InputError(theirs, "is other code than this submission's", "one name is one encoder: choose another")


def _move(place: Path, folder: Path) -> None:
    """Move a submission's files into its folder; the predictions come last: without them it does not count."""
    folder.mkdir(parents=True, exist_ok=True)
    # of a call that was interrupted: a record of this cell that the new files may not have
    record_of(folder / place.name).unlink(missing_ok=True)
    files = sorted(place.parent.iterdir(), key=lambda file: file == place)
    for file in files:
        # copied beside, then renamed: a rename within a folder is atomic, a copy is not
        partial = folder / f".{file.name}.partial"
        shutil.copy(file, partial)
        partial.replace(folder / file.name)
