"""A lab's own capture, from a folder of files to a board of its name, by the README's command."""

import json
import re
from pathlib import Path

from deepgrasp.grab.own_catalogue import catalogue_of
from tests.lab import write_lab
from tests.repository import ROOT, Repository


def test_from_files_to_a_board(tmp_path: Path, models: Path, dvc_cache: Path) -> None:
    lab = write_lab(tmp_path / "LAB")
    (lab / "catalogue.yaml").unlink()
    (tmp_path / "repository").mkdir()
    repository = Repository(tmp_path / "repository", dvc_cache)
    readme = (ROOT / "README.md").read_text()
    commands = re.findall(r"^((?:dvc|python -m benchmark) .*/path/to/LAB.*?)(?:  +#.*)?$", readme, re.MULTILINE)
    assert len(commands) == 2
    for command in commands:
        command = command.replace("/path/to/LAB", str(lab)).replace("/path/to/MODELS", str(models))
        # fewer cells than people would train
        few = " -S grid.tasks=[action,pose] -S grid.models=[mlp] -S grid.references=[trivial,rigid_hold]"
        repository.run(command + (few if command.startswith("dvc") else ""))
    board = json.loads((repository.folder / "leaderboard/leaderboard.json").read_text())["boards"][0]
    assert board["data"]["prepare"]["catalogue"]["name"] == "LAB"
    assert board["subjects"] == ["ben", "dan", "eve", "anna", "finn", "carla"]
    assert (repository.folder / "leaderboard/LEADERBOARD.md").read_text().splitlines()[2].startswith("LAB `")
    page = (repository.folder / "leaderboard/index.html").read_text()
    assert '"data": "LAB"' in page or '"data":"LAB"' in page
    classes = json.loads((repository.folder / "results/action/mlp/single-0.json").read_text())["classes"]
    assert sorted(classes) == ["hand_over", "move", "pour"]
    repository.run("python -m benchmark board")  # into the README
    repository.run("python -m benchmark gate")


def test_the_guides_catalogue_is_one(tmp_path: Path) -> None:
    text = (ROOT / "docs/own-data.md").read_text()
    (tmp_path / "catalogue.yaml").write_text(re.search(r"```yaml\n(.*?)```", text, re.DOTALL)[1])  # type: ignore[index]
    assert catalogue_of(tmp_path).name == "Hand Lab"
