"""Memory and time of prepare, opening, an epoch and scoring with 200,000 recordings: `make speed-large`."""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmark import params as parameters
from benchmark.command_exit import in_one_line
from benchmark.params import Budget
from benchmark.progress import progress_bar
from deepgrasp.errors import InputError
from deepgrasp.grab.catalogue import ACTIONS, SUBJECTS, parse_name
from deepgrasp.grab.data_root import RecordingFile, find_recordings
from deepgrasp.prepare import prepare as preparing
from deepgrasp.prepare.recordings import Sample, SampleMaker
from deepgrasp.store.store import open_store
from deepgrasp.tasks import ALL_TASKS

_RECORDINGS, _FRAMES = 200_000, 80  # 150 times GRAB's 1335; the published window
_EVERY = 100  # of the sequences one in so many is trained on: an epoch of all takes hours on a busy machine


def main(folder: str = "", count: str = str(_RECORDINGS), steps: str = "root,prepare,open,train,score") -> None:
    """Do the steps, each in a process of its own, and print what each took; the folder is kept if it is given.

    A recording takes 95 kB in the store: 19 GB for 200,000.

    Raises:
        InputError: a step failed.
    """
    with tempfile.TemporaryDirectory() as scratch:
        for step in steps.split(","):
            # a process each: the system tells the largest memory that a process ever had
            command = [sys.executable, "-m", "benchmark.speed.large_store", folder or scratch, count, step]
            if "," in steps and subprocess.run(command, check=False).returncode:
                raise InputError(f"step {step}", "failed", "see above")
    if "," not in steps:
        _STEPS[steps](Path(folder), int(count))


