"""The trials of a search, the skill it judges by, and its report on made-up results."""

import json
import shlex
import sys
from pathlib import Path

import pytest

from benchmark.overrides import overridden
from benchmark.params import Params, load_params
from benchmark.pipeline.entrants import factory
from benchmark.pipeline.schema import Run
from benchmark.progress import Advance
from benchmark.studies import search, tuning, tuning_report
from benchmark.studies.search_spaces import space as space_of
from benchmark.studies.tuning import Trial, TrialOutcome
from deepgrasp.errors import InputError
from deepgrasp.spec import InputSpec
from deepgrasp.store.store import Store
from tests.benchmark.board.test_leaderboard import run
from tests.benchmark.studies.searched_entrants import searchable

PARAMS = Path(__file__).parents[3] / "params.yaml"
NOW = load_params(PARAMS)


def test_every_entrant_of_the_default_grid_can_be_searched() -> None:
    tuning.check_search(NOW, NOW.grid.models, 8)
    for name in NOW.grid.models:
        assert set(space_of(name)) <= set(NOW.models[name])


@pytest.mark.parametrize("entrant", searchable())
def test_every_choice_builds_the_entrant(entrant: str) -> None:
    spec = InputSpec(nodes=3, features=4, frames=6, edges=((0, 1), (1, 2)))
    for key, choices in space_of(entrant).items():
        for value in choices.values:
            made = factory(entrant, NOW.models[entrant] | {key: value})(spec)
            assert any(each.requires_grad for each in made.parameters())


def test_a_trial_is_asked_by_parameters() -> None:
    values = {"streams": ["posture"], "hidden": 64, "layers": 3, "dropout": 0.0}
    first, other = (
        tuning.trial_params(Trial("mlp", number, values), [3, 4], ["train.learning_rate=0.003"], PARAMS)
        for number in (0, 1)
    )
    assert first.models == NOW.models  # trial 0 is what params.yaml says
    assert other.models["mlp"] == values
    assert (other.grid.models, other.grid.tasks, other.grid.replicates) == (["mlp"], ["joint"], [3, 4])
    assert other.train.learning_rate == 0.003


class Made:
    """In the place of a study: every trial reaches the skill that its values say, and is counted."""

    root = PARAMS.parent

    def __init__(self) -> None:
        self.rounds: list[int] = []

    def made(self, wanted: dict[int, Params], references: list[str], advance: Advance) -> dict[int, Params]:
        self.rounds.append(len(wanted))
        advance(len(wanted) + 1, len(wanted) + 1)
        return wanted

    def runs(self, cells: Params) -> list[Run]:
        (name,) = cells.grid.models
        skill = float(cells.models[name]["dropout"]) - 1 / float(cells.models[name]["hidden"])  # type: ignore[arg-type]
        validation = {"trivial": 0.0, name: 0.5 + skill / 2}
        runs = {model: run(model, 3, validation={"object": value}) for model, value in validation.items()}
        return list(runs.values())


def searched(count: int, *entrants: str) -> tuple[list[TrialOutcome], Made, list[tuple[int, int]]]:
    made, seen = Made(), []
    found = tuning.run_search(
        NOW,
        entrants,
        count,
        [3],
        [],
        made,
        lambda *done: seen.append(done),  # type: ignore[arg-type]
    )
    return found, made, seen


def test_every_entrant_gets_as_many_trials_and_none_twice() -> None:
    pytest.importorskip("optuna")
    found, made, seen = searched(7, "mlp", "lstm")
    assert [(each.trial.entrant, each.trial.number) for each in found] == [
        (name, number) for name in ("mlp", "lstm") for number in range(7)
    ]
    assert made.rounds == [8, 4, 2]  # of both entrants at once
    assert len({json.dumps(each.trial.values) for each in found[:7]}) == 7
    assert found[0].trial.values == {key: NOW.models["mlp"][key] for key in space_of("mlp")}
    assert seen == [(9, 15), (13, 15), (15, 15)]
    assert found == searched(7, "mlp", "lstm")[0]


def test_more_trials_go_on_where_fewer_ended() -> None:
    pytest.importorskip("optuna")
    few, more = searched(5, "mlp")[0], searched(6, "mlp")[0]
    assert more[:5] == few  # a batch that was cut, too
    assert searched(5, "lstm", "mlp")[0][5:] == few  # and whoever else is searched


def outcomes(*skills: tuple[float, ...], entrant: str = "mlp") -> list[TrialOutcome]:
    space = space_of(entrant)
    now = {key: NOW.models[entrant][key] for key in space}
    values = [now, *(each for each in search.combinations(space) if each != now)]
    return [
        TrialOutcome(Trial(entrant, k, values[k]), 1000 + k, dict(enumerate(each, 3)), {"object": 0.1, "body": 0.2})
        for k, each in enumerate(skills)
    ]


