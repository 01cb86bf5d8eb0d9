"""Models in which everything moves, to compare bodies with smplx; and a page, opened in a real Chromium."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.browser import Browser, executable
from tests.deepgrasp.view.opened_scene import opened
from tests.deepgrasp.view.smplx_forward import lively


@pytest.fixture(scope="session")
def lively_models(tmp_path_factory: pytest.TempPathFactory, model_members) -> Path:
    folder = tmp_path_factory.mktemp("lively")
    (folder / "smplx").mkdir()
    for seed, gender in enumerate(("male", "female")):
        np.savez(folder / "smplx" / f"SMPLX_{gender.upper()}.npz", **lively(model_members(seed), seed))
    return folder


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    command = executable()
    if command is None:
        pytest.skip("NO CHROMIUM: nobody has looked at the page of a scene; install Debian's `chromium`")
    found = Browser(command, tmp_path_factory.mktemp("profile"), drawing=True)
    yield found
    found.close()


@pytest.fixture
def clean(browser: Browser, url: str) -> Iterator[Browser]:
    """The page, freshly open; afterwards it must have nothing to complain about and have loaded nothing but itself."""
    browser.problems.clear()
    browser.requests.clear()
    opened(browser, url)
    yield browser
    browser.run("1")
    assert browser.problems == []
    assert [each for each in browser.requests if not each.startswith(("file:", "about:"))] == []
