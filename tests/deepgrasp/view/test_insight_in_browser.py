"""Gates and early answers in a real Chromium: colours that follow the frame, a cursor, a table, a phone, dark."""

from pathlib import Path

import numpy as np
import pytest

from deepgrasp.skeleton import HAND_VERTICES
from deepgrasp.view.answers import ShownAnswer
from deepgrasp.view.early_answer import EarlyAnswer
from deepgrasp.view.gate_factors import GateFactors
from deepgrasp.view.offline_page import page
from deepgrasp.view.recorded_scene import Scene, recordings_of
from tests.browser import Browser
from tests.conftest import STEMS, write_root
from tests.deepgrasp.view.opened_scene import opened

NODES = ("right_elbow", "right_wrist")
CHOOSE = """(looks => { looks.value = '%s'; looks.onchange(); window.scene.draw(); })(
document.getElementById('looks'))"""
COLOURS = "Array.from(window.scene.shown.bodyColours)"
SKIN = np.array([178, 188, 199])
VIRIDIS = np.array([[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]])


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, lively_models: Path) -> Scene:
    root = write_root(tmp_path_factory.mktemp("looked") / "data", {"s1": STEMS["s1"]}, frames=24)
    return recordings_of(root, lively_models).scene("s1/mug_drink_1", frames=6)


@pytest.fixture(scope="module")
def gates() -> tuple[GateFactors, GateFactors]:
    at, window, patches = np.array([1, 3]), (1, 4), np.arange(2 * HAND_VERTICES).reshape(2, -1) % 2
    joints = GateFactors("a/b/0", "block 1", NODES, np.array([[1.0, 2.0], [3.0, 2.0]]), at, window, patches)
    touch = GateFactors(
        "a/b/0", "block 1", ("right_patch0", "right_patch1"), np.array([[1.5, 1.0]]), at[:1], window, patches
    )
    return joints, touch


@pytest.fixture(scope="module")
def url(scene: Scene, gates: tuple[GateFactors, GateFactors], tmp_path_factory: pytest.TempPathFactory) -> str:
    chances = np.array([[0.5, 0.1, 0.4], [0.2, 0.1, 0.7], [0.3, 0.6, 0.1], [0.0, 0.9, 0.1]])
    early = EarlyAnswer(np.array([0.25, 0.5, 0.75, 1]), np.array([1, 2, 3, 4]), chances, ("a", "<b>", "c"), "<b>")
    answer = ShownAnswer(
        "a/b/0", np.array([1, 4]), "right", chances={"<b>": 0.9}, truth="<b>", early=early, gates=gates
    )
    path = tmp_path_factory.mktemp("pages") / "insight.html"
    path.write_text(page([(scene, [answer]), (scene, [])]), encoding="utf-8")
    return path.as_uri()


def coloured(browser: Browser, frame: int) -> np.ndarray:
    """Colours of the skin [V, 3] in a frame."""
    return np.reshape(browser.run(f"(window.scene.show({frame}), {COLOURS})"), (-1, 4))[:, :3]


def test_gates_are_one_more_choice_of_what_is_looked_at(clean: Browser) -> None:
    options = "[...document.querySelectorAll('#looks option')].map(each => each.textContent)"
    assert clean.run(options) == ["not shown", "gates of joints, block 1", "gates of touch, block 1"]
    assert "a/b/0" in clean.run("document.querySelector('#looks optgroup').label")
    clean.run(CHOOSE % "0")
    told = clean.run("document.getElementById('looks-legend').textContent")
    assert told.startswith("1.003.00a/b/0, block 1: the factor by which it multiplies what each joint tells")
    clean.run(CHOOSE % "")
    assert clean.run("document.getElementById('looks-legend').textContent") == ""


def test_colours_of_joints_follow_the_frame(
    clean: Browser, scene: Scene, gates: tuple[GateFactors, GateFactors]
) -> None:
    clean.run(CHOOSE % "0")
    for frame in (1, 2, 3, 4):
        factors = gates[0].of(frame, scene.frames)
        assert factors is not None
        values, reach = gates[0].on_skin(scene.body, factors)
        colours = np.stack([np.interp((values - 1) / 2, np.linspace(0, 1, 5), column) for column in VIRIDIS.T], -1)
        share = np.minimum(1, np.where(reach > 0.005, reach, 0))[:, None]
        assert np.abs(coloured(clean, frame) - (SKIN + share * (colours - SKIN))).max() <= 1  # rounded twice
    assert (coloured(clean, 0) == SKIN).all()  # the network does not see it
    assert "does not see" in clean.run("document.querySelector('#looks-legend .now').textContent")


