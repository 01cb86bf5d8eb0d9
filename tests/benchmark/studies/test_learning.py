"""Learning curves: what is asked for, and the report of made-up results."""

from pathlib import Path

import pytest

from benchmark.board.more_recordings import LEARNING_FILE
from benchmark.board.more_recordings import load_curves as load_curves
from benchmark.checks.regression import Raw
from benchmark.params import Params, load_params
from benchmark.progress import Advance
from benchmark.studies import learning
from deepgrasp.errors import InputError
from tests.benchmark.made_up import result

PARAMS = Path(__file__).parents[3] / "params.yaml"


class Made:
    """In the place of a study: remembers what was asked, and answers with the results of a made-up row."""

    root = PARAMS.parent

    def __init__(self) -> None:
        self.asked: dict[int, Params] = {}

    def made(self, wanted: dict[int, Params], references: list[str], advance: Advance) -> dict[int, int]:
        self.asked = wanted
        return {count: count for count in wanted}

    def results(self, count: int) -> list[Raw]:
        made = [result("action", "mlp", "action", k).model_dump() for k in range(2)]
        made.append(result("object", "linear", "none", 0).model_dump())  # a reference row answers what nobody asked
        return [each | {"metrics": each["metrics"] | {"accuracy": count / 100}} for each in made]


def test_a_curve_from_asking_to_the_picture(tmp_path: Path) -> None:
    study, now = Made(), load_params(PARAMS)
    extra = ["grid.tasks=[action]"]
    given = [*extra, "data.root=/home/me/grab"]
    found = learning.learn(now, ["mlp"], [20, 40], given, study, lambda done, of: None)  # type: ignore[arg-type]
    assert {n: asked.train.recordings for n, asked in study.asked.items()} == {20: 20, 40: 40}
    assert {(*asked.grid.tasks, *asked.grid.models) for asked in study.asked.values()} == {("action", "mlp")}
    assert [(each.row, each.recordings, each.values) for each in found.points] == [
        ("mlp", 20, [0.2, 0.2]),
        ("mlp", 40, [0.4, 0.4]),
    ]
    assert (found.data.hash, found.split, found.replicates, found.extra) == ("ab" * 32, "subject", [0, 1], extra)
    learning.keep_curves(found, tmp_path / "boards" / LEARNING_FILE)
    assert load_curves(tmp_path / "boards") == found
    learning.write_learning(found.points, tmp_path / "learning")
    assert "20.0 % | 40.0 % |" in (tmp_path / "learning/LEARNING.md").read_text()
    assert {path.name for path in (tmp_path / "learning").iterdir()} == {"LEARNING.md", "learning.json", "learning.png"}


def test_numbers_of_recordings() -> None:
    assert learning.recording_counts("108,54,54") == [54, 108]
    with pytest.raises(InputError, match="--recordings many: is no list of numbers"):
        learning.recording_counts("many")
