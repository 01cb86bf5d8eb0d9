"""The page in a real Chromium, from the file system: clicks, keys, filters, drawings to scale, a phone's width."""

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest

from benchmark.board.page.about import descriptions
from benchmark.board.page.render import board_page
from benchmark.board.probes_file import LeftOut
from benchmark.board.rows import board
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.body import body_joints
from tests.benchmark.made_up import GRID, HOSTILE, INPUTS, SIMPLE, TRAINED, data, grid, growth, result
from tests.benchmark.probing.made_up_probes import made_up_probes
from tests.browser import Browser, executable


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
    """Pages as files: of one board, of three that differ, one with a hostile name, one with curves over recordings."""
    pose, chance = grid(inputs=INPUTS | {"modalities": "pose"}), grid(split="random")
    hostile = [result("object", HOSTILE, "object", k) for k in range(2)]
    folder, urls = tmp_path_factory.mktemp("pages"), {}
    for name, sets in {"one": [GRID], "three": [GRID, pose, chance], "hostile": [hostile]}.items():
        (folder / f"{name}.html").write_text(
            board_page([(board(results), results) for results in sets]), encoding="utf-8"
        )
        urls[name] = (folder / f"{name}.html").as_uri()
    (folder / "growth.html").write_text(board_page([(board(GRID), GRID)], curves=growth()), encoding="utf-8")
    urls["growth"] = (folder / "growth.html").as_uri()
    (folder / "probed.html").write_text(board_page([(board(GRID), GRID)], probes=made_up_probes()), encoding="utf-8")
    urls["probed"] = (folder / "probed.html").as_uri()
    whole = made_up_probes()
    without = LeftOut(tasks=["pose"], rows=["mlp+joint"])
    few = {name: rows for name, rows in whole.tasks.items() if name != "pose"}
    narrow = whole.model_copy(update={"tasks": few, "left_out": without})
    (folder / "narrow.html").write_text(board_page([(board(GRID), GRID)], probes=narrow), encoding="utf-8")
    urls["narrow"] = (folder / "narrow.html").as_uri()
    sets = [(board(results), results) for results in (GRID, chance)]
    (folder / "beside.html").write_text(board_page(sets, probes=whole), encoding="utf-8")
    urls["beside"] = (folder / "beside.html").as_uri()
    bare = re.sub("<script.*?</script>", "", board_page([(board(GRID), GRID)]), flags=re.DOTALL)
    (folder / "bare.html").write_text(bare, encoding="utf-8")
    urls["bare"] = (folder / "bare.html").as_uri()
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
    return labelled(rows)


def labelled(rows: list[Any]) -> list[str]:
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
    rows = data(board_page([(board(GRID), GRID)]))[0]["tasks"][3]["rows"]
    one, other = rows[0], rows[5]
    scale = (drawn[other["label"]][0] - drawn[one["label"]][0]) / (other["low"] - one["low"])
    for row in rows:
        expected = [drawn[one["label"]][0] + scale * (row[end] - one["low"]) for end in ("low", "high")]
        assert drawn[row["label"]] == pytest.approx(expected, abs=0.2)


def test_filters_by_task_kind_and_name(clean: Browser, urls: dict[str, str]) -> None:
    clean.open(urls["one"])
    clean.click("#task-action")
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
    best = data(board_page([(board(GRID), GRID)]))[0]["tasks"][0]["rows"][0]
    assert clean.run("document.querySelectorAll('.details .cell').length") == len(best["confusion"])
    assert clean.run("document.querySelectorAll('.details polyline').length") == 2 * len(best["curves"])
    assert "c0ffeec0ffee and changes that were not committed" in clean.run(
        "document.querySelector('.details').textContent"
    )
    clean.press(" ")
    assert clean.run("document.querySelectorAll('.details').length") == 0
    clean.press("Tab")  # a drawing is no stop on the way
    assert clean.run("document.activeElement.closest('.row').dataset.row") == clean.run(f"{NAMES}[1]")


def test_error_of_every_joint_is_on_the_body(clean: Browser, urls: dict[str, str]) -> None:
    clean.open(urls["one"] + "#body")
    clean.click(".row td:nth-child(3)")
    assert clean.run("document.querySelectorAll('.details .joint').length") == len(body_joints("both"))
    row = data(board_page([(board(GRID), GRID)]))[0]["tasks"][2]["rows"][0]
    texts = clean.run("[...document.querySelectorAll('.details .joint')].map(joint => joint.textContent)")
    errors = [f"{value:.1f}" for key, (value, _) in row["metrics"].items() if key.startswith("joint_")]
    assert sorted(texts) == sorted(errors)


