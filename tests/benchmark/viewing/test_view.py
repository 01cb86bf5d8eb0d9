"""`view`: which recordings a wish picks out, a cell's best and worst, pages with answers, and what is refused."""

import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from benchmark import params
from benchmark.pipeline import predictions
from benchmark.pipeline.references import answer_cell
from benchmark.viewing.cells import AnsweredCell, open_cell
from benchmark.viewing.choosing import Wish, chosen_recordings
from benchmark.viewing.cli import view
from benchmark.viewing.pages import scene_with_answers
from deepgrasp.errors import InputError
from deepgrasp.store.store import open_store
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.targets import ClassTarget
from deepgrasp.view.recorded_scene import Recordings, recordings_of

ROOT = Path(__file__).parents[3]
NAME = "none/trivial/0"  # fold 0 tests s1 and s3; it answers all tasks


@pytest.fixture(scope="module")
def runs(store_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("looked") / "runs"
    answer_cell(params.load_params(ROOT / "params.yaml"), "trivial", 0, store_path, folder / NAME)
    return folder


@pytest.fixture
def recordings(_pristine: Path, models: Path) -> Recordings:
    return recordings_of(_pristine, models)


@pytest.fixture
def cell(runs: Path, store_path: Path) -> AnsweredCell:
    return open_cell(NAME, runs, open_store(store_path))


def test_names_and_choices_narrow_each_other(recordings: Recordings) -> None:
    assert len(chosen_recordings(recordings, Wish(), [])) == 11
    assert chosen_recordings(recordings, Wish(subjects=["s2"], objects=["mug"]), []) == ["s2/mug_pass_1"]
    assert chosen_recordings(recordings, Wish(intents=["lift"]), []) == ["s2/cubesmall_lift"]
    assert chosen_recordings(recordings, Wish(named=["s3/mug_drink_1", "s1/mug_drink_1"]), [])[0] == "s3/mug_drink_1"
    with pytest.raises(InputError, match="leave no recording"):
        chosen_recordings(recordings, Wish(named=["s3/mug_drink_1"], subjects=["s1"]), [])
    with pytest.raises(InputError, match=r"--object, --intent: 'cube' is unknown; did you mean cube"):
        chosen_recordings(recordings, Wish(objects=["cube"]), [])


def test_a_cell_shows_what_it_tests(recordings: Recordings, cell: AnsweredCell) -> None:
    assert chosen_recordings(recordings, Wish(), [cell]) == ["s1/mug_drink_1", "s3/mug_drink_1"]
    with pytest.raises(InputError, match="does not test s2/mug_pass_1, but recordings of s1 and s3"):
        chosen_recordings(recordings, Wish(named=["s2/mug_pass_1"]), [cell])
    with pytest.raises(InputError, match="of whose answers"):
        chosen_recordings(recordings, Wish(count=3), [])


def only(cell: AnsweredCell, task: str, array: np.ndarray) -> AnsweredCell:
    made = predictions.Predictions(cell.made.run, cell.made.sequences, {task: array.astype(np.float32)})
    return AnsweredCell("mine", made, cell.store)


def targets(cell: AnsweredCell) -> dict[str, Any]:
    rows = cell.store.rows(cell.made.sequences)
    return {name: task.read(cell.store, rows, "both") for name, task in TASKS.items()}


def test_best_and_worst_are_by_the_metric_that_ranks(recordings: Recordings, cell: AnsweredCell) -> None:
    for name, target in targets(cell).items():
        if isinstance(target, ClassTarget):
            answers = np.zeros(target.prediction_shape)
            answers[[0, 1], target.labels] = [3, -3]
        else:
            answers = target.regressed.copy()
            answers[1] += 0.5
        mine = only(cell, name, answers)
        first, second = cell.made.sequences
        assert chosen_recordings(recordings, Wish(count=1, end="best"), [mine]) == [first], name
        assert chosen_recordings(recordings, Wish(count=1, end="worst"), [mine]) == [second], name
        if isinstance(target, ClassTarget):
            assert chosen_recordings(recordings, Wish(answers="right"), [mine]) == [first]
            assert chosen_recordings(recordings, Wish(answers="wrong"), [mine]) == [second]
        else:
            with pytest.raises(InputError, match="not right or wrong"):
                chosen_recordings(recordings, Wish(answers="right"), [mine])


def test_a_scene_shows_the_frames_that_a_cell_was_asked_for(recordings: Recordings, cell: AnsweredCell) -> None:
    scene, answers = scene_with_answers(recordings, "s1/mug_drink_1", [cell], 3)
    assert len(answers) == len(TASKS)
    assert all(scene.frames[each.at].tolist() == cell.frames(scene.id).tolist() for each in answers)
    assert {0, 23} <= set(scene.frames.tolist())


def test_a_cell_that_is_not_there_is_told_with_those_that_are(runs: Path, store_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean none/trivial/0"):
        open_cell("none/trivia/0", runs, open_store(store_path))


def test_a_cell_in_the_place_of_another_is_not_shown_as_it(runs: Path, store_path: Path, tmp_path: Path) -> None:
    shutil.copytree(runs / NAME, tmp_path / "none/nearest/0")
    with pytest.raises(InputError, match="holds the answers of none/trivial/0"):
        open_cell("none/nearest/0", tmp_path, open_store(store_path))


@pytest.fixture
def place(
    _pristine: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: Path, store_path: Path
) -> Path:
    """A repository's folder with params.yaml, runs and graphs."""
    said = yaml.safe_load((ROOT / "params.yaml").read_text())
    said["data"] = {"root": str(_pristine), "models": str(models)}
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(said))
    (tmp_path / "runs").symlink_to(runs)
    (tmp_path / "data").mkdir()
    shutil.copytree(store_path, tmp_path / "data" / "graphs")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_command_writes_a_page_below_data(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    view(["s1/mug_drink_1"], html=Path("data/mug.html"), frames=4, cell=[NAME], conventions=True)
    text = (place / "data/mug.html").read_text()
    assert "s1/mug_drink_1" in text
    assert NAME in text
    assert re.findall(r"(?:src|href)=", text) == []
    view(thing=["cubesmall"], only_list=True)
    assert capsys.readouterr().out.splitlines()[-1] == "s2/cubesmall_lift"


def test_what_is_made_of_licensed_data_stays_below_data(place: Path) -> None:
    with pytest.raises(InputError, match=r"write it as data/mug\.html"):
        view(["s1/mug_drink_1"], html=Path("mug.html"))
    assert not (place / "mug.html").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"best": 1, "worst": 1, "cell": [NAME]}, "exclude each other"),
        ({"cell": [NAME] * 3}, "compare 2 at most"),
        ({"worst": 2}, "of whose answers"),
    ],
)
def test_a_wish_that_contradicts_itself_is_told(place: Path, options: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        view(html=Path("data/x.html"), **options)
    assert not (place / "data/x.html").exists()
