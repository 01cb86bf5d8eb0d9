"""What a cell looks at is read from its probe: points or centimetres lost, or a line that says how to ask."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from benchmark.pipeline.schema import to_json
from benchmark.probing.cell_record import CellProbes, TaskProbes, Where
from benchmark.viewing.probed_cells import lost_without, silenced_of
from deepgrasp.errors import InputError
from deepgrasp.store.store import Store, open_store
from deepgrasp.tasks import TASKS

HASH = "0" * 64


def where() -> Where:
    return Where(
        places=["right_elbow", "left_patch0"],
        recordings=4,
        clean={"s1": 0.5, "s3": 0.7},
        silenced={"s1": [0.25, 0.5], "s3": [0.55, 0.9]},
        attributed={},
    )


def worth(unit: str) -> Any:
    """A task whose ranking metric has this unit."""
    return next(task for task in TASKS.values() if task.board[0].unit == unit)


def test_points_are_lost_downwards_and_centimetres_upwards() -> None:
    assert lost_without(where(), worth("fraction")) == pytest.approx({"right_elbow": 20.0, "left_patch0": -10.0})
    assert lost_without(where(), worth("cm")) == pytest.approx({"right_elbow": -0.2, "left_patch0": 0.1})


@pytest.fixture
def store(store_path: Path) -> Store:
    return open_store(store_path)


def cell(store: Store, task: str) -> Any:
    made = SimpleNamespace(run=SimpleNamespace(is_reference=False, inputs={"patches": 16}))
    return SimpleNamespace(name=f"{task}/best/0", tasks=(task,), made=made, store=store)


def write(folder: Path, task: str, data: str, found: Where | None) -> None:
    probed = TaskProbes(clean={"s1": 0.5}, scores={}, followed={}, drift={}, where=found)
    said = CellProbes(
        trained_on=task, model="best", replicate=0, data=data, oracle=False, apart=0, tasks={task: probed}
    )
    path = folder / task / "best" / "0.json"
    path.parent.mkdir(parents=True)
    path.write_text(to_json(said.model_dump()))


def test_a_probe_is_found_by_the_name_of_its_cell(store: Store, tmp_path: Path) -> None:
    task = worth("fraction").name
    write(tmp_path, task, store.hash, where())
    (found,), missing = silenced_of([cell(store, task)], tmp_path)
    assert missing == []
    assert (found.name, found.told) == (f"{task}/best/0", "4 recordings of s1 and s3")
    assert found.unit == f"points of {worth('fraction').board[0].label}"
    assert found.lost["right_elbow"] == pytest.approx(20)
    assert sorted(np.unique(found.patches)) == list(range(16))


def test_what_is_not_there_is_told(store: Store, tmp_path: Path) -> None:
    task = worth("cm").name
    assert silenced_of([cell(store, task)], tmp_path) == (
        [],
        [f"{task}/best/0: no probe says what it looks at; `python -m benchmark probe` makes one"],
    )
    write(tmp_path, task, store.hash, None)
    found, missing = silenced_of([cell(store, task)], tmp_path)
    assert found == []
    assert missing == [f"{task}/best/0: its probe does not ask what it looks at, which is asked of trained networks"]


def test_a_probe_of_other_data_is_refused(store: Store, tmp_path: Path) -> None:
    task = worth("cm").name
    write(tmp_path, task, HASH, where())
    with pytest.raises(InputError, match="of other data than the cell"):
        silenced_of([cell(store, task)], tmp_path)
