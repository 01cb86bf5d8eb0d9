"""Entrants from outside of the repository: what is refused, and that nothing is written then."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import baselines
from benchmark import params as parameters
from benchmark.pipeline import code, entrants, kept_entrants
from benchmark.pipeline.enrol import enrol, keep_source
from benchmark.pipeline.enrol_option import of_params
from deepgrasp.errors import InputError
from deepgrasp.outside_entrants import LARGEST_CODE

ROOT = Path(__file__).parents[3]
MINE = """
from torch import nn


class Mine(nn.Module):
    def __init__(self, spec, *, width: int = 4):
        super().__init__()
        self.linear = nn.Linear(spec.features, width)

    def forward(self, x):
        return self.linear(x)
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with params.yaml and mine.py, in which entrants of baselines/ are found as ever."""
    shutil.copy(ROOT / "params.yaml", tmp_path)
    (tmp_path / "mine.py").write_text(MINE)
    shutil.copytree(ROOT / "baselines", tmp_path / "baselines", ignore=shutil.ignore_patterns("__pycache__", "outside"))
    monkeypatch.setattr(baselines, "__path__", [str(tmp_path / "baselines")])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def kept(name: str = "mine", place: str = "mine.py") -> Path:
    folder = Path("baselines/outside") / name
    keep_source(name, place, folder)
    return folder


def installed(monkeypatch: pytest.MonkeyPatch, folder: Path, points: str, name: str = "theirs") -> None:
    about = folder / f"{name}-1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
    (about / "entry_points.txt").write_text(f"[deepgrasp.entrants]\n{points}\n")
    monkeypatch.syspath_prepend(str(folder))


def test_the_file_of_parameters_names_it_once_and_keeps_its_comments(place: Path) -> None:
    before = Path("params.yaml").read_text()
    assert enrol("mine.py", Path("params.yaml"), grid=True) == "mine"
    once = Path("params.yaml").read_text()
    enrol("mine.py", Path("params.yaml"), grid=True)
    assert Path("params.yaml").read_text() == once
    added = set(once.splitlines()) - set(before.splitlines())
    assert len(added) == 3
    assert once.count("#") == before.count("#")
    assert "\n\ngrid:" in once  # sections stay apart
    params = parameters.load_params()
    assert params.entrants == {"mine": "mine.py"}
    assert params.grid.models[-1] == "mine"
    (place / "elsewhere").mkdir()
    shutil.copy("mine.py", "elsewhere")
    with pytest.raises(InputError, match=r"'mine' is mine\.py in params\.yaml already"):
        enrol("elsewhere/mine.py", Path("params.yaml"), grid=False)


def large(path: Path) -> None:
    path.write_text("#" * (LARGEST_CODE + 1))


def guest(path: Path) -> None:
    path.write_text(MINE)
    submission = Path("submissions/guest/action-0.safetensors")
    submission.parent.mkdir(parents=True)
    submission.touch()


REFUSED: list[tuple[str, Callable[[Path], Any], str]] = [
    ("none.py", lambda path: None, "none.py: cannot be read; give the path of a file"),
    ("folder.py", lambda path: path.mkdir(), "is a folder, a pipe or a device"),
    ("pipe.py", os.mkfifo, "is a folder, a pipe or a device"),
    ("lost.py", lambda path: path.symlink_to("nothing"), "lost.py: cannot be read"),
    ("round.py", lambda path: path.symlink_to("round.py"), "round.py: "),
    ("large.py", large, "has more than 200,000 bytes"),
    ("poem.py", lambda path: path.write_text("roses are red"), "poem.py: is no Python"),
    ("zeros.py", lambda path: path.write_bytes(bytes(100)), "zeros.py: is no Python"),
    ("latin.py", lambda path: path.write_bytes(b"'\xe9'"), "latin.py: is no Python"),
    (
        "odd.py",
        lambda path: path.write_text(MINE.replace("*, width: int = 4", "width")),
        "odd.py, Mine: takes (spec, width)",
    ),
    ("mlp.py", lambda path: path.write_text(MINE), "'mlp' is the name of a row that is there already"),
    ("wrist.py", lambda path: path.write_text(MINE), "'wrist' is the name of a row that is there already"),
    ("my net.py", lambda path: path.write_text(MINE), "'my net' is no name for an entrant"),
    ("class.py", lambda path: path.write_text(MINE), "'class' is no name for an entrant"),
    ("joint.py", lambda path: path.write_text(MINE), "'joint' says what a row was trained on; choose another name"),
    ("guest.py", guest, "entrants.guest: has the name of a submission, submissions/guest; give one of the two another"),
    ("a/", lambda path: None, "a/: is no path of a Python file"),
    ("theirs", lambda path: None, "no installed package has an entry point 'theirs'"),
]


@pytest.mark.parametrize(("said", "make", "problem"), REFUSED)
def test_what_is_no_entrant_is_one_error_and_nothing_is_written(
    place: Path, said: str, make: Callable[[Path], Any], problem: str
) -> None:
    make(place / said)
    before = Path("params.yaml").read_bytes()
    with pytest.raises(InputError) as error:
        enrol(said, Path("params.yaml"), grid=True)
    assert problem in str(error.value)
    assert Path("params.yaml").read_bytes() == before


def test_a_copy_of_one_that_params_yaml_names_no_more_is_not_trained(place: Path) -> None:
    enrol("mine.py", Path("params.yaml"), grid=False)
    kept()
    ran: list[str] = []
    command = of_params(lambda *, model: ran.append(model))
    command(model="mine")
    text = Path("params.yaml").read_text()
    assert "entrants: {mine: mine.py}" in text
    Path("params.yaml").write_text(text.replace("entrants: {mine: mine.py}", "entrants: {}"))
    with pytest.raises(
        InputError, match=r"--model mine: is no entrant that params\.yaml names; .*outside/mine is of one"
    ):
        command(model="mine")
    command(model="mlp")
    assert ran == ["mine", "mlp"]
    # those that run one cell by its name
    code = (ROOT / "benchmark/cli.py").read_text()
    assert code.count("@of_params\n") == code.count("    model: Annotated") == 2


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (MINE + MINE.replace("Mine", "Other"), "mine.py: defines 2 encoder classes; define exactly one"),
        ("'''Nothing.'''", "mine.py: defines 0 encoder classes"),
        (MINE.replace("*, width: int = 4", "width"), "mine.py, Mine: takes (spec, width)"),
        (MINE + "raise ValueError('no')\n", "mine.py, line 12: ValueError: no"),
        (MINE + "import sys; sys.exit(0)\n", "mine.py, line 12: SystemExit: 0"),
        ("import beside\n" + MINE, "mine.py, line 1: ModuleNotFoundError: No module named 'beside'"),
    ],
)
def test_a_broken_one_breaks_no_other(place: Path, text: str, problem: str) -> None:
    (place / "mine.py").write_text(text)
    kept()
    with pytest.raises(InputError) as error:
        entrants.factory("mine", {})
    assert problem in str(error.value)
    assert entrants.encoder_class("mlp").__name__ == "MLP"


def test_a_copy_is_trained_and_not_what_lies_there_meanwhile(place: Path) -> None:
    folder = kept()
    assert "width" in str(entrants.encoder_class("mine").__init__.__kwdefaults__)
    told = entrants.told_source("mine")["entrant"]
    assert told["from"] == "mine.py"
    assert set(told["sources"]) == {"mine.py"}
    assert entrants.told_source("mlp") == {}
    when = (folder / kept_entrants.ABOUT_FILE).stat().st_mtime_ns
    kept()
    assert (folder / kept_entrants.ABOUT_FILE).stat().st_mtime_ns == when  # what is as it was is not written again
    (folder / "mine.py").write_text(MINE.replace("4", "5"))
    with pytest.raises(InputError, match=r"mine/mine\.py: is not the file that was looked at; run `dvc repro`"):
        entrants.encoder_class("mine")
    kept(place=str(place / "mine.py"))
    assert entrants.told_source("mine")["entrant"]["from"] == "mine.py"  # no folder of this machine


@pytest.mark.parametrize(
    ("point", "problem"),
    [
        ("theirs = mine:Other", "theirs 1, mine: has no nn.Module class Other"),
        ("theirs = mine:nn", "theirs 1, mine: has no nn.Module class nn"),
        ("theirs = nowhere:Mine", "theirs 1: has no Python file nowhere"),
        ("theirs = mine:Mine.inner()", "names no class of a module"),
    ],
)
def test_an_entry_point_that_leads_to_no_class_is_one_error(
    place: Path, monkeypatch: pytest.MonkeyPatch, point: str, problem: str
) -> None:
    def asked() -> None:
        kept("theirs", "installed")
        entrants.encoder_class("theirs")

    installed(monkeypatch, place, point)
    with pytest.raises(InputError) as error:
        asked()
    assert problem in str(error.value)


def test_two_packages_with_an_entrant_of_one_name_are_told(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, place / "one", "theirs = mine:Mine", "one")
    installed(monkeypatch, place / "two", "theirs = mine:Mine", "two")
    with pytest.raises(InputError, match="one and two both have an entrant of this name; uninstall one of them"):
        enrol("theirs", Path("params.yaml"), grid=False)


def test_the_code_says_which_class_is_meant(place: Path) -> None:
    shutil.copytree(ROOT / "deepgrasp", place / "deepgrasp", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "benchmark", place / "benchmark", ignore=shutil.ignore_patterns("__pycache__"))
    kept()
    first = code.closures(place)["train/mine"]
    assert "deepgrasp/network/network.py" in first
    (place / "mine.py").write_text(f"{MINE}# why\n")
    kept()
    assert code.closures(place)["train/mine"] == first
    (place / "mine.py").write_text(MINE.replace("width: int = 4", "width: int = 5"))
    kept()
    now = code.closures(place)["train/mine"]
    assert {name for name in now if now[name] != first.get(name)} == {"baselines/outside/mine/mine.py"}
