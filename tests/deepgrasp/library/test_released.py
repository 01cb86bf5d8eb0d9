"""Models of a release, from its folder and from the web: what it gathers suffices, and what was changed is refused."""

import importlib.util
import pickle
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

import deepgrasp.library as dg
from benchmark.board.board_file import BOARD_VERSION
from benchmark.board.results import load_results
from benchmark.board.rows import board
from benchmark.pipeline.schema import DataRecord, to_json
from benchmark.release.gather import gather_release
from deepgrasp.errors import InputError
from deepgrasp.library import checksums, released
from deepgrasp.library.trained import run_record
from tests.benchmark.made_up import result

ROOT = Path(__file__).parents[3]
MISSING = importlib.util.find_spec("pooch") is None
WEB = pytest.mark.skipif(MISSING, reason="releases on the web: NOT TESTED, pooch is not installed (extra `download`)")
WEIGHTS = "runs/action/gcn/0/model.safetensors"


@pytest.fixture(scope="module")
def made(data: dg.Data, trained: tuple[Path, np.ndarray], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release as the command gathers it, with one trained cell."""
    root, out = tmp_path_factory.mktemp("finished"), tmp_path_factory.mktemp("made") / "release"
    for name in ("LICENSE", "CITATION.cff", "params.yaml", "docs/data-card.md"):
        (root / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    (root / "data").mkdir()
    (root / "data/graphs").symlink_to(data.store.path)
    (root / "runs").symlink_to(trained[0])
    hyper = run_record(trained[0] / "action/gcn/0/predictions.safetensors")["hyperparameters"]
    scored = result("action", "gcn", "action", 0, data=DataRecord.of(data.store), hyperparameters=hyper)
    (root / "results" / scored.name).parent.mkdir(parents=True)
    (root / "results" / scored.name).write_text(to_json(scored.model_dump()))
    (root / "leaderboard").mkdir()
    tables = [board(load_results(root / "results"))]
    (root / "leaderboard/leaderboard.json").write_text(to_json({"schema_version": BOARD_VERSION, "boards": tables}))
    gather_release(out, root, licensed=False)
    return out


@pytest.fixture
def release(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "release"))


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def url(release: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server on this machine."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(release))) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def answers(model: dg.TrainedModel) -> np.ndarray:
    return model.predict(model.fold().test)["action"]


def test_a_release_holds_all_that_a_model_needs_but_its_class(made, trained):
    model = dg.load_model("gcn", task="action", runs=made)  # its own graphs, normalisation and record
    assert (answers(model) == trained[1]).all()
    assert not list(made.rglob("*.py"))
    assert list(checksums.problems(made)) == []  # to read it changes nothing that is checked


@WEB
def test_the_same_from_the_web_and_nothing_is_fetched_twice(url, release, trained, tmp_path, monkeypatch):
    cache = tmp_path / "cache"
    assert (answers(dg.load_model("gcn", task="action", runs=f"{url}/", cache=cache)) == trained[1]).all()
    assert [path.name for path in cache.iterdir()] == [path.name for path in cache.glob("release-*")]
    asked: list[str] = []
    monkeypatch.setattr(Quiet, "log_message", lambda self, *_: asked.append(self.path))
    assert (answers(dg.load_model("gcn", task="action", runs=url, cache=cache)) == trained[1]).all()
    assert asked == ["/SHA256SUMS"]
    # a newer release at the same address
    edit(release / WEIGHTS, b"F32", b"F64")
    next(cache.rglob("model.safetensors")).unlink()
    with pytest.raises(InputError, match=f"{WEIGHTS}: is not what was released"):
        dg.load_model("gcn", task="action", runs=url, cache=cache)


def edit(path: Path, old: bytes, new: bytes) -> None:
    path.write_bytes(path.read_bytes().replace(old, new, 1))


def sealed(folder: Path, change: Callable[[Path], object]) -> None:
    """A change, and the list of hashes made anew, as somebody does who can."""
    change(folder)
    checksums.write_hashes(folder)


class Harm:
    """Runs code where it is unpickled."""

    def __reduce__(self):
        return sys.exit, ("unpickled",)


def out_of_it(folder: Path) -> None:
    shutil.move(folder / WEIGHTS, folder.parent / "elsewhere")
    (folder / WEIGHTS).symlink_to(folder.parent / "elsewhere")


WRONG = [
    (lambda f: edit(f / WEIGHTS, b"F32", b"F64"), f"{WEIGHTS}: is not what was released: its SHA-256 differs"),
    (lambda f: (f / WEIGHTS).unlink(), f"{WEIGHTS}: is "),
    (lambda f: (f / "graphs/manifest.json").write_text("{}"), "graphs/manifest.json: is not what was released"),
    (lambda f: sealed(f, lambda g: (g / WEIGHTS).write_bytes(pickle.dumps(Harm()))), "is no safetensors file"),
    (lambda f: edit(f / checksums.CHECKSUMS_FILE, b"  runs/", b"  ../runs/"), "is no hash and name"),
    (lambda f: (f / checksums.CHECKSUMS_FILE).write_bytes(b"\x80"), "SHA256SUMS: cannot be read"),
    (lambda f: sealed(f, lambda g: shutil.rmtree(g / "graphs")), "graphs: is not in the release; give its data"),
]


@pytest.mark.parametrize(("change", "said"), [*WRONG, (out_of_it, "is a link, or lies behind one")])
def test_what_is_no_more_what_was_released_is_refused(release, change, said):
    change(release)
    with pytest.raises(InputError, match=said):
        dg.load_model("gcn", task="action", runs=release)


@WEB
@pytest.mark.parametrize(("change", "said"), WRONG)
def test_and_so_it_is_from_the_web(url, release, tmp_path, change, said):
    change(release)
    with pytest.raises(InputError, match=said):
        dg.load_model("gcn", task="action", runs=url, cache=tmp_path / "cache")


def test_a_model_that_is_not_in_it_is_said(made):
    with pytest.raises(InputError, match="did you mean action/gcn/0"):
        dg.load_model("gcm", task="action", runs=made)
    for name in ("../../action/gcn", "/etc"):
        with pytest.raises(InputError, match="no such trained model"):
            dg.load_model(name, task="action", runs=made)


@WEB
def test_an_address_that_does_not_answer_is_said(url, tmp_path):
    for address, said in (
        (f"{url}/none", "is not there .HTTP status 404"),
        ("http://127.0.0.1:1", "cannot be reached"),
    ):
        with pytest.raises(InputError, match=said):
            dg.load_model("gcn", task="action", runs=address, cache=tmp_path / "cache")
    assert not list((tmp_path / "cache").rglob("*.*"))


class Endless(BaseHTTPRequestHandler):
    """A file without end: all at once, or a byte now and then."""

    pause = 0.0

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):  # whoever asked has gone
            while True:
                self.wfile.write(b"0" if self.pause else bytes(10_000))
                time.sleep(self.pause)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@WEB
@pytest.mark.parametrize(("pause", "said"), [(0.0, "is larger than 16,777,216 bytes"), (0.05, "comes too slowly")])
def test_a_download_without_end_is_cut_off(tmp_path, monkeypatch, pause, said):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(released, "DOWNLOAD_PATIENCE", 0.2)
    monkeypatch.setattr(Endless, "pause", pause)
    with ThreadingHTTPServer(("127.0.0.1", 0), Endless) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        with pytest.raises(InputError, match=said):
            released.open_release(f"http://127.0.0.1:{server.server_port}", tmp_path)
        server.shutdown()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_an_address_needs_a_package_and_a_form_that_is_known(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="is no address that is read"):
        dg.load_model("gcn", task="action", runs="file:///etc", cache=tmp_path)
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(InputError, match=r"pooch is not installed; .*\[download\]"):
        released.open_release("https://example.org/release", tmp_path)
