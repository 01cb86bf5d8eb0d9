"""Pytest's option ``--entrant``: the contract held against a file, or an entry point of an installed package."""

from pathlib import Path

import pytest

from deepgrasp.errors import InputError
from deepgrasp.outside_entrants import find, name_and_place

# before the file is imported: else a failed assertion tells none of its values
pytest.register_assert_rewrite("deepgrasp.contract.checks")
CHECKS = Path(__file__).with_name("checks.py")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption(
        "--entrant",
        action="append",
        default=[],
        metavar="PATH",
        help="hold the contract of DeepGrasp Bench against path/to/mine.py, or an installed entry point's name",
    )


def pytest_configure(config: pytest.Config) -> None:
    """With the option, run the contract in the place of whatever is run without any arguments."""
    if config.getoption("--entrant"):
        # told apart by where they come from: a path that was typed is run beside it
        typed = config.args if config.args_source is pytest.Config.ArgsSource.ARGS else []
        config.args = [*typed, str(CHECKS)]
        for said in config.getoption("--entrant"):
            try:
                find(*name_and_place(said))
            except InputError as error:
                # once, before any test
                raise pytest.UsageError(str(error)) from None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test of each kind for every entrant that was named."""
    if "outside" in metafunc.fixturenames:
        metafunc.parametrize("outside", metafunc.config.getoption("--entrant"))


@pytest.fixture
def entrant(outside: str) -> object:
    """The encoder's class."""
    # here: pytest loads this file in every run, with or without the option, and torch takes seconds
    from deepgrasp.network.encoder_class import class_of

    try:
        return class_of(find(*name_and_place(outside)))
    except InputError as error:
        problem = str(error)
    # not above: pytest would tell it twice, as an error in the handling of another
    return pytest.fail(problem, pytrace=False)
