"""The published figures, what is asked beside them, and the report on made-up results."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmark.studies import published_report, published_runs
from benchmark.studies.published import PUBLISHED_TABLES, chosen_tables
from benchmark.studies.published_runs import Filled
from deepgrasp.errors import InputError
from deepgrasp.tasks.body import body_joints
from tests.benchmark.board.test_leaderboard import result

PARAMS = Path(__file__).parents[3] / "params.yaml"
FIGURES = {
    "I": "18.71 40.65 14.19 35.48 23.87 35.98 17.42 36.25 34.25",
    "II": "91.85 98.28",
    "III": "14.91 7.39 1.99 1.35 2.41 1.32 4.74 2.49 6.26 3.16 11.49 6.68 9.46 5.81 14.79 7.56 14.29 6.98",
}
BODY = dict.fromkeys((f"joint_{name}_cm" for name in body_joints("both")), 3.0)


def made(number: str, **of_run: Any) -> Filled:
    """Two replicates of the LSTM, one of the trivial predictor, and a row that was not asked for, in each setting."""
    table = PUBLISHED_TABLES[number]
    of_run = {"trained_on": table.task} | of_run
    results = [result("lstm", k, value, task=table.task, **of_run) for k, value in enumerate((0.25, 0.35))]
    results += [result("trivial", 0, 0.125, task=table.task, **of_run | {"trained_on": "none"})]
    results += [result("submitted", 0, 0.9, task=table.task, **of_run)]
    results += [result("lstm", 0, 0.9, task="action" if table.task == "object" else "object", **of_run)]
    raw = [each.model_dump() for each in results]
    for each in raw:
        each["metrics"] |= BODY if each["task"] == "body" else {}
        each["run"]["data"]["prepare"] = {"frames": 12}
    return published_runs.filled(table, dict.fromkeys((line.setting for line in table.lines), raw), ["lstm"])


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.startswith("|")]


@pytest.mark.parametrize("number", PUBLISHED_TABLES)
def test_published_figures(number: str) -> None:
    told = [
        value
        for line in PUBLISHED_TABLES[number].lines
        for value in (line.recurrent, line.attention)
        if value is not None
    ]
    assert told == [float(word) for word in FIGURES[number].split()]
    text = published_report.tables_markdown([made(number)])
    assert all(f" {value} " in text for value in FIGURES[number].split())


def test_what_is_said_of_the_published_average_holds() -> None:
    average, *joints = PUBLISHED_TABLES["III"].lines
    assert len(joints) == 8
    assert average.recurrent is not None
    assert all(line.recurrent is not None and line.recurrent < average.recurrent for line in joints)
    assert len(body_joints("both")) == 38


@pytest.mark.parametrize(("number", "settings"), [("I", 9), ("II", 2), ("III", 1)])
def test_every_setting_is_asked_once(number: str, settings: int) -> None:
    asked = published_runs.params_of_settings(PUBLISHED_TABLES[number], ["lstm", "stgcn"], ["split=random"], PARAMS)
    assert len({params.model_dump_json() for params in asked.values()}) == len(asked) == settings
    for params in asked.values():
        assert (params.grid.tasks, params.grid.models) == ([PUBLISHED_TABLES[number].task], ["lstm", "stgcn"])
        assert params.split == "random"


def test_a_setting_is_what_the_line_says_with_the_extra_overrides() -> None:
    _, two_intents = published_runs.params_of_settings(
        PUBLISHED_TABLES["II"], ["lstm"], ["train.batch=3"], PARAMS
    ).values()
    assert (two_intents.inputs.modalities, two_intents.inputs.hands) == ("pose", "both")
    assert two_intents.prepare.keep.actions == ["lift", "pass"]
    assert two_intents.train.batch == 3
    with pytest.raises(InputError, match=r"-S inputs\.hands=left: is for this command to set"):
        published_runs.params_of_settings(PUBLISHED_TABLES["II"], ["lstm"], ["inputs.hands=left"], PARAMS)


def test_report_sets_ours_with_their_test_sequences_beside_the_published() -> None:
    first, _, *rows = lines(published_report.tables_markdown([made("II")]))
    assert first == (
        "| action | lstm | trivial | test sequences | classes tested | published (not comparable: synthetic data) |"
    )
    assert rows == [
        "| 4 intents | 30.0 % | 12.5 % | 4, 4 | 2 | attention 91.85 % |",
        "| lift against pass | 30.0 % | 12.5 % | 4, 4 | 2 | attention 98.28 % |",
    ]


def test_joints_are_rows_of_the_body_table() -> None:
    first, _, average, collar, *_ = lines(published_report.tables_markdown([made("III")]))
    assert "classes" not in first
    assert average == "| arms, average | 0.30 cm | 0.12 cm | 4, 4 | recurrent 14.91 cm, attention 7.39 cm |"
    assert collar.startswith("| collar, right | 3.00 cm | 3.00 cm | 4, 4 | recurrent 1.99 cm")


def test_rows_that_the_paper_leaves_out_have_no_figure() -> None:
    rows = lines(published_report.tables_markdown([made("I")]))[2:]
    assert len(rows) == 9
    assert [row.split("|")[1].strip() for row in rows if row.endswith("| - |")] == [
        "touch + pose, left hand",
        "touch, left hand",
        "pose, left hand",
    ]


@pytest.mark.parametrize(
    ("kind", "split", "says"),
    [
        ("synthetic", "random", "published (not comparable: synthetic data)"),
        ("grab", "subject", "published (random split: -S split=random)"),
        ("grab", "random", "published"),
    ],
)
def test_head_says_whether_the_published_is_comparable(kind: str, split: str, says: str) -> None:
    assert published_report.head(kind, split) == says


def test_files(tmp_path: Path) -> None:
    published_report.write_tables([made("I"), made("III", split="random")], tmp_path / "tables")
    assert {path.name for path in (tmp_path / "tables").iterdir()} == {"TABLES.md", "tables.json"}
    first, third = json.loads((tmp_path / "tables" / "tables.json").read_text())
    assert first["rows"][0]["scores"] == {"lstm": {"0": 0.25, "1": 0.35}, "trivial": {"0": 0.125}}
    assert first["rows"][0]["published"] == {"recurrent": 18.71, "attention": 40.65}
    assert (third["table"], third["run"]["split"]) == ("III", "random")


def test_numbers() -> None:
    assert [table.number for table in chosen_tables([])] == ["I", "II", "III"]
    assert [table.number for table in chosen_tables(["III", "I", "III"])] == ["III", "I"]
    with pytest.raises(InputError, match="table IV: is not one of the published; choose from I, II, III"):
        chosen_tables(["IV"])
