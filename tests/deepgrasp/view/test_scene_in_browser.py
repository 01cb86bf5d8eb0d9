"""The page of a scene in a real Chromium: no network, vertices of smplx, layers, time, cameras, keys, a phone, dark."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from deepgrasp.body.meshes import load_template
from deepgrasp.geometry.rotations import Pose
from deepgrasp.grab.catalogue import GENDERS
from deepgrasp.grab.data_root import template_path
from deepgrasp.grab.reader import read_sequence
from deepgrasp.skeleton import HAND_VERTICES
from deepgrasp.view import palette
from deepgrasp.view.answers import ShownAnswer
from deepgrasp.view.loss_on_skin import Silenced
from deepgrasp.view.offline_page import page
from deepgrasp.view.recorded_scene import Scene, recordings_of
from tests.browser import Browser
from tests.conftest import STEMS, write_root
from tests.deepgrasp.view.opened_scene import opened
from tests.deepgrasp.view.smplx_forward import forward

NAMES = ("s2/mug_pass_1", "s1/mug_drink_1")
HASH = """(() => { const c = document.getElementById("canvas"); window.scene.draw();
const g = c.getContext("webgl2"), p = new Uint8Array(4 * c.width * c.height);
g.readPixels(0, 0, c.width, c.height, g.RGBA, g.UNSIGNED_BYTE, p);
let sum = 7;
for (const each of new Uint32Array(p.buffer)) sum = (31 * sum + each) | 0;
return sum; })()"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_root(tmp_path_factory.mktemp("looked") / "data", {"s1": STEMS["s1"], "s2": ("mug_pass_1",)}, frames=24)


@pytest.fixture(scope="module")
def scenes(data: Path, lively_models: Path) -> list[Scene]:
    recordings = recordings_of(data, lively_models)
    return [recordings.scene(name, frames=6) for name in NAMES]


@pytest.fixture(scope="module")
def url(scenes: list[Scene], tmp_path_factory: pytest.TempPathFactory) -> str:
    thing, at = scenes[0].thing, np.array([1, 4])
    moved = ShownAnswer(
        "mine/0",
        at,
        "MSSD 9 cm",
        thing=Pose(thing.rotation[at], thing.translation[at] + 0.04),
        errors={"translation, cm": np.array([1.0, 3.0])},
        chances={"mug": 0.25, "</script>": 0.75},
        truth="mug",
    )
    lost = {"right_shoulder": 5.0, "left_elbow": -1.0, "right_patch0": 0.5}
    looks = Silenced("mine/0", "cm of MPJPE", "4 recordings of s2", lost, np.zeros((2, HAND_VERTICES), np.int64))
    path = tmp_path_factory.mktemp("pages") / "scene.html"
    shown = page([(scenes[0], [moved]), (scenes[1], [])], "two <b>", silenced=[looks])
    path.write_text(shown, encoding="utf-8")
    return path.as_uri()


def test_time_moves_the_skin_to_where_smplx_has_it(
    clean: Browser, scenes: list[Scene], data: Path, lively_models: Path
) -> None:
    sequence = read_sequence(data / "grab" / f"{NAMES[0]}.npz")
    motion = tuple(part[scenes[0].frames] for part in (sequence.fullpose, sequence.transl, sequence.expression))
    expected = forward(lively_models, GENDERS["s2"], load_template(template_path(data, "s2")), motion)
    some = [0, 17, 7331, 10474]
    for frame in (0, 5, 2):
        found = clean.run(f"(window.scene.show({frame}), {some}.map(window.scene.vertex))")
        assert np.abs(found - expected[frame, some]).max() < 1e-5  # metres
        thing = clean.run("[0, 600].map(window.scene.object)")
        assert np.abs(thing - scenes[0].thing.placed(frame)[[0, 600]]).max() < 1e-5


@pytest.mark.parametrize("layer", ["hands", "object", "touch", "graph", "axes", "answers", "floor"])
def test_a_layer_is_seen_or_not(clean: Browser, layer: str) -> None:
    # made-up hands are triangles all over the place, behind which nothing else is seen
    hands = str(layer == "hands").lower()
    frame = 1 if layer == "answers" else 3  # where the answer is near the object; where something touches
    clean.run(f"(window.scene.show({frame}), window.scene.look('hands'), window.scene.layer('hands', {hands}))")
    before = clean.run(HASH)
    assert clean.run(HASH) == before
    clean.click(f"#layer-{layer}")
    assert clean.run(HASH) != before
    clean.click(f"#layer-{layer}")
    assert clean.run(HASH) == before


