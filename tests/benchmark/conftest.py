"""What container tests skipped for want of an engine is said again at the end, where it is read."""

import pytest

NOT_TESTED = "containers: NOT TESTED"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print each reason once."""
    skipped = [str(report.longrepr) for report in terminalreporter.getreports("skipped")]
    for reason in sorted({text[text.index(NOT_TESTED) :].rstrip("')") for text in skipped if NOT_TESTED in text}):
        terminalreporter.write_line(reason, yellow=True, bold=True)
