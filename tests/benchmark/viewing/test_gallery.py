"""A page of a few recordings: moving pictures inside, nothing loaded, others' data in their place; which few."""

import base64
import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from benchmark.viewing.gallery import cards
from benchmark.viewing.gallery.cards import a_few, gallery
from deepgrasp.errors import InputError
from deepgrasp.view.recorded_scene import Recordings, recordings_of
from tests.browser import Browser, executable

NAME = "s2/mug_pass_1"


@pytest.fixture
def recordings(_pristine: Path, models: Path) -> Recordings:
    return recordings_of(_pristine, models)


def test_the_page_has_moving_pictures_and_loads_nothing(
    recordings: Recordings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cards, "CARD_LOOK", cards.Look(size=(64, 64), fineness=1, words=False))
    for name in ("one", "two"):
        gallery(recordings, [NAME], Path(f"data/{name}.html"), workers=1)
    text = Path("data/one.html").read_text()
    assert text == Path("data/two.html").read_text()
    still, film = re.findall(r"data:image/webp;base64,([\w+/=]+)", text)
    with Image.open(BytesIO(base64.b64decode(film))) as moving:
        assert (moving.size, moving.n_frames) == ((64, 64), 2)  # 24 frames are 0.2 s
    assert len(still) < len(film)
    if (command := executable()) is None:
        pytest.skip("NO CHROMIUM: nobody has looked at the gallery; install Debian's `chromium`")
    browser = Browser(command, tmp_path / "profile")
    browser.open(Path("data/one.html").absolute().as_uri(), width=360, height=740)
    shown = browser.run("[document.querySelector('img').naturalWidth, document.documentElement.scrollWidth]")
    browser.close()
    assert shown == [64, 360]
    assert browser.problems == []
    assert [url for url in browser.requests if not url.startswith(("file:", "about:", "data:"))] == []


def test_what_cannot_be_shown_is_one_error_and_no_page(
    recordings: Recordings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="GRAB is not yours to pass on"):
        gallery(recordings, [NAME], Path("page.html"))
    with pytest.raises(InputError, match="did you mean s2/mug_pass_1"):
        gallery(recordings, ["s2/mug_pss_1"], Path("data/page.html"))
    assert list(tmp_path.rglob("*.html")) == []


def test_a_few_differ(recordings: Recordings) -> None:
    # another object first, then another intent, then another person
    assert a_few(recordings, 4) == ["s1/mug_drink_1", "s2/cubesmall_lift", "s2/mug_pass_1", "s3/mug_drink_1"]
    assert sorted(a_few(recordings, 99)) == sorted(file.id for file in recordings.files)
