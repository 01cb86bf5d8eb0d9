"""The doors of results and boards: what leaderboard, board and gate read from a clone or a pull request."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from benchmark import params as parameters
from benchmark.board import more_recordings
from benchmark.board.board_file import BOARD_VERSION
from benchmark.board.leaderboard import board, board_markdown, compact, load_boards, load_results, summary
from benchmark.board.page.model import boards as shown_boards
from benchmark.board.results import by_board
from benchmark.checks import arithmetic, integrity, records, sequences
from benchmark.params import Params
from benchmark.pipeline.schema import Result, to_json
from deepgrasp.files import json_in_html
from tests.benchmark.checks.honest import SEEN, ZERO, cell
from tests.benchmark.made_up import GRID, growth
from tests.hostile.damage import Rng, harm_bytes, no_file
from tests.hostile.doors import Case, Door
from tests.hostile.submissions import JUNK, TEXTS

ROOT = Path(__file__).parents[2]
HURT = "results/object/mlp/single-0.json"


@cache
def params() -> Params:
    return parameters.load_params(ROOT / "params.yaml")


@cache
def results() -> list[Result]:
    cells = [cell(params(), task, "mlp", task, k, SEEN[task]) for task in ("object", "body") for k in range(2)]
    return cells + [
        cell(params(), task, "trivial", "none", k, ZERO[task]) for task in ("object", "body") for k in (0, 1)
    ]


@cache
def texts() -> dict[str, str]:
    return {f"results/{each.name}": to_json(each.model_dump()) for each in results()}


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container of a JSON value, with each of its keys."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    return [(value, key) for key in keys] + [pair for key in keys for pair in places(value[key])]


def forged(rng: Rng, text: str) -> tuple[str, bytes]:
    """The JSON with a value made junk or left out, damaged bytes, or a text that is hostile as a whole."""
    kind = rng.random()
    if kind < 0.1:
        return "hostile JSON", TEXTS[int(rng.integers(len(TEXTS)))]
    if kind < 0.3:
        return harm_bytes(rng, text.encode())
    values = json.loads(text)
    found = places(values)
    holder, key = found[int(rng.integers(len(found)))]
    if rng.random() < 0.2:
        del holder[key]
        return f"without {key}", json.dumps(values).encode()
    holder[key] = JUNK[int(rng.integers(len(JUNK)))]
    return f"{key} = {holder[key]!r}"[:80], json.dumps(values).encode()


def written(name: str, whole: Callable[[], dict[str, str]]) -> Callable[[Rng | None], Case]:
    def make(rng: Rng | None) -> Case:
        hurt: tuple[str, bytes] | Case = ("whole", whole()[name].encode())
        if rng is not None:
            hurt = no_file(rng, name) if rng.random() < 0.05 else forged(rng, whole()[name])

        def write(folder: Path) -> None:
            for other, text in whole().items():
                (folder / other).parent.mkdir(parents=True, exist_ok=True)
                (folder / other).write_text(text, encoding="utf-8")
            if isinstance(hurt, Case):
                hurt.write(folder)
            else:
                (folder / name).write_bytes(hurt[1])

        # what a hand changes may be right elsewhere: whether it is true is for the checks to say, not for the reader
        return Case(hurt.what if isinstance(hurt, Case) else hurt[0], write, "either")

    return make


def shown(tables: list[dict[str, Any]]) -> str:
    return "".join(f"{board_markdown(table)}{compact(table)}" for table in tables) + json.dumps(summary(tables))


def read_results(folder: Path) -> str:
    found = load_results(folder / "results")
    named = {each.name: each for each in found}
    for check in (
        *(integrity.duplicates, integrity.mixed_boards, integrity.misnamed, integrity.unfounded, arithmetic.uncounted),
        *(arithmetic.other_unit, sequences.strangers, records.unlike_each_other, records.unlearned),
    ):
        check(named)
    records.departing(named, params())
    return shown([board(group) for group in by_board(found)])


def boards() -> dict[str, str]:
    tables = [board(group) for group in by_board(results())]
    return {"leaderboard.json": to_json({"schema_version": BOARD_VERSION, "boards": tables})}


def curves() -> dict[str, str]:
    return {more_recordings.LEARNING_FILE: to_json(growth().model_dump())}


@cache
def page_board() -> dict[str, Any]:
    return shown_boards([(board(GRID), GRID)])[0]


def read_curves(folder: Path) -> str:
    found = more_recordings.load_curves(folder)
    return "none" if found is None else json_in_html(more_recordings.curves_on_page(found, page_board()))


DOORS = {
    "result": Door(written(HURT, texts), read_results),
    "board": Door(written("leaderboard.json", cache(boards)), lambda folder: shown(load_boards(folder))),
    "curves": Door(written(more_recordings.LEARNING_FILE, cache(curves)), read_curves),
}
