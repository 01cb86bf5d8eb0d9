"""The page: the same bytes, all in one file, hostile names harmless; and how it behaves in a real Chromium."""

import itertools
import json
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest

from benchmark.board import board
from benchmark.page.render import embedded, page
from benchmark.records import Cost, DataRecord, Epoch, PerSequence, Result, Run
from deepgrasp.splits import TEST_PAIRS
from deepgrasp.tasks import TASKS, body_joints
from tests.browser import Browser, executable

TRAINED, SIMPLE = ("gcn", "lstm", "mlp", "stgcn"), ("linear", "nearest", "trivial")
CLASSES = {"object": [f"object{k}" for k in range(51)], "action": ["use", "pass", "lift", "offhand"]}
INPUTS = {"modalities": "both", "hands": "both", "part": "arms", "joints": 15, "patches": 16, "frames": None}
HOSTILE = "</script><script>alert(1)</script><!--<b>&amp;"


def run(model: str, trained_on: str, replicate: int, rng: random.Random, **changes: Any) -> Run:
    gradients = trained_on != "none"
    history = [Epoch(epoch=k + 1, train_loss=3 / (k + 1), skill=rng.random()) for k in range(12 if gradients else 0)]
    sizes = {"parameters": rng.randrange(9_000, 99_000) if gradients else 0, "multiply_adds": rng.randrange(1, 10**7)}
    values: dict[str, Any] = {
        "data": DataRecord(kind="synthetic", hash="ab" * 32, prepare={"frames": 12}),
        "split": "subject",
        "inputs": INPUTS,
        "trained_on": trained_on,
        "model": model,
        "replicate": replicate,
        "validation": dict.fromkeys(TASKS, 0.5),
        "history": history,
        "cost": Cost(seconds=6.5, ms_per_sample=rng.uniform(0.01, 1), **sizes),
        "recipe": {"epochs": 12},
        "hyperparameters": {"hidden": 64},
        "provenance": {"commit": "c0ffee" * 6, "dirty": replicate == 1, "device": "x86_64 CPU"},
        "oracle": model == "wrist",
    }
    return Run(**values | changes)


def result(task: str, model: str, trained_on: str, replicate: int, **changes: Any) -> Result:
    rng = random.Random(f"{task} {model} {trained_on} {replicate}")
    pair, keys = TEST_PAIRS[replicate], (*TASKS[task].metrics, *(f"joint_{name}_cm" for name in body_joints("both")))
    metrics = {key: rng.uniform(0.1, 0.9) for key in keys if task == "body" or not key.startswith("joint_")}
    values = [round(metrics[TASKS[task].primary] * rng.uniform(0.8, 1.2), 6) for _ in range(40)]
    ids = [f"{pair[k % 2]}/{k}" for k in range(40)]
    each = PerSequence(ids=ids, subjects=[pair[k % 2] for k in range(40)], values=values)
    classes = CLASSES.get(task)
    counts = classes and [[rng.randrange(99) for _ in classes] for _ in classes]
    of_run = run(model, trained_on, replicate, rng, **changes)
    return Result(
        task=task, metrics=metrics, test_sequences=40, per_sequence=each, classes=classes, confusion=counts, run=of_run
    )


def grid(**changes: Any) -> list[Result]:
    """The default grid and one oracle: four tasks, twelve rows, three replicates, 51 objects, everything counted."""
    rows = [(model, way) for model in TRAINED for way in ("", "joint")] + [(model, "none") for model in SIMPLE]
    rows += [("wrist", "none")]
    return [result(task, model, way or task, k, **changes) for task in TASKS for model, way in rows for k in range(3)]


GRID = grid()


def test_the_same_results_give_the_same_bytes_and_fewer_than_three_million() -> None:
    first = page([(board(GRID), GRID)])
    assert first == page([(board(GRID), list(reversed(GRID)))])
    assert 100_000 < len(first.encode()) < 3_000_000


