"""Which stages a change makes stale: as their imports at run time say, and never a comment."""

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmark.pipeline.code import PACKAGES, Closure, closures, write_closures
from benchmark.pipeline.read_code import followed, imported
from deepgrasp.errors import InputError

ROOT = Path(__file__).parents[3]
# each reads what one before it wrote
ORDER = ("synthesize", "prepare", "reference", "train", "probe_cell", "probe_reference", "score", "leaderboard")

# sees every import of ours in this process and in those that it starts, and writes down the module's name
WATCH = """
import os, sys

class Watch:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in ("deepgrasp", "baselines", "benchmark"):
            with open(os.environ["SEEN"], "a") as seen:
                seen.write(name + "\\n")

sys.meta_path.insert(0, Watch)
"""
# runs commands in one process; between them, ours are imported anew, so that each has a trace of its own
RUN = """
import json, os, sys
from dataclasses import replace
import benchmark.cli
for stage, command, options in json.loads(sys.argv[1]):
    for name in sorted(sys.modules, reverse=True):
        if name.partition(".")[0] in ("deepgrasp", "baselines", "benchmark"):
            if name not in ("benchmark", "benchmark.cli"):
                package, _, attribute = name.rpartition(".")
                vars(sys.modules.get(package)).pop(attribute, None) if package else None
                del sys.modules[name]
    os.environ["SEEN"] = os.path.join("seen", stage.replace("/", "+"))
    if command == "synthesize":
        from deepgrasp.standin.plan.scales import SCALES
        few = {"inspect": 4, "drink": 2, "toast": 2, "pass": 5, "lift": 3, "offhand": 2}
        SCALES["tiny"] = replace(SCALES["tiny"], objects=("cubesmall", "mug"), actions=few, each=(8, 10))
    getattr(benchmark.cli, command)(**options)
"""
TINY: dict[str, Any] = {
    "synthetic": {"seed": 0, "scale": "tiny"},
    "data": {"root": "theirs", "models": "theirs_models"},
    "prepare": {"frames": 6},
    "inputs": {"patches": 4},
    "train": {"budget": {"unit": "epochs", "classes": 1, "regressions": 1}},
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three packages, to be changed and changed back."""
    folder = tmp_path_factory.mktemp("copy")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def stale_after(root: Path, file: Path, change: Callable[[str], str]) -> set[str]:
    """The stages whose closures differ once the file has changed; it is changed back."""
    before, after = closures(root), closures_after(root, [file], change)
    return {stage for stage in before if after[stage] != before[stage]}


def closures_after(root: Path, files: Iterable[Path], change: Callable[[str], str]) -> dict[str, Closure]:
    texts = {file: file.read_text() for file in files}
    for file, text in texts.items():
        file.write_text(change(text))
    after = closures(root)
    for file, text in texts.items():
        file.write_text(text)
    return after


def with_a_statement(text: str) -> str:
    """The text with a statement more in its first function; in a file without any, one more at its end."""
    tree = ast.parse(text)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    # what a package gives lazily no stage asks for (tests/test_layering.py), and so it does not count
    functions = [node for node in functions if node.name != "__getattr__"]
    (functions[0] if functions else tree).body.append(ast.parse("pass").body[0])
    return ast.unparse(tree)


def reformatted(text: str) -> str:
    """Other comments, other quotes and other lines."""
    return "# a comment\n\n" + ast.unparse(ast.parse(text))


def described(text: str) -> str:
    """Other docstrings."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node):
            node.body[0] = ast.parse("'other words'").body[0]
    return ast.unparse(tree)


def sources(root: Path) -> list[Path]:
    return sorted(file for package in PACKAGES for file in (root / package).rglob("*.py"))


@pytest.fixture(scope="module")
def stages() -> dict[str, list[Any]]:
    """A command and its options for every closure."""
    found: dict[str, list[Any]] = {}
    for stage in closures(ROOT):
        command, _, name = stage.partition("/")
        options: dict[str, Any] = {}
        if command in ("train", "probe_cell"):
            options = {"task": "joint", "model": name, "replicate": 0}
        elif command in ("reference", "probe_reference"):
            options = {"row": name, "replicate": 0}
        found[stage] = [command, options]
    return found


@pytest.fixture(scope="module")
def ran(
    stages: dict[str, list[Any]], _pristine: Path, models: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, set[str]]:
    """Our files that each stage imports when it runs on a tiny set, and those of the command line before that."""
    folder = tmp_path_factory.mktemp("trace")
    values = yaml.safe_load((ROOT / "params.yaml").read_text())
    values["models"]["published"]["train"]["budget"] |= {"classes": 1, "regressions": 1}
    for section, changes in TINY.items():
        values[section] |= changes
    trained = [name for command, _, name in (stage.partition("/") for stage in stages) if command == "train"]
    values["grid"] |= {"tasks": ["joint"], "models": trained, "replicates": [0]}  # what `stages` makes: score takes it
    (folder / "params.yaml").write_text(yaml.safe_dump(values))
    (folder / "probes").mkdir()
    few = {"perturbations": ["joint_noise", "other_object_touch"], "references": [], "where": 2, "steps": 1}
    (folder / "probes/params.yaml").write_text(yaml.safe_dump({"probe": few}))
    (folder / "theirs").symlink_to(_pristine)
    (folder / "theirs_models").symlink_to(models)
    (folder / "seen").mkdir()
    (folder / "submissions").mkdir()
    (folder / "watch").mkdir()
    (folder / "watch/sitecustomize.py").write_text(WATCH)
    path = os.pathsep.join([str(folder / "watch"), str(ROOT)])
    in_order = sorted(stages, key=lambda stage: ORDER.index(stage.partition("/")[0]))
    todo = [(stage, *stages[stage]) for stage in in_order]
    done = subprocess.run(
        [sys.executable, "-c", RUN, json.dumps(todo)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path, "SEEN": "seen/command line"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    traces = {stage: folder / "seen" / stage.replace("/", "+") for stage in [*stages, "command line"]}
    return {stage: {file_of(name) for name in trace.read_text().split()} for stage, trace in traces.items()}


def file_of(module: str) -> str:
    path = module.replace(".", "/")
    return f"{path}/__init__.py" if (ROOT / path).is_dir() else f"{path}.py"


# Modules that a stage may import but did not on the tiny set, and why not.
NOT_TAKEN = {
    "deepgrasp/stgcn/library_block.py": "only with backend: pyg-temporal",
    "deepgrasp/temporal_library.py": "the same",
}


def test_no_stage_runs_a_module_that_its_closure_lacks(ran: dict[str, set[str]]) -> None:
    found = closures(ROOT)
    lacking = {stage: ran[stage] - files.keys() for stage, files in found.items()}
    assert {stage: files for stage, files in lacking.items() if files} == {}


def test_what_a_closure_has_beyond_the_trace_is_few(ran: dict[str, set[str]]) -> None:
    beyond = {
        stage: {file for file in files if file.endswith(".py")} - ran[stage] - ran["command line"]
        for stage, files in closures(ROOT).items()
    }
    assert set().union(*beyond.values()) - NOT_TAKEN.keys() == set(), beyond


def test_a_change_of_a_module_makes_those_stages_stale_that_import_it(copy: Path, ran: dict[str, set[str]]) -> None:
    """Every module, against what the stages imported when they ran; at once, as a closure has a hash for each file."""
    # the command line is followed at the grain of a command: a test of its own
    followed_alone = copy / "benchmark/cli.py"
    files = {file.relative_to(copy).as_posix(): file for file in sources(copy) if file != followed_alone}
    before, missed = closures(copy), {}
    after = closures_after(copy, files.values(), with_a_statement)
    for name in files:
        stale = {stage for stage in before if after[stage].get(name) != before[stage].get(name)}
        imported = {stage for stage in ran if name in ran[stage]} - {"command line"}
        if imported - stale or (stale - imported and name not in ran["command line"] | NOT_TAKEN.keys()):
            missed[name] = (imported - stale, stale - imported)
    assert missed == {}


def test_comments_and_formatting_make_nothing_stale(copy: Path) -> None:
    before = closures(copy)
    assert closures_after(copy, sources(copy), reformatted) == before


def test_docstrings_make_the_page_stale_that_shows_them_and_nothing_else(copy: Path) -> None:
    before, after = closures(copy), closures_after(copy, sources(copy), described)
    assert {stage for stage in before if before[stage] != after[stage]} == {"leaderboard"}
    moved = {name for name, digest in before["leaderboard"].items() if after["leaderboard"][name] != digest}
    shown = [*(copy / "baselines").glob("[!_]*.py"), *(copy / "deepgrasp/references").glob("[!_]*.py")]
    assert moved == {f"{file.relative_to(copy).as_posix()}: docstrings" for file in shown}


def test_of_the_command_line_only_the_command_counts(copy: Path) -> None:
    cli = copy / "benchmark/cli.py"
    other = "\n\n@app.command()\ndef another() -> None:\n    from benchmark.engine.head import make_cells\n"
    assert stale_after(copy, cli, lambda text: text + other) == set()
    changed = stale_after(copy, cli, lambda text: text.replace("(RESULTS, LEADERBOARD", "(RESULTS, RUNS"))
    assert changed == {"leaderboard"}


def test_a_change_of_a_score_trains_again(copy: Path) -> None:
    stale = stale_after(copy, copy / "deepgrasp/tasks/scores/positions.py", with_a_statement)
    assert stale >= {"score", *(f"train/{file.stem}" for file in (copy / "baselines").glob("[!_]*.py"))}


def test_a_change_of_an_attention_gate_trains_its_entrants_alone(copy: Path) -> None:
    stale = stale_after(copy, copy / "deepgrasp/stgcn/attention.py", with_a_statement)
    # the last one imports the library by the module that compares its attention with ours
    entrants = ("stgcn", "best", "published", "pyg_temporal")
    assert stale == {f"{stage}/{name}" for name in entrants for stage in ("train", "probe_cell")}


@pytest.mark.parametrize(
    ("name", "made", "rows"),
    [
        ("baselines/mlp.py", ("train", "probe_cell"), {"mlp", "mlp_posture", "mlp_posture_large"}),
        ("deepgrasp/references/nearest.py", ("reference", "probe_reference"), {"nearest"}),
        # three oracles use the hand's frame
        (
            "deepgrasp/geometry/hand_frames.py",
            ("reference", "probe_reference"),
            {"wrist", "wrist_object", "rigid_hold"},
        ),
    ],
)
def test_what_is_loaded_by_name_counts_for_that_name(
    copy: Path, name: str, made: tuple[str, ...], rows: set[str]
) -> None:
    assert stale_after(copy, copy / name, with_a_statement) == {f"{stage}/{row}" for stage in made for row in rows}


def test_files_that_a_module_reads_beside_it_count(copy: Path) -> None:
    page = copy / "benchmark/board/page/style.css"
    assert stale_after(copy, page, lambda text: f"{text}\n") == {"leaderboard"}


@pytest.mark.parametrize("name", ["style.css~", ".style.css.swp", "__pycache__/style.cpython-311.pyc.7"])
def test_what_editors_and_python_leave_there_does_not(copy: Path, name: str) -> None:
    before, left = closures(copy), copy / "benchmark/board/page" / name
    left.parent.mkdir(exist_ok=True)
    left.write_text("left behind")
    after = closures(copy)
    left.unlink()
    assert after == before


def test_a_file_that_is_no_python_is_named(copy: Path) -> None:
    broken = copy / "baselines/broken.py"
    broken.write_text("def (")
    with pytest.raises(InputError, match=r"^baselines/broken.py: is no Python .*; mend the file$"):
        closures(copy)
    broken.unlink()


def test_imports_for_the_type_checker_do_not_count(copy: Path) -> None:
    guarded = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from deepgrasp.stgcn import padding\n"
    plain = "from typing import TYPE_CHECKING\n"
    assert followed(guarded).digest == followed(plain).digest
    assert followed(guarded).imports == followed(plain).imports


def test_a_search_space_counts_but_in_an_entrant_of_ours(copy: Path) -> None:
    space = 'SEARCH = {"hidden": (8, 16)}\n'
    assert followed(f"{space}WIDE = True\n", searched=True).digest == followed("WIDE = True\n").digest
    assert followed("FOUND = {}\n", searched=True).digest != followed("").digest
    assert stale_after(copy, copy / "baselines/mlp.py", lambda text: text + space) == set()
    assert "train/mlp" in stale_after(copy, copy / "deepgrasp/skeleton.py", lambda text: text + space)


@pytest.mark.parametrize(
    ("code", "package", "names"),
    [
        ("from .b import c", "p.a", ["p.a.b", "p.a.b.c"]),
        ("from . import b", "p.a", ["p.a", "p.a.b"]),
        ("from ..b import c", "p.a", ["p.b", "p.b.c"]),
        ("import p.b, os", "p.a", ["p.b", "os"]),
    ],
)
def test_names_of_relative_imports_are_whole(code: str, package: str, names: list[str]) -> None:
    assert list(imported(ast.parse(code), package)) == names


def test_a_relative_import_is_followed(copy: Path) -> None:
    own = copy / "baselines/own.py"
    own.write_text("from .mlp import MLP\n\n\nclass Own(MLP):\n    pass\n")
    assert "train/own" in stale_after(copy, copy / "baselines/mlp.py", with_a_statement)
    own.unlink()


ASKING = (
    "import deepgrasp as dg\ndg.load_model\n",
    "from deepgrasp import load_model\n",
    "import deepgrasp.spec\ndeepgrasp.load_model\n",
    "from importlib import import_module\nimport_module('deepgrasp.library.trained')\n",
)


def test_all_counts_of_a_package_that_imports_lazily_for_who_asks_it_from_outside(copy: Path) -> None:
    about = copy / "baselines/outside/theirs/about.json"
    about.parent.mkdir(parents=True)
    about.write_text(json.dumps({"module": None, "cls": "Theirs"}))
    found = []
    for code in (*ASKING, "from deepgrasp.skeleton import PARENTS\n"):
        (about.parent / "theirs.py").write_text(code)
        found.append("deepgrasp/library/trained.py" in closures(copy)["train/theirs"])
    shutil.rmtree(about.parent)
    assert found == [*(True for _ in ASKING), False]


@pytest.mark.parametrize("code", ASKING)
def test_it_counts_for_an_entrant_of_ours_too(copy: Path, code: str) -> None:
    own = copy / "baselines/own.py"
    own.write_text(code)
    found = closures(copy)["train/own"]
    own.unlink()
    assert "deepgrasp/library/trained.py" in found


def test_what_is_imported_by_a_call_is_followed(copy: Path) -> None:
    own = copy / "baselines/own.py"
    own.write_text("from deepgrasp.loading import load_module\nMLP = load_module('baselines.mlp').MLP\n")
    assert "train/own" in stale_after(copy, copy / "baselines/mlp.py", with_a_statement)
    own.unlink()


def test_what_a_package_answers_lazily_does_not_count() -> None:
    lazy = "def __getattr__(name: str) -> object:\n    return name\n"
    assert followed(lazy).digest == followed("").digest != followed(f"A = 1\n{lazy}").digest


def test_a_file_that_stays_is_not_written_again(copy: Path, tmp_path: Path) -> None:
    write_closures(copy, tmp_path)
    gone = tmp_path / "train/gone.json"
    gone.write_text("{}")
    before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.json") if file != gone}
    write_closures(copy, tmp_path)
    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.json")} == before