def test_a_point_tells_and_opens_its_row(clean: Browser, urls: dict[str, str]) -> None:
    clean.open(urls["one"] + "#cost", prefers_reduced_motion="reduce")
    clean.click("[data-cost='multiply_adds']")
    clean.run("document.querySelector('.mark').focus()")
    assert "multiply-adds a sample" in clean.run("document.querySelector('#tip:not([hidden])').textContent")
    clean.press("Enter")
    assert clean.run("document.activeElement.closest('.row').dataset.row") == clean.run(f"{NAMES}[0]")
    assert clean.run("document.activeElement.getAttribute('aria-expanded')") == "true"


@pytest.mark.parametrize(("task", "sign"), [("object", -1), ("body", 1)])
def test_the_pareto_front_goes_through_the_rows_that_none_beats_at_no_higher_cost(
    clean: Browser, urls: dict[str, str], task: str, sign: int
) -> None:
    clean.open(f"{urls['one']}#cost/{task}")
    clean.click("[data-cost='latency_p50_ms']")
    rows = [row for row in board(GRID)["tasks"][task] if row["latency_p50_ms"] is not None and not row["oracle"]]
    # both the smaller the better
    means = [(row["latency_p50_ms"], sign * row["estimate"]["mean"]) for row in rows]
    points = [(*each, name) for each, name in zip(means, labelled(rows), strict=True)]
    beaten = {c for a, b in itertools.permutations(points, 2) for c in [b[2]] if a[0] <= b[0] and a[1] <= b[1]}
    free = [name for *_, name in sorted(points) if name not in beaten]
    assert 1 < len(free) < len(points)
    told = clean.run("[...document.querySelectorAll('#costs .note')].at(-1).textContent")
    assert told.endswith(f"cheapest first: {', '.join(free)}.")
    # a point each, a corner between two, and the end at the right edge
    assert clean.run("document.querySelector('.front').points.length") == 2 * len(free)


def test_a_card_says_what_each_model_is_sees_and_costs(clean: Browser, urls: dict[str, str]) -> None:
    clean.open(urls["one"])
    here = sorted({row["model"] for rows in board(GRID)["tasks"].values() for row in rows} & descriptions(MADE).keys())
    found = clean.run("[...document.querySelectorAll('.card')].map(each => each.textContent)")
    names = clean.run("[...document.querySelectorAll('.card h3')].map(each => each.textContent)")
    assert names[: len(here)] == here  # those of the board first
    texts = dict(zip(names, found, strict=True))
    assert texts.keys() == descriptions(MADE).keys()
    for name, text in texts.items():
        assert descriptions([name])[name][0] in text
        assert ("Not on this board." in text) == (name not in here)
    assert "parameters" in texts["mlp"]


def test_what_nobody_timed_sorts_last_and_says_so(clean: Browser, urls: dict[str, str]) -> None:
    clean.open(urls["one"])
    for _ in range(2):  # upwards, downwards
        clean.click(column(clean, "latency"))
        assert set(clean.run(NAMES)[-3:]) == set(SIMPLE)
    clean.click("#view-cost")
    clean.click("[data-cost='latency_p99_ms']")
    texts = clean.run("[...document.querySelectorAll('.mark')].map(mark => mark.getAttribute('aria-label'))")
    assert sum("not measured: milliseconds for one window, p99" in text for text in texts) == len(SIMPLE) + 1
    clean.run("document.querySelectorAll('.name').forEach(name => name.click())")
    rows = clean.run("[...document.querySelectorAll('.details')].map(row => row.textContent)")
    assert sum("not measured" in row for row in rows) == len(SIMPLE) + 1
    assert all("loss_weights (object 1, pose 2), trackers none" in row for row in rows)


MADE = {result.run.model for result in GRID}
HIDDEN = "document.querySelector('#recordings').hidden"


def test_curves_over_recordings(clean: Browser, urls: dict[str, str]) -> None:
    clean.open(urls["growth"] + "#recordings", prefers_reduced_motion="reduce")
    assert not clean.run(HIDDEN)
    texts = clean.run("document.querySelector('#recordings').innerText")
    assert "over replicates 0, 1" in texts
    assert "Made with train.threads=1" in texts
    names = "[...document.querySelectorAll('#recordings .curve')].map(each => each.getAttribute('aria-label'))"
    found = {text.partition(",")[0]: text for text in clean.run(names)}
    assert set(found) == {"mlp", "lstm+joint", "linear", "mine+joint"}
    assert found["mlp"].split("\n")[1:] == ["54 recordings: 20.4 %", "108 recordings: 25.8 %", "432 recordings: 58.2 %"]
    drawn = clean.run("document.querySelector('#recordings polyline').points.length")
    xs = clean.run("[...document.querySelector('#recordings polyline').points].map(each => each.x)")
    assert drawn == 3
    assert xs[2] - xs[1] == pytest.approx(2 * (xs[1] - xs[0]))  # two doublings and one
    strokes = "document.querySelector('[aria-label^=\"mlp,\"] polyline').getAttribute('stroke')"
    assert clean.run(strokes) == clean.run(
        "[...document.querySelectorAll('.row')].find(r => r.dataset.row === 'mlp')"
        ".querySelector('.bar').getAttribute('stroke')"
    )
    assert clean.run("document.querySelectorAll('#recordings td').length") == 1 + 4 * 3


