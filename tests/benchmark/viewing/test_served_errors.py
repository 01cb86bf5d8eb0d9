"""The viser server: a plot for each kind of error, a line for each answer, a mark of what was asked last."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmark.viewing.served import Viewer
from deepgrasp.view.answers import ShownAnswer
from deepgrasp.view.palette import ANSWER_COLOURS, css
from deepgrasp.view.recorded_scene import Scene
from tests.benchmark.viewing.asked_viewer import asked_viewer

viser = pytest.importorskip("viser", reason="view: NOT TESTED, viser is not installed (extra `view`)")


def answers(scene: Scene) -> list[ShownAnswer]:
    one = {"translation, cm": np.array([4.0, 2.0]), "rotation, degrees": np.array([90.0, 30.0])}
    two = {"translation, cm": np.array([8.0])}
    return [ShownAnswer("a/b/0", np.array([1, 3]), "", errors=one), ShownAnswer("a/c/0", np.array([2]), "", errors=two)]


@pytest.fixture
def viewer(_pristine: Path, models: Path) -> Iterator[Viewer]:
    with asked_viewer(_pristine, models, answers, 18_533) as found:
        yield found


def test_each_error_has_a_plot_of_all_answers_over_time(viewer: Viewer) -> None:
    (moved, _), (turned, _) = viewer._errors._plots
    assert [moved.title, turned.title] == ["translation, cm", "rotation, degrees"]
    assert [line["label"] for line in moved.series] == ["s", "a/b/0", "a/c/0", "now", "now"]
    assert [line["stroke"] for line in moved.series[1:3]] == [css(each) for each in ANSWER_COLOURS]
    scene = viewer.drawn.scene
    viewer._time.value = 2
    seconds, one, two, now_one, now_two = moved.data
    assert seconds == pytest.approx(scene.frames[[1, 2, 3]] / scene.framerate)
    assert one[[0, 2]] == pytest.approx([4, 2])
    assert two == pytest.approx([np.nan, 8, np.nan], nan_ok=True)
    assert now_one == pytest.approx([4, np.nan, np.nan], nan_ok=True)
    assert now_two == pytest.approx([np.nan, 8, np.nan], nan_ok=True)
    viewer._time.value = 0
    assert all(np.isnan(part).all() for part in moved.data[3:])


def test_the_next_recording_has_plots_of_its_own(viewer: Viewer) -> None:
    before = viewer._errors._plots
    viewer.step(1)
    assert len(viewer._errors._plots) == 2
    assert viewer._errors._plots[0][0] is not before[0][0]
