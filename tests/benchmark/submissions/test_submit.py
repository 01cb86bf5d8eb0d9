"""Submissions: what is right is scored and marked, what is wrong is one clear error and leaves nothing behind."""

import json
import os
import re
import shutil
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from benchmark import params as parameters
from benchmark.board.results import by_board, load_results
from benchmark.pipeline.predictions import Predictions
from benchmark.pipeline.references import answer_cell
from benchmark.pipeline.schema import Cost, Isolation, Result, Run, parse
from benchmark.pipeline.score import score
from benchmark.submissions.arrays import read_predictions
from benchmark.submissions.enclosed_training import Trained
from benchmark.submissions.folder import origin, results_of, submission_digest, submitted_files
from benchmark.submissions.metadata import FORMAT, schema
from benchmark.submissions.submit import submit
from deepgrasp import references
from deepgrasp.errors import InputError
from deepgrasp.store.store import Store, open_store
from deepgrasp.tasks import TASKS

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "submissions/README.md").read_text()
Change = Callable[[dict[str, Any], dict[str, Any]], Any]


def outside(folder: Path, store: Store) -> Iterator[Result]:
    return results_of(folder / "submissions", store)


@pytest.fixture
def store(store_path: Path) -> Store:
    return open_store(store_path)


@pytest.fixture
def handed_in(store: Store, tmp_path: Path) -> Callable[..., Path]:
    """Writes a submission to ``action`` on fold 0, changed before it is written; returns the predictions' path."""

    def write(change: Change = lambda arrays, said: None) -> Path:
        test = store.fold("subject", 0)["test"]
        said = json.loads(TEXT.partition("```json\n")[2].partition("```")[0]) | {"data": store.hash}
        arrays: dict[str, Any] = {"action": np.eye(len(test), 4, dtype=np.float32), "sequences": np.array(test)}
        change(arrays, said)
        folder = tmp_path / "handed"
        folder.mkdir()
        np.savez(folder / "mine-0.npz", **arrays)
        (folder / "mine-0.json").write_text(json.dumps(said))
        return folder / "mine-0.npz"

    return write


@pytest.fixture
def add(store: Store, tmp_path: Path) -> Callable[..., list[Result]]:
    def call(file: Path, code: Path | None = None, retrain: Any = None) -> list[Result]:
        return submit(file, store, tmp_path / "submissions", tmp_path / "results", code, retrain, ["theirs"])

    return call


def test_a_good_one_is_scored_and_marked(handed_in: Any, add: Any, tmp_path: Path) -> None:
    (result,) = add(handed_in())
    path = tmp_path / "results/action/mine/single-0.json"
    assert parse(Result, path.read_bytes(), path) == result
    assert result.run.origin == "self-reported"
    assert result.metrics["accuracy"] == 0.5  # two recordings of one action, answered with the first and second class
    assert result.run.provenance["authors"] == ["A. Author"]


def test_safetensors_say_the_same(handed_in: Any, add: Any, store: Store) -> None:
    npz = handed_in()
    test = store.fold("subject", 0)["test"]
    file = npz.with_suffix(".safetensors")
    save_file({"action": np.eye(len(test), 4)}, file, metadata={"sequences": "\n".join(test)})
    assert add(file)[0].metrics["accuracy"] == 0.5


def test_a_link_is_an_address(handed_in: Any, add: Any) -> None:
    (result,) = add(handed_in(_in("said", link="https://example.org/paper")))
    assert result.run.provenance["link"] == "https://example.org/paper"


def test_what_lies_there_has_a_checksum(scored: Any, tmp_path: Path) -> None:
    file = tmp_path / "submissions/mine/action-0.safetensors"
    data = bytearray(file.read_bytes())
    data[-2] ^= 1
    file.write_bytes(data)
    with pytest.raises(InputError, match=r"action-0\.safetensors: its content is not what was written"):
        scored()


def _schema_of_the_future(arrays: Any, said: Any) -> None:
    said["format"] = FORMAT + 1


def _in(where: str, **values: Any) -> Change:
    def change(arrays: dict[str, Any], said: dict[str, Any]) -> None:
        {"arrays": arrays, "said": said}[where].update(values)

    return change


def _renamed_field(arrays: Any, said: Any) -> None:
    said["replica"] = said.pop("replicate")


