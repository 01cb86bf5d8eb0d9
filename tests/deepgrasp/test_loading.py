"""A mistake in the file of a task, a reference row or an entrant is one error that names the file."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import baselines
from benchmark.pipeline import entrants
from deepgrasp import references, tasks
from deepgrasp.errors import InputError
from deepgrasp.network.network import Network
from deepgrasp.spec import InputSpec

ROOT = Path(__file__).parents[2]
TASK = (ROOT / "deepgrasp/tasks/action.py").read_text().replace('name="action"', 'name="mine"')
ROW = (ROOT / "deepgrasp/references/trivial.py").read_text()
ENTRANT = """
from torch import nn

class Mine(nn.Module):
    def __init__(self, spec, *, width=4):
        super().__init__()
        self.linear = nn.Linear(spec.features, width)

    def forward(self, x):
        return self.linear(x)
"""


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    yield
    for name in [name for name in sys.modules if name.endswith(".mine_too")]:
        del sys.modules[name]


def added(monkeypatch: pytest.MonkeyPatch, package: ModuleType, folder: Path, text: str) -> None:
    """The package with one file more."""
    (folder / package.__name__.replace(".", "/")).mkdir(parents=True)
    (folder / package.__name__.replace(".", "/") / "mine_too.py").write_text(text)
    monkeypatch.setattr(package, "__path__", [str(folder / package.__name__.replace(".", "/")), *package.__path__])


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("", "", None),
        ("    place=1,\n", "", r"mine_too.py, line \d+: TypeError: .*'place'"),
        ("TASK = Task(", "TASK = Task((", r"mine_too.py, line \d+: SyntaxError"),
        ("import Any", "import Anny", "mine_too.py, line 3: ImportError: cannot import name 'Anny'"),
        ("mine", "pose", "pose.py, TASK.name: 'pose' is also that of deepgrasp/tasks/mine_too.py; choose another"),
        (
            "mine",
            "joint",
            "mine_too.py, TASK.name: 'joint' cannot be a task's name; take small letters",
        ),
        ("mine", "none", "mine_too.py, TASK.name: 'none' cannot be"),
        ("mine", "my-task", "mine_too.py, TASK.name: 'my-task' cannot be"),
        (
            '"cross_entropy"',
            '"hinge"',
            "mine_too.py, TASK.loss: 'hinge' is unknown; choose from cross_entropy",
        ),
        ("measure=class_scores", "measure=example", "mine_too.py, TASK.measure: cannot be called with 2 arguments"),
        ("constant=log_frequencies", "constant=None", "mine_too.py, TASK.constant: cannot be called with 1 argument"),
        ("board=(ACCURACY, *AGREEMENT)", "board=()", "mine_too.py, TASK.board: has no column"),
        ("TASK = Task(", "TASK = dict(", "TASK: is a dict; make it a Task"),
    ],
)
def test_of_a_task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, says: str | None) -> None:
    assert old in TASK
    added(monkeypatch, tasks, tmp_path, TASK.replace(old, new) if old else TASK)
    if says is None:
        assert "mine" in tasks._find()
        return
    with pytest.raises(InputError, match=says):
        tasks._find()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("ORACLE = False", "", ": does not say whether it is an oracle"),
        ("def answer(fold", "def answer(fold, more", r": has no function answer\(fold\)"),
        ("def answer(fold", "def reply(fold", r": has no function answer\(fold\)"),
        ("def answer(", "def answer((", r", line \d+: SyntaxError"),
    ],
)
def test_of_a_reference_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, says: str) -> None:
    assert old in ROW
    added(monkeypatch, references, tmp_path, ROW.replace(old, new))
    monkeypatch.setattr(references, "names", lambda: ["mine_too"])
    with pytest.raises(InputError, match=f"deepgrasp/references/mine_too.py{says}"):
        references.load_row("mine_too")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("class Mine(nn.Module)", "class Mine", ": defines 0 encoder classes"),
        ("import nn", "import nm", ", line 2: ImportError"),
        ("*, width=4", "width=4", r", Mine: takes \(spec, width=4\); write __init__\(self, spec, \*"),
        ("width=4", "width", r", Mine: takes \(spec, \*, width\)"),
        ("spec, *, width=4", "*, width=4", r", Mine: takes \(\*, width=4\)"),
        ("width)", "0 - width)", r", line 7: RuntimeError: .*negative"),
        ("spec.features", "spec.size", ", line 7: AttributeError: .*'size'"),
        ("(x)", "(x[0, 0, 0, 9])", r", line 10: IndexError: .*"),
    ],
)
def test_of_an_entrant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, says: str) -> None:
    assert old in ENTRANT
    added(monkeypatch, baselines, tmp_path, ENTRANT.replace(old, new))
    spec = InputSpec(3, 2, 4, ((0, 1), (1, 2)))
    with pytest.raises(InputError, match=f"baselines/mine_too.py{says}"):
        Network({"pose": spec}, entrants.factory("mine_too", {}), {"action": 4})
