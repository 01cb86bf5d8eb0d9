"""The site is built without a warning, leads nowhere that is not there, and is read and searched without a network."""

import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.browser import Browser, executable

ROOT = Path(__file__).parent.parent
MISSING = [name for name in ("sphinx", "myst_parser", "furo") if importlib.util.find_spec(name) is None]
needs_sphinx = pytest.mark.skipif(
    bool(MISSING), reason=f"site: NOT BUILT, {', '.join(MISSING)} not installed (extra `docs`)"
)
LOADS = {"img": "src", "script": "src", "iframe": "src", "source": "src", "video": "src", "link": "href"}
SHOWN = ("stylesheet", "icon", "preload", "modulepreload", "preconnect", "manifest")  # kinds of <link> that are fetched
FAR = re.compile(r"""(?:url\(|@import)\s*["']?(?:https?:)?//""")  # in a style sheet


def build(source: Path, out: Path) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-c", str(ROOT / "docs")]
    call += ["-d", str(out.with_name("doctrees")), str(source), str(out)]
    return subprocess.run(call, cwd=ROOT, capture_output=True, text=True, timeout=600)


class Page(HTMLParser):
    """What a page loads, what it leads to, and which places in it have a name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.leads: list[str] = []
        self.places = {""}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.places.add(found.get("id", ""))
        fetched = tag != "link" or any(kind in found.get("rel", "") for kind in SHOWN)
        if tag in LOADS and fetched and LOADS[tag] in found:
            self.loads.append(found[LOADS[tag]])
        if tag == "a" and "href" in found:
            self.leads.append(found["href"])


def far(page: Page) -> list[str]:
    return [address for address in page.loads if urlsplit(address).netloc]


def nowhere(path: Path, pages: dict[Path, Page]) -> Iterator[str]:
    """What a page loads or leads to on this disk, and is not there."""
    for address in (*pages[path].loads, *pages[path].leads):
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        place = unquote(parts.fragment)
        if not target.is_file() or (target in pages and place not in pages[target].places):
            yield f"{path.name}: {address}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site") / "out"
    done = build(ROOT, out)
    assert done.returncode == 0, done.stderr
    return out.resolve()


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


@needs_sphinx
def test_every_link_leads_somewhere(pages: dict[Path, Page]) -> None:
    assert len(pages) > 30
    assert [line for path in pages for line in nowhere(path, pages)] == []


@needs_sphinx
def test_nothing_is_loaded_from_a_network(site: Path, pages: dict[Path, Page]) -> None:
    assert [address for page in pages.values() for address in far(page)] == []
    assert [path for path in site.rglob("*.css") if FAR.search(path.read_text(encoding="utf-8"))] == []


@needs_sphinx
def test_docstrings_and_pictures_are_there(site: Path) -> None:
    text = (site / "docs/site/api/library.html").read_text(encoding="utf-8")
    assert "deepgrasp.library.opening.load" in text
    assert len(list((site / "_images").iterdir())) >= 10


@needs_sphinx
def test_a_browser_finds_a_word_without_a_network(site: Path, tmp_path: Path) -> None:
    if (command := executable()) is None:
        pytest.skip("NO CHROMIUM: nobody has looked at the site; install Debian's `chromium`")
    browser = Browser(command, tmp_path / "profile")
    browser.open(f"{site.as_uri()}/search.html?q=offhand")
    for _ in range(400):  # results are painted one after the other
        if found := browser.run("[...document.querySelectorAll('#search-results li a')].map(a => a.textContent)"):
            break
    browser.close()
    assert found
    assert [address for address in browser.requests if urlsplit(address).scheme not in ("file", "about", "data")] == []
    assert browser.problems == []


@needs_sphinx
@pytest.mark.parametrize("wrong", ["[gone](gone.md)", "[gone](index.md#gone)", "![gone](gone.png)"])
def test_what_is_broken_is_an_error(tmp_path: Path, wrong: str) -> None:
    page = tmp_path / "source/docs/site/index.md"
    page.parent.mkdir(parents=True)
    page.write_text(f"# Home\n\n{wrong}\n")
    done = build(tmp_path / "source", tmp_path / "out")
    assert done.returncode != 0
    assert "gone" in done.stderr


def test_far_and_missing_things_are_seen(tmp_path: Path) -> None:
    here = tmp_path / "page.html"
    page = Page('<script src="//cdn.org/a.js"></script><a href="gone.html">x</a><a href="#gone">y</a><a href="#">z</a>')
    assert far(page) == ["//cdn.org/a.js"]
    here.touch()
    assert list(nowhere(here, {here: page})) == ["page.html: gone.html", "page.html: #gone"]


def test_every_guide_has_its_place_in_the_navigation() -> None:
    index = (ROOT / "docs/site/index.md").read_text()
    named = set(re.findall(r"<\.\./([\w-]+)>$", index, re.MULTILINE))
    there = {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert there == named


def test_the_trivial_scores_of_the_guide_are_the_boards() -> None:
    text = (ROOT / "docs/tasks.md").read_text()
    row = next(line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("| trivial "))
    scores = [cell.split()[0] for cell in row.split("|")[2:5]]
    for score, unit in zip(scores, ("%", "%", "cm"), strict=True):
        assert f"{float(score):.1f} {unit}" in text
