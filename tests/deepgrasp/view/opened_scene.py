"""The page of a scene, opened in a browser and drawn."""

from typing import Any

from tests.browser import Browser


def opened(browser: Browser, url: str, **window: Any) -> None:
    browser.open(url, **{"width": 900, "height": 620} | window)
    assert browser.run("window.scene.ready.then(() => document.getElementById('waiting').hidden)")
