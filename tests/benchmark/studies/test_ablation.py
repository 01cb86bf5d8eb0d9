"""The ablation's settings and its tables; DVC's queue itself is tried by hand."""

from pathlib import Path

import pytest

from benchmark import params
from benchmark.studies import ablation, ablation_tables
from benchmark.studies.ablation import Setting
from benchmark.studies.ablation_tables import Score
from deepgrasp.errors import InputError
from tests.benchmark.board.test_leaderboard import result

ROOT = Path(__file__).parents[3]


def test_every_choice_of_inputs_hands_and_training_is_asked_once() -> None:
    asked = ablation.questions(["mlp"], ["action", "joint"])
    names = [name for name, _ in asked.values()]
    assert len(set(names)) == len(names) == 3 * 3 * 2
    assert names[0].startswith("ablate-touch-right-single-mlp-")
    other_tasks = ablation.questions(["mlp"], ["object", "joint"])
    again = [setting for setting in asked if asked[setting] == other_tasks[setting]]
    assert [setting.training for setting in again] == ["joint"] * 9


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
        ablation.ablate(params.load(ROOT / "params.yaml"), ["mpl"], 1, ROOT, lambda done, total: None)


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
    lines = [" ".join(line.split()) for line in ablation_tables.markdown(found).splitlines() if line.startswith("|")]
    assert lines == [
        "| inputs | mlp, single | mlp, joint | trivial |",
        lines[1],
        "| touch, right hand | 30.0 ± 14.1 % | 50.0 % | - |",
        "| pose and touch, both hands | 60.0 % | - | 10.0 % |",
    ]


def test_writing_twice_gives_the_same_bytes(found: list[Score], tmp_path: Path) -> None:
    content = []
    for _ in range(2):
        ablation_tables.write(found, tmp_path / "ablation")
        content.append({path.name: path.read_bytes() for path in (tmp_path / "ablation").iterdir()})
    assert content[0] == content[1]
    assert set(content[0]) == {"ABLATION.md", "ablation.json", "ablation.png"}