def test_what_a_model_looks_at_is_seen_when_it_is_asked_for(clean: Browser, scenes: list[Scene]) -> None:
    options = "[...document.querySelectorAll('#looks option')].map(each => each.textContent)"
    assert clean.run(options) == ["not shown", "mine/0: joints", "mine/0: touch"]
    choose = "(looks => { looks.value = '%s'; looks.onchange(); })(document.getElementById('looks'))"
    seen = [clean.run(HASH)]
    for choice in ("0", "1"):
        clean.run(choose % choice)
        seen.append(clean.run(HASH))
    assert len(set(seen)) == 3
    most = float(scenes[0].body.weights[:, 17].max()) * 5  # of the right shoulder
    clean.run(choose % "0")
    told = clean.run("(window.scene.draw(), document.getElementById('looks-legend').textContent)")
    assert f"{most:.1f}cm of MPJPE that mine/0 loses" in told
    clean.run(choose % "")
    assert clean.run(HASH) == seen[0]
    assert clean.run("document.getElementById('looks-legend').textContent") == ""


def test_what_is_not_there_cannot_be_switched(clean: Browser) -> None:
    off = "['table', 'answers'].map(name => document.getElementById(`layer-${name}`).disabled)"
    assert clean.run(off) == [True, False]
    clean.run("window.scene.open(1)")
    assert clean.run(off) == [True, True]


def test_mouse_wheel_and_keys_move_the_camera(clean: Browser) -> None:
    seen = {clean.run(HASH)}
    box = clean.run("document.getElementById('view').getBoundingClientRect().toJSON()")
    at = {"x": box["x"] + 50, "y": box["y"] + 50}
    for move in (
        lambda: clean.drag("#view", 60, 20),
        lambda: clean.send("Input.dispatchMouseEvent", type="mouseWheel", deltaX=0, deltaY=-200, **at),
        lambda: (clean.run("document.getElementById('view').focus()"), clean.press("ArrowLeft")),
        lambda: clean.press("+"),
        lambda: clean.press("s"),
        lambda: clean.click("#view-hands"),
        lambda: clean.click("#convention"),
    ):
        move()
        found = clean.run(HASH)
        assert found not in seen
        seen.add(found)


def test_two_fingers_zoom_and_move_and_one_turns(clean: Browser) -> None:
    clean.send("Emulation.setTouchEmulationEnabled", enabled=True, maxTouchPoints=2)
    camera = "(({yaw, distance, target}) => [yaw, distance, ...target])(window.scene.state.cameras[0].camera)"
    box = clean.run("document.getElementById('view').getBoundingClientRect().toJSON()")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def fingers(*ways: tuple[tuple[float, float], tuple[float, float]]) -> list[float]:
        """How the camera stands after fingers went from their first place to their second."""
        points = [[{"x": x + way[k][0], "y": y + way[k][1], "id": n} for n, way in enumerate(ways)] for k in (0, 1)]
        for kind, touched in (("touchStart", points[0]), ("touchMove", points[1]), ("touchEnd", [])):
            clean.send("Input.dispatchTouchEvent", type=kind, touchPoints=touched)
        found: list[float] = clean.run(camera)
        return found

    try:
        yaw, distance, *target = clean.run(camera)
        pinched = fingers(((-20, 0), (-60, 0)), ((20, 0), (60, 0)))
        assert pinched[0] == yaw
        assert pinched[1] == pytest.approx(distance / 3)
        assert pinched[2:] == pytest.approx(target)
        moved = fingers(((-30, 0), (10, 0)), ((30, 0), (70, 0)))
        assert moved[:2] == pytest.approx(pinched[:2])
        across = 2 * pinched[1] * np.tan(np.radians(35) / 2) * 40 / box["height"]  # 40 pixels in metres
        assert np.linalg.norm(np.subtract(moved[2:], target)) == pytest.approx(across, rel=0.02)
        turned = fingers(((0, 0), (50, 0)))
        assert turned[0] != yaw
        assert turned[1:] == pytest.approx(moved[1:])
        # neither the page nor what is seen of it has moved
        assert clean.run("[window.scrollY, visualViewport.scale]") == [0, 1]
    finally:
        clean.send("Emulation.setTouchEmulationEnabled", enabled=False)


def test_keys_step_and_play(clean: Browser, scenes: list[Scene]) -> None:
    clean.run("(window.scene.show(0), document.getElementById('view').focus())")
    clean.press(".")
    assert clean.run("window.scene.index") == 1
    clean.run("document.getElementById('time').focus()")
    clean.press("ArrowRight")
    assert clean.run("[window.scene.index, +document.getElementById('time').value]") == [2, int(scenes[0].frames[2])]
    clean.click("#play")
    assert clean.run("document.getElementById('play').textContent") == "Pause"
    # however slow the machine is: until it has moved
    moved = "const look = () => (window.scene.index !== 2 ? done(true) : setTimeout(look, 20))"
    assert clean.run(f"new Promise(done => {{ {moved}; look(); }})")
    clean.click("#play")


