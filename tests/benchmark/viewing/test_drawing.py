"""Stills, strips and films of a made-up recording: kind, size, same bytes, and clear refusals."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from benchmark.viewing import film
from benchmark.viewing.captions import Caption, with_timeline, written
from benchmark.viewing.drawing import draw_recording
from benchmark.viewing.still import Look, caption, size_of
from deepgrasp.errors import InputError
from deepgrasp.geometry.rotations import Pose
from deepgrasp.view.answers import ShownAnswer
from deepgrasp.view.recorded_scene import Recordings, Scene, recordings_of

NAME = "s2/mug_pass_1"
SMALL = Look(size=(120, 91), fineness=1)


@pytest.fixture
def recordings(_pristine: Path, models: Path) -> Recordings:
    return recordings_of(_pristine, models)


@pytest.mark.parametrize(("how", "size"), [({"frame": 7}, (120, 91)), ({"moments": 3}, (360, 91)), ({}, (120, 91))])
def test_a_still_has_its_size_and_the_same_bytes_twice(
    recordings: Recordings, tmp_path: Path, how: dict[str, int], size: tuple[int, int]
) -> None:
    paths = [tmp_path / "one.png", tmp_path / "two.png"]
    for path in paths:
        draw_recording(recordings, NAME, path, SMALL, **how)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with Image.open(paths[0]) as picture:
        assert picture.size == size
        assert len(picture.getcolors(10**6) or []) > 100


@pytest.mark.parametrize(("how", "last"), [({}, 3), ({"moments": 2}, 2)])
def test_a_still_tells_how_far_it_is(recordings: Recordings, tmp_path: Path, how: dict[str, int], last: int) -> None:
    steps: list[tuple[int, int]] = []
    draw_recording(recordings, NAME, tmp_path / "one.png", SMALL, progress=lambda *step: steps.append(step), **how)
    assert steps == [(done, last) for done in range(1, last + 1)]


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_a_film_moves(recordings: Recordings, tmp_path: Path, kind: str) -> None:
    steps: list[tuple[int, int]] = []
    path = tmp_path / f"film.{kind.lower()}"
    draw_recording(recordings, NAME, path, SMALL, speed=1.0, progress=lambda *step: steps.append(step))
    with Image.open(path) as moving:
        assert (moving.format, moving.size, moving.n_frames) == (kind, (120, 90), 4)  # 24 frames are 0.2 s
        moving.seek(1)
        moving.load()
        assert moving.info["duration"] == 50
        moving.seek(0)
        first = np.asarray(moving.convert("RGB")).astype(int)
        moving.seek(3)
        assert (np.abs(np.asarray(moving.convert("RGB")) - first) > 40).any()
    assert steps[-1] == (4, 4)


def test_an_mp4_is_written_by_ffmpeg(recordings: Recordings, tmp_path: Path) -> None:
    try:
        program = film.ffmpeg()
    except InputError:
        pytest.skip("NO FFMPEG: no MP4 was made; install `imageio-ffmpeg`")
    for name in ("one.mp4", "two.mp4"):
        draw_recording(recordings, NAME, tmp_path / name, SMALL)
    asked = [program, "-i", str(tmp_path / "one.mp4")]
    told = subprocess.run(asked, capture_output=True, text=True, check=False).stderr
    assert "h264" in told
    assert "120x90" in told
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


def test_without_ffmpeg_an_mp4_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(film.shutil, "which", lambda name: None)
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(InputError, match=r"ffmpeg: is not installed.*imageio-ffmpeg.*or write a \.gif"):
        film.ffmpeg()


@pytest.mark.parametrize(
    ("name", "file", "how", "said"),
    [
        ("s2/mug_pss_1", "a.png", {}, "did you mean s2/mug_pass_1"),
        (NAME, "a.png", {"frame": 24}, "has no frame 24; give 0 to 23"),
        (NAME, "a.jpg", {}, "let it end in .png, .gif, .webp, .mp4"),
        (NAME, "a.png", {"frame": 1, "moments": 2}, "give one of them"),
        (NAME, "a.gif", {"frame": 1}, "is a film, which has all moments"),
        (NAME, "a.gif", {"speed": 0.0}, "1 is real time"),
        (NAME, "a.gif", {"speed": float("nan")}, "1 is real time"),
        (NAME, "/dev/null/a.png", {}, "/dev/null is a file, no folder"),
        (NAME, "a.png", {"moments": 200}, "ask for fewer"),
    ],
)
def test_what_cannot_be_drawn_is_one_line_and_no_file(
    recordings: Recordings, tmp_path: Path, name: str, file: str, how: dict[str, int], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        draw_recording(recordings, name, tmp_path / file, SMALL, **how)
    assert list(tmp_path.iterdir()) == []


class Said:
    """A cell that was asked about three frames, and says that the object is 20 cm to the side."""

    name = "pose/best/0"

    def frames(self, recording: str) -> np.ndarray:
        return np.array([8, 12, 20])

    def answers(self, scene: Scene) -> list[ShownAnswer]:
        at = np.searchsorted(scene.frames, self.frames(scene.id))
        thing = Pose(scene.thing.rotation[at], scene.thing.translation[at] + [0.2, 0, 0])
        return [ShownAnswer(self.name, at, "", thing=thing, errors={"translation, cm": np.full(3, 20.0)})]


def green(path: Path) -> int:
    with Image.open(path) as picture:
        red, light, blue = np.moveaxis(np.asarray(picture.convert("RGB")).astype(int), -1, 0)
    return int(((light > red + 20) & (light > blue + 10)).sum())


def test_an_answer_stands_beside_the_truth(recordings: Recordings, tmp_path: Path) -> None:
    cells: list[Any] = [Said()]
    look = Look(size=(240, 180), fineness=1)
    draw_recording(recordings, NAME, tmp_path / "true.png", look)
    draw_recording(recordings, NAME, tmp_path / "both.png", look, cells=cells)
    assert green(tmp_path / "true.png") == 0
    assert green(tmp_path / "both.png") > 50
    draw_recording(recordings, NAME, tmp_path / "film.gif", SMALL, cells=cells)
    with Image.open(tmp_path / "film.gif") as moving:
        assert moving.n_frames == 3
    with pytest.raises(InputError, match="was not asked about frame 9 of s2/mug_pass_1; choose one of 8, 12, 20"):
        draw_recording(recordings, NAME, tmp_path / "wrong.png", SMALL, frame=9, cells=cells)
    with pytest.raises(InputError, match="strip: shows no answers"):
        draw_recording(recordings, NAME, tmp_path / "wrong.png", SMALL, moments=2, cells=cells)


def test_a_caption_tells_how_far_off_an_answer_is(recordings: Recordings) -> None:
    scene = recordings.scene(NAME, 2, (8, 12, 20))
    (said,) = Said().answers(scene)
    assert [text for _, text in caption(scene, int(said.at[1]), "", [said]).keys] == [
        "true",
        "pose/best/0: translation 20.0 cm",
    ]
    classes = ShownAnswer("action/best/0", said.at, "wrong", chances={"lift": 0.7, "use": 0.3}, truth="use")
    assert caption(scene, 0, "", [classes]).keys[1][1] == "action/best/0: lift, 70% sure; it is use"


@pytest.mark.parametrize("text", ["1200", "1200x", "axb", "10x900", "9000x900", "-5x100"])
def test_no_size_is_told(text: str) -> None:
    assert size_of("640X480") == (640, 480)
    with pytest.raises(InputError, match="size"):
        size_of(text)


def test_words_stand_in_their_corners() -> None:
    paper = np.full((400, 600, 3), 246, np.uint8)
    said = Caption("mug, drink", ["person s1"], "share: 0 to 100 %", [((0, 0.6, 0.4), "best")], "X")
    shown = written(paper, said, False)
    changed = (shown != paper).any(axis=-1)
    rows, columns = np.arange(400)[:, None], np.arange(600)
    for corner in ((rows < 130) & (columns < 300), (rows > 250) & (columns < 300), (rows > 330) & (columns > 500)):
        assert changed[corner].any()
        changed = changed & ~corner
    assert not changed.any()


def test_the_timeline_shows_touch_and_moment() -> None:
    paper = np.full((160, 200, 3), 246, np.uint8)
    line = with_timeline(paper, 0.75, (0.25, 0.5), False)[-1].astype(int)
    assert (line[50:100, 0] - line[50:100, 2] > 60).all(), "touch is warm"
    assert line[150].max() < 50, "the moment is dark"
    assert (line[110:140] == line[10]).all()
