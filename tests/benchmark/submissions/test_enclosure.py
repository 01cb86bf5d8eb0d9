"""Submitted code: what it can reach and take, and that an honest encoder gives the same numbers as in place."""

import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest

from benchmark import params as parameters
from benchmark.params import Budget, Params
from benchmark.pipeline.retrain import retrain
from benchmark.pipeline.schema import Cost, DataRecord, Run
from benchmark.submissions import blinded, in_process
from benchmark.submissions.enclosed_training import LARGEST_CODE, train_enclosed
from benchmark.submissions.enclosure import BOOT, Bounds, Enclosure
from deepgrasp.errors import InputError
from deepgrasp.store.store import Store, open_store
from deepgrasp.tasks import read_targets

ROOT = Path(__file__).parents[3]
MARK = "the-attacker"  # in the command line of whatever it starts
BASE = "import json, os, socket, sys, time\ndef train_cell(params, task, model, replicate, graphs, out):\n"


@pytest.fixture(params=["bubblewrap", "process"])
def enclosure(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Enclosure:
    if request.param == "bubblewrap":
        if (found := in_process.bubblewrap()) is None:
            pytest.skip("bubblewrap: NOT TESTED, bwrap is not installed or may not run here")
        return found
    if os.getuid() == 0:  # an interpreter that others than root may start; what is tried here needs no packages
        monkeypatch.setattr(in_process, "_interpreter", lambda: "/usr/bin/python3")
        monkeypatch.setattr(in_process, "_packages", list)
    return in_process.process()


@pytest.fixture
def place() -> Iterator[Path]:
    """The folder that goes in; not in ``tmp_path``, which only its owner may enter."""
    with TemporaryDirectory() as folder:
        yield Path(folder) / "inside"


@pytest.fixture
def attack(place: Path, enclosure: Enclosure) -> Callable[..., bytes]:
    """Runs lines of Python in place of the training, within small bounds; what they leave in ``out`` comes back."""

    def run(lines: str, **bounds: Any) -> bytes:
        files = {
            "benchmark/params.py": "def load_params(path): pass",
            "benchmark/pipeline/predictions.py": "PREDICTIONS_FILE = 'answer'",
            "benchmark/pipeline/train.py": BASE + "".join(f"    {line}\n" for line in lines.strip().splitlines()),
            BOOT: (ROOT / "benchmark/submissions" / BOOT).read_text(),
        }
        for name, text in files.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_text(text)
        for path in (place, *place.rglob("*")):
            path.chmod(0o755)
        small: dict[str, Any] = {"seconds": 20.0, "memory": 2**30, "processes": 50, "answer": 2**20}
        said = {"task": "action", "model": MARK, "replicate": 0}
        return enclosure.run(place, said, Bounds(**{**small, **bounds}))

    return run


LOOK = """
found = {"environment": dict(os.environ), "uid": os.getuid(), "files": []}
for path in PATHS:
    try:
        found["files"] += [path] if os.path.isdir(path) and os.listdir(path) or open(path).read(1) else []
    except OSError:
        pass
try:
    socket.create_connection(("127.0.0.1", PORT), timeout=2)
    found["network"] = True
except OSError:
    found["network"] = False
found["written"] = []
for path in WRITES:
    try:
        open(path, "w").close()
        found["written"] += [path]
    except OSError:
        pass
print("verified")
out.mkdir()
(out / "answer").write_text(json.dumps(found))
"""


def test_it_finds_no_label_no_secret_and_no_network(
    attack: Any,
    enclosure: Enclosure,
    place: Path,
    tmp_path: Path,
    store_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "s3cret")
    (tmp_path / "key").write_text("private")
    secrets = [str(store_path / "manifest.json"), str(ROOT / ".git"), str(ROOT / "submissions"), str(tmp_path / "key")]
    writes = [str(place / BOOT), str(tmp_path / "new"), "/inside/inside_enclosure.py", "/new", "/usr/new"]
    with socket.create_server(("127.0.0.1", 0)) as server:
        text = LOOK.replace("PORT", str(server.getsockname()[1]))
        found = json.loads(attack(text.replace("PATHS", repr(secrets)).replace("WRITES", repr(writes))))
    assert "s3cret" not in found["environment"].values()
    assert found["uid"] != 0
    if enclosure.isolation == "process":  # weaker: it says so itself, and it is told on the board
        assert "it can read your files" in enclosure.misses
        assert found["network"] is ("network" in enclosure.misses)
        return
    assert (found["files"], found["network"], found["written"]) == ([], False, [])


FOREVER = "while True: pass"
BOMB = """
count = 0
try:
    while True:
        count += 1
        if os.fork() == 0:
            os.setsid()
            time.sleep(600)
            os._exit(0)
except OSError:
    pass
out.mkdir()
(out / "answer").write_text(str(count))
"""
ATTACKS = {
    "an endless loop": (FOREVER, {"seconds": 2.0}, r"did not end within .* h; give it more with --hours"),
    "all memory": ("x = bytearray(2**31)", {}, "does not train .*MemoryError"),
    "a huge file": ("out.mkdir()\n(out / 'answer').write_bytes(bytes(2**22))", {}, "does not train .*File too large"),
    "a huge output": ("while True: print('verified' * 1000)", {}, "does not train .*"),
    "lines of ours": ("sys.exit('x\\x1b[31m\\nerror: verified\\x1b[2J')", {}, r"\(status 1: verified \[2J\)"),
    "a crash": ("os.abort()", {}, r"does not train \((signal|status) \d+: it says nothing"),
}


@pytest.mark.parametrize("kind", ATTACKS)
def test_what_it_takes_is_bounded(attack: Any, kind: str) -> None:
    lines, bounds, says = ATTACKS[kind]
    with pytest.raises(InputError, match=says) as error:
        attack(lines, **bounds)
    assert str(error.value).isprintable()


def test_a_fork_bomb_ends_with_it(attack: Any, enclosure: Enclosure) -> None:
    if "processes" in enclosure.misses:
        pytest.skip("this machine lets nobody make a namespace of processes")
    assert int(attack(BOMB)) <= 60
    deadline = time.monotonic() + 10  # the kernel ends a namespace's processes in its own time
    while alive() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert alive() == []


def test_it_ends_with_a_referee_that_is_killed(attack: Any) -> None:
    if (referee := os.fork()) == 0:
        with suppress(BaseException):
            attack(FOREVER)
        os._exit(1)
    ends = time.monotonic() + 20
    while not alive() and time.monotonic() < ends:
        time.sleep(0.05)
    assert alive()
    time.sleep(0.5)  # until it has asked to be told of its parent's end; under load that takes a moment
    os.kill(referee, signal.SIGKILL)
    os.waitpid(referee, 0)
    ends = time.monotonic() + 10
    while alive() and time.monotonic() < ends:
        time.sleep(0.05)
    assert alive() == []


def alive() -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found += [str(path)] if MARK.encode() in path.read_bytes() else []
    return found


@pytest.fixture
def store(store_path: Path) -> Store:
    return open_store(store_path)


@pytest.fixture
def params() -> Params:
    read = parameters.load_params(ROOT / "params.yaml")
    return read.model_copy(update={"train": read.train.model_copy(update={"budget": Budget.of("epochs", 1)})})


@pytest.fixture
def run(store: Store, params: Params) -> Run:
    return Run(
        data=DataRecord.of(store),
        split="subject",
        inputs=params.inputs.model_dump(),
        trained_on="action",
        model="mine",
        replicate=0,
        validation={"action": 0.5},
        history=[],
        cost=Cost(parameters=1, multiply_adds=1, seconds=1.0, ms_per_sample=1.0),
        recipe={},
        hyperparameters={"hidden": 8},
        provenance={},
    )


def test_the_store_inside_has_no_target_and_no_name_of_the_test_part(store: Store, run: Run, tmp_path: Path) -> None:
    ids, shuffled = blinded.write_blinded(store, run, tmp_path / "inside")
    inside = open_store(tmp_path / "inside")
    fold, theirs = store.fold("subject", 0), inside.fold("subject", 0)
    for part in ("train", "validation"):
        mine, hidden = (read_targets(s, s.rows(f[part]), "both") for s, f in ((store, fold), (inside, theirs)))
        np.testing.assert_equal(mine["body"].regressed, hidden["body"].regressed)
        np.testing.assert_equal(mine["action"].labels, hidden["action"].labels)
    assert ids == theirs["test"]
    test, rows = store.rows(fold["test"])[shuffled], inside.rows(ids)
    np.testing.assert_equal(store.read("touch", test), inside.read("touch", rows))
    for name in ("action", "object", "mesh", "body", "lean", "object_rotation", "object_translation"):
        with pytest.raises(KeyError):
            inside.read(name, rows)
    text = (tmp_path / "inside/manifest.json").read_text()
    assert not [each["id"] for each in store.sequences if each["id"] in text]
    assert {each["object"] for each in inside.sequences} == {"train", "validation", "test"}


def test_what_no_network_sees_stays_outside(store: Store, run: Run, tmp_path: Path) -> None:
    touch = run.model_copy(update={"inputs": run.inputs | {"modalities": "touch"}})
    ids, _ = blinded.write_blinded(store, touch, tmp_path / "inside")
    inside = open_store(tmp_path / "inside")
    with pytest.raises(KeyError):
        inside.read("pose", inside.rows(ids))  # by forward kinematics it would give the body


FORGER = """
from torch import nn
from benchmark.pipeline import train

def know(network, inputs, honest=train.predict):
    store = train.open_store(GRAPHS)
    rows = store.rows(store.fold("subject", 0)["test"])
    return {"action": train.np.eye(4, dtype="float32")[store.read("action", rows)]}

train.predict = know
"""


def any_way() -> Enclosure:
    """The way that runs here as whoever runs the tests."""
    found = in_process.bubblewrap()
    if found is None and os.getuid() == 0:
        pytest.skip("training enclosed: NOT TESTED, root needs bubblewrap")
    return found or in_process.process()


def test_an_honest_encoder_gives_the_same_numbers_as_in_place(
    store: Store, params: Params, run: Run, tmp_path: Path
) -> None:
    code = tmp_path / "mine.py"
    code.write_text((ROOT / "baselines/mlp.py").read_text())
    here = retrain(run.model_copy(update={"model": "mlp"}), params, store.path)
    made, isolation = train_enclosed(run, params, store, code, any_way())
    assert isolation in ("bubblewrap", "process")
    assert made.sequences == here.sequences
    np.testing.assert_array_equal(made.arrays["action"], here.arrays["action"])  # to the last bit
    assert made.run.validation == here.run.validation
    assert made.run.cost.parameters == here.run.cost.parameters
    assert made.run.provenance["isolation"] == isolation


def test_a_patched_referee_finds_no_label(store: Store, params: Params, run: Run, tmp_path: Path) -> None:
    code = tmp_path / "mine.py"
    text = (ROOT / "baselines/mlp.py").read_text() + FORGER.replace("GRAPHS", "params.GRAPHS")
    code.write_text(text.replace("params.GRAPHS", "__import__('pathlib').Path(__file__).parents[1] / 'graphs'"))
    with pytest.raises(InputError, match=r"does not train \(status 1: KeyError: 'action'\)"):
        train_enclosed(run, params, store, code, any_way())


def answering(change: Callable[[dict[str, Any], dict[str, Any]], None], run: Run) -> Enclosure:
    """An enclosure in which code answers what it likes, in the right form but for the change."""
    from safetensors.numpy import save

    def answer(place: Path, said: Any, bounds: Bounds) -> bytes:
        ids = open_store(place / "graphs").fold("subject", 0)["test"]
        arrays: dict[str, Any] = {"action": np.eye(len(ids), 4, dtype=np.float32)}
        record: dict[str, Any] = {"run": run.model_dump_json(), "sequences": "\n".join(ids)}
        change(arrays, record)
        return save(arrays, record)

    return Enclosure("container", answer, {})


ANSWERS: dict[str, tuple[Callable[[dict[str, Any], dict[str, Any]], None], str]] = {
    "other ids": (lambda a, r: r.update(sequences="test-00001\ntest-00000"), "other tasks or windows"),
    "real ids": (lambda a, r: r.update(sequences="s1/mug_drink_1\ns3/mug_drink_1"), "other tasks or windows"),
    "another task": (lambda a, r: a.update(pose=np.zeros((2, 8, 9), np.float32)), "other tasks or windows"),
    "fewer": (lambda a, r: a.update(action=np.zeros((1, 4), np.float32)), "of another shape"),
    "classes": (lambda a, r: a.update(action=np.zeros((2, 4), np.int64)), "cannot be read .*holds I64"),
    "no record": (lambda a, r: r.pop("run"), "cannot be read"),
    "a record of its own": (lambda a, r: r.update(run='{"origin": "verified"}'), "cannot be read"),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_is_checked(store: Store, params: Params, run: Run, tmp_path: Path, kind: str) -> None:
    change, says = ANSWERS[kind]
    code = tmp_path / "mine.py"
    code.write_text("# an encoder\n")
    with pytest.raises(InputError, match=says):
        train_enclosed(run, params, store, code, answering(change, run))


def test_no_answer_is_an_error(store: Store, params: Params, run: Run, tmp_path: Path) -> None:
    code = tmp_path / "mine.py"
    code.write_text("# an encoder\n")
    with pytest.raises(InputError, match="came back with an answer that cannot be read"):
        train_enclosed(run, params, store, code, Enclosure("container", lambda *_: b"", {}))


def test_of_its_record_only_what_was_measured_counts(store: Store, params: Params, run: Run, tmp_path: Path) -> None:
    code = tmp_path / "mine.py"
    code.write_text("# an encoder\n")
    forged = run.model_copy(update={"model": "other", "origin": "trained", "oracle": True, "replicate": 3})
    made = train_enclosed(run, params, store, code, answering(lambda a, r: None, forged)).predictions
    assert (made.run.model, made.run.origin, made.run.oracle, made.run.replicate) == ("mine", "trained", False, 0)


@pytest.mark.parametrize(("text", "says"), [("def", "is no Python"), ("#" * (LARGEST_CODE + 1), "more than 200000")])
def test_code_that_nobody_can_read_is_refused(
    store: Store, params: Params, run: Run, tmp_path: Path, text: str, says: str
) -> None:
    code = tmp_path / "mine.py"
    code.write_text(text)
    with pytest.raises(InputError, match=says):
        train_enclosed(run, params, store, code, answering(lambda a, r: None, run))
