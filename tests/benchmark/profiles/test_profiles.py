"""Profiles are overlays of what there is, say what they cost, and hold a run to its numbers; one runs whole."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from benchmark.cli import app
from benchmark.engine import time_spent
from benchmark.overrides import overridden
from benchmark.params import Budget, Params
from benchmark.profiles import compare, experiment, listing, profile, reproduction
from benchmark.profiles.compare import BEYOND, HOLDS, INCOMPARABLE, MISSING, UNASKED
from benchmark.profiles.experiment import CommittedBoard
from benchmark.profiles.profile import Expected
from benchmark.versioning import repository as clones
from deepgrasp import references
from deepgrasp.data_source import data_source
from deepgrasp.errors import InputError
from deepgrasp.store.folds import fold_count
from deepgrasp.tasks import TASKS
from tests.repository import Repository

ROOT = Path(__file__).parents[3]
SMOKE = (
    "dvc exp run --temp --name smoke -S data.root=data/standin -S data.models=data/standin/models "
    "-S synthetic.scale=tiny -S prepare.frames=6 -S inputs.patches=4 "
    "-S train.budget.unit=steps -S train.budget.classes=2 -S train.budget.regressions=2 "
    "-S 'grid.tasks=[action,joint]' -S 'grid.models=[mlp,stgcn]' -S 'grid.replicates=[0]'"
)


def board(numbers: dict[str, float], kind: str = "synthetic", **about: Any) -> CommittedBoard:
    source = data_source({"kind": kind}).name
    common = {
        "kind": kind,
        "source": source,
        "data": "hash",
        "split": "subject",
        "inputs": {"modalities": "both"},
        "replicates": [0],
    }
    return CommittedBoard(common | about, numbers)


def params(name: str, *overrides: str) -> Params:
    return overridden(profile.profile_overrides(profile.load_profile(name), overrides), ROOT / "params.yaml")


def test_all_are_there() -> None:
    assert profile.profile_names() == ["decisive", "default", "paper", "published", "smoke", "variants"]


@pytest.mark.parametrize("name", profile.profile_names())
def test_every_overlay_fits_the_parameters(name: str) -> None:
    for key, value in profile.load_profile(name).overlay.items():
        held: Any = params(name).model_dump()
        for part in key.split("."):
            held = held[part]
        assert held == value
        assert type(held) is type(value)


@pytest.mark.parametrize("name", profile.profile_names())
def test_every_expected_number_is_a_row_that_the_grid_has(name: str) -> None:
    grid = params(name).grid
    trained = {f"{task}.{model}" for task in grid.tasks for model in grid.models}
    trained |= {f"{task}.{model}+joint" for task in TASKS for model in grid.models if "joint" in grid.tasks}
    untrained = {f"{task}.{row}" for task in TASKS for row in references.names()}
    assert set(profile.load_profile(name).numbers) <= trained | untrained


def test_a_pose_of_nothing_would_fail_smoke() -> None:
    numbers = profile.load_profile("smoke").numbers
    for row in ("wrist", "linear", "nearest"):
        assert numbers[f"pose.{row}"].value > (numbers[f"pose.{row}"].within or 1)


def test_paper_has_the_published_sizes_and_split() -> None:
    held = params("paper")
    assert (held.prepare.frames, held.inputs.patches, held.split) == (80, 778, "random")
    assert held.recipe("published").device == "auto"


@pytest.mark.parametrize("name", ["paper", "published"])
def test_the_published_entrant_is_trained_by_its_own_recipe(name: str) -> None:
    assert "published" in params(name).grid.models
    own = params(name).recipe("published")
    assert (own.optimiser, own.learning_rate, own.batch, own.budget) == ("adam", 0.01, 2, Budget.of("epochs", 200))
    assert (own.schedule, own.patience) == ("plateau", 30)


def test_variants_are_trained_alike() -> None:
    held = params("variants")
    assert held.recipe("best") == held.train
    assert held.recipe("published") == held.train.model_copy(update={"precision": "bf16"})


def test_overrides_take_the_place_of_the_profiles() -> None:
    found = profile.profile_overrides(profile.load_profile("smoke"), ["grid.models=[gcn]", "models.mlp.hidden=8"])
    assert {"grid.models=[gcn]", "models.mlp.hidden=8", "train.budget.classes=2"} <= set(found)
    assert len(found) == len(profile.load_profile("smoke").overlay) + 1


def test_a_key_that_no_profile_has_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (profile.PROFILES_FOLDER / "smoke.yaml").read_text()
    (tmp_path / "mine.yaml").write_text(f"{text}expects: {{}}\n")
    monkeypatch.setattr(profile, "PROFILES_FOLDER", tmp_path)
    with pytest.raises(InputError, match=r"mine\.yaml, expects: is no key; did you mean expect"):
        profile.load_profile("mine")


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(experiment, "free_name", lambda root, name: name)  # whoever tests may have run it
    return CliRunner()


def test_an_unknown_stage_is_one_clear_error(here: CliRunner) -> None:
    found = here.invoke(app, ["profile", "smoke", "--dry-run", "prepar"]).exception
    assert str(found) == "stage prepar: is not in dvc.yaml; did you mean prepare?"
    assert here.invoke(app, ["profile", "smoke", "--dry-run", "train@action-mlp-0"]).exit_code == 0


def test_dry_run_prints_only_the_command(here: CliRunner) -> None:
    assert here.invoke(app, ["profile", "smoke", "--dry-run"]).stdout == f"{SMOKE}\n"
    assert here.invoke(app, ["profile", "default", "--dry-run"]).stdout == "dvc exp run --name default\n"
    narrow = ["profile", "smoke", "prepare", "--workspace", "-S", "grid.models=[gcn]", "--dry-run"]
    words = shlex.split(here.invoke(app, narrow).stdout)
    assert words[-1] == "prepare"
    assert "grid.models=[gcn]" in words
    assert "--temp" not in words


def test_the_list_says_command_hardware_time_and_numbers(here: CliRunner) -> None:
    listed = here.invoke(app, ["profile"]).stdout
    described = listing.profile_text("paper", profile.load_profile("paper"))
    assert described in listed
    labels = [line[: listing.LABEL].strip() for line in described.splitlines()[1:]]
    assert [label for label in labels if label] == ["command", "hardware", "time", "numbers", "note"]
    assert "object.published 40.65 %, object.lstm 18.71 %" in " ".join(described.split())
    assert max(map(len, described.splitlines())) <= listing.TERMINAL_WIDTH


def test_an_unknown_profile_is_one_clear_error() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmark", "profile", "smok"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr == f"error: profile smok: is not there; choose from {', '.join(profile.profile_names())}\n"


def test_missing_grab_is_found_before_anything_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    experiment.check_data(params("smoke"))
    with pytest.raises(InputError, match="data/grab: is not there; ingest your GRAB"):
        experiment.check_data(params("paper"))


EXPECTED = {"action.mlp": Expected(value=0.5), "body.mlp+joint": Expected(value=10.0, within=0.5)}


@pytest.mark.parametrize(
    ("found", "verdicts"),
    [
        ({"action.mlp": 0.6, "body.mlp+joint": 9.5}, [HOLDS, HOLDS]),
        ({"action.mlp": 0.61, "body.mlp+joint": 10.51}, [BEYOND, BEYOND]),
        ({"action.mlp": 0.5}, [HOLDS, MISSING]),
    ],
)
def test_a_number_holds_within_its_limit(found: dict[str, float], verdicts: list[str]) -> None:
    made = compare.number_findings(EXPECTED, board(found), comparable=True, narrowed=False)
    assert [each.verdict for each in made] == verdicts
    assert compare.any_failed(made) == (verdicts != [HOLDS, HOLDS])


def test_a_row_that_was_not_asked_is_no_failure() -> None:
    made = compare.number_findings(EXPECTED, board({"action.mlp": 0.5}), comparable=True, narrowed=True)
    assert [each.verdict for each in made] == [HOLDS, UNASKED]
    assert compare.numbers_report(made, "").splitlines()[2:] == [
        "| action.mlp     | 50 %     | 10 %        | 50 %  | holds     |",
        "| body.mlp+joint | 10 cm    | 0.5 cm      | -     | not asked |",
        "",
        "1 of 1 numbers hold",
    ]


def test_published_numbers_are_not_compared_on_synthetic_data() -> None:
    paper, bad = profile.load_profile("paper"), board({"object.published": 0.01})
    reason = compare.why_not(paper, [], bad, None)
    assert reason == "the numbers are for GRAB, and this ran on synthetic data"
    made = compare.number_findings(paper.numbers, bad, comparable=not reason, narrowed=False)
    assert {each.verdict for each in made} == {INCOMPARABLE}
    assert not compare.any_failed(made)
    assert compare.numbers_report(made, reason).endswith(f"not compared: {reason}")


@pytest.mark.parametrize(("seen", "verdict"), [("pose", HOLDS), ("both", INCOMPARABLE)])
def test_a_published_number_is_for_the_inputs_that_it_was_published_for(seen: str, verdict: str) -> None:
    paper, found = profile.load_profile("paper"), board({"action.published": 0.92}, "grab", inputs={"modalities": seen})
    assert compare.why_not(paper, [f"inputs.modalities={seen}"], found, None) == ""
    (made,) = compare.number_findings(
        {"action.published": paper.numbers["action.published"]}, found, comparable=True, narrowed=False
    )
    assert made.verdict == verdict


@pytest.mark.parametrize(
    ("override", "reason"),
    [
        ("train.batch=3", "-S changes train.batch"),
        ("inputs.modalities=pose", "-S changes inputs.modalities"),
        ("grid.models=[gcn]", ""),
        ("train.device=auto", ""),
    ],
)
def test_numbers_hold_for_the_profile_not_for_what_is_changed(override: str, reason: str) -> None:
    assert compare.why_not(profile.load_profile("smoke"), [override], board({}), None) == reason


def test_committed_numbers_are_those_of_the_same_question() -> None:
    default, before = profile.load_profile("default"), board({"action.mlp": 0.5, "body.mlp": 7.0}, replicates=[0, 1, 2])
    assert compare.committed(before)["action.mlp"].within == 0.03
    assert compare.committed(before)["body.mlp"].within == 0.4
    assert compare.why_not(default, [], before, before) == ""
    other = board({}, replicates=[0, 1, 2], data="another")
    assert compare.why_not(default, [], other, before) == "the committed board has other data"


def test_what_is_committed_is_read_from_git() -> None:
    found = experiment.board_at(ROOT, "HEAD")
    assert found.about["kind"] == "synthetic"
    assert "action.stgcn" in found.numbers


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory, dvc_cache: Path) -> Repository:
    return Repository(tmp_path_factory.mktemp("profiles"), dvc_cache)


def test_smoke_runs_outside_the_workspace_and_its_numbers_hold(repository: Repository) -> None:
    narrow = "python -m benchmark profile smoke -S 'grid.tasks=[action]' -S 'grid.models=[stgcn]'"
    printed = repository.run(narrow)
    assert "| action.stgcn " in printed
    assert re.search(r"^(\d+) of \1 numbers hold$", printed, re.MULTILINE)
    assert "smoke" in repository.run("dvc exp list --name-only")
    assert repository.run("git status --porcelain") == ""
    assert not (repository.folder / "data").exists()
    assert list((repository.folder / ".dvc/tmp").glob("profile-*")) == []
    assert repository.run(f"{narrow} --dry-run").startswith("dvc exp run --temp --name smoke-2 ")


def test_a_run_that_fails_is_one_clear_error(repository: Repository) -> None:
    printed = repository.run("python -m benchmark profile smoke -S prepare.frames=5000 2>&1 || true")
    assert printed.splitlines()[-1] == "error: prepare: failed (exit status 1); see above why; then run this again"
    assert "Traceback" not in printed


def test_a_second_board_is_copied_beside_the_default_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def git(*arguments: str) -> str:
        own = ["-c", "user.name=a", "-c", "user.email=a@b"]
        return subprocess.run(
            ["git", *own, *arguments], cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout.strip()

    git("init", "--quiet")
    (tmp_path / "leaderboard/plots").mkdir(parents=True)
    (tmp_path / "leaderboard/plots/a.png").write_bytes(b"\x89PNG\0")
    (tmp_path / "results.json").write_text("{}")
    git("add", ".")
    git("commit", "--quiet", "-m", "a board")
    git("update-ref", f"{experiment.experiments_home(tmp_path)}/decisive", "HEAD")
    experiment.copy_board(tmp_path, "decisive", Path("boards/decisive"))
    there = [path for path in (tmp_path / "boards").rglob("*") if path.is_file()]
    assert there == [tmp_path / "boards/decisive/plots/a.png"]
    assert there[0].read_bytes() == b"\x89PNG\0"
    monkeypatch.setattr(experiment, "ask_git", lambda *_: None)
    with pytest.raises(InputError, match=r"decisive, leaderboard/plots/a\.png: cannot be read from Git"):
        experiment.copy_board(tmp_path, "decisive", Path("boards/decisive"))
    assert there[0].read_bytes() == b"\x89PNG\0"


def test_a_changed_profile_leaves_the_committed_board(here: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []
    for module, name in ((clones, "check_clone"), (experiment, "check_data"), (reproduction, "run_profile")):
        monkeypatch.setattr(module, name, lambda *_, **__: None)
    monkeypatch.setattr(time_spent, "time_table", lambda _: "spent")
    monkeypatch.setattr(experiment, "experiments_board", lambda *_: board({}))
    monkeypatch.setattr(experiment, "copy_board", lambda _, name, out: copied.append(f"{name} to {out}"))
    said = here.invoke(app, ["profile", "decisive", "-S", "train.batch=8"]).stdout
    assert "in the experiment decisive alone, not in boards/decisive, because -S changed the profile" in said
    assert copied == []
    here.invoke(app, ["profile", "decisive"])
    assert copied == ["decisive to boards/decisive"]


def test_the_decisive_board_tests_everyone_and_more_people() -> None:
    more = params("decisive")
    assert more.synthetic.people >= 40
    assert len(more.grid.replicates) == fold_count(more.split, more.synthetic.people)
    default = params("default").grid
    assert more.grid.tasks == default.tasks
    assert set(default.models) < set(more.grid.models)
