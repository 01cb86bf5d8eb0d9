"""The viser server: on this machine alone, bones that give smplx's vertices, filters, next and previous, time."""

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from benchmark.viewing.served import ANY, LOOPBACK, Viewer
from deepgrasp.errors import InputError
from deepgrasp.skeleton import HAND_VERTICES
from deepgrasp.view.loss_on_skin import Silenced
from deepgrasp.view.recorded_scene import Recordings, recordings_of

viser = pytest.importorskip("viser", reason="view: NOT TESTED, viser is not installed (extra `view`)")
NAMES = ("s1/mug_drink_1", "s2/cubesmall_lift", "s2/mug_pass_1")


@pytest.fixture
def recordings(_pristine: Path, models: Path) -> Recordings:
    return recordings_of(_pristine, models)


@pytest.fixture
def viewer(recordings: Recordings) -> Iterator[Viewer]:
    lost = {"right_elbow": 5.0, "right_patch0": 0.5}
    looks = Silenced("mine/0", "cm of MPJPE", "4 recordings of s2", lost, np.zeros((2, HAND_VERTICES), np.int64))
    found = Viewer(recordings, NAMES, [], [looks], frames=5, port=18_473)
    yield found
    found.stop()


def test_it_is_served_to_this_machine_alone(viewer: Viewer) -> None:
    assert viewer.server.get_host() == LOOPBACK
    with urllib.request.urlopen(viewer.address, timeout=20) as answer:
        assert answer.status == 200


def test_bones_put_vertices_where_the_scene_has_them(viewer: Viewer) -> None:
    body, drawn = viewer.drawn.scene.body, viewer.drawn._body
    with viewer._lock:
        viewer.drawn.show(3)
    turns = Rotation.from_quat(np.array([bone.wxyz for bone in drawn.bones])[:, [1, 2, 3, 0]]).as_matrix()
    places = np.array([bone.position for bone in drawn.bones])
    rest = np.asarray(drawn.bone_positions, float)
    vertex = 17
    made = (
        np.einsum("j,jab,jb->a", body.weights[vertex], turns, body.rest[vertex] - rest) + body.weights[vertex] @ places
    )
    assert np.abs(made - body.vertices(3)[vertex]).max() < 1e-5


def test_what_a_model_looks_at_moves_with_the_skin(viewer: Viewer) -> None:
    assert viewer._looks is not None
    assert not viewer.drawn._looks.visible
    viewer._looks.value = "mine/0: joints"
    viewer._time.value = 3
    body, drawn = viewer.drawn.scene.body, viewer.drawn
    assert drawn._looks.visible
    assert np.abs(drawn._looks.points - body.vertices(3, drawn._looked)).max() < 1e-3
    assert "cm of MPJPE" in viewer._told.content
    viewer.step(1)  # the next recording is shown so, too
    assert viewer.drawn._looks.visible
    viewer._looks.value = "not shown"
    assert not viewer.drawn._looks.visible
    assert "cm of MPJPE" not in viewer._told.content


def test_next_previous_and_filters_choose_what_is_shown(viewer: Viewer) -> None:
    assert viewer.drawn.scene.id == NAMES[0]
    viewer.step(1)
    assert viewer.drawn.scene.id == NAMES[1]
    viewer.step(-2)
    assert viewer.drawn.scene.id == NAMES[2]
    viewer._filters["object"].value = "mug"
    assert viewer._names.options == (NAMES[0], NAMES[2])
    viewer._filters["intent"].value = "lift"  # no mug is lifted
    assert viewer._names.options == (NAMES[0], NAMES[2])
    assert "No recording" in viewer._told.content
    viewer._filters["intent"].value = ANY
    viewer._filters["object"].value = ANY
    assert viewer._names.options == NAMES


def test_time_goes_on_while_it_plays(viewer: Viewer) -> None:
    frames = viewer.drawn.scene.frames
    before = viewer._time.value
    viewer.tick(1.0)
    assert viewer._time.value == before
    viewer._time.value = 0
    viewer._play.value = True
    viewer.tick(float(frames[2] + 0.5) / 120)
    assert viewer._time.value == 2
    viewer.tick(1.0)  # past the end: from the start again
    assert viewer._time.value == 0


def test_a_damaged_recording_is_told_in_the_panel(viewer: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise InputError("s2.npz", "is damaged", "get it again")

    monkeypatch.setattr("benchmark.viewing.served.scene_with_answers", fails)
    viewer.step(1)
    assert "is damaged" in viewer._told.content
    assert viewer.drawn.scene.id == NAMES[0]
