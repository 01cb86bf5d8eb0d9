"""Results and boards that are damaged, out of range or ambiguous: one error that names file and key, no traceback."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmark.board.leaderboard import load_boards, load_results, write_leaderboard
from benchmark.pipeline.schema import LARGEST_JSON, Result, parse, to_json
from deepgrasp.errors import InputError
from tests.benchmark.board.test_leaderboard import result, written

HERE = Path("results/object/mlp/single-0.json")


def edited(edit: Callable[[dict[str, Any]], Any]) -> bytes:
    values = json.loads(to_json(result("mlp", 0, 0.5).model_dump()))
    edit(values)
    return json.dumps(values).encode()


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (lambda it: it.update(confusion=None), "needs classes and confusion"),
        (lambda it: it.update(classes=None), "needs classes and confusion"),
        (lambda it: it.update(confusion=[]), "a table of 2 x 2"),
        (lambda it: it["confusion"][0].pop(), "a table of 2 x 2"),
        (lambda it: it["confusion"].append([0, 0]), "a table of 2 x 2"),
        (lambda it: it.update(classes=["cup", "cup"]), "a table of 2 x 2"),
        (lambda it: it["confusion"][0].__setitem__(0, -1), "confusion.0.0: input should be greater"),
        (lambda it: it["confusion"][0].__setitem__(0, 10**30), "confusion.0.0: "),
        (lambda it: it["confusion"][0].__setitem__(0, 1.5), "confusion.0.0: input should be a valid integer"),
        (lambda it: it["metrics"].update(macro_f1=-1), "metrics.macro_f1 is -1, and must lie between 0 and 1"),
        (lambda it: it["metrics"].update(mcc=1.1), "metrics.mcc is 1.1"),
        (lambda it: it["metrics"].update(accuracy=None), "metrics.accuracy: input should be a valid number"),
        (lambda it: it["metrics"].update(accuracy="0.5"), "metrics.accuracy: input should be a valid number"),
        (lambda it: it["run"]["history"][0].update(step=10**30), "run.history.0.step: "),
        (lambda it: it["run"]["history"][0].update(skill=2), "run.history.0.skill: "),
        (lambda it: it["run"]["history"][0].update(train_loss=1e308), "should be less than or equal to 1e+100; "),
        (lambda it: it["run"].update(replicate=-1), "run.replicate: "),
        (lambda it: it.update(test_sequences="4"), "test_sequences: input should be a valid integer"),
        (lambda it: it.update(test_sequences=0), "test_sequences: "),
        (lambda it: it["per_sequence"]["values"].__setitem__(0, -0.1), "per_sequence.values.0: "),
        (lambda it: it["run"]["inputs"].update(hands="three"), "run.inputs: value error, hands: "),
        (lambda it: it["run"]["inputs"].pop("frames"), "run.inputs: value error, frames: "),
        (lambda it: it["run"]["provenance"].update(dirty="no"), "run.provenance: value error, dirty is 'no'"),
        (lambda it: it["run"]["provenance"].update(commit=7), "run.provenance: value error, commit is 7"),
    ],
)
def test_a_value_out_of_range_is_named(edit: Callable[[dict[str, Any]], Any], says: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(Result, edited(edit), HERE)
    assert str(caught.value).startswith(str(HERE))
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b'{"task": "object", "task": "action"}', "holds 'task' twice"),
        (b'{"task": "\xe9"}', "utf-8"),
        ('{"task": "object"}'.encode("utf-16"), "UTF-16: save it as UTF-8"),
        (b"\xef\xbb\xbf{}", "begins with a byte order mark, as some editors write: save it as UTF-8 without one"),
        (b"[" * 100_000, "invalid JSON"),
        (b"1" * 10_000, "invalid JSON"),
        (b"", "invalid JSON"),
        (b"[]", "the file: input should be an object"),
        (b" " * (LARGEST_JSON + 1), "more than"),
    ],
    ids=["twice", "latin-1", "utf-16", "bom", "deep", "digits", "empty", "list", "large"],
)
def test_text_that_is_no_result_is_one_clear_error(text: bytes, says: str) -> None:
    with pytest.raises(InputError, match=f"^{HERE}.*{says}"):
        parse(Result, text, HERE)


def test_what_a_later_version_records_besides_is_kept() -> None:
    read = parse(Result, edited(lambda it: it["run"]["inputs"].update(cameras=2)), HERE)
    assert read.run.inputs["cameras"] == 2


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    place = tmp_path_factory.mktemp("board")
    cells = [result(model, k, 0.5) for model in ("mlp", "lstm") for k in range(2)]
    write_leaderboard(written(place / "results", cells), place / "leaderboard")
    return (place / "leaderboard/leaderboard.json").read_bytes()


def first_row(it: dict[str, Any]) -> Any:
    return it["boards"][0]["tasks"]["object"][0]


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (lambda it: it.update(boards=[]), "boards: "),
        (lambda it: it.update(boards=None), "boards: "),
        (lambda it: it["boards"][0].pop("split"), "boards.0.split: field required"),
        (lambda it: it["boards"][0].update(level=95), "boards.0.level: "),
        (lambda it: it["boards"][0].update(tasks={}), "boards.0.tasks: "),
        (lambda it: it["boards"][0]["tasks"].update(object=[]), "boards.0.tasks.object: "),
        (lambda it: it["boards"][0]["inputs"].update(modalities=7), "boards.0.inputs: value error, modalities"),
        (lambda it: first_row(it).update(model=None), "boards.0.tasks.object.0.model: "),
        (lambda it: first_row(it).update(origin="trusted"), "boards.0.tasks.object.0.origin: "),
        (lambda it: first_row(it).update(parameters="many"), "boards.0.tasks.object.0.parameters: "),
        (lambda it: first_row(it)["metrics"].pop("accuracy"), "tasks.object: lstm lacks accuracy"),
        (lambda it: first_row(it)["estimate"].update(low=None), "an interval has two ends or none"),
        (lambda it: it.update(schema_version=3), "is no leaderboard of version"),
    ],
)
def test_a_board_edited_by_hand_is_named(
    tmp_path: Path, saved: bytes, edit: Callable[[dict[str, Any]], Any], says: str
) -> None:
    values = json.loads(saved)
    edit(values)
    (tmp_path / "leaderboard.json").write_text(json.dumps(values))
    with pytest.raises(InputError) as caught:
        load_boards(tmp_path)
    assert str(caught.value).startswith(str(tmp_path / "leaderboard.json"))
    assert says in str(caught.value)


def test_a_board_as_written_is_read(tmp_path: Path, saved: bytes) -> None:
    (tmp_path / "leaderboard.json").write_bytes(saved)
    assert load_boards(tmp_path) == json.loads(saved)["boards"]


def test_results_that_no_table_can_hold_together_are_named(tmp_path: Path) -> None:
    def with_result(name: str, **changes: Any) -> Path:
        cells = [result("mlp", 0, 0.5), result("mlp", 1, 0.5).model_copy(update=changes)]
        return written(tmp_path / name, cells)

    fewer = {"accuracy": 0.5}
    with pytest.raises(InputError, match=r"single-1\.json, metrics: are not those of .*single-0\.json"):
        load_results(with_result("fewer", metrics=fewer))
    with pytest.raises(InputError, match=r"single-1\.json, classes: are not those of .*single-0\.json"):
        load_results(with_result("classes", classes=["cup", "jug"]))
    (tmp_path / "empty/object.json").mkdir(parents=True)
    with pytest.raises(InputError, match=r"object\.json: is no file"):
        load_results(tmp_path / "empty")


def test_trainings_of_unequal_length_are_drawn(tmp_path: Path) -> None:
    """Patience ends each training where it stops to get better."""
    longer = result("mlp", 1, 0.5)
    history = [longer.run.history[0], longer.run.history[0].model_copy(update={"step": 18})]
    longer = longer.model_copy(update={"run": longer.run.model_copy(update={"history": history})})
    write_leaderboard(written(tmp_path / "results", [result("mlp", 0, 0.5), longer]), tmp_path / "leaderboard")
    assert (tmp_path / "leaderboard/plots/learning_curves.png").exists()
