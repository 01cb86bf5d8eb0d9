"""Forged results, by somebody who also makes the board anew and commits it to DVC: each fault and who catches it.

docs/checks.md tells the same; a test holds the two together.
"""

import json
import re
import shutil
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from PIL import Image, ImageDraw

from benchmark.checks import edited_files, gate, integrity, trivial_row
from benchmark.checks.arithmetic import uncounted_validation
from benchmark.checks.reference_rows import unlike_own_file
from benchmark.pipeline.schema import Result
from deepgrasp.grab.catalogue import SUBJECTS
from deepgrasp.tasks import TASKS
from tests.benchmark.checks.honest import REPLICATES, ROOT, change, commit, everywhere, scored, set_params
from tests.benchmark.checks.test_gate import (
    ASKED,
    CELLS,
    CODE,
    COUNTS,
    CURVES,
    FILES,
    MADE,
    MEANS,
    READ,
    RECORDS,
    STILL,
    WANTED,
)

Edit = Callable[[dict[str, Any]], Any]
Plant = Callable[[Path], None]
OBJECT, BODY, JOINT = "object/mlp/single-1.json", "body/mlp/single-1.json", "object/mlp/joint-1.json"
POSE = "pose/mlp/joint-1.json"


def on(name: str, edit: Edit) -> Plant:
    return lambda root: change(root, name, edit)


def on_all(edit: Edit) -> Plant:
    return lambda root: everywhere(root, edit)


def on_row(row: str, replicate: int, edit: Edit) -> Plant:
    """In all tasks of a reference row: it has one record."""

    def plant(root: Path) -> None:
        for path in sorted((root / "results").glob(f"*/{row}/single-{replicate}.json")):
            change(root, path.relative_to(root / "results").as_posix(), edit)

    return plant


def on_folds(row: str, edit: Edit) -> Plant:
    def plant(root: Path) -> None:
        for replicate in REPLICATES:
            on_row(row, replicate, edit)(root)

    return plant


def metric(key: str, by: float) -> Edit:
    return lambda it: it["metrics"].update({key: it["metrics"][key] + by})


def of_run(**values: Any) -> Edit:
    return lambda it: it["run"].update(values)


def rotated(it: dict[str, Any]) -> None:
    for key in ("ids", "subjects"):
        it["per_sequence"][key] = it["per_sequence"][key][7:] + it["per_sequence"][key][:7]


def made_up(it: dict[str, Any]) -> None:
    each = it["per_sequence"]
    each["ids"] = [f"{subject}/cup_lift_{k + 1}" for k, subject in enumerate(each["subjects"])]


def named_otherwise(it: dict[str, Any]) -> None:
    it["per_sequence"]["ids"] = [f"{who}/take_{k}" for k, who in enumerate(it["per_sequence"]["subjects"])]


def dropped(it: dict[str, Any]) -> None:
    for values in it["per_sequence"].values():
        del values[-1]
    it["test_sequences"] -= 1


def of_others(it: dict[str, Any]) -> None:
    each = it["per_sequence"]
    each["subjects"] = ["s8" if who == "s2" else who for who in each["subjects"]]
    each["ids"] = [f"{who}/{id_.partition('/')[2]}" for who, id_ in zip(each["subjects"], each["ids"], strict=True)]


def in_metres(it: dict[str, Any]) -> None:
    it["metrics"] = {key: value / 100 for key, value in it["metrics"].items()}
    it["per_sequence"]["values"] = [value / 100 for value in it["per_sequence"]["values"]]


def another_class_right(it: dict[str, Any]) -> None:
    each, right = it["per_sequence"], it["per_sequence"]["values"]
    right[0], right[-1] = right[-1], right[0]
    assert each["ids"][0] != each["ids"][-1]


def more_right(it: dict[str, Any]) -> None:
    made = scored(it["task"], it["run"]["replicate"], 0.9)
    it.update(made | {"per_sequence": made["per_sequence"].model_dump()})


def a_ghost(origin: str) -> Plant:
    def plant(root: Path) -> None:
        values = json.loads((root / "results" / OBJECT).read_text())
        values["run"].update(model="ghost", origin=origin)
        place = root / "results/object/ghost/single-1.json"
        place.parent.mkdir()
        place.write_text(json.dumps(values))

    return plant


