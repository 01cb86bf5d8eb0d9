"""The ablation's settings and its tables."""

from pathlib import Path
from typing import Any

import pytest

from benchmark import params
from benchmark.params import Params
from benchmark.studies import ablation, ablation_tables
from benchmark.studies.ablation import Setting
from benchmark.studies.ablation_tables import Score
from deepgrasp.errors import InputError
from tests.benchmark.board.test_leaderboard import result

ROOT = Path(__file__).parents[3]


class Asked:
    """In the place of a study: what it is asked for, and no cells."""

    root = ROOT

    def made(self, wanted: dict[Setting, Params], references: list[str], advance: object) -> dict[Setting, list[Any]]:
        self.wanted, self.references = wanted, references
        return {setting: [] for setting in wanted}

    def results(self, cells: list[Any]) -> list[Any]:
        return []


def test_every_choice_of_inputs_hands_and_training_is_asked_once() -> None:
    asked, now = Asked(), params.load_params(ROOT / "params.yaml")
    assert len(ablation.ablate(now, ["mlp"], asked, lambda done, total: None)) == 3 * 3 * 2  # type: ignore[arg-type]
    seen = [
        (own.inputs.modalities, own.inputs.hands, len(own.grid.tasks), own.grid.models) for own in asked.wanted.values()
    ]
    assert len({*map(str, seen)}) == 18
    assert seen[:2] == [("touch", "right", 4, ["mlp"]), ("touch", "right", 1, ["mlp"])]
    assert asked.references == now.grid.references


def test_overrides_are_parameters(tmp_path: Path) -> None:
    grid = ["object", "action", "joint"]
    assert Setting("touch", "left", "single").overrides(["mlp", "gcn"], grid) == [
        "inputs.modalities=touch",
        "inputs.hands=left",
        "grid.models=[mlp,gcn]",
        "grid.tasks=[object,action]",
    ]
    assert Setting("pose", "both", "joint").overrides(["mlp"], grid)[-1] == "grid.tasks=[joint]"


def test_an_unknown_model_is_one_clear_error() -> None:
    with pytest.raises(InputError, match="--models mpl: has no section"):
        ablation.ablate(params.load_params(ROOT / "params.yaml"), ["mpl"], Asked(), lambda done, total: None)  # type: ignore[arg-type]


@pytest.fixture
def found() -> list[Score]:
    results = {
        Setting("touch", "right", "single"): [result("mlp", k, v) for k, v in enumerate((0.2, 0.4))],
        Setting("touch", "right", "joint"): [result("mlp", 0, 0.5, trained_on="joint")],
        Setting("both", "both", "single"): [
            result("trivial", 0, 0.1, trained_on="none"),
            result("mlp", 0, 0.6),
            result("submitted", 0, 0.9),  # was not asked for, and sees these inputs alone
        ],
    }
    return ablation_tables.scores(
        {setting: [each.model_dump() for each in made] for setting, made in results.items()}, ["mlp"]
    )


def test_tables_set_inputs_against_models_and_training(found: list[Score]) -> None:
    lines = [
        " ".join(line.split()) for line in ablation_tables.ablation_markdown(found).splitlines() if line.startswith("|")
    ]
    assert lines == [
        "| inputs | mlp, single | mlp, joint | trivial |",
        lines[1],
        "| touch, right hand | 30.0 % | 50.0 % | - |",
        "| pose and touch, both hands | 60.0 % | - | 10.0 % |",
    ]


def test_writing_twice_gives_the_same_bytes(found: list[Score], tmp_path: Path) -> None:
    content = []
    for _ in range(2):
        ablation_tables.write_ablation(found, tmp_path / "ablation")
        content.append({path.name: path.read_bytes() for path in (tmp_path / "ablation").iterdir()})
    assert content[0] == content[1]
    assert set(content[0]) == {"ABLATION.md", "ablation.json", "ablation.png"}