def _measured(name: str, work: Callable[[], object]) -> None:
    """Run, and print the seconds and the largest resident memory of this process and of a worker."""
    start = time.perf_counter()
    done = work()
    seconds, processor = time.perf_counter() - start, time.process_time()
    own, worker = (resource.getrusage(of).ru_maxrss / 2**20 for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    told = f"{name}: {seconds:.1f} s ({processor:.1f} s of the processor), {own:.2f} GiB, worker {worker:.2f} GiB"
    print(f"{told}{'' if done is None else f', {done}'}", flush=True)


# --- a data root of empty recordings


def make_root(folder: Path, count: int) -> None:
    """A tiny stand-in, whose recordings are replaced by so many empty files: a tenth of them each person's."""
    from deepgrasp.standin.synthesize import synthesize

    root = folder / "standin"
    synthesize(root, root / "models", seed=0, scale="tiny", workers=1)
    for subject in SUBJECTS:
        takes = sorted((root / "grab" / subject).iterdir())
        # one is kept beside the others: the motion that all of them vary
        (root / "template").mkdir(exist_ok=True)
        (root / "template" / subject).mkdir()
        takes[0].rename(root / "template" / subject / takes[0].name)
        names = sorted({take.stem.rpartition("_")[0] for take in takes if take.stem[-1].isdigit()})
        for take in takes[1:]:
            take.unlink()
        for number in range(count // len(SUBJECTS)):
            (root / "grab" / subject / f"{names[number % len(names)]}_{number + 10}.npz").touch()


# --- prepare


@dataclass(frozen=True)
class MadeUp(SampleMaker):
    """Gives for each empty file the sample of its person's template, with a motion and labels of its own.

    To read and cut 200,000 real recordings would take an hour, and what a worker holds does not depend on how many
    there are. All that does is prepare's own: the list of files, the workers, the shards, the manifest, the folds.
    """

    def __call__(self, recording: RecordingFile) -> Sample | InputError:
        """The sample of a recording that is made up."""
        name, root = recording.name, recording.path.parents[2]
        sample = _samples.get(name.subject)
        if sample is None:
            (path,) = (root / "template" / name.subject).iterdir()
            found = super().__call__(RecordingFile(path, parse_name(name.subject, path.stem)))
            assert isinstance(found, Sample)
            sample = _samples[name.subject] = found
        rng = np.random.default_rng(name.take)  # the same in any worker
        labels = {"object": self.classes.index(name.object), "mesh": self.shared.objects.index(name.object)}
        arrays = dict(sample.arrays) | {key: np.asarray(label) for key, label in labels.items()}
        arrays["action"] = np.asarray(ACTIONS.index(name.action))
        framewise = dict(sample.framewise)
        for key in ("pose", "body", "object_translation"):
            offset = rng.normal(0, 0.05, framewise[key].shape[1:]).astype(np.float32)
            framewise[key] = framewise[key] + offset  # [frames, ...]: another posture and place, in all frames
        framewise["touch"] = np.roll(framewise["touch"], name.take or 0, axis=-1)
        own = {"id": recording.id, "object": name.object, "action": name.action}
        return Sample(sample.record | own, arrays, framewise)


_samples: dict[str, Sample] = {}  # of this process, by person


def prepared_store(folder: Path, count: int) -> None:
    """The graph store of all recordings."""
    from benchmark.speed import large_store

    # by the module's name: what stands in __main__, a worker could not find
    preparing.SampleMaker = large_store.MadeUp  # type: ignore[misc]
    root = folder / "standin"
    assert len(find_recordings(root)) == count

    def work() -> str:
        with progress_bar("prepare") as advance:
            store = preparing.prepare(
                root, root / "models", folder / "graphs", window="all", frames=_FRAMES, progress=advance
            )
        size = sum(file.stat().st_size for file in store.iterdir())
        return f"{size / 1e9:.1f} GB in {len(list(store.iterdir()))} files"

    _measured("prepare", work)


# --- what reads it


def opened_three_times(folder: Path, count: int) -> None:
    """The store opened three times: the first time, it may come from the disk."""
    for _ in range(3):
        _measured("open", lambda: f"{len(open_store(folder / 'graphs').sequences)} sequences")


def train(folder: Path, count: int) -> None:
    """One epoch of a cell on every ``_EVERY``-th sequence of each part, streamed from the whole store."""
    from benchmark.pipeline import train as cell
    from benchmark.pipeline.examples import Streamed

    whole = cell.load_part

    def few(*asked: Any) -> Streamed:
        part = whole(*asked)
        assert isinstance(part, Streamed)
        return replace(part, sequences=part.sequences[::_EVERY], rows=part.rows[::_EVERY])

    cell.load_part = few  # type: ignore[assignment]
    params = parameters.load_params()
    changes = {"budget": Budget.of("epochs", 1), "resident": 0.0}
    params = params.model_copy(update={"train": params.train.model_copy(update=changes)})
    out = folder / "fraction"
    work = partial(cell.train_cell, params, ALL_TASKS, "mlp", 0, folder / "graphs", out)
    _measured(f"one epoch of mlp, joint, on every {_EVERY}th sequence", work)


def scored(folder: Path, count: int) -> None:
    """Answers for all test sequences of a fold, as a cell writes them, scored."""
    from benchmark.pipeline import predictions
    from benchmark.pipeline.score import score

    store = open_store(folder / "graphs")
    run = predictions.load_predictions(folder / "fraction" / predictions.PREDICTIONS_FILE).run
    test = store.fold(run.split, run.replicate)["test"]
    shapes = {"action": (len(ACTIONS),), "body": (_FRAMES, 38, 3)}  # of the pose ADD-S alone would take an hour
    arrays = {task: np.zeros((len(test), *shape), np.float32) for task, shape in shapes.items()}
    predictions.save_predictions(folder / "runs" / run.cell, run, test, arrays)
    del arrays  # scoring reads them from the file, and is measured without these
    _measured(f"score of {len(test)} sequences", lambda: score(folder / "runs", store, folder / "results"))


_STEPS = {"root": make_root, "prepare": prepared_store, "open": opened_three_times, "train": train, "score": scored}

if __name__ == "__main__":
    in_one_line(lambda: main(*sys.argv[1:]))