def test_contact_window_and_answers_are_told(clean: Browser) -> None:
    width = "document.querySelector('#contact').getBBox().width / document.querySelector('#marks').clientWidth"
    assert clean.run(width) == pytest.approx(17 / 23, abs=0.01)  # touched from frame 6 to 23 of 0 to 23
    assert clean.run("document.querySelectorAll('.asked').length") == 2
    assert "mine/0: mean 2.0" in clean.run("document.getElementById('plots').textContent")
    told = clean.run("[...document.querySelectorAll('.chance')].map(row => row.textContent)")
    assert told == ["</script>75 %", "mug (true)25 %"]
    assert clean.run("document.title") == "two <b>"


def test_the_next_recording_is_a_click_away(clean: Browser) -> None:
    clean.click("#next")
    clean.run("new Promise(done => setTimeout(done, 300))")
    assert clean.run("document.getElementById('name').textContent") == NAMES[1]
    assert "person s1" in clean.run("document.getElementById('facts').textContent")


def test_conventions_are_told_with_their_numbers(clean: Browser, scenes: list[Scene]) -> None:
    clean.run("window.scene.show(4)")
    clean.click("#convention")
    told = clean.run("document.getElementById('conventions').textContent")
    number = f"{scenes[0].thing.rotation[4, 0, 0]:.3f}".replace("-", "−")
    assert "transposed" in told
    assert number in told
    code = int(scenes[0].thing.touch[4].max())
    assert f"{code} left_wrist: {(scenes[0].thing.touch[4] == code).sum()} vertices" in told


def test_errors_have_numbers_with_units_on_both_axes(clean: Browser, url: str) -> None:
    read = "[...document.querySelectorAll('#plots %s')].map(each => each.textContent)"
    assert clean.run(read % "text") == ["0 cm", "1 cm", "2 cm", "3 cm"]
    assert clean.run(read % ".scale span") == ["0.00 s", "0.05 s", "0.10 s", "0.15 s"]  # 24 frames, 120 a second
    opened(clean, url, width=360, height=740)
    inside = """[...document.querySelectorAll('#plots text, #plots .scale span')]
.map(each => each.getBoundingClientRect()).every((box, k, all) => box.width > 0 && box.left >= 0 && box.right <= 360
&& all.slice(0, k).every(other => other.right <= box.left || other.left >= box.right || other.top >= box.bottom - 3
|| other.bottom <= box.top + 3))"""
    assert clean.run(inside)  # of the page, and none over another


def test_the_page_has_the_colours_of_the_palette(clean: Browser) -> None:
    line = clean.run("getComputedStyle(document.querySelector('#plots polyline')).stroke")
    assert line == f"rgb({', '.join(map(str, palette.ANSWER_COLOURS[0]))})"


def test_conventions_open_where_the_mistake_is_seen(browser: Browser, scenes: list[Scene], tmp_path: Path) -> None:
    still = scenes[0].thing
    turned = [Rotation.from_euler("xz", [x, 20], degrees=True).as_matrix() for x in (0, 5, 10, 45, 20, 5)]
    rod = still.vertices * [0.1, 0.1, 1]
    thing = dataclasses.replace(still, vertices=rod, rotation=np.array(turned))
    path = tmp_path / "conventions.html"
    shown = page([(dataclasses.replace(scenes[0], thing=thing), [])], opened={"conventions": True})
    path.write_text(shown, encoding="utf-8")
    opened(browser, path.as_uri())
    assert browser.run("window.scene.index") == 3
    assert browser.run("document.getElementById('conventions').hidden") is False
    seen = browser.run(HASH)
    browser.click("#convention")
    assert browser.run(HASH) != seen


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_all_of_it(clean: Browser, url: str, scheme: str) -> None:
    opened(clean, url, width=360, height=740, prefers_color_scheme=scheme)
    assert clean.run("document.documentElement.scrollWidth") <= 360
    small = "[...document.querySelectorAll('button')].filter(b => b.clientHeight && b.clientHeight < 30).length"
    assert clean.run(small) == 0
    ground = clean.run("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, ground[4:-1].split(","))) < 150) == (scheme == "dark")
    clean.click("#theme")
    assert clean.run("getComputedStyle(document.body).backgroundColor") != ground


def test_the_same_scenes_give_the_same_bytes(scenes: list[Scene]) -> None:
    assert page([(scenes[1], [])]) == page([(scenes[1], [])])