def test_a_curve_tells_and_opens_its_row_and_hides(clean: Browser, urls: dict[str, str]) -> None:
    clean.open(urls["growth"] + "#recordings", prefers_reduced_motion="reduce")
    clean.run("document.querySelector('[aria-label^=\"mlp,\"]').focus()")
    assert "432 recordings: 58.2 %" in clean.run("document.querySelector('#tip:not([hidden])').textContent")
    clean.press("Enter")
    assert clean.run("document.activeElement.closest('.row').dataset.row") == "mlp"
    clean.click("[data-kind='joint']")
    assert clean.run("document.querySelectorAll('#recordings .curve').length") == 2
    clean.click("#task-action")
    assert clean.run(HIDDEN)
    clean.open(urls["growth"] + "#cost", width=360, height=800)
    assert clean.run("document.documentElement.scrollWidth") == 360
    clean.open(urls["one"])
    assert clean.run(HIDDEN)


PROBES = "document.querySelector('#probes')"


def test_probes_of_a_task_in_four_views(clean: Browser, urls: dict[str, str]) -> None:
    clean.open(f"{urls['probed']}#probes/body", prefers_reduced_motion="reduce")
    assert clean.run("document.querySelector('#probe-name-choice').value") == "joint_noise"
    assert clean.run(f"{PROBES}.querySelector('.note a').href").endswith("/boards/probes/PROBES.md")
    rows = made_up_probes().tasks["body"]
    assert clean.run(f"{PROBES}.querySelectorAll('svg polyline').length") == len(rows)
    assert "other trainings" not in clean.run(f"{PROBES}.innerText")
    lowest = min(value for row in rows for value, *_ in row.curves["joint_noise"].skill if value is not None)
    assert ("Below -1 nothing is drawn" in clean.run(f"{PROBES}.innerText")) == (lowest < -1)
    ticks = "[...document.querySelectorAll('#known > div > svg > text')].map(each => +each.textContent)"
    assert min(tick for tick in clean.run(ticks) if tick is not None) >= -1
    select = "document.querySelector('#probe-name-choice')"
    clean.run(f"({select}.value = 'moved_arm', {select}.dispatchEvent(new Event('change')))")
    assert "a rubber hand" in clean.run(f"{PROBES}.innerText")
    clean.click("#probe-drift")
    assert "cm of 7.2" in clean.run(f"{PROBES}.querySelector('details').textContent")
    assert "3.0 (3.0 to 3.0)" in clean.run(f"{PROBES}.querySelectorAll('details')[1].textContent")
    clean.click("#probe-senses")
    assert clean.run(f"{PROBES}.querySelectorAll('tbody tr').length") == len(rows)
    clean.click("#probe-where")
    assert clean.run(f"{PROBES}.querySelectorAll('.joint').length") == 39 + 8
    clean.click("#task-object")
    clean.click("#probe-drift")
    assert "estimates no hand" in clean.run(f"{PROBES}.innerText")


OPEN = "[...document.querySelectorAll('[role=tabpanel]')].filter(p => p.checkVisibility({visibilityProperty: true}))"
SELECTED = "[...document.querySelectorAll('[role=tab][aria-selected=true]')].map(tab => tab.hash)"


def opened(browser: Browser) -> str:
    """The one part that is seen, which its tab says, too."""
    (part,) = browser.run(f"{OPEN}.map(panel => panel.id)")
    assert browser.run(SELECTED) == [f"#{part}"]
    return str(part)


def test_tabs_by_mouse_and_keyboard(clean: Browser, urls: dict[str, str]) -> None:
    clean.open(urls["probed"])
    assert opened(clean) == "board"
    for tab, panel in clean.run(
        "[...document.querySelectorAll('[role=tablist] > [role=tab]')].map(tab => [tab.id, "
        "document.getElementById(tab.getAttribute('aria-controls')).getAttribute('aria-labelledby')])"
    ):
        assert tab == panel
    # what each tab holds is told at the top
    assert "under noise" in clean.run("document.querySelector('#view-probes').innerText")
    clean.click("#view-probes")
    assert opened(clean) == "probes"
    for key, part in (("ArrowRight", "rows"), ("ArrowRight", "board"), ("ArrowLeft", "rows"), ("Home", "board"),
                      ("End", "rows"), ("ArrowLeft", "probes"), ("ArrowLeft", "cost")):  # fmt: skip
        clean.press(key)
        assert opened(clean) == part
        assert clean.run("document.activeElement.hash") == f"#{part}"
    # one stop for all tabs, the next one is not in a closed part
    clean.press("Tab")
    assert clean.run("document.activeElement.getAttribute('role')") == "radio"
    clean.run("document.querySelector('#view-probes').focus()")
    clean.press(" ")
    assert opened(clean) == "probes"


