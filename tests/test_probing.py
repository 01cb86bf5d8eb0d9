"""Probes from the command to the board on a tiny set, with a perturbation that a newcomer has added in one file."""

import shutil
import textwrap
from pathlib import Path

import pytest
import yaml

from tests.repository import Repository

ADDED = '''
    """Touch of the right hand alone is lost."""

    from dataclasses import replace

    from deepgrasp.probes.perturbation import Perturbation, Recorded, Windows


    def act(seen: Recorded, windows: Windows, strength: float) -> Recorded:
        """No touch of the right hand."""
        touch = seen.touch.copy()
        touch[:, :, 0] = 0
        return replace(seen, touch=touch)


    PERTURBATION = Perturbation(
        kind="loss", says="The right hand feels nothing.", senses=("touch",), unit="", strengths=(1,), act=act
    )
'''
BOARD = "boards/probes/board.json"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory, dvc_cache: Path) -> Repository:
    repository = Repository.with_board(tmp_path_factory.mktemp("probing"), dvc_cache)
    shutil.rmtree(repository.folder / "boards/probes", ignore_errors=True)
    file = repository.folder / "deepgrasp/probes/perturbations/numb_hand.py"
    file.write_text(textwrap.dedent(ADDED).lstrip())
    repository.run(
        "git add -A && git commit -q -m added && python -m benchmark repro && git add -A && git commit -q -m board"
    )
    repository.run("python -m benchmark probe")
    return repository


def test_every_cell_gives_the_boards_scores_at_strength_zero(repository: Repository) -> None:
    probes, (board,) = repository.json(BOARD), repository.json("leaderboard/leaderboard.json")["boards"]
    assert probes["apart"] == 0
    for task, rows in probes["tasks"].items():
        there = {(row["model"], row["training"]): row["estimate"]["by_subject"] for row in board["tasks"][task]}
        assert {(row["model"], row["training"]): row["by_subject"] for row in rows} == {
            name: there[name] for name in there if name[0] in {row["model"] for row in rows}
        }
        assert {"mlp", "lstm", "nearest", "linear", "trees"} <= {row["model"] for row in rows}


def test_a_perturbation_that_was_added_is_asked_and_told(repository: Repository) -> None:
    (found,) = [each for each in repository.json(BOARD)["perturbations"] if each["name"] == "numb_hand"]
    assert found["says"] == "The right hand feels nothing."
    assert "| numb_hand |" in (repository.folder / "boards/probes/PROBES.md").read_text()


def test_the_oracle_of_joints_drifts_by_what_is_imposed(repository: Repository) -> None:
    rows = {row["model"]: row for row in repository.json(BOARD)["tasks"]["body"]}
    for name, found in rows["kinematics"]["drift"].items():
        for each in found:
            assert each["along"][0] == pytest.approx(each["asked"], abs=1e-4), name
            assert [value for value, *_ in each["moved"]] == pytest.approx(each["imposed"], abs=1e-4)
    assert rows["kinematics"]["drift"]["moved_arm"][1]["asked"] > 5
    # touch moves no joint that an oracle of angles could feel
    assert rows["kinematics"]["drift"]["other_hand_touch"][0]["size"][0] == pytest.approx(0, abs=1e-4)


def test_a_second_call_asks_nobody_and_writes_the_same_bytes(repository: Repository) -> None:
    before = (repository.folder / BOARD).read_bytes()
    assert "probed 0 cells anew" in repository.run("python -m benchmark probe")
    assert (repository.folder / BOARD).read_bytes() == before
    repository.run("rm -r data/probes boards/probes && python -m benchmark probe")  # from DVC's cache
    assert (repository.folder / BOARD).read_bytes() == before


def test_a_repro_leaves_probes_alone_and_shows_their_board(repository: Repository) -> None:
    ran = repository.run("dvc repro")
    assert "probe" not in ran.replace("boards/probes", "")
    assert "PROBES.md" in (repository.folder / "leaderboard/LEADERBOARD.md").read_text()
    assert '"probes":' in (repository.folder / "leaderboard/index.html").read_text()
    assert "probe" not in repository.run("python -m benchmark repro").replace("boards/probes", "")


def test_a_name_that_nobody_knows_is_one_line(repository: Repository) -> None:
    file = repository.folder / "probes/params.yaml"
    text = file.read_text()
    file.write_text(text.replace("perturbations: []", "perturbations: [joint_nose]"))
    said = repository.run("python -m benchmark probe 2>&1 || true")
    file.write_text(text)
    assert "probe.perturbations: 'joint_nose' has no file; did you mean joint_noise?" in said
    assert "Traceback" not in said


@pytest.fixture(scope="module")
def way(tmp_path_factory: pytest.TempPathFactory, dvc_cache: Path) -> Repository:
    """Few rows, probed on windows of the way to the object, which no other board of these tests holds."""
    repository = Repository(tmp_path_factory.mktemp("way"), dvc_cache)
    params, probes = (repository.folder / name for name in ("params.yaml", "probes/params.yaml"))
    values = yaml.safe_load(params.read_text())
    values["prepare"]["window"] = "prehension"
    values["grid"] |= {"tasks": ["joint"], "models": ["mlp"], "references": ["trivial", "linear", "kinematics"]}
    params.write_text(yaml.safe_dump(values))
    asked = {"perturbations": ["before_contact"], "references": ["linear", "kinematics"]}
    probes.write_text(yaml.safe_dump({"probe": yaml.safe_load(probes.read_text())["probe"] | asked}))
    shutil.rmtree(repository.folder / "boards/probes")
    repository.run(
        "git add -A && git commit -q -m way && python -m benchmark repro && git add -A && git commit -qm board"
    )
    repository.run("python -m benchmark probe")
    return repository


def test_skill_against_the_time_to_contact(way: Repository) -> None:
    made = way.json(BOARD)
    assert (made["not_asked"], made["apart"]) == ({}, 0)
    rows = {row["model"]: row for row in made["tasks"]["body"]}
    assert {"mlp", "linear", "kinematics"} <= rows.keys()
    # the posture that is held is further from the arms the earlier it is of: up to the first frame, which always stays
    known, *skills = (value for value, *_ in rows["kinematics"]["curves"]["before_contact"]["skill"])
    assert known == pytest.approx(1)
    assert [known, *skills] == sorted([known, *skills], reverse=True)
    assert skills[0] < 0.999
    assert skills[1] < skills[0] - 0.01
    assert "before_contact, to 1 s before contact" in (way.folder / "boards/probes/PROBES.md").read_text()


def test_figures_for_a_paper(way: Repository) -> None:
    said = way.run("python -m benchmark probe --figures figures")  # its progress, too
    names = [word for word in said.split() if word.startswith("figures/")]
    assert {Path(name).suffix for name in names} == {".pdf", ".png"}
    assert all((way.folder / name).stat().st_size > 1000 for name in names)
