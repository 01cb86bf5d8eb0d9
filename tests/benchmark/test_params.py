import difflib
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from dvc.utils.hydra import apply_overrides

from benchmark import data_params, params
from deepgrasp.errors import InputError

PLAIN = "give a number, a word, true, false, null, or a list of numbers or of words"

ROOT = Path(__file__).parents[2]


def changed(tmp_path: Path, key: str, value: Any) -> Path:
    values = yaml.safe_load((ROOT / "params.yaml").read_text())
    section = values
    *outer, last = key.split(".")
    for part in outer:
        section = section[part]
    section[last] = value
    file = tmp_path / "params.yaml"
    file.write_text(yaml.safe_dump(values))
    return file


def test_our_own_file_is_valid() -> None:
    assert params.load_params(ROOT / "params.yaml").grid.models


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("train.bach", 3, "train.bach: is not a parameter; did you mean batch?"),
        ("colour", 3, "colour: is not a parameter"),
        ("train.budget.classes", "3", "train.budget.classes: is '3'"),
        ("train.budget.classes", 0, "train.budget.classes: is 0"),
        ("train.budget.classes", True, "train.budget.classes: is true"),
        ("prepare.window", "touching", "prepare.window: is 'touching'"),
        ("inputs.frame", 3, "inputs.frame: is not a parameter; did you mean frames?"),
        ("inputs.patches", 779, "inputs.patches: is 779"),
        ("inputs.fusion", "middle", "inputs.fusion: is 'middle'"),
        ("train.weighting", "guessed", "train.weighting: is 'guessed'"),
        ("train.loss_weights.pose", 0, "train.loss_weights.pose: is 0"),
        ("train.loss_weights.body", -1.0, "train.loss_weights.body: is -1.0"),
        ("train.loss_weights.action", float("inf"), "train.loss_weights.action: is no finite number"),
        ("train.loss_weights.smell", 1.0, "train.loss_weights.smell: is not a parameter"),
        ("train.loss_weights", {"object": 1.0}, "train.loss_weights.action: is missing"),
        ("grid.replicates", [0, 5], "grid.replicates: 5 is beyond the 5 folds of a split by subject of 10 people"),
        ("inputs.frames", 13, "inputs.frames: is 13, and prepare.frames stores 12; give 12 or fewer"),
        ("prepare.keep.subjects", ["s99"], "prepare.keep.subjects: nobody is called 's99'; did you mean s9"),
        ("prepare.drop.subjects", ["anna"], "prepare.drop.subjects: nobody is called 'anna'"),
        ("train.recordings", 433, "train.recordings: is 433, and a fold of 10 people trains on 432 at most"),
        ("models.mlp.train", {"recordings": 99999}, "models.mlp.train.recordings: is 99999, and a fold of 10 people"),
        ("grid.replicates", [0, -1], "grid.replicates.1: is -1"),
        ("synthetic.people", 0, "synthetic.people: is 0"),
        ("synthetic.recordings", 8, "synthetic.recordings: is 8"),
        ("split", "object", "grid.tasks: 'object' cannot be tested on the split by object"),
        ("grid.models", ["mlp", "mlp"], "names something twice"),
        ("grid.models", ["mpl"], "grid.models: 'mpl' has no file baselines/mpl.py; did you mean mlp?"),
        ("grid.references", ["linar"], "grid.references: 'linar' has no file; did you mean linear?"),
        ("grid.tasks", [], "grid.tasks: is []"),
        ("models.mlp.train", {"batch": 1}, "models.mlp.train.batch: is 1"),
        ("models.mlp.train", {"batches": 2}, "models.mlp.train.batches: is not a parameter"),
        ("models.mlp.train", 3, "models.mlp.train: is 3"),
        ("models.mlp.tune", {"batch": 2}, "models.mlp.tune: is {'batch': 2}"),
        ("models.stgcn.widths", [[16]], f"models.stgcn.widths: is [[16]]; {PLAIN}"),
        ("models.mlp.train", {"learning_rate": [[2]]}, f"models.mlp.train.learning_rate: is [[2]]; {PLAIN}"),
        ("models.mlp.train", {"budget": {"classes": [[2]]}}, f"models.mlp.train.budget.classes: is [[2]]; {PLAIN}"),
        ("models.mlp", 5, "models.mlp: is 5; input should be a section with keys of its own"),
        ("grid", 5, "grid: is 5; input should be a section with keys of its own"),
        ("grid", None, "grid: is null; input should be a section with keys of its own"),
        ("models.mlp", {3: 4}, "models.mlp.3: is a key that is no word; put it in quotes"),
        ("train.threads", 100_000, "train.threads: is 100000; input should be less than or equal to 1024"),
    ],
)
def test_a_bad_value_is_one_clear_error(tmp_path: Path, key: str, value: Any, says: str) -> None:
    with pytest.raises(InputError) as error:
        params.load_params(changed(tmp_path, key, value))
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_people_who_are_dropped_have_no_folds(tmp_path: Path) -> None:
    file = Path(shutil.copy(ROOT / "params.yaml", tmp_path))
    apply_overrides(file, ["prepare.drop.subjects=[s1,s2]", "grid.replicates=[3]"])
    assert params.load_params(file).grid.replicates == [3]
    apply_overrides(file, ["prepare.keep.subjects=[s1,s3,s4,s5]"])
    with pytest.raises(
        InputError, match=r"grid\.replicates: 3 is beyond the 3 folds of a split by subject of 3 people"
    ):
        params.load_params(file)
    apply_overrides(file, ["prepare.keep.subjects=[s3,s4]"])
    with pytest.raises(InputError, match=r"synthetic\.people: leaves 2 to a split by subject, whose folds have three"):
        params.load_params(file)


