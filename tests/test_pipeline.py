"""The whole pipeline as people run it: the README's DVC commands, on a tiny set, in a repository of its own."""

import re
import shutil
from pathlib import Path

import pytest

from tests import walk
from tests.repository import RETURN, ROOT, Repository

# those that make a board anew, and the one that shows their boards; tests/test_walk.py has the others
README_COMMANDS = [
    command
    for command in walk.commands("README.md")
    if re.match(r"dvc (repro|exp run)|.* experiments$", command) and not walk.why_not(command)
]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory, dvc_cache: Path) -> Repository:
    repository = Repository(tmp_path_factory.mktemp("repository"), dvc_cache)
    repository.run("dvc repro && git add -A && git commit -q -m board")
    return repository


def test_the_board_covers_every_cell(repository: Repository) -> None:
    (table,) = repository.json("leaderboard/leaderboard.json")["boards"]
    assert table["data"]["kind"] == "synthetic"
    rows = {task: {(row["model"], row["training"]) for row in rows} for task, rows in table["tasks"].items()}
    untrained = {(name, "none") for name in ("trivial", "nearest", "linear", "trees")}
    joint = {("mlp", "joint"), ("lstm", "joint")} | untrained
    assert rows == {
        "object": joint,
        "body": joint | {("kinematics", "none")},
        "pose": joint | {(name, "none") for name in ("wrist", "wrist_object", "rigid_hold")},
        "action": joint | {("mlp", "single"), ("lstm", "single")},
    }
    assert {row["model"] for found in table["tasks"].values() for row in found if row["oracle"]} == {
        *("kinematics", "wrist", "wrist_object", "rigid_hold"),
    }


def test_a_second_repro_does_nothing(repository: Repository) -> None:
    assert "Running stage" not in repository.run("dvc repro", warm=False)


def test_what_was_made_verifies_and_passes_the_gate(repository: Repository) -> None:
    repository.run("dvc repro -q && python -m benchmark board && git add -A && git commit -q --allow-empty -m checked")
    assert re.search(r"^(\d+) of \1 results reproduce$", repository.run("python -m benchmark verify"), re.MULTILINE)
    assert "**gate passed**" in repository.run("python -m benchmark gate --against HEAD")


def test_after_a_change_of_comments_the_imports_are_followed_and_nothing_else_runs(repository: Repository) -> None:
    names = ("deepgrasp/tasks/scores/positions.py", "deepgrasp/references/trivial.py", "baselines/mlp.py")
    texts = {file: file.read_text() for file in map(repository.folder.joinpath, names)}
    for file, text in texts.items():
        file.write_text(f"{text}\n# why\n")
    assert "**gate passed**" in repository.run("python -m benchmark gate")
    assert re.findall(r"Running stage '([^']+)'", repository.run("dvc repro")) == ["code"]
    for file, text in texts.items():
        file.write_text(text)
    repository.run("dvc repro -q")


def test_the_same_seed_gives_the_same_scores(repository: Repository) -> None:
    name = "results/action/lstm/single-0.json"
    before = repository.json(name)["metrics"]
    repository.run("dvc repro -s -f train@action-lstm-0 && python -m benchmark score", warm=False)
    assert repository.json(name)["metrics"] == before


def test_the_checkpoint_makes_the_stored_predictions(repository: Repository) -> None:
    repository.run(f"PYTHONPATH=. python {ROOT}/tests/restored.py action/mlp/0 action")


def test_the_board_covers_the_grid_whatever_lies_in_runs(repository: Repository) -> None:
    kept = repository.folder.parent / "kept"
    shutil.copytree(repository.folder / "runs/action/lstm", kept)
    printed = repository.run("dvc exp run -S 'grid.models=[mlp]'")
    # as DVC leaves a cell that has left the grid, unless it has none of the earlier grid's in its lock
    shutil.copytree(kept, repository.folder / "runs/action/lstm", dirs_exist_ok=True)
    printed += repository.run("dvc repro")
    assert "left aside 1 cells in runs/ that the grid does not name: action/lstm/0" in printed
    (table,) = repository.json("leaderboard/leaderboard.json")["boards"]
    assert {row["model"] for rows in table["tasks"].values() for row in rows if row["training"] != "none"} == {"mlp"}
    assert "Running stage" not in repository.run("dvc repro")
    assert "up to date" in repository.run("dvc status")
    assert re.search(r"^(\d+) of \1 results reproduce$", repository.run("python -m benchmark verify"), re.MULTILINE)
    # and back: what was trained before is taken from the cache
    assert "train@" not in "".join(re.findall("Running stage .*", repository.run(f"{RETURN} && dvc repro")))
    assert repository.run("git status --porcelain") == ""


def test_a_study_takes_the_boards_cells_and_leaves_the_workspace(repository: Repository) -> None:
    before = (repository.folder / "runs/joint/mlp/0/predictions.safetensors").read_bytes()
    printed = repository.run("python -m benchmark tune --models mlp --trials 2 --replicates 0")
    assert re.search(r"^\| mlp +\| [\d,]+ +\| -?\d\.\d{3} ", printed, re.MULTILINE)
    made = [file.read_bytes() for file in repository.folder.glob("data/studies/cells/*/predictions.safetensors")]
    assert len(made) == 3  # two trials and the trivial row
    assert before in made
    assert len(list(repository.folder.glob("data/studies/cells/*/model.safetensors"))) == 1  # the one that was trained
    assert repository.run("git status --porcelain") == ""
    assert "up to date" in repository.run("dvc status")


def test_what_fails_leaves_what_was_there(repository: Repository) -> None:
    graphs, board = repository.folder / "data/graphs/manifest.json", repository.folder / "leaderboard/leaderboard.json"
    before = graphs.read_bytes(), board.read_bytes()
    params = repository.folder / "params.yaml"
    text = params.read_text()
    params.write_text(text.replace("objects: []", "objects: [nothing]", 1))
    assert "failed to reproduce 'prepare'" in repository.run("! dvc repro")
    assert (graphs.read_bytes(), board.read_bytes()) == before
    params.write_text(text)
    broken = repository.folder / "runs/action/lstm/0/predictions.safetensors"
    content = broken.read_bytes()
    broken.write_bytes(content[:100])
    assert "failed to reproduce 'score'" in repository.run("! dvc repro --single-item score")
    assert (graphs.read_bytes(), board.read_bytes()) == before
    assert (repository.folder / "results/action/lstm/single-0.json").exists()
    broken.write_bytes(content)
    assert "up to date" in repository.run(f"{RETURN} && dvc status")


@pytest.mark.parametrize("command", README_COMMANDS)
def test_readme_commands_run(repository: Repository, command: str) -> None:
    printed = repository.run(command)
    if command == "python -m benchmark experiments":
        assert "split=random" in printed
    if "models.lstm.hidden" in command:
        ran = set(re.findall(r"Running stage 'train@(\S+)'", printed))
        assert ran == {"action-lstm-0", "joint-lstm-0"}
    if "grid.models" in command:
        rows = repository.json("leaderboard/leaderboard.json")["boards"][0]["tasks"]["action"]
        assert {row["model"] for row in rows} == {"mlp", "stgcn", "trivial", "nearest", "linear", "trees"}
