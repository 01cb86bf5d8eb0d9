"""Who may import whom, and that every room says what it is."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted(file for package in ("deepgrasp", "baselines", "benchmark") for file in (ROOT / package).rglob("*.py"))
MAY_IMPORT = {
    "deepgrasp": {"deepgrasp"},
    "baselines": {"baselines", "deepgrasp"},
    "benchmark": {"baselines", "benchmark", "deepgrasp"},
}
NEVER_IN_SCIENCE = {"dvc", "dvclive", "docker", "requests", "urllib", "socket", "pydantic", "typer", "yaml"}


def imported(file: Path, *, top_level: bool = False) -> set[str]:
    tree = ast.parse(file.read_text())
    nodes = tree.body if top_level else ast.walk(tree)
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def roots(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_packages_import_downwards(file: Path) -> None:
    package = file.relative_to(ROOT).parts[0]
    ours = roots(imported(file)) & set(MAY_IMPORT)
    assert ours <= MAY_IMPORT[package]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_opens_with_one_sentence(file: Path) -> None:
    docstring = ast.get_docstring(ast.parse(file.read_text()))
    assert docstring, "open the file with one sentence that says what it is"


@pytest.mark.parametrize("file", [f for f in FILES if f.is_relative_to(ROOT / "deepgrasp")], ids=lambda f: f.stem)
def test_science_knows_no_pipeline_and_no_network(file: Path) -> None:
    assert not roots(imported(file)) & NEVER_IN_SCIENCE


def test_only_the_benchmark_that_races_it_imports_smplx() -> None:
    users = {file.relative_to(ROOT).as_posix() for file in FILES if "smplx" in roots(imported(file))}
    assert users == {"benchmark/speed/data.py"}


@pytest.mark.parametrize(
    "name", ["metrics", "tasks", "trivial", "store", "splits", "skeleton", "inputs", "graph", "simple", "kinematics"]
)
def test_scoring_side_has_no_torch_at_import(name: str) -> None:
    assert not roots(imported(ROOT / "deepgrasp" / f"{name}.py", top_level=True)) & {
        "torch",
        "torch_geometric",
        "sklearn",
    }


@pytest.mark.parametrize(
    "name", ["network", "layers", "aggregation", "attention", "aagcn", "streams", "components", "stgcn"]
)
def test_network_knows_no_entrant(name: str) -> None:
    assert "baselines" not in roots(imported(ROOT / "deepgrasp" / f"{name}.py"))