def two_keys(root: Path) -> None:
    path = root / "results" / OBJECT
    path.write_text(path.read_text().replace("{", '{"task": "action",', 1))


def another_recipe(root: Path) -> None:
    set_params(root, lambda values: values["train"].update(learning_rate=0.02))


def another_split(root: Path) -> None:
    set_params(root, lambda values: values.update(split="random"))


def another_baseline(root: Path) -> None:
    (root / "baselines").unlink()
    shutil.copytree(ROOT / "baselines", root / "baselines", ignore=shutil.ignore_patterns("__pycache__"))
    with (root / "baselines/mlp.py").open("a") as file:
        file.write("\nWIDER = 2\n")


def a_submission_dropped(root: Path) -> None:
    shutil.rmtree(root / "results/object/guest")


GUEST = "object/guest/single-0.json"
HUGE = {"unit": "epochs", "classes": 10**12, "regressions": 10**12}
FORGED: dict[str, tuple[Plant, list[str], str]] = {
    "a secondary metric of a class": (on(OBJECT, metric("mcc", 1e-5)), [COUNTS], "mcc is"),
    "top-5 accuracy by less than a sequence": (on(OBJECT, metric("top5_accuracy", -1e-5)), [COUNTS], "no number of 20"),
    "top-5 accuracy below accuracy": (
        on(OBJECT, lambda it: it["metrics"].update(top5_accuracy=0.0)),
        [COUNTS],
        "above top5_accuracy, which is 0",
    ),
    "the error of a joint": (on(BODY, metric("joint_right_wrist_cm", 1e-5)), [COUNTS], "the mean of its joints"),
    "a share of frames that no frames give": (
        on(POSE, metric("add_10pct", 1e-4)),
        [COUNTS],
        "which is no number of 20 x 12 frames",
    ),
    "a recall of a sequence that no frames give": (
        on(POSE, lambda it: it["per_sequence"]["values"].__setitem__(slice(2), [0.297, 0.303])),
        [COUNTS],
        "a sequence has mssd_recall 0.297, which is no number of 12 frames",
    ),
    "a primary metric": (on(BODY, metric("mpjpe_cm", -1.0)), [MEANS, COUNTS], "mpjpe_cm is 7"),
    "confusion zeroed": (
        on(OBJECT, lambda it: it.update(confusion=[[0, 0], [0, 0]])),
        [COUNTS, ASKED],
        "its confusion counts 0 sequences, not 20",
    ),
    "confusion transposed": (
        on(OBJECT, lambda it: it.update(confusion=np.array(it["confusion"]).T.tolist())),
        [COUNTS, ASKED],
        "sequences are cup by name",
    ),
    "right answers of the trivial row": (on("object/trivial/single-1.json", more_right), [COUNTS], "gives 2 answers"),
    "right answers moved to other sequences": (on(OBJECT, another_class_right), [COUNTS], "of cup score as right"),
    "ids rotated in one row": (on(OBJECT, rotated), [COUNTS, ASKED], "its ids are not those of the other rows"),
    "ids rotated in all rows": (on_all(rotated), [COUNTS], "score as right"),
    "ids made up in one row": (on(BODY, made_up), [ASKED], "its ids are not those of the other rows"),
    "ids made up in all rows": (on_all(made_up), [COUNTS], "sequences are cup by name"),
    "ids that name no recording": (on_all(named_otherwise), [COUNTS], "its ids are not all names of recordings"),
    "subjects reversed": (
        on(OBJECT, lambda it: it["per_sequence"]["subjects"].reverse()),
        [ASKED],
        "says s2/cup_drink_1 of s4",
    ),
    "a budget of more points than fit in memory": (
        on(OBJECT, lambda it: it["run"]["recipe"].update(budget=HUGE)),
        [RECORDS, CURVES],
        "run.recipe asks for others",
    ),
    "people of another fold": (on_all(of_others), [ASKED], "fold 1 by subject is of s2 and s4"),
    "a sequence dropped": (on(BODY, dropped), [ASKED], "its ids are not those of the other rows"),
    "classes renamed": (on(OBJECT, lambda it: it["classes"].reverse()), [COUNTS, ASKED], "its classes are not those"),
    "an error in metres": (on(BODY, in_metres), [COUNTS], "mpjpe_cm is 0.08, on validation 8: is it in metres?"),
    "cost of one replicate": (
        on(OBJECT, lambda it: it["run"]["cost"].update(parameters=1)),
        [RECORDS],
        "run.cost.parameters is another than in",
    ),
    "the size of a reference row": (
        on_row("trivial", 1, lambda it: it["run"]["cost"].update(parameters=9)),
        [RECORDS],
        "run.cost.parameters is another than in",
    ),
    "what a reference row has chosen": (
        on_row("trivial", 1, lambda it: it["run"]["hyperparameters"].update(depth=1)),
        [RECORDS],
        "run.hyperparameters is another than in",
    ),
    "the size of a reference row in all folds": (
        on_folds("trivial", lambda it: it["run"]["cost"].update(multiply_adds=9)),
        [RECORDS],
        "run.cost.multiply_adds is not what deepgrasp/references/trivial.py gives",
    ),
    "what a reference row has chosen in all folds": (
        on_folds("trivial", lambda it: it["run"]["hyperparameters"].update(depth=1)),
        [RECORDS],
        "run.hyperparameters is not what deepgrasp/references/trivial.py gives",
    ),
    "cost in one task of a joint training": (
        on(JOINT, lambda it: it["run"]["cost"].update(seconds=0.1)),
        [RECORDS],
        "run.cost is another than in",
    ),
    "provenance in one task of a joint training": (
        on(JOINT, lambda it: it["run"]["provenance"].update(dirty=None)),
        [RECORDS],
        "run.provenance is another than in",
    ),
    "validation": (on(OBJECT, of_run(validation={"object": 0.9})), [CURVES], "run.validation 0.8"),
    "a validation that no sequences give": (
        on(OBJECT, of_run(validation={"object": 0.61})),
        [COUNTS, CURVES],
        "run.validation is 0.61, which is no number of 20 sequences",
    ),
    "the last point": (
        on(OBJECT, lambda it: it["run"]["history"][-1].update(skill=0.9)),
        [CURVES],
        "the state kept in run.history has skill 0.9",
    ),
    "a point left out": (
        on(OBJECT, lambda it: it["run"]["history"].pop(3)),
        [CURVES],
        "has 15 points, the last at",
    ),
    "the recipe of one row": (
        on(OBJECT, lambda it: it["run"]["recipe"].update(learning_rate=0.02)),
        [RECORDS],
        "run.recipe is not what params.yaml",
    ),
    "hyper-parameters": (
        on(OBJECT, lambda it: it["run"]["hyperparameters"].update(hidden=8)),
        [RECORDS],
        "run.hyperparameters is not what params.yaml",
    ),
    "inputs of all rows": (
        on_all(lambda it: it["run"]["inputs"].update(patches=32)),
        [RECORDS, WANTED],
        "run.inputs is not what params.yaml",
    ),
    "how the data were prepared": (
        on_all(lambda it: it["run"]["data"]["prepare"].update(window="all")),
        [RECORDS],
        "run.data.prepare is not what params.yaml",
    ),
    "how a submission's data were prepared": (
        on(GUEST, lambda it: it["run"]["data"]["prepare"].update(window="all")),
        [RECORDS],
        "guest/single-0.json: run.data is another than in",
    ),
    "a number of frames with 400 digits": (
        on_all(lambda it: it["run"]["data"]["prepare"].update(frames=10**400)),
        [COUNTS, RECORDS],
        "its windows have more than 10,000,000 frames",
    ),
    "the stand-in called GRAB": (
        on_all(lambda it: it["run"]["data"].update(kind="grab")),
        [RECORDS],
        "run.data.kind is not what params.yaml",
    ),
    "an oracle of a model": (on(OBJECT, of_run(oracle=True)), [RECORDS], "run.oracle is not what"),
    "the code's hash": (
        on(OBJECT, lambda it: it["run"]["provenance"].update(code="0" * 64)),
        [CODE],
        "by other code than train/mlp would run",
    ),
    "a baseline changed, with dvc commit": (another_baseline, [CODE], "by other code than train/mlp would run"),
    "the recipe in params.yaml changed, with dvc commit": (another_recipe, [RECORDS], "run.recipe is not what"),
    "the split in params.yaml changed, with dvc commit": (another_split, [RECORDS], "run.split is not what"),
    "a ghost of ours": (a_ghost("trained"), [WANTED], "ghost/single-1.json: is no cell of the grid"),
    "a ghost that is verified": (
        a_ghost("verified"),
        [WANTED],
        "is said to be verified, and there is no",
    ),
    "a submission called verified": (
        on(GUEST, of_run(origin="verified")),
        [WANTED],
        "by its files it is self",
    ),
    "a submission called ours": (
        on(GUEST, of_run(origin="trained")),
        [WANTED, CURVES],
        "is no cell of the grid",
    ),
    "a submission's cost": (
        on(GUEST, lambda it: it["run"]["cost"].update(parameters=1)),
        [WANTED],
        "run.cost is not what its submission says",
    ),
    "a submission left out": (a_submission_dropped, [CELLS], "guest/object-0.safetensors has no result of object"),
    "a key twice": (two_keys, [READ], "holds 'task' twice"),
}


