"""The page of all recordings in a real Chromium: hover, keys, filters, zoom, the way to a scene, a phone, the dark."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmark.viewing.atlas.atlas import atlas, scene_file
from benchmark.viewing.atlas.embedding import arm_features, plane
from benchmark.viewing.atlas.thumbnails import thumbnail
from deepgrasp.store.store import open_store
from tests.browser import Browser, executable

NAME = "s2/mug_pass_1"


@pytest.fixture(scope="module")
def page(store_path: Path, _pristine: Path, models: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of the tiny store, with one still and one scene beside it."""
    out = tmp_path_factory.mktemp("atlas") / "explore.html"
    (out.parent / "scenes").mkdir()
    (out.parent / scene_file(NAME)).write_text("<title>scene</title>")
    store = open_store(store_path)
    features = arm_features(store)
    stills = {NAME: thumbnail(_pristine, models, NAME)}
    rows = range(len(store.sequences))
    out.write_text(atlas(store, features, plane(features), stills, out, rows), encoding="utf-8")
    assert out.read_text() == atlas(store, features, plane(features), stills, out, rows)
    return out.as_uri()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    command = executable()
    if command is None:
        pytest.skip("NO CHROMIUM: nobody has looked at the page; install Debian's `chromium`")
    found = Browser(command, tmp_path_factory.mktemp("profile"))
    yield found
    found.close()


@pytest.fixture
def clean(browser: Browser) -> Iterator[Browser]:
    browser.problems.clear()
    browser.requests.clear()
    yield browser
    browser.run("1")
    assert browser.problems == []
    assert [url for url in browser.requests if not url.startswith(("file:", "about:", "data:"))] == []


def count(browser: Browser) -> str:
    return str(browser.run("document.getElementById('count').textContent"))


def text(browser: Browser) -> str:
    return str(browser.run("document.getElementById('chosen').textContent"))


def ink(browser: Browser) -> int:
    """How many pixels of the map have a colour of their own."""
    script = """(() => { const c = document.getElementById('points');
        const own = new OffscreenCanvas(c.width, c.height).getContext('2d', {willReadFrequently: true});
        own.drawImage(c, 0, 0);
        const d = own.getImageData(0, 0, c.width, c.height).data; let n = 0;
        for (let i = 0; i < d.length; i += 4)
          n += d[i + 3] > 200 && Math.max(d[i], d[i + 1], d[i + 2]) - Math.min(d[i], d[i + 1], d[i + 2]) > 60;
        return n; })()"""
    return int(browser.run(script))


def test_points_are_drawn_and_filters_hide_them(clean: Browser, page: str) -> None:
    clean.open(page)
    total = int(count(clean).split()[2])
    assert count(clean) == f"{total} of {total} recordings"
    drawn = ink(clean)
    assert drawn > 0
    clean.run("document.getElementById('text').focus()")
    clean.type("s2/mug")
    assert count(clean).startswith("1 of")
    assert 0 < ink(clean) < drawn


def test_keys_choose_and_open_a_recording(clean: Browser, page: str) -> None:
    clean.open(page)
    clean.run("document.getElementById('text').focus()")
    clean.type("s2/mug_pass")
    clean.run("document.getElementById('points').focus()")
    clean.press("ArrowRight")
    assert NAME in text(clean)
    assert clean.run("document.querySelector('#chosen img').naturalWidth") == 112
    clean.press("Enter")
    while clean.run("document.title") != "scene":
        pass


def test_without_a_scene_the_command_is_shown(clean: Browser, page: str) -> None:
    clean.open(page)
    clean.run("document.getElementById('text').focus()")
    clean.type("s1/")
    clean.run("document.getElementById('points').focus()")
    clean.press("ArrowRight")
    assert "python -m benchmark view s1/" in text(clean)
    clean.press("Enter")
    assert clean.run("document.title") == "All recordings of GRAB"


def test_the_pointer_shows_what_is_there(clean: Browser, page: str) -> None:
    clean.open(page)
    found = clean.run("""(() => { const c = document.getElementById('points'), box = c.getBoundingClientRect();
        const said = new Set();
        for (let x = 0; x < c.clientWidth; x += 8) for (let y = 0; y < c.clientHeight; y += 8) {
          c.dispatchEvent(new PointerEvent('pointermove', {clientX: box.x + x, clientY: box.y + y}));
          if (!document.getElementById('tip').hidden) said.add(document.getElementById('tip').textContent); }
        return [...said]; })()""")
    assert len(found) == int(count(clean).split()[0])
    assert any(NAME in each for each in found)


def test_the_legend_shows_one_alone_and_zoom_shows_stills(clean: Browser, page: str) -> None:
    clean.open(page)
    clean.click("#legend button")
    assert clean.run("document.querySelector('#legend button').getAttribute('aria-pressed')") == "true"
    first, total = (int(word) for word in count(clean).split()[:3:2])
    assert 0 < first < total
    clean.click("#legend button")
    before = ink(clean)
    for _ in range(4):
        clean.click("#in")
    clean.click("#all")
    assert ink(clean) == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_has_room_for_it(clean: Browser, page: str, scheme: str) -> None:
    clean.open(page, width=360, height=740, prefers_color_scheme=scheme)
    assert clean.run("document.documentElement.scrollWidth") <= 360
    assert ink(clean) > 0
    paper = clean.run("getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(20, 23, 26)") == (scheme == "dark")