def data(html: str) -> list[dict[str, Any]]:
    found = re.findall(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert len(found) == 1
    boards: list[dict[str, Any]] = json.loads(found[0])
    return boards


def test_the_page_holds_what_the_board_says() -> None:
    (shown,), table = data(page([(board(GRID), GRID)])), board(GRID)
    assert [task["name"] for task in shown["tasks"]] == list(TASKS)
    for task in shown["tasks"]:
        rows = table["tasks"][task["name"]]
        assert [(row["model"], row["tied"]) for row in task["rows"]] == [
            (r["model"], r["tied_with_best"]) for r in rows
        ]
        assert [row["mean"] for row in task["rows"]] == pytest.approx([r["estimate"]["mean"] for r in rows], rel=1e-4)
    best = shown["tasks"][0]["rows"][0]
    cell = [r for r in GRID if r.task == "object" and r.run.model == best["model"]]
    cell = [r for r in cell if (r.run.trained_on == "joint") == (best["kind"] == "joint")]
    assert sum(count for *_, count in best["confusion"]) == sum(
        sum(sum(row) for row in r.confusion or []) for r in cell
    )
    assert [origin["replicates"] for origin in best["origins"]] == [[0, 2], [1]]


def test_hostile_names_stay_text() -> None:
    hostile = [result("object", HOSTILE, "object", k) for k in range(2)]
    html = page([(board(hostile), hostile)])
    assert html.count("<script") == html.count("</script>") == 2
    assert "<!--" not in html
    assert data(html)[0]["tasks"][0]["rows"][0]["model"] == HOSTILE
    assert json.loads(embedded({"key": HOSTILE})) == {"key": HOSTILE}


def test_nothing_is_loaded_from_elsewhere() -> None:
    html = page([(board(GRID), GRID)])
    assert not re.search(r"https?:|\bsrc=|<link|@import|url\(", html)
    assert set(re.findall(r'href="([^"]*)"', html)) == {"#board", "LEADERBOARD.md", "leaderboard.json"}


# --- in a browser -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    command = executable()
    if command is None:
        pytest.skip("NO CHROMIUM: nobody has looked at the page; install Debian's `chromium`")
    found = Browser(command, tmp_path_factory.mktemp("profile"))
    yield found
    found.close()


@pytest.fixture(scope="module")
def urls(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Pages as files: of one board, of three that differ, and one with a hostile name."""
    pose, chance = grid(inputs=INPUTS | {"modalities": "pose"}), grid(split="random")
    hostile = [result("object", HOSTILE, "object", k) for k in range(2)]
    folder, urls = tmp_path_factory.mktemp("pages"), {}
    for name, sets in {"one": [GRID], "three": [GRID, pose, chance], "hostile": [hostile]}.items():
        (folder / f"{name}.html").write_text(page([(board(results), results) for results in sets]), encoding="utf-8")
        urls[name] = (folder / f"{name}.html").as_uri()
    return urls


@pytest.fixture
def clean(browser: Browser) -> Iterator[Browser]:
    """The browser, which must have nothing to complain about afterwards and have loaded nothing but files."""
    browser.problems.clear()
    browser.requests.clear()
    yield browser
    browser.run("1")
    assert browser.problems == []
    assert [url for url in browser.requests if not url.startswith(("file:", "about:"))] == []


NAMES = "[...document.querySelectorAll('.ranked .row')].map(row => row.dataset.row)"


def labels(task: str, key: str, *, descending: bool) -> list[str]:
    """Ranked rows in the order of a metric, from the board itself."""
    rows = [row for row in board(GRID)["tasks"][task] if not row["oracle"]]
    rows.sort(key=lambda row: row["metrics"][key]["mean"], reverse=descending)
    return [row["model"] + ("+joint" if row["training"] == "joint" else "") for row in rows]


def column(browser: Browser, text: str) -> str:
    number = browser.run(
        f"[...document.querySelectorAll('thead button')].findIndex(b => b.textContent.includes('{text}'))"
    )
    return f"thead [data-column='{number}']"


def test_sorts_by_mouse_and_by_keyboard(clean: Browser, urls: dict[str, str]) -> None:
    clean.open(urls["one"])
    print("interactive after, ms:", clean.run("performance.getEntriesByName('interactive')[0].startTime"))
    selector = column(clean, "macro-F1")
    sort = f"document.querySelector(\"{selector}\").closest('th').getAttribute('aria-sort')"
    clean.click(selector)
    assert (clean.run(NAMES), clean.run(sort)) == (labels("object", "macro_f1", descending=True), "descending")
    for key, order in (("Enter", "ascending"), (" ", "descending")):
        clean.press(key)  # the focus stayed on the head
        assert clean.run(NAMES) == labels("object", "macro_f1", descending=order == "descending")
        assert clean.run(sort) == order
    assert clean.run("document.querySelectorAll('[aria-sort]').length") == 1
    assert clean.run("[...document.querySelectorAll('.oracles .row')].map(row => row.dataset.row)") == ["wrist"]


def test_an_error_sorts_upwards_first(clean: Browser, urls: dict[str, str]) -> None:
    clean.open(urls["one"] + "#body")
    clean.click(column(clean, "right wrist"))
    assert clean.run(NAMES) == labels("body", "joint_right_wrist_cm", descending=False)


def test_intervals_are_drawn_to_scale(clean: Browser, urls: dict[str, str]) -> None:
    clean.open(urls["one"] + "#pose")
    drawn = clean.run(
        "Object.fromEntries([...document.querySelectorAll('.row')].map(row => [row.dataset.row, "
        "['x1', 'x2'].map(end => +row.querySelector('.bar').getAttribute(end))]))"
    )
    rows = data(page([(board(GRID), GRID)]))[0]["tasks"][3]["rows"]
    one, other = rows[0], rows[5]
    scale = (drawn[other["label"]][0] - drawn[one["label"]][0]) / (other["low"] - one["low"])
    for row in rows:
        expected = [drawn[one["label"]][0] + scale * (row[end] - one["low"]) for end in ("low", "high")]
        assert drawn[row["label"]] == pytest.approx(expected, abs=0.2)


def test_filters_by_task_kind_and_name(clean: Browser, urls: dict[str, str]) -> None:
    clean.open(urls["one"])
    clean.click("#tab-action")
    assert clean.run("document.querySelector('h2').textContent") == "Task: action"
    clean.press("ArrowRight")
    assert clean.run("document.activeElement.textContent") == "body"
    clean.click("[data-kind='joint']")
    clean.click("[data-kind='oracle']")
    assert sorted(clean.run(NAMES)) == sorted((*TRAINED, *SIMPLE))
    assert clean.run("document.querySelectorAll('.oracles .row').length") == 0
    assert clean.run("document.querySelectorAll('.mark').length") == 7
    clean.click("#find")
    clean.type("STM")
    assert clean.run(NAMES) == ["lstm"]
    clean.type("nobody")
    assert clean.run("document.querySelector('#table').textContent") == "No row fits the filters."


def test_boards_are_chosen_by_split_and_inputs(clean: Browser, urls: dict[str, str]) -> None:
    clean.open(urls["three"])
    assert clean.run("document.querySelectorAll('select').length") == 2  # all three have the same data

    def choose(key: str, number: int) -> str:
        select = f"document.querySelector('[data-choice={key}]')"
        clean.run(f"({select}.selectedIndex = {number}, {select}.dispatchEvent(new Event('change')))")
        return str(clean.run("document.querySelector('#facts').textContent"))

    assert "split by random · pose and touch" in choose("split", 1)
    assert "split by subject · pose of both hands" in choose("inputs", 1)


def test_details_open_by_keyboard(clean: Browser, urls: dict[str, str]) -> None:
    clean.open(urls["one"])
    clean.run("document.querySelector('.name').focus()")
    clean.press("Enter")
    assert clean.run("document.activeElement.getAttribute('aria-expanded')") == "true"
    assert clean.run("document.querySelectorAll('.details').length") == 1
    best = data(page([(board(GRID), GRID)]))[0]["tasks"][0]["rows"][0]
    assert clean.run("document.querySelectorAll('.details .cell').length") == len(best["confusion"])
    assert clean.run("document.querySelectorAll('.details polyline').length") == 2 * len(best["curves"])
    assert "c0ffeec0ffee and changes that were not committed" in clean.run(
        "document.querySelector('.details').textContent"
    )
    clean.press(" ")
    assert clean.run("document.querySelectorAll('.details').length") == 0


def test_error_of_every_joint_is_on_the_body(clean: Browser, urls: dict[str, str]) -> None:
    clean.open(urls["one"] + "#body")
    clean.click(".row td:nth-child(3)")
    assert clean.run("document.querySelectorAll('.details .joint').length") == len(body_joints("both"))
    row = data(page([(board(GRID), GRID)]))[0]["tasks"][2]["rows"][0]
    texts = clean.run("[...document.querySelectorAll('.details .joint')].map(joint => joint.textContent)")
    errors = [f"{value:.1f}" for key, (value, _) in row["metrics"].items() if key.startswith("joint_")]
    assert sorted(texts) == sorted(errors)


def test_a_point_tells_and_opens_its_row(clean: Browser, urls: dict[str, str]) -> None:
    clean.open(urls["one"], prefers_reduced_motion="reduce")
    clean.click("[data-cost='multiply_adds']")
    clean.run("document.querySelector('.mark').focus()")
    assert "multiply-adds a sample" in clean.run("document.querySelector('#tip:not([hidden])').textContent")
    clean.press("Enter")
    assert clean.run("document.activeElement.closest('.row').dataset.row") == clean.run(f"{NAMES}[0]")
    assert clean.run("document.activeElement.getAttribute('aria-expanded')") == "true"


def test_light_and_dark(clean: Browser, urls: dict[str, str]) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    clean.open(urls["one"], prefers_color_scheme="light")
    light = clean.run(ground)
    clean.click("#theme")
    dark = clean.run(ground)
    assert dark != light
    clean.click("#theme")
    assert clean.run(ground) == light
    clean.run("localStorage.clear()")
    clean.open(urls["one"], prefers_color_scheme="dark")
    assert clean.run(ground) == dark


@pytest.mark.parametrize("task", TASKS)
def test_fits_a_phone(clean: Browser, urls: dict[str, str], task: str) -> None:
    clean.open(f"{urls['three']}#{task}", width=360, height=800)
    clean.run(
        "[...document.querySelectorAll('.name')].forEach((_, k) => document.querySelectorAll('.name')[k].click())"
    )
    assert clean.run("document.querySelectorAll('.details').length") == 12
    assert clean.run("[document.documentElement.scrollWidth, document.documentElement.clientWidth]") == [360, 360]


def test_a_hostile_name_is_shown_as_it_is(clean: Browser, urls: dict[str, str]) -> None:
    clean.open(urls["hostile"])
    assert clean.run("document.querySelector('.name').textContent") == HOSTILE


def test_drawings_and_controls_have_names(clean: Browser, urls: dict[str, str]) -> None:
    clean.open(urls["one"] + "#body")
    clean.click(".row td:nth-child(3)")
    nameless = "node => !(node.getAttribute('aria-label') || node.textContent.trim() || node.labels?.length)"
    assert clean.run(
        f"[...document.querySelectorAll('button, [role], select, input')].filter({nameless}).map(n => n.outerHTML)"
    ) == ['<div id="tip" role="tooltip" hidden=""></div>']
    levels = clean.run("[...document.querySelectorAll('h1, h2, h3')].map(node => +node.tagName[1])")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
