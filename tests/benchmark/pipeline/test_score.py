import filecmp
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file
from threadpoolctl import threadpool_limits

from benchmark import params
from benchmark.params import Params
from benchmark.pipeline import grid, predictions, score
from benchmark.pipeline.predictions import Predictions
from benchmark.pipeline.references import answer_cell
from benchmark.pipeline.schema import Result, parse
from deepgrasp.errors import InputError
from deepgrasp.store.store import Store, open_store
from deepgrasp.tasks import TASKS, read_targets

ROOT = Path(__file__).parents[3]
CELL = "none/trivial/0"


@pytest.fixture
def store(store_path: Path) -> Store:
    return open_store(store_path)


@pytest.fixture
def runs(store_path: Path, tmp_path: Path) -> Path:
    """One run: the trivial predictor on fold 0."""
    answer_cell(params.load_params(ROOT / "params.yaml"), "trivial", 0, store_path, tmp_path / "runs" / CELL)
    return tmp_path / "runs"


@pytest.fixture
def tamper(runs: Path) -> Callable[..., None]:
    def change(*, sequences: tuple[str, ...] | None = None, data_hash: str | None = None, **arrays: np.ndarray) -> None:
        stored = predictions.load_predictions(runs / CELL / predictions.PREDICTIONS_FILE)
        data = stored.run.data.model_copy(update={"hash": data_hash or stored.run.data.hash})
        run = stored.run.model_copy(update={"data": data})
        predictions.save_predictions(runs / CELL, run, sequences or stored.sequences, stored.arrays | arrays)

    return change


def test_every_task_of_a_run_becomes_a_result(runs: Path, store: Store, tmp_path: Path) -> None:
    assert score.score(runs, store, tmp_path / "results") == len(TASKS)
    for path in (tmp_path / "results").rglob("*.json"):
        result = parse(Result, path.read_bytes(), path)
        assert result.name == path.relative_to(tmp_path / "results").as_posix()
        assert TASKS[result.task].primary in result.metrics
        assert result.test_sequences == len(store.fold("subject", 0)["test"])


def test_each_sequence_has_its_score_and_its_subject(runs: Path, store: Store, tmp_path: Path) -> None:
    score.score(runs, store, tmp_path / "results")
    for task in TASKS:
        path = tmp_path / "results" / task / "trivial" / "single-0.json"
        result = parse(Result, path.read_bytes(), path)
        assert result.per_sequence.ids == ["s1/mug_drink_1", "s3/mug_drink_1"]
        assert result.per_sequence.subjects == ["s1", "s3"]
        assert np.mean(result.per_sequence.values) == pytest.approx(result.metrics[TASKS[task].primary], abs=1e-6)
        assert '"ids": ["s1/mug_drink_1", "s3/mug_drink_1"]' in path.read_text()


def test_scoring_and_ranking_import_no_torch(runs: Path, store_path: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from benchmark.pipeline import score;"
        "from benchmark.board import leaderboard;"
        "from deepgrasp.store.store import open_store; at = [Path(name) for name in sys.argv[1:]];"
        "score.score(at[0], open_store(at[1]), at[2]); leaderboard.write_leaderboard(at[2], at[3]);"
        "sys.exit(bool({'torch', 'sklearn'} & set(sys.modules)))"
    )
    places = [runs, store_path, tmp_path / "results", tmp_path / "board"]
    subprocess.run([sys.executable, "-W", "error", "-c", code, *map(str, places)], check=True, cwd=ROOT)


def test_a_default_grid_is_scored_in_seconds(runs: Path, store: Store, tmp_path: Path) -> None:
    """As many sequences as the default grid's runs, 91 sequences each, in runs of this store's two."""
    stored = predictions.load_predictions(runs / CELL / predictions.PREDICTIONS_FILE)
    targets = read_targets(store, np.tile(store.rows(stored.sequences), 46), "both")
    many = {task: np.tile(array, (46, *[1] * (array.ndim - 1))) for task, array in stored.arrays.items()}
    start = time.perf_counter()
    with threadpool_limits(1):  # as score.score does
        for task in TASKS:
            for _ in range(36):  # 12 cells of one task, 12 joint ones, and up to 4 simple models for 3 replicates
                TASKS[task].score(many[task], targets[task])
                TASKS[task].each(many[task], targets[task])
    assert time.perf_counter() - start < 20


