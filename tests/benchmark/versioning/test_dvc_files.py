import os
from pathlib import Path
from typing import Any

import pytest
from dvc.dependency import param
from dvc.fs import LocalFileSystem, MemoryFileSystem

from benchmark.versioning import dvc_files


def test_parameters_are_read_once_until_the_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, reads, read = tmp_path / "params.yaml", list[Any](), param.read_param_file
    monkeypatch.setattr(param, "read_param_file", lambda *asked, **how: reads.append(asked) or read(*asked, **how))
    dvc_files.read_parameters_once()

    def asked() -> Any:
        return param.read_param_file(LocalFileSystem(), str(file), ["a.b"], flatten=True)

    file.write_text("a: {b: [1]}\n")
    asked()["a.b"].append(2)  # whoever gets it may change it
    assert asked() == {"a.b": [1]}
    assert len(reads) == 1
    file.write_text("a: {b: [3]}\n")
    os.utime(file, ns=(0, 0))
    assert asked() == {"a.b": [3]}


def test_files_of_a_commit_are_none_of_those_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "params.yaml"
    file.write_text("a: 1\n")
    monkeypatch.setattr(param, "read_param_file", param.read_param_file)
    dvc_files.read_parameters_once()
    other = MemoryFileSystem(global_store=False)
    other.pipe_file(str(file), b"a: 2\n")
    assert param.read_param_file(LocalFileSystem(), str(file), ["a"], flatten=True) == {"a": 1}
    assert param.read_param_file(other, str(file), ["a"], flatten=True) == {"a": 2}
