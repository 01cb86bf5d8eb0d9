"""What a newcomer touches: a task, a reference row and a baseline are one file each, and stand on the board."""

import textwrap
from pathlib import Path

import pytest
import yaml

from tests.repository import Repository

TASK = '''
    """The task ``used``: whether the object is used, or handled in another way."""

    import numpy as np

    from deepgrasp.tasks.class_labels import ACCURACY, AGREEMENT, class_scores, correct, example, log_frequencies
    from deepgrasp.tasks.targets import ClassTarget
    from deepgrasp.tasks.task import Task


    def read(store, rows, hands):
        """0 or 1 for each sequence."""
        use = list(store.manifest["actions"]).index("use")
        return ClassTarget((store.read("action", rows) == use).astype(np.int64), ("other", "used"))


    TASK = Task(
        name="used",
        place=9,
        predicts="whether the object is used",
        holds="logits `[N, 2]`: other, used",
        classifies="action",
        loss="cross_entropy",
        board=(ACCURACY, *AGREEMENT),
        read=read,
        measure=class_scores,
        each=correct,
        constant=log_frequencies,
        example=example,
    )
'''
ROW = '''
    """Nothing known: the same few numbers for all."""

    import numpy as np

    from deepgrasp.references import Answer

    ORACLE = False


    def answer(fold):
        """0, 1, 2 ... for every task: zeros would be no rotation."""

        def counted(shape):
            return np.broadcast_to(np.arange(shape[-1], dtype=np.float32), shape)

        return Answer(
            {
                name: {task: counted(fold.parts[name].targets[task].prediction_shape) for task in fold.tasks}
                for name in ("validation", "test")
            }
        )
'''
BASELINE = '''
    """The inputs as they are, through one linear map."""

    from torch import nn


    class Plain(nn.Module):
        """Every frame and node by itself."""

        def __init__(self, spec, *, width: int = 4):
            super().__init__()
            self.linear = nn.Linear(spec.features, width)

        def forward(self, x):
            """``[B, T, V, F]`` to ``[B, T, V, width]``."""
            return self.linear(x)
'''


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory, dvc_cache: Path) -> Repository:
    repository = Repository(tmp_path_factory.mktemp("newcomer"), dvc_cache)
    files = {"deepgrasp/tasks/used.py": TASK, "deepgrasp/references/counted.py": ROW, "baselines/plain.py": BASELINE}
    for name, text in files.items():
        Path(repository.folder, name).write_text(textwrap.dedent(text).lstrip())
    params = repository.folder / "params.yaml"
    values = yaml.safe_load(params.read_text())
    values["train"]["loss_weights"]["used"] = 1.0
    values["models"]["plain"] = {"width": 3}
    values["grid"] |= {"tasks": ["used", "joint"], "models": ["plain"], "references": ["trivial", "counted"]}
    params.write_text(yaml.safe_dump(values))
    repository.run("git add -A && git commit -q -m newcomers && dvc repro")
    return repository


def test_all_three_stand_on_the_board(repository: Repository) -> None:
    tasks = repository.json("leaderboard/leaderboard.json")["boards"][0]["tasks"]
    rows = {task: {(row["model"], row["training"]) for row in rows} for task, rows in tasks.items()}
    untrained = {("trivial", "none"), ("counted", "none")}
    assert rows.pop("used") == {("plain", "single"), ("plain", "joint")} | untrained
    assert len(rows) == 4
    assert all(found == {("plain", "joint")} | untrained for found in rows.values())


def test_tables_and_page_show_them(repository: Repository) -> None:
    board = (repository.folder / "leaderboard/LEADERBOARD.md").read_text()
    assert "## used" in board
    assert "whether the object is used" in (repository.folder / "leaderboard/index.html").read_text()
    assert (repository.folder / "leaderboard/plots/confusion_used.png").exists()


def test_what_is_found_is_checked(repository: Repository) -> None:
    imports = "from benchmark.checks.directions import flipped; from deepgrasp.tasks import TASKS"
    assert "'pose', 'used'] []" in repository.run(f'python -c "{imports}; print(list(TASKS), flipped())"')