def test_constant_answers_score_as_counted_by_hand(runs: Path, store: Store, tmp_path: Path) -> None:
    score.score(runs, store, tmp_path / "results")
    path = tmp_path / "results" / "action" / "trivial" / "single-0.json"
    result = parse(Result, path.read_bytes(), path)
    # every recording of the test subjects s1 and s3 is mug_drink_1, as most others are
    assert result.confusion == [[2, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert result.metrics["accuracy"] == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"data_hash": "0" * 64}, "made from other data"),
        ({"sequences": ("s3/mug_drink_1", "s1/mug_drink_1")}, "test sequences of fold 0 in order"),
        ({"sequences": ("s1/mug_drink_1",)}, "test sequences of fold 0 in order"),
        ({"action": np.zeros((2, 3), np.float32)}, r"action: shape \(2, 3\)"),
        ({"action": np.full((2, 4), np.nan, np.float32)}, "action: holds something that is not a finite number"),
    ],
)
def test_bad_predictions_are_one_clear_error(
    runs: Path, store: Store, tmp_path: Path, tamper: Callable[..., None], change: dict[str, object], says: str
) -> None:
    tamper(**change)
    with pytest.raises(InputError, match=says):
        score.score(runs, store, tmp_path / "results")
    assert not list(tmp_path.glob("results*"))


def test_a_cut_predictions_file_is_one_clear_error(runs: Path, store: Store, tmp_path: Path) -> None:
    file = runs / CELL / predictions.PREDICTIONS_FILE
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(InputError, match="is no predictions file"):
        score.score(runs, store, tmp_path / "results")


@pytest.mark.parametrize("place", [b'"shape"', b"trivial", b"s3/mug", b"sha256", b"an answer"])
def test_one_changed_byte_is_one_clear_error(runs: Path, store: Store, tmp_path: Path, place: bytes) -> None:
    """In the header, the record, the names, the checksum, and in an answer, where the format itself sees nothing."""
    file = runs / CELL / predictions.PREDICTIONS_FILE
    data = bytearray(file.read_bytes())
    at = data.index(place) + 3 if place in data else len(data) - 2
    data[at] ^= 1
    file.write_bytes(data)
    with pytest.raises(InputError, match=r"train the cell again|dvc repro"):
        score.score(runs, store, tmp_path / "results")
    assert not list(tmp_path.glob("results*"))


def test_predictions_of_earlier_versions_have_no_checksum_and_are_scored(
    runs: Path, store: Store, tmp_path: Path
) -> None:
    file = runs / CELL / predictions.PREDICTIONS_FILE
    with safe_open(file, framework="numpy") as stored:
        metadata = {key: value for key, value in stored.metadata().items() if key != predictions.CHECKSUM}
    save_file(load_file(file), file, metadata=metadata)
    assert score.score(runs, store, tmp_path / "results") == len(TASKS)


@pytest.mark.parametrize(
    ("task", "logits", "says"),
    [
        ("action", np.tile(np.float32([1, 2, 0, 0]), (2, 1)), "action: the same answer for every sequence"),
        ("action", np.float32([[1, 1, 1, 1], [3, 3, 3, 3]]), "action: the same number for every class"),
        ("action", np.float32([[1, 2, 0, 0], [1, 3, 0, 0]]), ""),
        ("none", np.tile(np.float32([1, 2, 0, 0]), (2, 1)), ""),
    ],
)
def test_a_model_that_answers_the_same_to_everything_is_told(
    runs: Path, store: Store, capsys: pytest.CaptureFixture[str], task: str, logits: np.ndarray, says: str
) -> None:
    stored = predictions.load_predictions(runs / CELL / predictions.PREDICTIONS_FILE)
    run = stored.run.model_copy(update={"trained_on": task})
    assert list(score.score_one(Predictions(run, stored.sequences, {"action": logits}), store, runs))
    told = capsys.readouterr().err
    assert says in told if says else not told


