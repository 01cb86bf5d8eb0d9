"""The notebooks run from the first cell to the last in a fresh process, and what they write is what they say."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import deepgrasp.library as dg
from benchmark.submissions.folder import read_submission

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# a plain run of the cells: nbclient needs a kernel, and that 25 packages, to do the same with cells of plain Python
RUN = """
import json, pathlib, sys
space = {"__name__": "__main__"}
for number, cell in enumerate(json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))["cells"]):
    if cell["cell_type"] == "code":
        exec(compile("".join(cell["source"]), f"cell {number}", "exec"), space)
"""


def execute(name: str, place: Path, **environment: str) -> str:
    """What a notebook prints that is run in a copy of the clone; all it writes lies in ``place``."""
    for each in ("baselines", "benchmark", "boards", "deepgrasp", "leaderboard"):
        (place.parent / each).symlink_to(ROOT / each)
    place.mkdir()
    known = {"PATH": "/usr/bin:/bin", "MPLBACKEND": "Agg", "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    # as for all tests, warnings are errors, but of torch-geometric's own import
    command = [sys.executable, "-W", "error", "-W", "ignore::DeprecationWarning", "-c", RUN, ROOT / "notebooks" / name]
    done = subprocess.run(command, cwd=place, env=known | environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_teaches_and_holds_no_trace_of_a_machine(path: Path) -> None:
    book: dict[str, Any] = json.loads(path.read_text())
    kinds = [cell["cell_type"] for cell in book["cells"]]
    assert (book["nbformat"], kinds[0]) == (4, "markdown")
    assert "".join(book["cells"][0]["source"]).startswith("# ")
    assert kinds.count("markdown") >= kinds.count("code")
    outputs = json.dumps([cell.get("outputs", []) for cell in book["cells"]])
    assert '"error"' not in outputs
    assert not [word for word in ("/home", "/root", "/tmp", "Warning") if word in outputs]
    runs = [cell["execution_count"] for cell in book["cells"] if "execution_count" in cell]
    assert runs in ([None] * len(runs), list(range(1, len(runs) + 1))), "run it from the first cell to the last"


def test_load_and_train(tmp_path: Path, standin_cache: Path) -> None:
    said = execute("train_in_pyg.ipynb", tmp_path / "notebooks", DEEPGRASP_CACHE=str(standin_cache))
    assert "by person" in said
    store = dg.load("standin", scale="tiny", cache=standin_cache).store
    submission, predictions = read_submission(
        tmp_path / "notebooks/mine-0.npz", store
    )  # all that `submit` asks of the files
    assert (submission.name, predictions.arrays.keys()) == ("mine", {"action"})


def test_compare_two_models(tmp_path: Path) -> None:
    said = execute("compare_two_models.ipynb", tmp_path / "notebooks", HOME=str(tmp_path))
    assert "best minus gcn" in said
    assert "\\begin{tabular}" in said
    assert (tmp_path / "notebooks/comparison.pdf").read_bytes().startswith(b"%PDF")
    drawn = (tmp_path / "notebooks/comparison.svg").read_text()
    assert "mean, 95 %</text>" in drawn  # letters are letters
