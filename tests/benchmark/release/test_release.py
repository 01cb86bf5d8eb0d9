"""A release is gathered whole or not at all, and whoever gets it finds out what is wrong with it."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from benchmark.board.board_file import BOARD_VERSION
from benchmark.board.results import load_results
from benchmark.board.rows import board
from benchmark.pipeline import predictions
from benchmark.pipeline.schema import DataRecord, to_json
from benchmark.release import examine, index
from benchmark.release.gather import gather_release
from deepgrasp.errors import InputError
from deepgrasp.library import checksums
from deepgrasp.version import VERSION
from tests.benchmark import made_up
from tests.benchmark.release.tiny_store import tiny_store

ROOT = Path(__file__).parents[3]
CELLS = (("mlp", "action"), ("lstm", "joint"), ("trivial", "none"))


def write_board(root: Path) -> None:
    tables = [board(load_results(root / "results"))]
    (root / "leaderboard").mkdir(exist_ok=True)
    (root / "leaderboard/leaderboard.json").write_text(to_json({"schema_version": BOARD_VERSION, "boards": tables}))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a repository after `make repro`, with three small rows of one task."""
    root = tmp_path_factory.mktemp("finished")
    store = tiny_store(root / "data/graphs")
    (root / "docs").mkdir()
    for name in ("LICENSE", "CITATION.cff", "params.yaml", "docs/data-card.md"):
        shutil.copy(ROOT / name, root / name)
    for model, way in CELLS:
        for k in range(2):
            result = made_up.result("action", model, way, k, data=DataRecord.of(store))
            out = root / "runs" / way / model / str(k)
            predictions.save_predictions(out, result.run, ["a"], {"action": np.zeros((1, 4))})
            if way != "none":
                save_file({"weight": np.ones(3)}, out / "model.safetensors")
            (root / "results" / result.name).parent.mkdir(parents=True, exist_ok=True)
            (root / "results" / result.name).write_text(to_json(result.model_dump()))
    write_board(root)
    return root


@pytest.fixture
def root(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "root"))


@pytest.fixture(scope="module")
def made(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("made") / "release"
    gather_release(out, finished, licensed=False)
    return out


@pytest.fixture
def release(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "release"))


def test_is_whole(made: Path) -> None:
    assert examine.release_problems(made) == []
    said = index.read_release(made)
    assert said.version == VERSION
    assert [(cell.model, cell.replicate, cell.checkpoint is None) for cell in said.cells] == [
        (model, k, model == "trivial") for model in ("mlp", "lstm", "trivial") for k in range(2)
    ]
    named = {file.path: file.sha256 for cell in said.cells for file in (cell.checkpoint, cell.predictions) if file}
    assert named.items() <= checksums.read_hashes(made).items()


def test_any_machine_checks_it(made: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", checksums.CHECKSUMS_FILE], cwd=made, check=True)


def test_again_gives_the_same_bytes(release: Path, finished: Path) -> None:
    before = (release / checksums.CHECKSUMS_FILE).read_bytes()
    (release / "leaderboard/leaderboard.json").unlink()
    gather_release(release, finished, licensed=False)  # in its place
    assert (release / checksums.CHECKSUMS_FILE).read_bytes() == before
    assert list(release.parent.glob("*partial*")) == []


def test_an_interrupted_call_leaves_the_old_one(release: Path, finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(folder: Path) -> None:
        assert (folder / index.RELEASE_FILE).exists(), "all but the last file was there"
        raise KeyboardInterrupt

    monkeypatch.setattr(checksums, "write_hashes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        gather_release(release, finished, licensed=False)
    assert examine.release_problems(release) == []
    assert [path.name for path in release.parent.iterdir()] == [release.name]


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def sealed(folder: Path, change: Callable[[Path], object]) -> None:
    """A change, and the list of hashes made anew, as somebody does who can."""
    change(folder)
    checksums.write_hashes(folder)


CHECKPOINT, RESULT = "runs/action/mlp/0/model.safetensors", "action/mlp/single-0.json"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda f: flip(f / CHECKPOINT), f"{CHECKPOINT} is not what was released"),
        (lambda f: (f / CHECKPOINT).unlink(), f"{CHECKPOINT} is missing"),
        (lambda f: (f / "more.json").write_text("{}"), "more.json is not in SHA256SUMS"),
        (lambda f: (f / "more").symlink_to("/etc/passwd"), "more is not in SHA256SUMS"),
        (lambda f: sealed(f, lambda g: (g / "model.pkl").write_bytes(b"")), "model.pkl: no file of a release ends so"),
        (lambda f: sealed(f, lambda g: flip(g / CHECKPOINT)), "release.json and SHA256SUMS differ"),
        (lambda f: sealed(f, lambda g: (g / "results" / RESULT).unlink()), "no results of action"),
        (lambda f: sealed(f, lambda g: flip(next((g / "graphs").glob("s*.safetensors")))), "the store's manifest and"),
        (lambda f: sealed(f, lambda g: edit(g / "leaderboard/leaderboard.json", '"trivial"', '"zero"')), "trivial"),
    ],
)  # fmt: skip
def test_what_was_changed_is_named(release: Path, change: Callable[[Path], object], says: str) -> None:
    change(release)
    assert any(says in problem for problem in examine.release_problems(release)), examine.release_problems(release)


def edit(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text().replace(old, new))


@pytest.mark.parametrize("line", ["0" * 64 + "  ../secret", "0" * 64 + "  /etc/passwd", "short  name", "-"])
def test_a_list_of_hashes_names_nothing_outside(release: Path, line: str) -> None:
    (release / checksums.CHECKSUMS_FILE).write_text(line + "\n")
    with pytest.raises(InputError, match="line 1: is no hash and name"):
        examine.release_problems(release)


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no release: it has no release"):
        examine.release_problems(tmp_path)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda r: (r / CHECKPOINT).unlink(), "model.safetensors: is missing; run `dvc repro`"),
        (lambda r: (r / CHECKPOINT).write_bytes(b"\x80\x04K\x01."), "is no safetensors file"),
        (lambda r: edit(r / "results" / RESULT, '"hidden": 64', '"hidden": 65'), "not those that were scored"),
        (lambda r: edit(r / "leaderboard/leaderboard.json", '"level": 0.95', '"level": 0.9'), "is not the board"),
        (lambda r: (r / "data/graphs/manifest.json").unlink(), "no graph store here"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_not_gathered(root: Path, change: Callable[[Path], object], says: str) -> None:
    change(root)
    with pytest.raises(InputError, match=says):
        gather_release(root / "out", root, licensed=False)
    assert not (root / "out").exists()
    assert list(root.glob("*partial*")) == []


def test_nothing_but_a_release_is_replaced(root: Path) -> None:
    with pytest.raises(InputError, match="holds something else than a release"):
        gather_release(root / "docs", root, licensed=False)
    assert (root / "docs/data-card.md").exists()


def test_licensed_data_are_not_gathered_unasked(root: Path) -> None:
    for path in (root / "results").rglob("*.json"):
        edit(path, '"kind": "synthetic"', '"kind": "grab"')
    with pytest.raises(InputError, match="made from licensed data"):
        gather_release(root / "out", root, licensed=False)