def _renamed_array(arrays: Any, said: Any) -> None:
    arrays["actions"] = arrays.pop("action")


def _rows(*rows: int) -> Change:
    def change(arrays: dict[str, Any], said: Any) -> None:
        arrays.update({name: array[list(rows)] for name, array in arrays.items()})

    return change


def _unknown_row(arrays: Any, said: Any) -> None:
    arrays["sequences"] = np.array([*arrays["sequences"], "s2/cubesmall_lift"])
    arrays["action"] = np.zeros((3, 4), np.float32)


def _no_names(arrays: Any, said: Any) -> None:
    del arrays["sequences"]


def _as(task: str, value: float) -> Change:
    def change(arrays: dict[str, Any], said: dict[str, Any]) -> None:
        del arrays["action"]
        arrays[task] = np.full((2, 8, 9), value, np.float32)
        said.update(trained_on=task, validation={task: 0.5})

    return change


BAD: dict[str, tuple[Change, str]] = {
    "the wrong data": (_in("said", data="0" * 64), r"mine-0\.json, data: is not that of the graph store"),
    "NaN": (_in("arrays", action=np.full((2, 4), np.nan, np.float32)), "action: holds something that is not a finite"),
    "infinite once stored": (_in("arrays", action=np.full((2, 4), 1e300)), "action: holds something that is not a"),
    "missing sequences": (_rows(0), "lacks 1 test sequences, such as s3/mug_drink_1"),
    "extra rows": (_unknown_row, "holds 1 sequences that are not tested, such as s2/cubesmall_lift"),
    "a row twice": (_rows(0, 1, 1), "holds a sequence twice"),
    "another order": (_rows(1, 0), "has its sequences in another order"),
    "no sequence names": (_no_names, "has no text array 'sequences'"),
    "a renamed field": (_renamed_field, r"mine-0\.json, replica: is no field; did you mean replicate\?"),
    "a renamed array": (_renamed_array, "lacks action; trained on action"),
    "a second task": (_in("arrays", body=np.zeros((2, 1), np.float32)), "holds, unasked, body"),
    "a format of the future": (_schema_of_the_future, f"is of format {FORMAT + 1}, known is {FORMAT}"),
    "a wrong shape": (_in("arrays", action=np.zeros((2, 5), np.float32)), r"action: shape \(2, 5\), not \(2, 4\)"),
    "classes for logits": (_in("arrays", action=np.zeros(2, np.int64)), "action: holds int64; give floating-point"),
    "an entrant's name": (_in("said", name="lstm"), "'lstm': is a row of the board .baselines/lstm.py."),
    "a word of cells": (_in("said", name="none"), "'none': says what a row was trained on"),
    "another word of cells": (_in("said", name="joint"), "'joint': says what a row was trained on"),
    "the name of an entrant from outside": (
        _in("said", name="theirs"),
        "'theirs': is a row of the board .params.yaml, entrants.theirs.",
    ),
    "a path as a name": (_in("said", name="../mine"), r"name: is '../mine'"),
    "a fold that is not": (_in("said", replicate=7), "no fold 7"),
    "no validation score": (_in("said", validation={}), "validation must hold action"),
    "a share above 1": (_in("said", validation={"action": 71.0}), "validation: .*action must lie between 0 and 1"),
    "an error below 0": (
        _in("said", trained_on="body", validation={"body": -1.0}),
        "validation: .*body must lie between 0 and inf",
    ),
    "a negative size": (lambda arrays, said: said["cost"].update(parameters=-1), "cost.parameters: is -1"),
    "a size beyond all": (lambda arrays, said: said["cost"].update(parameters=10**13), "cost.parameters: is 1000"),
    "a time beyond all": (lambda arrays, said: said["cost"].update(seconds=1e10), "cost.seconds: is 1000"),
    "a latency of nobody": (lambda arrays, said: said["cost"].update(latency_p50_ms=1.0), "cost: .*must both be there"),
    "an infinite time": (lambda arrays, said: said["cost"].update(ms_per_sample=np.inf), "cost.ms_per_sample: is inf"),
    "a simple row's name": (_in("said", name="kinematics"), "'kinematics': is a row of the board"),
    "a body far away": (_as("body", 101.0), r"npz, body: holds a position beyond 100 m"),
    "an object far away": (_as("pose", -101.0), r"npz, pose: holds a position beyond 100 m"),
    "a wrong type": (_in("said", replicate="0"), "replicate: is '0'"),
    "a script as its link": (_in("said", link="javascript:alert(1)"), "link: is 'javascript"),
    "a file as its link": (_in("said", link="file:///etc/passwd"), "link: is 'file"),
    "a word as its link": (_in("said", link="soon"), "link: is 'soon'"),
    "an author turned around": (
        _in("said", authors=["A\u202eB"]),
        r"authors\.0: is .*; holds U\+202E, which cannot",
    ),
    "an author of nothing": (_in("said", authors=["A. Author", " "]), r"authors\.1: is ' '; give one line of"),
    "an author of a filler": (_in("said", authors=["A\u3164B"]), r"authors\.0: .* holds U\+3164, which cannot"),
    "a description of two lines": (_in("said", description="A\nB"), r"description: .* holds U\+000A, which cannot"),
    "more authors than a line has room for": (_in("said", authors=["A"] * 101), "authors: is .*at most 100 items"),
    "a hyper-parameter of many digits": (_in("said", hyperparameters={"a": 10**400}), "more than 1e.18"),
    "a link with a space of no width": (_in("said", link="https://a.org/\u200b"), r"link: .* holds U\+200B, which"),
    "a choice that cannot be seen": (
        _in("said", hyperparameters={"sizes": ["", "\u2066"]}),
        r"hyperparameters: .* holds U\+2066, which cannot be seen",
    ),
    "no rotation": (_as("pose", 0.0), "pose: holds no rotation in 16 of 16 frames"),
    "a pickled array": (_in("arrays", action=np.array([{}, None])), "action: is a pickle, which is never read"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_one_is_one_clear_error(handed_in: Any, add: Any, tmp_path: Path, kind: str) -> None:
    change, says = BAD[kind]
    file = handed_in(change)
    with pytest.raises(InputError, match=says) as error:
        add(file)
    assert "\n" not in str(error.value)
    assert [path.name for path in tmp_path.iterdir()] == ["handed"]


def test_a_payload_is_not_executed(handed_in: Any, add: Any, payload: tuple[Any, Path]) -> None:
    thing, trace = payload
    with pytest.raises(InputError, match="is a pickle"):
        add(handed_in(_in("arrays", action=np.array([thing, None]))))
    assert not trace.exists()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("mine-0.npz", b"PK", "not a readable npz"),
        ("mine-0.safetensors", b"\xff" * 20, "cannot be read as safetensors"),
        ("mine-0.pt", b"", "is neither .npz nor .safetensors"),
        ("mine-0.json", b"{", "is not JSON"),
        ("mine-0.json", b"[" * 100_000, "is not JSON"),
        ("mine-0.json", b"[]", "the file: is .*object"),
    ],
)
def test_a_damaged_file_is_one_clear_error(handed_in: Any, add: Any, name: str, content: bytes, says: str) -> None:
    file = handed_in()
    file.with_name(name).write_bytes(content)
    with pytest.raises(InputError, match=says):
        add(file.with_name(name) if not name.endswith("json") else file)