def test_a_scale_with_its_own_people_takes_no_others(tmp_path: Path) -> None:
    file = Path(shutil.copy(ROOT / "params.yaml", tmp_path))
    apply_overrides(file, ["synthetic.scale=tiny"])
    assert params.load_params(file).synthetic.scale == "tiny"
    apply_overrides(file, ["synthetic.people=12"])
    with pytest.raises(InputError, match=r"synthetic\.people: is 12; scale tiny has its own number: leave 10"):
        params.load_params(file)


@pytest.mark.parametrize(
    ("override", "lines"),
    [
        ("train.batch=32", 0),
        ("train.batch=16", 1),
        ("inputs.frames=4", 1),
        ("train.precision=bf16", 1),
        ("models.mlp.hidden=3", 1),
        ("split=random", 1),
        ("grid.replicates=[0]", 4),
        ("models.best.widths=[16]", 1),
    ],
)
def test_an_experiment_changes_the_lines_of_its_key_alone(tmp_path: Path, override: str, lines: int) -> None:
    """By DVC's own writer, which knows no quotes and no lists on one line."""
    file = Path(shutil.copy(ROOT / "params.yaml", tmp_path))
    apply_overrides(file, [override])
    found = difflib.ndiff((ROOT / "params.yaml").read_text().splitlines(), file.read_text().splitlines())
    assert len([line for line in found if line.startswith("- ")]) == lines


@pytest.mark.parametrize("key", ["colour", "prepare.colour"])
def test_making_data_reads_its_sections_only_but_knows_the_names_of_all(tmp_path: Path, key: str) -> None:
    assert {*data_params.DataParams.model_fields, *data_params.OTHERS} == params.Params.model_fields.keys()
    assert data_params.load_data_params(changed(tmp_path, "train.batch", "many")).synthetic.seed == 0
    with pytest.raises(InputError, match=f"{key}: is not a parameter"):
        data_params.load_data_params(changed(tmp_path, key, 3))