@pytest.mark.parametrize("fault", FORGED)
def test_the_gate_catches(place: Path, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    plant, caught_by, says = FORGED[fault]
    # as if the forger had made the board anew and committed to DVC
    monkeypatch.setattr(gate, "stale", lambda root: [])
    monkeypatch.setattr(edited_files, "edited", lambda root: [])
    plant(place)
    report = gate.inspect(place)
    assert set(report.failing) == set(caught_by)
    assert says in "; ".join(line for name in caught_by for line in report.checks[name] or [])


TRIVIAL = "action/trivial/single-2.json"


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (lambda it: it["metrics"].update(accuracy=0.5), f"{TRIVIAL}: accuracy not as the trivial answer"),
        (lambda it: it["run"]["validation"].update(action=0.1), f"{TRIVIAL}: run.validation not as the trivial"),
        (
            lambda it: it.update(confusion=[[*row[1:], row[0]] for row in it["confusion"]]),
            "single-2.json: confusion not",
        ),
        (lambda it: it["run"]["recipe"].update(recordings=100), None),  # which of them, names do not say
    ],
)
def test_where_everybody_is_tested_names_tell_all_scores_of_the_trivial_row(edit: Edit, says: str | None) -> None:
    results, _ = integrity.read_results(ROOT / "results")
    assert trivial_row.not_trivial(results, SUBJECTS) == []
    values = results[TRIVIAL].model_dump()
    edit(values)
    found = trivial_row.not_trivial(results | {TRIVIAL: Result.model_validate(values)}, SUBJECTS)
    assert len(found) == (says is not None)
    assert (says or "") in "".join(found)
    # one who is never tested may have any labels
    assert trivial_row.not_trivial(results | {TRIVIAL: Result.model_validate(values)}, [*SUBJECTS, "s11"]) == []