def test_a_row_of_the_board_keeps_its_name(handed_in: Any, add: Any, store_path: Path, tmp_path: Path) -> None:
    answer_cell(
        parameters.load_params(ROOT / "params.yaml"), "trivial", 0, store_path, tmp_path / "runs/none/trivial/0"
    )
    score(tmp_path / "runs", open_store(store_path), tmp_path / "results")
    for path in (tmp_path / "results").rglob("single-0.json"):
        path.write_text(path.read_text().replace('"model": "trivial"', '"model": "gone"'))
    (tmp_path / "results/action/trivial").rename(tmp_path / "results/action/gone")
    with pytest.raises(InputError, match="'gone': is a row of the board"):
        add(handed_in(_in("said", name="gone")))


@pytest.mark.parametrize(
    ("changes", "record", "says"),
    [
        ({}, False, None),
        ({"authors": ["Somebody Else"]}, False, "authors: is not that of fold 1 in .*mine/action-1.json; choose"),
        ({"hyperparameters": {"hidden": 8}}, False, "hyperparameters: is not that of fold 1"),
        ({}, True, "is a row that the referee has trained .*; give the code of this fold too"),
        ({"trained_on": "joint", "authors": ["Somebody Else"]}, False, None),  # another row
    ],
)
def test_the_folds_of_a_row_are_one_models(
    handed_in: Any, add: Any, tmp_path: Path, changes: dict[str, Any], record: bool, says: str | None
) -> None:
    file = handed_in()
    said = json.loads(file.with_suffix(".json").read_text()) | {"replicate": 1} | changes
    if "trained_on" in changes:
        said["validation"] = dict.fromkeys(TASKS, 0.5)
    there = tmp_path / "submissions/mine" / f"{said['trained_on']}-1.json"
    there.parent.mkdir(parents=True)
    there.write_text(json.dumps(said))
    there.with_suffix(".safetensors").touch()
    if record:
        there.with_suffix(".verified.json").touch()
    if says is None:
        assert len(add(file)) == 1
    else:
        with pytest.raises(InputError, match=says):
            add(file)


