"""Entrants from outside of the repository, from `--entrant` to the board: a file, and a package that is installed."""

import re
import textwrap
from pathlib import Path

import pytest
import yaml

from tests.repository import Repository

MINE = '''
    """A linear map of everything, which lies elsewhere."""

    from torch import nn


    class Mine(nn.Module):
        """Every frame and node by itself, with few numbers."""

        def __init__(self, spec, *, width: int = 4):
            super().__init__()
            self.linear = nn.Linear(spec.features, width)

        def forward(self, x):
            """``[B, T, V, F]`` to ``[B, T, V, width]``."""
            return self.linear(x)
'''
PACKAGE = {
    "their_nets/__init__.py": "",
    "their_nets/layers.py": "from torch import nn\n\n\nclass Twice(nn.Linear):\n    pass\n",
    "their_nets/unused.py": "raise ValueError\n",
    "their_nets/nets.py": '''
        """Nets of theirs."""

        from torch import nn

        from .layers import Twice


        class Other(nn.Module):
            pass


        class Theirs(nn.Module):
            """One layer of their own."""

            def __init__(self, spec, *, width: int = 4):
                super().__init__()
                self.linear = Twice(spec.features, width)

            def forward(self, x):
                return self.linear(x).relu()
    ''',
    "their_nets-1.2.dist-info/METADATA": "Metadata-Version: 2.1\nName: their-nets\nVersion: 1.2\n",
    "their_nets-1.2.dist-info/entry_points.txt": "[deepgrasp.entrants]\ntheirs = their_nets.nets:Theirs\n",
}


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(textwrap.dedent(text).lstrip())
    return folder


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory, dvc_cache: Path) -> Repository:
    repository = Repository(tmp_path_factory.mktemp("outside") / "repository", dvc_cache)
    params = repository.folder / "params.yaml"
    values = yaml.safe_load(params.read_text())
    values["grid"] = {"tasks": ["action"], "models": ["mlp"], "references": ["trivial"], "replicates": [0]}
    params.write_text(yaml.safe_dump(values))
    written(repository.folder.parent, {"mine.py": MINE} | {f"site/{name}": text for name, text in PACKAGE.items()})
    repository.run(f"{site(repository)} python -m benchmark repro --entrant ../mine.py --entrant theirs")
    return repository


def site(repository: Repository) -> str:
    """The package counts as installed."""
    return f"PYTHONPATH={repository.folder.parent / 'site'}"


def trained(printed: str) -> list[str]:
    return sorted(re.findall(r"^(\S+) failed|Running stage '(train@\S+)'", printed, re.MULTILINE))


def test_both_stand_on_the_board_and_say_where_they_are_from(repository: Repository) -> None:
    rows = repository.json("leaderboard/leaderboard.json")["boards"][0]["tasks"]["action"]
    assert {row["model"]: row.get("outside") for row in rows} == {
        "mine": "../mine.py", "theirs": "their-nets 1.2", "mlp": None, "trivial": None,
    }  # fmt: skip
    told = {
        name: repository.json(f"results/action/{name}/single-0.json")["run"]["provenance"]
        for name in ("mine", "theirs")
    }
    assert told["mine"]["entrant"]["from"] == "../mine.py"
    assert set(told["theirs"]["entrant"]["sources"]) == {
        f"their_nets/{name}.py" for name in ("__init__", "layers", "nets")
    }
    page = (repository.folder / "leaderboard/index.html").read_text()
    assert "A linear map of everything, which lies elsewhere." in page
    assert "One layer of their own." in page


def test_dvc_follows_the_sources(repository: Repository) -> None:
    repro, mine = f"{site(repository)} dvc repro", repository.folder.parent / "mine.py"
    mine.write_text(mine.read_text().replace("by itself", "alone") + "# why\n")
    assert trained(repository.run(repro)) == []
    mine.write_text(mine.read_text().replace("width: int = 4", "width: int = 5"))
    assert trained(repository.run(repro)) == [("", "train@action-mine-0")]
    layers = repository.folder.parent / "site/their_nets/layers.py"
    layers.write_text(f"{layers.read_text()}\n    kept = True\n")
    assert trained(repository.run(repro)) == [("", "train@action-theirs-0")]


def test_what_is_not_what_was_looked_at_is_not_trained(repository: Repository) -> None:
    nets = repository.folder.parent / "site/their_nets/nets.py"
    text = nets.read_text()
    nets.write_text(f"{text}\nLATER = 1\n")
    train = "python -m benchmark train --task action --replicate 0 --model"
    assert "their-nets 1.2, their_nets/nets.py: is not the file that was looked at" in repository.run(
        f"! {site(repository)} {train} theirs"
    )
    nets.write_text(text)
    assert "install the package where cells are trained" in repository.run(f"! {train} theirs")


def test_trained_models_are_loaded_with_their_class(repository: Repository) -> None:
    code = "from deepgrasp import load_model; print(*(type(load_model(name, task='action').network.encoders['pose'])"
    code += ".__name__ for name in ('mine', 'theirs')))"
    assert "Mine Theirs" in repository.run(f'{site(repository)} python -c "{code}"')


def test_what_was_made_passes_the_gate(repository: Repository) -> None:
    repository.run(
        f"{site(repository)} dvc repro -q && python -m benchmark board && git add -A && git commit -q -m outside"
    )
    assert "**gate passed**" in repository.run(f"{site(repository)} python -m benchmark gate --against HEAD")
