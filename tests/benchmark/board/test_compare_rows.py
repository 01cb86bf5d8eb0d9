"""Two rows of a board against each other: figures by hand, words, mistakes in one line, and a picture."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmark.board import compare_rows_plot
from benchmark.board.compare_rows import comparison_report, versus
from benchmark.board.leaderboard import write_leaderboard
from benchmark.board.rows import board
from benchmark.cli import app
from deepgrasp.errors import InputError
from tests.benchmark.board.test_leaderboard import result, written

AT = {"a": (0.5, 0.6, 0.7), "b": (0.4, 0.4, 0.4)}
PAIR = [result(name, k, value) for name, values in AT.items() for k, value in enumerate(values)]
TABLE = board(PAIR)
ERRORS = [result(name, k, 10 - value, task="body") for name, values in AT.items() for k, value in enumerate(values)]


def test_two_rows_by_hand() -> None:
    (found,) = versus([TABLE], ("a", "b"), None, None)
    # differences 0.1, 0.2, 0.3: s = 0.1, over sqrt(3): 0.057735; t(2) = 4.302653
    assert (found.difference, found.low, found.high) == pytest.approx((0.2, -0.048414, 0.448414), abs=1e-6)
    t = 0.2 / 0.057735
    assert found.better == pytest.approx(0.5 + t / 2 / (2 + t**2) ** 0.5, abs=1e-5)  # t(2) has a closed form
    assert found.verdict == "undecided"
    assert "object  +20.0 points  -4.8 to +44.8" in comparison_report(("a", "b"), [found])


def test_the_other_way_round_everything_is_turned() -> None:
    (one,), (other,) = versus([TABLE], ("a", "b"), None, None), versus([TABLE], ("b", "a"), "object", None)
    assert (other.difference, other.low, other.better) == pytest.approx((-one.difference, -one.high, 1 - one.better))


def test_a_smaller_error_is_the_better_one() -> None:
    (found,) = versus([board(ERRORS)], ("a", "b"), "body", 5.0)
    assert found.difference == pytest.approx(-0.2)
    assert found.better > 0.95
    assert (found.equal > 0.95, found.verdict) == (True, "practically equal")


def test_a_clear_difference_has_a_winner() -> None:
    far = [*PAIR, *(result("c", k, value) for k, value in enumerate((0.1, 0.2, 0.3)))]
    assert versus([board(far)], ("a", "c"), None, None)[0].verdict == "the first is better"
    assert versus([board(far)], ("c", "a"), None, None)[0].verdict == "the second is better"


def test_an_oracle_is_compared_by_itself() -> None:
    told = [result("wrist", k, 0.9, oracle=True) for k in range(3)]
    (found,) = versus([board([*PAIR, *told])], ("wrist", "a"), None, None)
    assert found.freedom == 2
    assert found.difference == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("names", "task", "says"),
    [
        (("a", "A"), None, "compare A: no board has this row; did you mean a?"),
        (("a", "a"), None, "is one row twice"),
        (("a", "b"), "objct", "--task objct: no board has this task; did you mean object?"),
        (("a", "other"), None, "compare a other: no task has both rows"),
    ],
)
def test_mistakes(names: tuple[str, str], task: str | None, says: str) -> None:
    with pytest.raises(InputError) as caught:
        versus([board([*PAIR, result("other", 0, 3.0, task="body")])], names, task, None)
    assert says in str(caught.value)


def test_one_training_says_nothing() -> None:
    with pytest.raises(InputError, match="has one training"):
        versus([board([result("a", 0, 0.5), result("b", 0, 0.4)])], ("a", "b"), None, None)


def test_the_command_prints_and_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_leaderboard(written(tmp_path / "results", PAIR + ERRORS), tmp_path / "leaderboard")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["compare", "a", "b", "--margin", "3", "--picture", "two.png"])
    assert done.exit_code == 0
    assert max(map(len, done.output.splitlines())) <= 80
    assert (tmp_path / "two.png").read_bytes().startswith(b"\x89PNG")
    (tmp_path / "leaderboard").rename("other")
    assert CliRunner().invoke(app, ["compare", "a", "b", "--margin", "3", "--board", "other"]).output in done.output
    wrong = CliRunner().invoke(app, ["compare", "a", "b", "--picture", "two.jpg"])
    assert "--picture two.jpg: is no PNG" in str(wrong.exception)
    nowhere = CliRunner().invoke(app, ["compare", "a", "b", "--picture", "made/up/two.png"])
    assert "there is no folder made/up" in str(nowhere.exception)


def test_the_same_picture_has_the_same_bytes(tmp_path: Path) -> None:
    found = versus([TABLE], ("a", "b"), None, None)
    for name in ("one.png", "two.png"):
        compare_rows_plot.draw_comparison(("a", "b"), found, tmp_path / name)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