@pytest.mark.parametrize(("text", "says"), [("a: [", "is not YAML"), ("", "the file: is None"), ("data: {}", "root")])
def test_a_broken_file_is_one_clear_error(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "params.yaml"
    file.write_text(text)
    with pytest.raises(InputError, match=says):
        params.load_params(file)


TEXT = (ROOT / "params.yaml").read_text()
NINE = ", ".join(["*{}"] * 9)
BOMB = "\nm0: &m0 {x: 1}\n" + "".join(f"m{k}: &m{k} {{<<: [{NINE.replace('{}', f'm{k - 1}')}]}}\n" for k in range(1, 9))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("# Every", "# \xc9very", r"is not text in UTF-8 \(byte 2\); save it as UTF-8"),
        ("seed: 0", f"seed: {'9' * 10_000}", "is not YAML .*10000 digits"),
        ("batch: 32", f"batch: 0x{'f' * 10_000}", "train.batch: is no finite number"),
        ("batch: 32", f"batch: {10**30}", "train.batch: is no finite number"),
        ("learning_rate: 0.01", "learning_rate: .inf", "train.learning_rate: is no finite number"),
        ("weight_decay: 1.0", "weight_decay: .nan", "train.weight_decay: is no finite number"),
        ("    - 16\n", "    - .nan\n", "models.stgcn.widths.0: is no finite number"),
        ("      weight_decay: 0.0", "      weight_decay: .inf", "models.published.train.weight_decay: is no finite"),
        ("  batch: 32", "  batch: 32\n  batch: 33", r'line \d+: found duplicate key "batch"'),
        ("seed: 0", 'seed: !!python/object/apply:os.system ["true"]', "line 9: could not determine a constructor"),
        ("grid: ", "x: " + "{a: " * 3000 + "\ngrid: ", "is nested too deeply"),
        ("\n\ndata:", f"{BOMB}\ndata:", "line 4: an alias is no value"),
        ("\n\ndata:", "\nx: &x [*x]\ndata:", "line 3: an alias is no value"),
        ("\n\ndata:", f"\n{'# and so on' * 20_000}\ndata:", "is larger than 200,000 bytes"),
        ("\n\ndata:", "\n? [a, b]\n: 3\ndata:", "keys should be strings"),
        ("frames: 12 ", "frames: half ", "prepare.frames: is 'half'; input should be a valid integer or 'full'"),
        ("root: data", 'root: "\\0" # data', "data.root: is"),
    ],
)
def test_a_hostile_file_is_one_clear_error(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in TEXT
    file = tmp_path / "params.yaml"
    file.write_bytes(TEXT.replace(old, new, 1).encode("latin-1"))
    with pytest.raises(InputError, match=says) as error:
        params.load_params(file)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 300


def test_a_file_in_utf_16_is_one_clear_error(tmp_path: Path) -> None:
    file = tmp_path / "params.yaml"
    file.write_bytes(TEXT.encode("utf-16"))
    with pytest.raises(InputError, match="is not text in UTF-8"):
        params.load_params(file)


def test_a_missing_file_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        params.load_params(tmp_path / "params.yaml")


def test_an_entrant_without_a_section_is_one_clear_error() -> None:
    ours = params.load_params(ROOT / "params.yaml")
    for ask in (ours.recipe, ours.hyperparameters):
        with pytest.raises(InputError, match=r"models: has no section .mpl.; did you mean mlp\?"):
            ask("mpl")


def test_an_entrant_may_have_a_recipe_of_its_own(tmp_path: Path) -> None:
    found = params.load_params(changed(tmp_path, "models.mlp.train", {"batch": 2, "optimiser": "adam"}))
    own, shared = found.recipe("mlp"), found.recipe("lstm")
    assert (own.batch, own.optimiser, own.budget) == (2, "adam", shared.budget)
    assert shared == found.train
    assert "train" not in found.hyperparameters("mlp")


def test_every_entrant_may_ask_for_streams(tmp_path: Path) -> None:
    found = params.load_params(changed(tmp_path, "models.lstm.streams", ["posture", "motion"]))
    assert found.streams("lstm") == ("posture", "motion")
    unsaid = params.load_params(changed(tmp_path, "models.lstm", {"hidden": 8}))
    assert unsaid.streams("lstm") == ("joint",)


@pytest.mark.parametrize("streams", [[], ["joint", "joint"], ["velocity"], "joint", None])
def test_streams_that_do_not_exist_are_one_clear_error(tmp_path: Path, streams: object) -> None:
    with pytest.raises(InputError, match=r"models\.lstm\.streams: is .*; give a list of joint, bone, motion, posture"):
        params.load_params(changed(tmp_path, "models.lstm.streams", streams))