def test_a_second_time_is_refused(handed_in: Any, add: Any) -> None:
    file = handed_in()
    add(file)
    with pytest.raises(InputError, match=r"was submitted before.*first `rm .*`") as error:
        add(file)
    (said,) = re.findall("`rm (.*)`", str(error.value))
    Path(said).unlink()
    assert len(add(file)) == 1  # what is said there is enough


def test_scoring_takes_those_of_its_board(
    handed_in: Any, add: Any, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(handed_in())
    answer_cell(
        parameters.load_params(ROOT / "params.yaml"), "trivial", 0, store.path, tmp_path / "runs/none/trivial/0"
    )
    assert score(tmp_path / "runs", store, tmp_path / "scored", outside(tmp_path, store)) == 5
    assert (tmp_path / "scored/action/mine/single-0.json").read_bytes() == (
        tmp_path / "results/action/mine/single-0.json"
    ).read_bytes()
    said = tmp_path / "submissions/mine/action-0.json"
    said.write_text(said.read_text().replace(store.hash, "0" * 64))
    assert score(tmp_path / "runs", store, tmp_path / "scored", outside(tmp_path, store)) == 4
    assert "its data are not those of the graph store" in capsys.readouterr().err


@pytest.mark.parametrize("change", [{"modalities": "pose"}, {"modalities": "pose", "patches": 778}, {"patches": 8}])
def test_inputs_of_a_submission_are_what_it_used(
    handed_in: Any, add: Any, store: Store, tmp_path: Path, change: dict[str, Any]
) -> None:
    (result,) = add(handed_in(lambda arrays, said: said["inputs"].update(change)))
    assert change.items() <= result.run.inputs.items()
    answer_cell(
        parameters.load_params(ROOT / "params.yaml"), "trivial", 0, store.path, tmp_path / "runs/none/trivial/0"
    )
    score(tmp_path / "runs", store, tmp_path / "scored", outside(tmp_path, store))
    groups = by_board(load_results(tmp_path / "scored"))
    # on the grid's board, which asks the same and offers more; other patches are another board's
    assert [len(group) for group in groups] == ([5] if "modalities" in change else [4, 1])


@pytest.fixture
def scored(handed_in: Any, add: Any, store: Store, tmp_path: Path) -> Callable[[], int]:
    """Scores one submission, which lies in ``submissions/mine``, and the trivial predictor."""
    add(handed_in())
    answer_cell(
        parameters.load_params(ROOT / "params.yaml"), "trivial", 0, store.path, tmp_path / "runs/none/trivial/0"
    )
    return lambda: score(tmp_path / "runs", store, tmp_path / "scored", outside(tmp_path, store))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("other", r"mine/action-0\.safetensors: says that it is other/action-0"),
        ("lstm", "'lstm': is a row of the board .baselines/lstm.py."),
        ("trivial", "'trivial': is a row of the board"),
    ],
)
def test_scoring_refuses_one_that_says_it_is_another(scored: Any, tmp_path: Path, name: str, says: str) -> None:
    said = tmp_path / "submissions/mine/action-0.json"
    said.write_text(said.read_text().replace('"name": "mine"', f'"name": "{name}"'))
    with pytest.raises(InputError, match=says):
        scored()