def test_skill_is_the_way_from_trivial_to_perfect_on_validation() -> None:
    validation = {
        ("trivial", 3): {"object": 0.2, "body": 10.0},
        ("mlp", 3): {"object": 0.6, "body": 8.0},  # 0.4 of 0.8; 2 of 10 cm
        ("trivial", 4): {"object": 0.5, "body": 8.0},
        ("mlp", 4): {"object": 0.5, "body": 10.0},  # worse than trivial
    }
    runs = [run(model, k, validation=each) for (model, k), each in validation.items()]
    found = tuning.outcome(Trial("mlp", 0, {}), runs)
    assert found.skills == {3: pytest.approx(0.35), 4: pytest.approx(-0.125)}
    assert found.by_task == {"object": pytest.approx(0.25), "body": pytest.approx(-0.025)}
    assert found.skill == pytest.approx(0.1125)
    assert found.sd == pytest.approx(0.475 / 2**0.5)
    assert found.parameters == 1234


def test_report_ranks_trials_and_ends_with_the_overrides_of_the_best() -> None:
    pytest.importorskip("optuna")
    found = [*outcomes((0.1, 0.2), (0.3, 0.3), (0.3, 0.3)), *outcomes((0.4, 0.4), (0.2, 0.2), entrant="lstm")]
    text = tuning_report.tuning_markdown(found, ["s1"])
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "| mlp | 1,000 | 0.150 ± 0.071 | 1 | 1,001 | 0.300 ± 0.000 |" in lines  # of equal ones the first
    assert "| lstm | 1,000 | 0.400 ± 0.000 | 0 | 1,000 | 0.400 ± 0.000 |" in lines
    assert [line.split()[1] for line in lines[lines.index("## mlp") : lines.index("## lstm")] if "±" in line] == list(
        "120"
    )
    assert "The board tests some of the people validated on: s1." in text
    best = " ".join(f"-S {shlex.quote(override)}" for override in found[1].trial.sets)
    assert text.endswith(f"```sh\ndvc exp run \\\n  {best}\n```\n")
    assert tuning_report.tuning_markdown(outcomes((0.1,)), []).endswith("params.yaml has every entrant's best trial.\n")


def test_files(tmp_path: Path) -> None:
    pytest.importorskip("optuna")
    tuning_report.write_tuning(outcomes((0.1, 0.2), (0.3, 0.3)), [], tmp_path / "tuning")
    names = {"TUNING.md", "tuning.json", "trials.png", "importances.png", "optuna.log"}
    assert {path.name for path in (tmp_path / "tuning").iterdir()} == names
    first, second = json.loads((tmp_path / "tuning" / "tuning.json").read_text())
    assert (first["entrant"], first["number"], first["skills"]) == ("mlp", 0, {"3": 0.1, "4": 0.2})
    assert second["skill"] == 0.3


def test_people_whom_search_and_board_share() -> None:
    def seen(on: list[int], *changes: str) -> list[str]:
        return tuning.seen_by_the_board(overridden(["grid.replicates=[0,1,2]", *changes], PARAMS), on)

    assert seen([3, 4]) == []  # of the stand-in others are tuned on
    assert seen([3], "data.root=data/grab") == []
    assert seen([3, 4], "data.root=data/grab") == ["s1", "s3"]  # fold 4 validates on fold 0's
    assert seen([3, 4], "data.root=data/grab", "split=random") == []


def test_people_of_other_data_are_those_of_their_store() -> None:
    sequences = [{"id": f"s{k}/cup_lift", "subject": f"s{k}", "object": "cup", "action": "lift"} for k in range(1, 9)]
    store = Store(Path(), {"sequences": sequences})
    own = overridden(["grid.replicates=[0]", "data.root=data/grab"], PARAMS)
    assert tuning.seen_by_the_board(own, [3], store) == ["s1", "s8"]  # of four folds: the last validates on the first's


def test_nobody_of_the_board_is_tuned_on() -> None:
    trial = Trial("mlp", 0, {})
    own = tuning.trial_params(trial, [0], [], PARAMS, tuning.apart(NOW))
    assert own.synthetic.seed != NOW.synthetic.seed
    board = [f"s{k + 1}" for k in range(NOW.synthetic.people)]
    assert (own.prepare.drop.subjects, own.synthetic.people) == (board, len(board) + 10)
    assert tuning.apart(overridden(["synthetic.scale=tiny"], PARAMS)) == []


def test_mistakes_are_one_clear_error() -> None:
    pytest.importorskip("optuna")
    with pytest.raises(InputError, match=r"--models mpl: has no section in params\.yaml; did you mean mlp"):
        tuning.check_search(NOW, ["mpl"], 2)
    with pytest.raises(InputError, match="--models trees: is a reference row, which nobody trains"):
        tuning.check_search(NOW, ["trees"], 2)
    with pytest.raises(InputError, match=r"baselines/published\.py: has no search space; write SEARCH"):
        tuning.check_search(NOW, ["published"], 2)
    with pytest.raises(InputError, match=r"--trials 999: mlp has 240 combinations; ask for fewer"):
        tuning.check_search(NOW, ["mlp"], 999)
    with pytest.raises(InputError, match="--replicates three: is no list of numbers"):
        tuning.folds("three")


def test_a_replicate_that_the_people_apart_do_not_have_is_told_before_any_training() -> None:
    with pytest.raises(InputError, match=r"grid\.replicates: 99 is beyond the 5 folds of a split by subject"):
        tuning.trial_params(Trial("mlp", 0, {}), [99], [], PARAMS, tuning.apart(NOW))


def test_without_optuna_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(InputError, match=r"tune: needs Optuna, which is not installed; pip install -e '\.\[search\]'"):
        tuning.check_search(NOW, ["mlp"], 2)
