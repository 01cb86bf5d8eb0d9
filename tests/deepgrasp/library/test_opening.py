"""Data by one call: the board's settings, made once, and one clear error for what cannot be opened."""

import inspect
import os
from pathlib import Path

import pytest

import deepgrasp.library as dg
from benchmark.params import load_params as load_params
from benchmark.pipeline.code import closures
from deepgrasp.errors import InputError
from deepgrasp.library import cache_folder

ROOT = Path(__file__).parents[3]


def test_the_defaults_are_the_boards():
    params = load_params()
    defaults = {name: each.default for name, each in inspect.signature(dg.load).parameters.items()}
    asked = params.synthetic.model_dump() | params.prepare.model_dump(exclude={"keep", "drop", "extras"})
    asked |= {key: getattr(params.inputs, key) for key in ("hands", "part", "joints", "patches")}
    assert {key: defaults[key] for key in asked} == asked


def test_a_data_set_is_prepared_once_and_again_when_a_file_changes(root, models, tmp_path, monkeypatch):
    made = []
    from deepgrasp.prepare.prepare import prepare

    monkeypatch.setattr("deepgrasp.prepare.prepare.prepare", lambda *a, **k: made.append(prepare(*a, **k)))
    first = dg.load(root, models=models, frames=8, cache=tmp_path / "cache", workers=1)
    again = dg.load(root, models=models, frames=8, cache=tmp_path / "cache", workers=1)
    assert (len(made), again.store.hash) == (1, first.store.hash)
    file = next((root / "grab").rglob("*.npz"))
    os.utime(file, (1, 1))
    dg.load(root, models=models, frames=8, cache=tmp_path / "cache", workers=1)
    assert len(made) == 2


def test_what_cannot_be_opened_is_said(tmp_path, root):
    for source, said in ((tmp_path / "none", "no such folder"), (tmp_path, "holds no grab/"), (root, "is not given")):
        with pytest.raises(InputError, match=said):
            dg.load(source, cache=tmp_path / "cache")


def test_the_cache_is_where_users_keep_caches(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder.cache_folder() == tmp_path / "deepgrasp"
    monkeypatch.setenv(cache_folder.VARIABLE, str(tmp_path / "own"))
    assert cache_folder.cache_folder() == tmp_path / "own"
    assert cache_folder.cache_folder(tmp_path / "given") == tmp_path / "given"
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="is a file"):
        cache_folder.cache_folder(tmp_path / "file")


def test_the_name_in_the_cache_depends_on_the_options_and_on_the_code(monkeypatch):
    one = cache_folder.name_of(frames=8)
    assert one == cache_folder.name_of(frames=8) != cache_folder.name_of(frames=9)
    monkeypatch.setattr(cache_folder, "_makers", lambda: "other")
    assert cache_folder.name_of(frames=8) != one


def test_every_room_that_makes_data_counts_as_code_that_does():
    made = closures(ROOT)
    ours = [Path(name).parts for stage in ("synthesize", "prepare") for name in made[stage] if "deepgrasp/" in name]
    assert {parts[1] for parts in ours if len(parts) > 2} == {*cache_folder.MAKERS}
