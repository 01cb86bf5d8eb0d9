"""The guide's commands, from ARCTIC's files to a data root; and what a user's slip says."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from benchmark.cli import app
from deepgrasp.errors import InputError
from deepgrasp.grab.own_catalogue import catalogue_of
from deepgrasp.standin.arctic_files import main

GUIDE = (Path(__file__).parents[3] / "docs/own-data.md").read_text()


def called(command: str) -> Result:
    return CliRunner().invoke(app, command.split())


@pytest.fixture(scope="module")
def arctic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("download") / "arctic"
    assert main([str(root)]) == 0
    return root


def test_the_guides_command(arctic: Path, tmp_path: Path) -> None:
    command = re.search(r"^python -m benchmark (import .*?) +#", GUIDE, re.MULTILINE)[1]  # type: ignore[index]
    command = command.replace("/path/to/ARCTIC", str(arctic)).replace("/path/to/MODELS", f"{arctic}/models")
    printed = called(command.replace("data/arctic", f"{tmp_path}/data")).stdout
    assert "12 sequences of 3 subjects with 2 objects" in printed
    assert f"now: dvc exp run -S data.root={tmp_path}/data -S data.models={arctic}/models" in printed
    assert catalogue_of(tmp_path / "data").name == "ARCTIC"


def test_a_slip_is_told(arctic: Path, tmp_path: Path) -> None:
    slip = called(f"import --from arctic {tmp_path} --models {arctic}/models --to {tmp_path}/data").exception
    assert isinstance(slip, InputError)
    assert "no raw_seqs/ there" in str(slip)
    assert "arctic" in called(f"import --from antarctic {arctic} --models m --to {tmp_path}").stderr
    assert main([str(arctic)]) == main([]) == 1  # neither is written over a folder, nor nowhere