def narrow(**changes: Any) -> Params:
    """The default parameters with a grid of one reference row and no entrant that was trained."""
    loaded = params.load_params(ROOT / "params.yaml")
    grid = loaded.grid.model_copy(update={"tasks": [], "references": ["trivial"], "replicates": [0]})
    return loaded.model_copy(update={"grid": grid} | changes)


def test_the_board_covers_the_grid_and_nothing_else_that_lies_there(runs: Path, store: Store, tmp_path: Path) -> None:
    score.score(runs, store, tmp_path / "alone")
    shutil.copytree(runs / CELL, runs / "action/gone/0")
    (runs / "body/damaged/0").mkdir(parents=True)
    (runs / "body/damaged/0" / predictions.PREDICTIONS_FILE).write_bytes(b"no predictions")
    assert score.score(runs, store, tmp_path / "results", params=narrow()) == len(TASKS)
    assert not filecmp.dircmp(tmp_path / "alone", tmp_path / "results").diff_files
    assert grid.left_aside(runs, narrow()) == ["action/gone/0", "body/damaged/0"]


def test_a_missing_cell_is_named(runs: Path, store: Store, tmp_path: Path) -> None:
    whole = params.load_params(ROOT / "params.yaml")
    # one of them lies there, and three are named
    count = len(grid.cells(whole)) - 1
    says = (
        rf"runs: lacks {count} of the {count + 1} cells of the grid: action/best/0, action/best/1, .* "
        f"and {count - 3} more; run `dvc repro`"
    )
    with pytest.raises(InputError, match=says):
        score.score(runs, store, tmp_path / "results", params=whole)


def test_a_cell_of_another_split_or_inputs_is_refused(runs: Path, store: Store, tmp_path: Path) -> None:
    inputs = narrow().inputs.model_copy(update={"patches": 32})
    for changes, name in (({"split": "random"}, "split"), ({"inputs": inputs}, "inputs")):
        with pytest.raises(InputError, match=f"made with other {name} than params.yaml has"):
            score.score(runs, store, tmp_path / "results", params=narrow(**changes))
    assert not list(tmp_path.glob("results*"))


def test_a_pipe_in_place_of_predictions_is_one_clear_error(runs: Path, store: Store, tmp_path: Path) -> None:
    file = next(runs.rglob("predictions.safetensors"))
    file.unlink()
    os.mkfifo(file)
    with pytest.raises(InputError, match=r"predictions\.safetensors: is a folder, a pipe or a device, not a file"):
        score.score(runs, store, tmp_path / "results")


def test_no_predictions_is_one_clear_error(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no predictions"):
        score.score(tmp_path, store, tmp_path / "results")


def test_a_part_that_is_measured_in_blocks_has_the_same_scores(
    runs: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = predictions.load_predictions(runs / CELL / predictions.PREDICTIONS_FILE)
    whole = list(score.score_one(made, store, runs))
    monkeypatch.setattr(score, "SCORED_FRAMES_AT_ONCE", 1)  # one sequence at a time
    for one, other in zip(score.score_one(made, store, runs), whole, strict=True):
        assert (one.per_sequence, one.confusion) == (other.per_sequence, other.confusion)
        assert one.metrics == pytest.approx(other.metrics, rel=1e-12)


def test_predictions_are_a_file_that_the_library_reads(runs: Path, tmp_path: Path) -> None:
    made = predictions.load_predictions(runs / CELL / predictions.PREDICTIONS_FILE)
    arrays = {"body": np.arange(12.0).reshape(2, 6)[:, ::2], "action": np.zeros((0, 4)), "a": np.float32([1.5])}
    predictions.save_predictions(tmp_path, made.run, ["s1/käse", "b"], arrays)
    found = load_file(tmp_path / predictions.PREDICTIONS_FILE)
    assert found.keys() == arrays.keys()
    for name, values in arrays.items():
        np.testing.assert_array_equal(found[name], values.astype(np.float32))
    with safe_open(tmp_path / predictions.PREDICTIONS_FILE, framework="numpy") as file:
        assert file.metadata()["sequences"] == "s1/käse\nb"


def test_a_cell_that_was_never_trained_is_no_damaged_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"runs/action/nope/0/predictions.safetensors: no such file; train the cell"):
        predictions.load_predictions(tmp_path / "runs/action/nope/0" / predictions.PREDICTIONS_FILE)
