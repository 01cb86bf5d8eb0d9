"""The draws of the search, the skill it judges by, and its report on made-up results."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmark.overrides import checked
from benchmark.params import load
from benchmark.pipeline.entrants import factory
from benchmark.studies import tuning, tuning_report
from benchmark.studies.search_spaces import SPACES
from benchmark.studies.tuning import Outcome, Trial
from deepgrasp.errors import InputError
from deepgrasp.spec import InputSpec
from tests.benchmark.board.test_leaderboard import result

PARAMS = Path(__file__).parents[3] / "params.yaml"
NOW = load(PARAMS)


@pytest.mark.parametrize("entrant", SPACES)
def test_draws_are_distinct_the_same_again_and_as_many_for_each(entrant: str) -> None:
    drawn = tuning.trials(NOW, entrant, 12)
    assert drawn == tuning.trials(NOW, entrant, 12)
    assert drawn[:5] == tuning.trials(NOW, entrant, 5)  # more trials add to those that were run
    assert [trial.number for trial in drawn] == list(range(12))
    assert len({json.dumps(trial.values) for trial in drawn}) == 12
    assert drawn[0].values == {key: NOW.models[entrant][key] for key in SPACES[entrant]}
    assert drawn[0].sets == []


@pytest.mark.parametrize("entrant", SPACES)
def test_every_choice_builds_the_entrant(entrant: str) -> None:
    spec = InputSpec(nodes=3, features=4, frames=6, edges=((0, 1), (1, 2)))
    for key, choices in SPACES[entrant].items():
        for value in choices:
            made = factory(entrant, NOW.models[entrant] | {key: value})(spec)
            assert any(each.requires_grad for each in made.parameters())


def test_each_trial_is_an_experiment_that_can_be_run() -> None:
    drawn = [trial for entrant in SPACES for trial in tuning.trials(NOW, entrant, 3)]
    asked = dict(tuning.questions(drawn, [3, 4], ["train.learning_rate=0.003"]))
    assert len(asked) == 3 * len(SPACES)
    for trial, (name, overrides) in zip(drawn, asked.items(), strict=True):
        assert name.startswith(f"tune-{trial.entrant}-{trial.number}-")
        params = checked(overrides, PARAMS)
        assert (params.grid.models, params.grid.tasks, params.grid.replicates) == ([trial.entrant], ["joint"], [3, 4])
        assert params.models[trial.entrant] == NOW.models[trial.entrant] | trial.values
        assert params.train.learning_rate == 0.003


def outcomes(*skills: tuple[float, ...], entrant: str = "mlp") -> list[Outcome]:
    drawn = tuning.trials(NOW, entrant, len(skills))
    return [
        Outcome(trial, 1000 + trial.number, dict(enumerate(values, 3)), {"object": 0.1, "body": 0.2})
        for trial, values in zip(drawn, skills, strict=True)
    ]


def made(model: str, replicate: int, task: str, value: float, trained_on: str) -> dict[str, Any]:
    validation = dict.fromkeys(("object", "body"), 0.9) | {task: value}
    return result(model, replicate, 0.9, task=task, trained_on=trained_on, validation=validation).model_dump()


def test_skill_is_the_way_from_trivial_to_perfect_on_validation() -> None:
    results = [
        made(model, k, task, value, "joint" if model == "mlp" else "none")
        for k, task, trivial, mlp in (
            (3, "object", 0.2, 0.6),  # 0.4 of 0.8
            (3, "body", 10.0, 8.0),  # 2 of 10 cm
            (4, "object", 0.5, 0.5),
            (4, "body", 8.0, 10.0),  # worse than trivial
        )
        for model, value in (("trivial", trivial), ("mlp", mlp), ("linear", 0.0))
    ]
    found = tuning.outcome(Trial("mlp", 0, {}), results)
    assert found.skills == {3: pytest.approx(0.35), 4: pytest.approx(-0.125)}
    assert found.by_task == {"object": pytest.approx(0.25), "body": pytest.approx(-0.025)}
    assert found.skill == pytest.approx(0.1125)
    assert found.sd == pytest.approx(0.475 / 2**0.5)
    assert found.parameters == 1234


@pytest.mark.parametrize(
    ("model", "says"), [("trivial", "mlp: has no results of trial 0"), ("mlp", "object: has no row")]
)
def test_an_outcome_without_one_of_the_two_is_one_clear_error(model: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        tuning.outcome(Trial("mlp", 0, {}), [made(model, 3, "object", 0.5, "none")])


def test_report_ranks_trials_and_ends_with_the_overrides_of_the_best() -> None:
    found = [*outcomes((0.1, 0.2), (0.3, 0.3), (0.3, 0.3)), *outcomes((0.4, 0.4), (0.2, 0.2), entrant="lstm")]
    text = tuning_report.markdown(found, ["s1"])
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "| mlp | 1,000 | 0.150 ± 0.071 | 1 | 1,001 | 0.300 ± 0.000 |" in lines  # of equal ones the first
    assert "| lstm | 1,000 | 0.400 ± 0.000 | 0 | 1,000 | 0.400 ± 0.000 |" in lines
    assert [line.split()[1] for line in lines[lines.index("## mlp") : lines.index("## lstm")] if "±" in line] == list(
        "120"
    )
    assert "The board tests some of the people validated on: s1." in text
    best = " ".join(f"-S {override}" for override in found[1].trial.sets)
    assert text.endswith(f"```sh\ndvc exp run \\\n  {best}\n```\n")
    assert tuning_report.markdown(outcomes((0.1,)), []).endswith("params.yaml has every entrant's best trial.\n")


def test_files(tmp_path: Path) -> None:
    tuning_report.write(outcomes((0.1, 0.2), (0.3, 0.3)), [], tmp_path / "tuning")
    assert {path.name for path in (tmp_path / "tuning").iterdir()} == {"TUNING.md", "tuning.json"}
    first, second = json.loads((tmp_path / "tuning" / "tuning.json").read_text())
    assert (first["entrant"], first["number"], first["skills"]) == ("mlp", 0, {"3": 0.1, "4": 0.2})
    assert second["skill"] == 0.3


def test_people_whom_search_and_board_share() -> None:
    assert tuning.seen_by_the_board("subject", [3], [0, 1, 2]) == []
    assert tuning.seen_by_the_board("subject", [3, 4], [0, 1, 2]) == ["s1", "s3"]  # fold 4 validates on fold 0's
    assert tuning.seen_by_the_board("random", [3, 4], [0, 1, 2]) == []


def test_mistakes_are_one_clear_error() -> None:
    with pytest.raises(InputError, match="--models mine: has no search space; add one to benchmark/studies/"):
        tuning.trials(NOW, "mine", 2)
    with pytest.raises(InputError, match=r"--trials 999: mlp has \d+ combinations; ask for fewer"):
        tuning.trials(NOW, "mlp", 999)
    with pytest.raises(InputError, match="--replicates three: is no list of numbers"):
        tuning.folds("three")
