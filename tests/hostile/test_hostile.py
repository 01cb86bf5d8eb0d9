"""A few dozen hostile inputs a door; ``make hostile`` runs hundreds of each."""

from pathlib import Path

import pytest

from tests.hostile.doors import Case, case_of, doors, judge, whole_of

EACH = 6


@pytest.mark.parametrize("name", doors())
def test_hostile_inputs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "whole").mkdir()
    whole = whole_of(name, tmp_path / "whole")
    for number in range(EACH):
        folder = tmp_path / str(number)
        folder.mkdir()
        monkeypatch.chdir(folder)  # where a trace would be left
        case = case_of(name, 7, number)
        assert judge(name, case, folder, whole) in ("refused", "accepted"), case.what


def test_a_door_that_lets_everything_in_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge sees each kind of fault: planted here."""

    def read(folder: Path) -> str:
        if planted == "traceback":
            raise RuntimeError("oh")
        if planted == "executed":
            (folder / "executed").touch()
        return planted

    from tests.hostile import doors as seam

    door = seam.Door(lambda _: Case("bad", lambda _: None, "refused"), read)
    monkeypatch.setattr(seam, "doors", lambda: {"open": door})
    verdicts = []
    for planted in ("other bytes", "traceback", "executed"):
        (tmp_path / planted).mkdir()
        verdicts.append(judge("open", case_of("open", 0, 0), tmp_path / planted, "whole").partition(":")[0])
    assert verdicts == ["WRONGLY ACCEPTED", "TRACEBACK", "EXECUTED"]
