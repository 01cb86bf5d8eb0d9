"""Why git or DVC failed is told in their own words, and not what they print after them."""

from pathlib import Path

import pytest

from benchmark.commands import _reason, git
from deepgrasp.errors import InputError

HELP = "\n\nHaving any troubles? Hit us up at https://dvc.org/support, we are always happy to help!"


@pytest.mark.parametrize(
    ("complaint", "says"),
    [
        (f"WARNING: slow\nERROR: unexpected error - object not found{HELP}", "object not found"),
        (
            "ERROR: the lock is taken.\n\nTo wait for it:\n\tdvc config core.wait",
            "the lock is taken. To wait for it: dvc config core.wait",
        ),
        ("ERROR: failed to pull\nERROR: 2 files are missing\n", "2 files are missing"),
        ("warning: old\nfatal: not a git repository", "not a git repository"),
        ("Traceback:\nAttributeError: no attribute", "AttributeError: no attribute"),
        (HELP, "no message"),
        ("", "no message"),
    ],
)
def test_the_reason_of_a_complaint(complaint: str, says: str) -> None:
    assert _reason(complaint) == says


def test_a_command_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^git log: failed \(not a git repository.*\); run from the root of a clone"):
        git(tmp_path, "log")
