"""Overrides are spelt as DVC reads them, checked as the experiment would be, and told apart by their hash."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from dvc.exceptions import InvalidArgumentError
from dvc.utils.hydra import apply_overrides
from hydra.errors import OverrideParseException

from benchmark.overrides import joined_overrides, overridden, override, write_overrides
from benchmark.params import load_params
from deepgrasp.errors import InputError

PARAMS = Path(__file__).parents[2] / "params.yaml"
# a row of the table has what DVC says, then examples of what is said so
DVC_SAYS = {
    text: said
    for said, examples in re.findall(
        r"^\| `([^|]+)` \| (`[^|]+`) \|", (PARAMS.parent / "docs/experiments.md").read_text("utf-8"), re.MULTILINE
    )
    for text in re.findall(r"`'?(.+?)'?`", examples)
}


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (64, "64"),
        (0.1, "0.1"),
        (False, "false"),
        (None, "null"),
        (1e-6, "1e-06"),
        ((32, 64), "[32,64]"),
        (["a"], "[a]"),
    ],
)
def test_values_are_spelt_for_dvc(value: object, says: str) -> None:
    assert override("key", value) == f"key={says}"


def test_the_experiment_is_checked_as_it_would_be() -> None:
    params = overridden(["inputs.hands=left", "models.stgcn.widths=[32,32]", "models.stgcn.adaptive=off"], PARAMS)
    assert params.inputs.hands == "left"
    assert params.models["stgcn"]["widths"] == [32, 32]
    assert params.models["stgcn"]["adaptive"] == "off"
    assert params.train == load_params(PARAMS).train


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("inputs.hands=lefft", r"^params.yaml with -S, inputs.hands: is 'lefft'; input should be 'right', 'left'"),
        ("models.mlp.hiden=3", r"^-S models.mlp.hiden=3: names no parameter; did you mean hidden\?"),
        ("split.by=random", "^-S split.by=random: names no parameter"),
        ("+split=random", "names no parameter"),
        ("split", "^-S split: has no value; write it as key=value"),
        ("train.batch.more=1", "names no parameter"),
        ("grid.models=[mpl]", "params.yaml with -S, grid.models: 'mpl' has no file baselines/mpl.py; did you mean mlp"),
        ("models.mlp.hidden=32,64", "is several values; give one"),
        ("prepare.keep.actions=[lift", "has a value that cannot be read; write lists as"),
        ("data.root=/my data (1)", r"""in quotes: 'data.root='"'"'/my data \(1\)'"'"''$"""),
        ("entrants={mine: ../mine.py}", "is no way to name an entrant; give --entrant path/to/mine.py"),
        ("+entrants.mine=../mine.py", "is no way to name an entrant"),
        ("split=object", "'object' cannot be tested on the split by object"),
    ],
)
def test_mistakes_are_one_clear_error(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        overridden([text], PARAMS)


@pytest.mark.parametrize("text", ["grid.model=[mlp]", "grid.models=[mlp", "split"])
def test_what_dvc_says_of_a_wrong_one_is_in_the_docs(text: str, tmp_path: Path) -> None:
    file = Path(shutil.copy(PARAMS, tmp_path))
    with pytest.raises((InvalidArgumentError, OverrideParseException)) as told:
        apply_overrides(file, [text])
    # of what DVC has caught, its command line tells the cause behind it
    assert DVC_SAYS[text] in f"{told.value}: {told.value.__cause__}"


@pytest.mark.parametrize("text", ["grid=5", "~grid"])
def test_without_its_section_dvc_cannot_read_the_pipeline(text: str, tmp_path: Path) -> None:
    for name in ("params.yaml", "dvc.yaml"):
        shutil.copy(PARAMS.with_name(name), tmp_path)
    apply_overrides(tmp_path / "params.yaml", [text])
    assert subprocess.run(["dvc", "init", "-q", "--no-scm"], cwd=tmp_path).returncode == 0
    done = subprocess.run(["dvc", "stage", "list"], cwd=tmp_path, capture_output=True, text=True)
    assert DVC_SAYS[text] in done.stderr


def test_they_are_written_as_dvc_writes_them_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(PARAMS.read_text())
    with pytest.raises(InputError, match="names no parameter"):
        write_overrides(["models.mlp.hidden=64", "models.mlp.hiden=64"], path)
    assert path.read_text() == PARAMS.read_text()
    for text in ("data.root=${HOME}", "models.mlp.hidden=${models"):
        with pytest.raises(InputError, match=r"^-S .*: (DVC does not take it|has a value that cannot be read)"):
            write_overrides([text], path)
    assert path.read_text() == PARAMS.read_text()
    write_overrides(["models.mlp.hidden=64"], path)
    assert load_params(path).models["mlp"]["hidden"] == 64
    pairs = zip(path.read_text().splitlines(), PARAMS.read_text().splitlines(), strict=True)
    assert [now for now, before in pairs if now != before] == ["    hidden: 64"]


def test_what_a_study_sets_is_not_for_its_user() -> None:
    assert joined_overrides(["grid.tasks=[joint]"], ["split=random"]) == ["grid.tasks=[joint]", "split=random"]
    for text in ("grid.tasks=[body]", "grid={tasks: [body]}"):
        with pytest.raises(InputError, match="is for this command to set"):
            joined_overrides(["grid.tasks=[joint]"], [text])


@pytest.mark.parametrize("folder", ["/a (b), c=d", "/it's", '/"said"', "/a [b] {c}: d", "/back\\", "/1,2", "/umlaut ü"])
def test_a_path_with_marks_arrives_as_it_is(folder: str, tmp_path: Path) -> None:
    text = override("data.root", folder)
    assert overridden([text], PARAMS).data.root == folder
    copy = tmp_path / "params.yaml"
    copy.write_text(PARAMS.read_text())
    apply_overrides(copy, [text])  # what `dvc exp run -S` does
    assert load_params(copy).data.root == folder
