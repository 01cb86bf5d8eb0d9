"""The viser server: gates as points whose colours follow the frame, and plots of early answers with a mark of now."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmark.viewing.served import Viewer
from deepgrasp.skeleton import HAND_VERTICES
from deepgrasp.view.answers import ShownAnswer
from deepgrasp.view.early_answer import EarlyAnswer
from deepgrasp.view.gate_factors import GateFactors
from deepgrasp.view.recorded_scene import Scene
from tests.benchmark.viewing.asked_viewer import asked_viewer

viser = pytest.importorskip("viser", reason="view: NOT TESTED, viser is not installed (extra `view`)")
CHANCES = np.array([[0.5, 0.1, 0.4], [0.2, 0.1, 0.7], [0.0, 0.9, 0.1]])


def answers(scene: Scene) -> list[ShownAnswer]:
    at, patches = np.array([1, 3]), np.zeros((2, HAND_VERTICES), np.int64)
    gated = GateFactors("a/b/0", "block 1", ("right_patch0",), np.array([[1.0], [3.0]]), at, (1, 3), patches)
    early = EarlyAnswer(np.array([0.25, 0.5, 1]), np.array([1, 2, 3]), CHANCES, ("a", "b", "c"), "b")
    return [ShownAnswer("a/b/0", at, "right", chances={"b": 0.9}, truth="b", early=early, gates=(gated,))]


@pytest.fixture
def viewer(_pristine: Path, models: Path) -> Iterator[Viewer]:
    with asked_viewer(_pristine, models, answers, 18_503) as found:
        yield found


def test_gates_are_points_in_the_colours_of_the_frame(viewer: Viewer) -> None:
    assert viewer._looks is not None
    viewer._looks.value = "a/b/0: gates of touch, block 1"
    viewer._time.value = 1
    points, body = viewer.drawn._gates._points, viewer.drawn.scene.body
    assert points.visible
    assert np.abs(points.points - body.vertices(1, np.sort(body.hands[0]))).max() < 1e-3
    assert (points.colors == [68, 1, 84]).all()  # the lowest
    viewer._time.value = 3
    assert (points.colors == [253, 231, 37]).all()  # the highest
    assert "1.00 (violet) to 3.00 (yellow)" in viewer._told.content
    viewer._time.value = 4  # which the network does not see
    assert not points.visible
    viewer.step(1)
    viewer._time.value = 3
    assert viewer.drawn._gates._points.visible  # of the next recording, too
    viewer._looks.value = "not shown"
    assert not viewer.drawn._gates._points.visible
    assert "violet" not in viewer._told.content


def test_the_plot_marks_what_is_seen(viewer: Viewer) -> None:
    viewer._time.value = 2
    ((name, plot, _),) = viewer._early._plots
    assert name == "a/b/0"
    assert [series["label"] for series in plot.series] == ["seen, %", "b (true)", "c", "a", "now"]
    shares, true, *_, now = plot.data
    assert shares.tolist() == [25, 50, 100]
    assert true == pytest.approx([10, 10, 90])
    assert np.isnan(now).tolist() == [True, False, True]
    assert "a/b/0 after 50%: c 70%, b (true) 10%" in viewer._told.content
    viewer._time.value = 4
    assert "a/b/0 after 100%: b 90% (true)" in viewer._told.content
    viewer._time.value = 0
    assert " after " not in viewer._told.content
    assert np.isnan(viewer._early._plots[0][1].data[-1]).all()


def test_the_next_recording_has_a_plot_of_its_own(viewer: Viewer) -> None:
    before = viewer._early._plots[0][1]
    viewer.step(1)
    assert len(viewer._early._plots) == 1
    assert viewer._early._plots[0][1] is not before
