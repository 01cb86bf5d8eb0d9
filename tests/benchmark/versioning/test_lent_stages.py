"""Stages are there while somebody asks for them, and a killed process's go."""

from pathlib import Path

import pytest

from benchmark.versioning.dvc_repair import mend
from benchmark.versioning.lent_stages import lent
from deepgrasp.errors import InputError


@pytest.fixture
def stages(tmp_path: Path) -> Path:
    path = tmp_path / "probes" / "stages.yaml"
    path.parent.mkdir()
    path.write_text("stages: {}\n")
    return path


def test_dvc_finds_the_stages_inside_the_block_alone_and_one_process_lends_them(stages: Path) -> None:
    pipeline = stages.with_name("dvc.yaml")
    with lent(stages):
        mend(stages.parents[1])  # as each command of DVC begins: what is in use stays
        assert pipeline.read_text() == "stages: {}\n"
        with pytest.raises(InputError, match="is being written by another process"), lent(stages):
            pass
    assert [path.name for path in stages.parent.iterdir()] == ["stages.yaml"]


def test_what_a_killed_process_had_lent_is_taken_back(stages: Path) -> None:
    for path in (stages.with_name("dvc.yaml"), stages.parents[1] / "dvc.yaml"):
        path.write_text("stages: {}\n")
    mend(stages.parents[1])
    assert [path.name for path in stages.parent.iterdir()] == ["stages.yaml"]
    assert (stages.parents[1] / "dvc.yaml").exists()