def nonsense(root: Path) -> None:
    path = root / "leaderboard/plots/learning_curves.png"
    with Image.open(path) as picture:
        size, dpi = picture.size, picture.info["dpi"]
    Image.new("RGBA", size, "white").save(path, dpi=dpi)


def one_number(root: Path) -> None:
    path = root / "leaderboard/plots/confusion_object.png"
    with Image.open(path) as opened:
        picture, dpi = np.array(opened), opened.info["dpi"]
    middle = picture.shape[0] // 2
    picture[middle : middle + 4, middle : middle + 4] = 255 - picture[middle : middle + 4, middle : middle + 4]
    picture[..., 3] = 255
    Image.fromarray(picture).save(path, dpi=dpi)


def hidden_behind_a_picture(root: Path) -> None:
    with (root / "leaderboard/plots/learning_curves.png").open("ab") as file:
        file.write(b"<script>alert(1)</script>")


def parts_of_a_picture(root: Path, edit: Callable[[bytes], bytes]) -> None:
    path = root / "leaderboard/plots/learning_curves.png"
    path.write_bytes(edit(path.read_bytes()))


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def faint_words(root: Path) -> None:
    path = root / "leaderboard/plots/confusion_object.png"
    with Image.open(path) as opened:
        picture, dpi = np.array(opened).astype(int), opened.info["dpi"]
    word = Image.new("L", picture.shape[1::-1])
    ImageDraw.Draw(word).text((20, 20), "FORGED: best 99.9", fill=255, font_size=40)
    off = np.array(word)[..., None] > 128
    words = np.where(off, np.where(picture > 127, picture - 30, picture + 30), picture)
    Image.fromarray(words.astype(np.uint8)).save(path, dpi=dpi)


