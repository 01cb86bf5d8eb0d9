"""The guides call commands, options and parameters that there are, and link to what is there."""

import importlib
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from benchmark.cli import app

ROOT = Path(__file__).parent.parent
GUIDES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "submissions/README.md"]
PAGES = [*GUIDES, *(ROOT / name for name in ("README.md", "docker/README.md", "CHANGELOG.md", "CONTRIBUTING.md"))]
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
FOLDERS = {parent.as_posix() for name in TRACKED for parent in Path(name).parents}
PLACEHOLDERS = {
    "baselines/mine.py",
    "boards/decisive",
    "boards/learning.json",
    "boards/probes/PROBES.md",
    "boards/probes/board.json",
}  # what the reader is to write, or to run for hours
IMPORTS = re.compile(r"^from ((?:deepgrasp|benchmark|baselines)[\w.]*) import ([\w, ]+)$", re.MULTILINE)
GROUP: Any = typer.main.get_command(app)
COMMANDS: dict[str, Any] = {**GROUP.commands, "--version": GROUP}


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


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_our_paths_are_there(page: Path) -> None:
    ours = "|".join(sorted(name for name in FOLDERS if "/" not in name and not name.startswith(".")))
    named = set(re.findall(rf"`((?:{ours})/[^`\s]*)`", page.read_text())) - PLACEHOLDERS
    missing = {
        name
        for name in named
        if not (name in TRACKED or name.rstrip("/") in FOLDERS or any(Path(each).match(name) for each in TRACKED))
    }
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_our_modules_and_names_are_there(page: Path) -> None:
    text = page.read_text()
    names = [f"{module}.{name.strip()}" for module, names in IMPORTS.findall(text) for name in names.split(",")]
    for dotted in (*names, *re.findall(r"`((?:deepgrasp|benchmark|baselines)(?:\.\w+)+)`", text)):
        module, _, name = dotted.rpartition(".")
        try:
            importlib.import_module(dotted)
        except ModuleNotFoundError:
            assert hasattr(importlib.import_module(module), name)


def folders_of(package: str) -> set[str]:
    return {f"{package}/{Path(name).parts[1]}/" for name in TRACKED if re.match(rf"{package}/\w+/.*\.py$", name)}


def test_where_is_what_names_every_room_and_no_other() -> None:
    text = (ROOT / "docs/where.md").read_text()
    rooms = set(re.findall(r"^\| `((?:deepgrasp|benchmark)/\w+/)`", text, flags=re.MULTILINE))
    assert rooms == folders_of("deepgrasp") | folders_of("benchmark")
    ground = [name for name in TRACKED if re.fullmatch(r"benchmark/[a-z]\w*\.py", name)]
    assert [name for name in ground if name not in text] == []
    assert len(text.splitlines()) <= 80, "one screen, or two small ones"
    assert text.count("\n| To ") >= 10