def test_scoring_refuses_a_cell_that_is_there_twice(scored: Any, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "runs/none/trivial/0", tmp_path / "runs/none/trivial/7")
    with pytest.raises(InputError, match=r"single-0\.json: has predictions twice, .*trivial/0.* and .*trivial/7"):
        scored()


def test_the_simple_rows_are_those_of_the_board() -> None:
    runs = [result.run for result in load_results(ROOT / "results")]
    assert {run.model for run in runs if run.trained_on == "none"} == set(references.names())


MEASURED = Cost(parameters=7, multiply_adds=8, seconds=9.0, ms_per_sample=1.0)


def again(shift: float, isolation: Isolation = "container") -> Callable[[Run, Path], Trained]:
    """A training that answers as the submission does, or with everything in one class."""

    def retrain(run: Run, code: Path) -> Trained:
        logits = np.eye(2, 4, dtype=np.float32) + np.array([shift, 0, 0, 0], np.float32)
        measured = {"cost": MEASURED, "validation": {"action": 0.25}}
        names = ("s1/mug_drink_1", "s3/mug_drink_1")
        return Trained(Predictions(run.model_copy(update=measured), names, {"action": logits}), isolation)

    return retrain


def test_code_that_gives_the_same_scores_is_verified(handed_in: Any, add: Any, tmp_path: Path) -> None:
    file = handed_in()
    code = file.with_name("mine.py")
    code.write_text("# an encoder\n")
    (result,) = add(file, code, again(0.0))
    assert result.run.origin == "verified"
    stored = tmp_path / "submissions/mine"
    assert (result.run.cost, result.run.validation) == (MEASURED, {"action": 0.25})  # not what was said
    scores = {"action": result.metrics}
    assert origin(stored / "action-0.safetensors", scores) == "verified"
    (stored / "encoder.py").write_text("# another encoder\n")  # the mark is that of these files alone
    assert origin(stored / "action-0.safetensors", scores) == "self-reported"


def test_a_mere_process_gives_a_weaker_mark(handed_in: Any, add: Any) -> None:
    file = handed_in()
    file.with_name("mine.py").write_text("# an encoder\n")
    (result,) = add(file, file.with_name("mine.py"), again(0.0, "process"))
    assert result.run.origin == "weakly verified"


def test_with_code_the_referees_own_predictions_count(handed_in: Any, add: Any, store: Store, tmp_path: Path) -> None:
    """Else hand-made predictions could be better than what the code gives, by as much as two trainings may differ."""
    file = handed_in(_in("arrays", action=3 * np.eye(2, 4, dtype=np.float32)))
    file.with_name("mine.py").write_text("# an encoder\n")
    test = store.fold("subject", 0)["test"]
    assert add(file, file.with_name("mine.py"), again(0.001))[0].run.origin == "verified"
    sequences, arrays = read_predictions(tmp_path / "submissions/mine/action-0.safetensors")
    assert sequences == tuple(test)
    np.testing.assert_array_equal(arrays["action"][0, 0], np.float32(1.001))


STEPS = ("action-0.json", "action-0.verified.json", "encoder.py", "action-0.safetensors")


@pytest.mark.parametrize("last", STEPS)
def test_interrupted_while_it_is_added_the_next_call_completes_it(
    handed_in: Any, add: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: str, capsys: Any, store: Store
) -> None:
    file = handed_in()
    code = file.with_name("mine.py")
    code.write_text("# an encoder\n")
    honest = Path.replace

    def interrupted(self: Path, target: Path) -> Path:
        if target.name == last:
            raise KeyboardInterrupt
        return honest(self, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        add(file, code, again(0.0))
    monkeypatch.undo()
    assert submitted_files(tmp_path / "submissions") == []
    told = "its predictions are missing; submit it again" in capsys.readouterr().err
    assert told is (tmp_path / "submissions/mine/action-0.json").exists()
    code.write_text("# an encoder, mended\n")  # what was left is no submission, and binds nobody
    assert add(file, code, again(0.0))[0].run.origin == "verified"
    assert sorted(path.name for path in (tmp_path / "submissions/mine").iterdir()) == sorted(STEPS)


@pytest.mark.parametrize("name", ["action-0.safetensors", "action-0.json", "encoder.py", ""])
def test_scoring_follows_no_link(scored: Any, tmp_path: Path, name: str) -> None:
    file = tmp_path / "submissions/mine" / name
    if not file.exists():
        file.write_text("# an encoder\n")
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="is no plain file or folder"):
        scored()