def test_a_patch_has_one_colour(clean: Browser, scene: Scene) -> None:
    clean.run(CHOOSE % "1")
    found = coloured(clean, 2)
    hand = scene.body.hands[0]
    assert (found[hand[::2]] == VIRIDIS[-1]).all()
    assert (found[hand[1::2]] == VIRIDIS[0]).all()
    assert (found[scene.body.hands[1]] == SKIN).all()  # no node of the graph
    told = clean.run("document.querySelector('#looks-legend .now').textContent")
    assert told == "Now highest: right patch0 1.50, right patch1 1.00; lowest: right patch1 1.00."


def test_the_arm_graph_has_the_colours_too(clean: Browser) -> None:
    drawn = "(window.scene.layer('graph', true), document.getElementById('canvas').toDataURL())"
    clean.run("['body', 'hands'].forEach(name => window.scene.layer(name, false)), window.scene.show(3)")
    before = clean.run(drawn)
    assert clean.run(drawn) == before
    clean.run(CHOOSE % "0")
    assert clean.run(drawn) != before
    clean.run(CHOOSE % "1")  # of patches, which are no nodes of it
    assert clean.run(drawn) == before


def test_the_cursor_follows_the_time(clean: Browser, scene: Scene) -> None:
    cursor, current = "+document.querySelector('.seen').getAttribute('x1').slice(0, -1)", "[aria-current] th"
    said = "document.querySelector('.readout').textContent"
    for frame, seen, told in (
        (0, 0, "Nothing is seen yet."),
        (1, 25, "After 25 %: a 50 %, <b> (true) 10 %."),
        (3, 75, "After 75 %: <b> (true) 60 %."),
        (5, 100, "After 100 %: <b> (true) 90 %."),
    ):
        clean.run(f"window.scene.show({frame})")
        assert [clean.run(cursor), clean.run(said)] == [seen, told]
        row = clean.run(f"document.querySelector('{current}')?.textContent ?? ''")
        assert row == (f"{seen} %" if seen else "")


def test_the_true_class_is_marked_and_the_numbers_can_be_read(clean: Browser) -> None:
    keys = "[...document.querySelectorAll('.early .keys .key')].map(each => each.textContent)"
    assert clean.run(keys) == ["<b> (true)", "c", "a"]
    assert "<b> from 75 % on" in clean.run("document.querySelector('.early').textContent")
    width = "getComputedStyle(document.querySelector('.lines .%s')).strokeWidth"
    assert clean.run(width % "truth") == "3.5px"
    assert clean.run(width % "foremost") == "2px"
    clean.run("document.querySelector('.early summary').focus()")
    clean.press(" ")
    rows = clean.run("[...document.querySelectorAll('.early tr')].map(r => [...r.cells].map(c => c.innerText.trim()))")
    assert rows[0] == ["seen", "likeliest", "<b> (true)", "c", "a"]
    assert rows[2] == ["50 %", "c", "10 %", "70 %", "20 %"]
    label = clean.run("document.querySelector('.early > svg').getAttribute('aria-label')")
    assert label.startswith("a/b/0: chance of each class by the share of the action seen. It names <b> from 75 % on.")


def test_a_recording_without_early_answers_has_no_plot(clean: Browser) -> None:
    clean.run("window.scene.open(1)")
    assert clean.run("document.getElementById('early').childElementCount") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_all_of_it(clean: Browser, url: str, scheme: str) -> None:
    opened(clean, url, width=360, height=740, prefers_color_scheme=scheme)
    clean.run("document.querySelector('.early details').open = true")
    assert clean.run("document.documentElement.scrollWidth") <= 360
    assert clean.run("[...document.querySelectorAll('.scale span')].filter(each => each.offsetHeight > 24).length") == 0
    ink, ground = (
        sum(map(int, clean.run(f"getComputedStyle(document.querySelector('{part}')).{key}")[4:-1].split(",")))
        for part, key in ((".lines .truth", "stroke"), (".early > svg", "backgroundColor"))
    )
    assert (ink > ground) == (scheme == "dark")
    assert abs(ink - ground) > 400