SCRIPT = b"<script>alert(1)</script>"


def a_page_of_another(root: Path) -> None:
    (root / "leaderboard/login.html").write_text("<form>")


def a_script_among_results(root: Path) -> None:
    (root / "results/object/run.sh").write_text("true")


def a_link(root: Path) -> None:
    (root / "leaderboard/plots/extra.png").symlink_to("/etc/passwd")


IN_FILES: dict[str, tuple[Plant, list[str], str]] = {
    "a nonsense picture": (nonsense, [MADE], "pixels are not those that the results draw"),
    "a number in a picture": (one_number, [MADE], "pixels are not those that the results draw"),
    "bytes behind a picture": (hidden_behind_a_picture, [MADE], "is no PNG as the board draws them"),
    "more in a picture's end": (
        lambda root: parts_of_a_picture(root, lambda data: data[:-12] + chunk(b"IEND", SCRIPT)),
        [MADE],
        "is no PNG as the board draws them",
    ),
    "more behind a picture's pixels": (
        lambda root: parts_of_a_picture(root, lambda data: data[:-12] + chunk(b"IDAT", SCRIPT) + data[-12:]),
        [MADE],
        "is a damaged PNG, or holds more than its pixels",
    ),
    "a checksum of a picture": (
        # of the first part, behind its 13 bytes
        lambda root: parts_of_a_picture(root, lambda data: data[:29] + bytes([data[29] ^ 1]) + data[30:]),
        [MADE],
        "is a damaged PNG",
    ),
    "words in a picture, in a shade that is hardly another": (faint_words, [MADE], "pixels are not those"),
    "a foreign file in leaderboard/": (a_page_of_another, [MADE], "leaderboard/login.html is no file of the board"),
    "a foreign file in results/": (a_script_among_results, [FILES], "results/object/run.sh is no result"),
    "a link in leaderboard/": (a_link, [FILES, MADE], "leaderboard/plots/extra.png is a link"),
}


