"""Nothing but the movement tells object or intent; a trace that does is found."""

import os
import shutil
from pathlib import Path

import pytest

from benchmark.data.artefacts import main, trace_findings


@pytest.fixture
def tiny(standin_cache: Path) -> Path:
    (root,) = standin_cache.glob("standin-*/")
    return root


def test_the_tiny_set_has_none(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(tiny) == 0
    assert len(capsys.readouterr().out.splitlines()) == 10


def test_a_file_that_tells_is_found(tiny: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(tiny, tmp_path / "standin"))
    for k, path in enumerate(sorted(root.glob("grab/*/*_pass_*.npz"))):
        os.utime(path, (10**9 + k, 10**9 + k))  # made after the others
    assert [(each.trace, each.asked) for each in trace_findings(root) if each.tells] == [("file", "action")]