def test_a_link_opens_its_tab_and_a_reload_comes_back(clean: Browser, urls: dict[str, str]) -> None:
    for link, part in {
        "": "board",
        "#body": "board",
        "#probes": "probes",
        "#probes/body": "probes",
        "#recordings": "cost",
        "#settings": "rows",
        "#nowhere": "board",
        "#%": "board",
    }.items():
        clean.open(urls["probed"] + link)
        assert opened(clean) == part, link
        assert clean.run("document.querySelector('#heading').textContent") == (
            "Task: body" if "body" in link else "Task: object"
        )
    clean.click("#task-pose")
    clean.click("#view-probes")
    clean.open(clean.run("location.href"))
    assert (opened(clean), clean.run("document.querySelector('#heading').textContent")) == ("probes", "Task: pose")
    clean.run("location.hash = '#about'")
    assert opened(clean) == "rows"
    clean.run("document.querySelector('.skip').click()")
    assert opened(clean) == "board"


def test_a_page_without_probes_has_no_tab_of_them(clean: Browser, urls: dict[str, str]) -> None:
    clean.open(urls["one"])
    assert clean.run("document.querySelector('#view-probes').checkVisibility()") is False
    clean.run("document.querySelector('#view-cost').focus()")
    clean.press("ArrowRight")
    assert opened(clean) == "rows"


def test_all_parts_are_printed_with_their_drawings(clean: Browser, urls: dict[str, str]) -> None:
    clean.open(f"{urls['probed']}#probes/body")
    clean.send("Emulation.setEmulatedMedia", media="print")
    shown = clean.run(
        f"{OPEN}.map(panel => [panel.id, panel.offsetHeight > 100 && panel.querySelector('svg, dl') !== null])"
    )
    assert shown == [[part, True] for part in ("board", "cost", "probes", "rows")]
    clean.send("Emulation.setEmulatedMedia", media="")
    assert opened(clean) == "probes"


def test_without_a_script_the_parts_stand_below_each_other(clean: Browser, urls: dict[str, str]) -> None:
    clean.open(urls["bare"])
    seen = "panel => panel.offsetHeight && getComputedStyle(panel).visibility === 'visible'"
    assert clean.run(
        f"[...document.querySelectorAll('.view')].filter({seen}).map(panel => `#${{panel.id}}`)"
    ) == clean.run("[...document.querySelectorAll('#views a')].map(link => link.hash)")
    assert clean.run("document.querySelector('#views [role], #views [aria-selected]')") is None


def test_what_was_not_asked_is_told(clean: Browser, urls: dict[str, str]) -> None:
    clean.open(f"{urls['probed']}#probes")
    text = clean.run(f"{PROBES}.innerText")
    assert "Not asked: before contact (a store of the window" in text
    assert "Not asked of all" not in text
    clean.open(f"{urls['narrow']}#probes/object")
    assert "Not asked of all that the board has: tasks pose; rows mlp+joint." in clean.run(f"{PROBES}.innerText")
    clean.click("#task-pose")
    text = clean.run(f"{PROBES}.innerText")
    assert "No row of the task pose was probed." in text
    assert "Not asked of all that the board has: tasks pose" in text


def test_a_board_that_was_not_probed_says_so(clean: Browser, urls: dict[str, str]) -> None:
    clean.open(f"{urls['beside']}#probes")
    select = "document.querySelector('[data-choice=split]')"
    clean.run(f"({select}.selectedIndex = 1, {select}.dispatchEvent(new Event('change')))")
    assert "The networks of this board were not probed" in clean.run(f"{PROBES}.innerText")


@pytest.mark.parametrize("seen", ["curves", "senses", "drift", "where"])
def test_probes_fit_a_phone_and_have_names(clean: Browser, urls: dict[str, str], seen: str) -> None:
    clean.open(f"{urls['probed']}#probes/body", width=360, height=800)
    clean.click(f"#probe-{seen}")
    clean.run(f"{PROBES}.querySelectorAll('details').forEach(each => each.open = true)")
    assert clean.run("document.documentElement.scrollWidth") == 360
    nameless = "node => !(node.getAttribute('aria-label') || node.textContent.trim() || node.labels?.length)"
    assert clean.run(f"[...{PROBES}.querySelectorAll('button, select, [role]')].filter({nameless}).length") == 0


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