@pytest.mark.parametrize("name", ["mine-0.json", "mine-0.npz"])
def test_a_pipe_is_not_waited_for(handed_in: Any, add: Any, name: str) -> None:
    file = handed_in()
    file.with_name(name).unlink()
    os.mkfifo(file.with_name(name))
    with pytest.raises(InputError, match=f"{name}: is no plain file"):
        add(file)


def safetensors(entry: Any, text: str = "", size: int = 16) -> bytes:
    """A file of that header, with so many bytes of data."""
    header = (text or json.dumps({"action": entry, "__metadata__": {"sequences": "a"}})).encode()
    return struct.pack("<Q", len(header)) + header + bytes(size)


def _entry(**changes: Any) -> dict[str, Any]:
    return {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]} | changes


HOSTILE = {
    "bfloat16": (safetensors(_entry(dtype="BF16", shape=[8])), "action holds BF16; give float16"),
    "an unknown type": (safetensors(_entry(dtype="F4")), "action holds F4; give float16"),
    "a type that is none": (safetensors(_entry(dtype=["F32"])), r"action holds \['F32'\]"),
    "100 axes": (safetensors(_entry(shape=[1] * 99 + [4])), "action has the shape"),
    "a negative shape": (safetensors(_entry(shape=[-1, -4])), "action has the shape"),
    "a shape beyond all": (safetensors(_entry(shape=[2**62, 4])), "action does not fill its shape"),
    "a shape of text": (safetensors(_entry(shape="4")), "action has the shape"),
    "truths for numbers": (safetensors(_entry(shape=[True, 4])), "action has the shape"),
    "offsets beyond": (safetensors(_entry(data_offsets=[0, 10**30])), "action does not fill its shape"),
    "offsets backwards": (safetensors(_entry(data_offsets=[16, 0])), "action does not fill its shape"),
    "no offsets": (safetensors({"dtype": "F32", "shape": [4]}), "data_offsets"),
    "a list": (safetensors([]), "list indices"),
    "a header of lists": (safetensors(0, "[]"), "its header is no object"),
    "metadata of numbers": (safetensors(0, '{"__metadata__": {"sequences": 1}}'), "its metadata are not text"),
    "metadata of lists": (safetensors(0, '{"__metadata__": []}'), "its metadata are not text"),
    "a name twice": (safetensors(0, '{"a": 1, "a": 2}'), "holds 'a' twice"),
    "deep nesting": (safetensors(0, "[" * 10_000 + "]" * 10_000), "nested too deeply"),
    "deep enough to overflow": (safetensors(0, "[" * 10**6), "nested too deeply"),
    "a number of 10,000 digits": (safetensors(0, f'{{"a": {"1" * 10_000}}}'), "cannot be read as safetensors"),
    "a header beyond the file": (struct.pack("<Q", 2**60), "its header would have"),
    "no UTF-8": (safetensors(0, "x")[:8] + b"\xff", "cannot be read as safetensors"),
    "a name with a line feed": (safetensors(0, '{"a\\nerror: verified": 1}'), "cannot be read as safetensors"),
    "nothing": (b"", "cannot be read as safetensors"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_of_tensors_is_one_clear_error(handed_in: Any, add: Any, kind: str) -> None:
    content, says = HOSTILE[kind]
    file = handed_in().with_suffix(".safetensors")
    file.write_bytes(content)
    with pytest.raises(InputError, match=says) as error:
        add(file)
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 600


TEXTS = {
    "a key twice": ('{"format": 1, "format": 1}', "holds 'format' twice"),
    "deep nesting": ('{"name": ' + "[" * 10_000 + "]" * 10_000 + "}", "nested too deeply"),
    "a number of 10,000 digits": ('{"replicate": ' + "1" * 10_000 + "}", "is not JSON"),
    "half a character": ('{"name": "\\ud800"}', "mine-0"),
    "a byte order mark": ("\ufeff{}", "begins with a byte order mark"),
    "a field with a line feed": ('{"na\\nme": 1}', "is no field"),
    "text": ('"name"', "the file"),
    "null": ("null", "the file"),
    "a value of megabytes": ('{"format": 1, "name": "' + "x" * 10**6 + '"}', "name: is"),
    "too large": (" " * 2**21, "has 2097152 bytes, more than"),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_hostile_metadata_are_one_clear_error(handed_in: Any, add: Any, kind: str) -> None:
    text, says = TEXTS[kind]
    file = handed_in()
    file.with_suffix(".json").write_text(text)
    with pytest.raises(InputError, match=says) as error:
        add(file)
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 1000


def _without_code(stored: Path, record: dict[str, Any]) -> None:
    (stored / "encoder.py").unlink()


def _without_scores(stored: Path, record: dict[str, Any]) -> None:
    record["again"] = {}


def _without_a_metric(stored: Path, record: dict[str, Any]) -> None:
    del record["again"]["action"]["kappa"]


def _with_other_scores(stored: Path, record: dict[str, Any]) -> None:
    record["again"]["action"]["accuracy"] += 0.2


@pytest.mark.parametrize("forge", [_without_code, _without_scores, _without_a_metric, _with_other_scores])
def test_a_record_that_proves_nothing_gives_no_mark(
    scored: Any, tmp_path: Path, forge: Callable[[Path, dict[str, Any]], None]
) -> None:
    stored, found = tmp_path / "submissions/mine", tmp_path / "scored/action/mine/single-0.json"
    (stored / "encoder.py").write_text("# an encoder\n")
    metrics = parse(Result, (tmp_path / "results/action/mine/single-0.json").read_bytes(), found).metrics
    record: dict[str, Any] = {"again": {"action": dict(metrics)}, "isolation": "container", "provenance": {}}

    def mark() -> str:
        sealed = record | {"digest": submission_digest(stored / "action-0.safetensors")}
        (stored / "action-0.verified.json").write_text(json.dumps(sealed))
        scored()
        return parse(Result, found.read_bytes(), found).run.origin

    assert mark() == "verified"
    forge(stored, record)
    assert mark() == "self-reported"


def test_code_that_is_not_there_is_one_clear_error(handed_in: Any, add: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nope\.py: is no file"):
        add(handed_in(), tmp_path / "nope.py", again(0.0))
    assert [path.name for path in tmp_path.iterdir()] == ["handed"]


def test_code_at_fault_is_named_as_the_user_does(handed_in: Any, add: Any) -> None:
    def refuse(_: Any, copy: Path) -> None:
        raise InputError(copy, "is no Python", "mend the file")

    file = handed_in()
    code = file.with_name("mine.py")
    code.write_text("class\n")
    with pytest.raises(InputError, match=r"handed/mine\.py: is no Python"):
        add(file, code, refuse)


def test_code_that_gives_other_scores_is_refused(handed_in: Any, add: Any, tmp_path: Path) -> None:
    file = handed_in()
    code = file.with_name("mine.py")
    code.write_text("# an encoder\n")
    with pytest.raises(InputError, match=r"trains to accuracy 1 of action, reported is 0.5"):
        add(file, code, again(9.0))
    assert not list(tmp_path.glob("submissions*"))


def test_the_published_schema_is_up_to_date() -> None:
    path = ROOT / "submissions/schema.json"
    assert path.read_text() == schema(), "python -m benchmark schema > submissions/schema.json"


def test_the_documented_example_is_accepted(
    store_path: Path, add: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shutil.copytree(ROOT / "docker", tmp_path / "elsewhere"))
    monkeypatch.setattr("benchmark.paths.GRAPHS", store_path)
    code, said = (TEXT.partition(f"```{kind}\n")[2].partition("```")[0] for kind in ("python", "json"))
    exec(code, {})
    Path("mine-0.json").write_text(said.replace("HASH", open_store(store_path).hash))
    assert add(Path("mine-0.npz"))[0].run.origin == "self-reported"


def test_the_readme_says_of_each_array_what_its_task_says() -> None:
    rows = [line.split(" | ") for line in TEXT.partition("| array |")[2].partition("\n\n")[0].splitlines()[2:]]
    told = {row[0].strip("|` "): row[1] for row in rows}
    assert told.pop("sequences")
    assert told == {name: task.holds for name, task in TASKS.items()}
