"""The guides call commands, options and parameters that there are, and link to what is there."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from benchmark.cli import app

ROOT = Path(__file__).parent.parent
GUIDES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "submissions/README.md"]
COMMANDS: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_our_commands_and_options_exist(guide: Path) -> None:
    lines = re.findall(r"python -m benchmark ([^`#\n]+)", guide.read_text())
    assert lines or guide.name not in ("experiments.md", "README.md")
    for name, *rest in map(str.split, lines):
        known = {
            option for parameter in COMMANDS[name].params for option in (*parameter.opts, *parameter.secondary_opts)
        }
        assert {word for word in rest if word.startswith("--")} <= known


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_parameters_exist(guide: Path) -> None:
    for key in re.findall(r"-S '?([\w.]+)=", guide.read_text()):
        value: Any = yaml.safe_load((ROOT / "params.yaml").read_text())
        for part in key.split("."):
            value = value[part]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_links_lead_somewhere(guide: Path) -> None:
    for link in re.findall(r"\]\((?!http)([^)#]+)", guide.read_text()):
        assert (guide.parent / link).exists()