@pytest.mark.parametrize("fault", IN_FILES)
def test_the_gate_catches_in_files(place: Path, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    plant, caught_by, says = IN_FILES[fault]
    monkeypatch.setattr(gate, "stale", lambda root: [])
    plant(place)
    report = gate.inspect(place)
    assert report.failing == caught_by
    assert says in "; ".join(line for name in caught_by for line in report.checks[name] or [])


def test_a_submission_in_a_wrong_place_is_told(place: Path) -> None:
    assert edited_files.foreign(place) == []
    for name in ("evil.html", "guest/deeper/object-0.json", "guest/object-0.verified.json"):
        (place / "submissions" / name).parent.mkdir(exist_ok=True)
        (place / "submissions" / name).touch()
    wrong = ["submissions/evil.html", "submissions/guest/deeper/object-0.json"]
    assert edited_files.foreign(place) == [f"{name} is no file of a submission" for name in wrong]


def test_what_git_ignores_is_no_foreign_file(place: Path) -> None:
    (place / ".gitignore").write_text(".DS_Store\n")
    (place / "results/.DS_Store").write_text("")
    assert edited_files.foreign(place) == []


def relock(root: Path, run: str, score: str = "c0de") -> None:
    """A dvc.lock that says which predictions were scored, and by which code."""
    locked = yaml.safe_load((root / "dvc.lock").read_text())
    outs = [{"path": f"runs/pose/mlp/{k}", "md5": "f00d"} for k in REPLICATES]
    outs += [{"path": "runs/joint/mlp/1", "md5": run}]
    locked["stages"]["train@x"] = {"cmd": "x", "outs": outs}
    locked["stages"]["score"] = {"cmd": "x", "deps": [{"path": "data/code/score.json", "md5": score}]}
    (root / "dvc.lock").write_text(yaml.safe_dump(locked))


TRAINED_AGAIN = "pose/mlp/joint-1.json"
AGAINST: dict[str, Edit] = {
    "a secondary metric of a regression": metric("rotation_deg", 1e-5),
    "scores shifted as one": lambda it: (
        it["metrics"].update(mssd_recall=it["metrics"]["mssd_recall"] - 0.025),
        it["per_sequence"].update(values=[value - 0.025 for value in it["per_sequence"]["values"]]),
    ),
}


@pytest.mark.parametrize("fault", AGAINST)
def test_the_gate_catches_against_another_commit(place: Path, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    monkeypatch.setattr(gate, "stale", lambda root: [])
    monkeypatch.setattr(edited_files, "edited", lambda root: [])
    relock(place, run="beef")
    commit(place)
    assert gate.inspect(place, "main").failing == []
    change(place, TRAINED_AGAIN, AGAINST[fault])
    assert gate.inspect(place).failing == []  # no two numbers of this commit say otherwise
    report = gate.inspect(place, "main")
    assert report.failing == [STILL]
    assert f"{TRAINED_AGAIN}: metrics" in (report.checks[STILL] or [""])[0]
    # trained or scored anew, another score is no surprise
    relock(place, run="feed")
    assert gate.inspect(place, "main").failing == []
    relock(place, run="beef", score="c0de2")
    assert gate.inspect(place, "main").failing == []


def test_the_docs_tell_what_is_caught_where() -> None:
    text = (ROOT / "docs/checks.md").read_text()
    rows = re.findall(r"^\| ([^|]+?) +\| (gate|gate --against|verify|nobody) +\| ([^|]+?) +\|$", text, re.MULTILINE)
    told: dict[str, set[str]] = {}
    for fault, by, _ in rows:
        told.setdefault(by, set()).add(fault)
    assert told["gate"] == FORGED.keys() | IN_FILES.keys()
    assert told["gate --against"] == AGAINST.keys()
    assert all(reason.strip() for _, by, reason in rows if by in ("verify", "nobody"))
    assert sum(map(len, told.values())) == len(rows)
    assert len(told["gate"]) >= 30
    assert set(TASKS) <= set(re.findall(r"`(\w+)`", text))


@pytest.mark.parametrize(
    ("row", "changes", "odd"),
    [
        ("linear", {}, []),
        ("linear", {"multiply_adds": 8}, ["cost.multiply_adds"]),  # its file gives one number for both
        ("linear", {"chosen": {"action_strength": 7.0}}, ["hyperparameters.action_strength"]),
        ("nearest", {"parameters": 0}, []),
        ("nearest", {}, ["cost.parameters"]),
        ("trees", {"multiply_adds": 0}, []),
        ("trees", {"multiply_adds": 0, "chosen": {"trees": 3}}, ["hyperparameters"]),
        ("nobody", {"chosen": {"trees": 3}}, []),  # told elsewhere
    ],
)
def test_a_reference_row_says_what_its_file_gives(row: str, changes: dict[str, Any], odd: list[str]) -> None:
    given = {"parameters": 9, "multiply_adds": 9, "chosen": {"action_strength": 10.0} if row == "linear" else {}}
    given |= changes
    results, _ = integrity.read_results(ROOT / "results")
    like = results[TRIVIAL]
    cost = like.run.cost.model_copy(update={key: given[key] for key in ("parameters", "multiply_adds")})
    run = like.run.model_copy(update={"model": row, "cost": cost, "hyperparameters": given["chosen"]})
    found = unlike_own_file({"one.json": like.model_copy(update={"run": run})})
    assert found == [f"one.json: run.{field} is not what deepgrasp/references/{row}.py gives" for field in odd]


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("pose/wrist/single-0.json", 0.06, "run.validation is 0.06, which is no number of 144 sequences"),
        ("pose/wrist/single-4.json", 0.08, "run.validation is 0.08, which is no number of 144 sequences"),
        ("action/trees/single-1.json", 0.82, "run.validation is 0.82, which is no number of 144 sequences"),
        ("pose/wrist/single-0.json", 0.0625, None),
        ("body/linear/single-0.json", 3.8, None),  # an error is of no number
    ],
)
def test_a_share_on_validation_is_of_the_sequences_that_the_next_fold_tests(
    name: str, value: float, says: str | None
) -> None:
    results, _ = integrity.read_results(ROOT / "results")
    values = results[name].model_dump()
    values["run"]["validation"][values["task"]] = value
    forged = results | {name: Result.model_validate(values)}
    assert uncounted_validation(forged, SUBJECTS) == ([f"{name}: {says}"] if says else [])
    # of more people the last fold is another: only what follows within is known
    found = uncounted_validation(forged, [*SUBJECTS, "s11", "s12"])
    assert found == ([f"{name}: {says}"] if says and "single-4" not in name else [])
