"""A page of licensed data stays below data/; the stand-in's may lie anywhere."""

from pathlib import Path

import pytest

from benchmark.viewing.allowed_place import check_page_place
from deepgrasp.data_source import DataSource
from deepgrasp.errors import InputError


def test_only_the_stand_in_may_be_written_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    grab = DataSource("GRAB")
    check_page_place(Path("docs/page.html"), DataSource("Synthetic data", synthetic=True))
    check_page_place(Path("data/pages/page.html"), grab)
    for wrong in ("page.html", "data/../page.html", "/elsewhere/data/page.html"):
        with pytest.raises(InputError, match=r"GRAB is not yours to pass on.*write it as data/page\.html"):
            check_page_place(Path(wrong), grab)
