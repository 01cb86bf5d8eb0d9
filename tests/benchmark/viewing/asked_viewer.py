"""The viser server with a made-up network, whose answers are a test's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from benchmark.viewing.served import Viewer
from deepgrasp.view.answers import ShownAnswer
from deepgrasp.view.recorded_scene import Scene, recordings_of

NAMES = ("s1/mug_drink_1", "s2/mug_pass_1")


@contextmanager
def asked_viewer(
    data: Path, models: Path, answers: Callable[[Scene], list[ShownAnswer]], port: int
) -> Iterator[Viewer]:
    cell: Any = SimpleNamespace(name="a/b/0", frames=lambda name: [], right=frozenset(NAMES))
    network: Any = SimpleNamespace(answers=answers)
    viewer = Viewer(recordings_of(data, models), NAMES, [cell], [], {"a/b/0": network}, frames=5, port=port)
    yield viewer
    viewer.stop()
