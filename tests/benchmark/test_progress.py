"""Lines of progress: what is done, and the time left only where the work so far tells it."""

import io
from typing import Any

import pytest

from benchmark import progress


@pytest.mark.parametrize(
    ("reports", "says"),
    [
        # 22 s of start-up are paid once: no hours are told from the first of 640
        (
            [(22, 1, 640), (33, 31, 640), (44, 201, 640)],
            ["1/640, 22 s", "31/640, 33 s", "201/640, 44 s, about 48 s left"],
        ),
        ([(20, 0, 2), (600, 0, 2), (620, 1, 2), (900, 2, 2)], ["0/2, 20 s", "0/2, 600 s", "1/2, 620 s", "2/2, 900 s"]),
        ([(5, 1, 3), (6, 2, 3), (7, 3, 3)], ["3/3, 7 s"]),  # a short one is a single line
        # the first two of ten take half of the time
        (
            [(0, 0, 10, 0.0), (50, 2, 10, 0.5), (61, 3, 10, 0.6)],
            ["0/10, 0 s", "2/10, 50 s, about 50 s left", "3/10, 61 s, about 41 s left"],
        ),
    ],
)
def test_time_left_is_told_once_it_means_something(
    reports: list[tuple[Any, ...]],
    says: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    now = 0
    monkeypatch.setattr(progress.time, "monotonic", lambda: now)
    with progress.progress_bar("cells") as advance:
        for seconds, *work in reports:
            now = seconds
            advance(*work)
    assert capsys.readouterr().err.splitlines() == [f"cells: {line}" for line in says]


def test_a_terminal_is_told_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO()
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(progress.sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    with progress.progress_bar("cells") as advance:
        for done in (1, 2, 3):  # rich itself would tell a time from the second on
            advance(done, 640)
    last = terminal.getvalue().rpartition("3/640")[2]
    assert "-:--:--" in last
