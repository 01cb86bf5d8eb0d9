"""What of a study is still to be asked, and what is refused before anything is queued; DVC itself is tried by hand."""

from typing import Any

from benchmark.studies import queue
from benchmark.studies.queue import Experiment


def test_only_what_is_new_or_failed_is_queued() -> None:
    found = {"a": Experiment("success", ""), "b": Experiment("failed", ""), "c": Experiment("queued", "")}
    assert queue.to_queue(["a", "b", "c", "d"], found) == ["b", "d"]


def test_states_are_read_from_what_dvc_shows() -> None:
    done, waits = (
        {"name": name, "executor": how, "revs": [{"rev": name * 3}]}
        for name, how in (("x", None), ("y", {"state": "queued"}))
    )
    shown: list[dict[str, Any]] = [{"experiments": None}, {"experiments": [done, waits]}]
    assert queue.read_experiments(shown) == {"x": Experiment("success", "xxx"), "y": Experiment("queued", "yyy")}
