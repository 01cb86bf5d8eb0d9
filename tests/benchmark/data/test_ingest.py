"""From archives to a data root: the summary, what is missing, and the parameters."""

import pickle
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from benchmark import params
from benchmark.data.ingest import ingest
from benchmark.data.inventory import take_stock
from deepgrasp.errors import InputError
from deepgrasp.prepare.prepare import prepare
from deepgrasp.skeleton import SIDES
from deepgrasp.standin.people.model_arrays import mano_model
from deepgrasp.store.store import open_store


def pack(root: Path, zips: Path) -> None:
    """Archives of a data root, named as GRAB names its own."""
    zips.mkdir()
    folders = [*(root / "grab").iterdir(), root / "tools/object_meshes/contact_meshes"]
    for folder in [*folders, *(root / "tools/subject_meshes").iterdir(), root / "tools/smplx_correspondence"]:
        with zipfile.ZipFile(zips / f"{'__'.join(folder.relative_to(root).parts)}.zip", "w") as archive:
            for file in sorted(folder.iterdir()):
                archive.write(file, f"{folder.name}/{file.name}")


@pytest.fixture
def parameters(tmp_path: Path) -> Path:
    return Path(shutil.copy("params.yaml", tmp_path / "params.yaml"))


def test_from_archives_to_graphs(root: Path, models: Path, tmp_path: Path, parameters: Path) -> None:
    pack(root, tmp_path / "zips")
    found = ingest(tmp_path / "zips", models, tmp_path / "grab", parameters)
    assert len(found.subjects) == 10
    assert found.objects == {"cubesmall": 1, "mug": 10}
    assert "hammer" in found.absent
    assert "s1" not in found.absent
    assert params.load_params(parameters).data.root == str(tmp_path / "grab")
    assert params.load_params(parameters).data.models == str(models)
    pairs = zip(parameters.read_text().splitlines(), Path("params.yaml").read_text().splitlines(), strict=True)
    assert [new.split(":")[0].strip() for new, old in pairs if new != old] == ["root", "models"]  # comments stay, too
    prepare(tmp_path / "grab", models, tmp_path / "graphs", frames=4, workers=1)


@pytest.mark.parametrize("lost", ["tools__object_meshes__contact_meshes.zip", "tools__smplx_correspondence.zip"])
def test_a_missing_archive_is_named_and_the_parameters_stay(
    root: Path, models: Path, tmp_path: Path, parameters: Path, lost: str
) -> None:
    pack(root, tmp_path / "zips")
    (tmp_path / "zips" / lost).rename(tmp_path / lost)
    before = parameters.read_text()
    with pytest.raises(InputError, match=lost.split("__")[-1].removesuffix(".zip")):
        ingest(tmp_path / "zips", models, tmp_path / "grab", parameters)
    assert parameters.read_text() == before
    (tmp_path / lost).rename(tmp_path / "zips" / lost)
    assert ingest(tmp_path / "zips", models, tmp_path / "grab", parameters).missing == ()


def test_a_missing_body_model_is_named(root: Path, tmp_path: Path, parameters: Path) -> None:
    pack(root, tmp_path / "zips")
    with pytest.raises(InputError, match=r"SMPLX_FEMALE\.npz.*: missing; add .* the model to --models"):
        ingest(tmp_path / "zips", tmp_path / "none", tmp_path / "grab", parameters)


def test_the_summary_counts_and_names_what_is_not_there(
    root: Path, models: Path, tmp_path: Path, parameters: Path
) -> None:
    pack(root, tmp_path / "zips")
    lines = str(ingest(tmp_path / "zips", models, tmp_path / "grab", parameters)).splitlines()
    assert lines[0] == "11 sequences of 10 subjects with 2 objects"
    assert lines[1].startswith("by subject: s1 1 of GRAB's 198, s2 2 of GRAB's 93, s3 1 of GRAB's 125,")
    assert "by action: use 9, pass 1, lift 1, offhand 0" in lines
    assert "by object: cubesmall 1, mug 10" in lines
    words = " ".join(" ".join(lines).split())
    first = "MANO_RIGHT.pkl, MANO_LEFT.pkl, table.ply, object_settings, subject_settings, s1_betas.npy"
    assert words.endswith(f" not there, not needed: {first}, 49 more")  # five files of ten subjects, one of them named
    assert max(map(len, lines)) <= 120


def test_everything_that_is_published_may_be_there(
    root: Path, models: Path, tmp_path: Path, standin_models: Path
) -> None:
    for name in ("object_settings", "subject_settings"):
        (root / "tools" / name).mkdir()
    (root / "tools/object_meshes/contact_meshes/table.ply").touch()
    for template in list((root / "tools/subject_meshes").glob("*/s*.ply")):
        for part in ("betas.npy", "lhand.ply", "rhand.ply", "lhand_betas.npy", "rhand_betas.npy"):
            template.with_name(f"{template.stem}_{part}").touch()
    assert take_stock(root, standin_models).unneeded == ()
    hand = standin_models / "mano/MANO_LEFT.pkl"
    hand.write_bytes(hand.read_bytes()[:1000])
    assert [name[:26] for name in take_stock(root, standin_models).unneeded] == ["MANO_LEFT.pkl (the file is"]


@pytest.fixture
def standin_models(models: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    (folder / "mano").mkdir(parents=True)
    for side in SIDES:
        (folder / "mano" / f"MANO_{side.upper()}.pkl").write_bytes(pickle.dumps(mano_model(side)))
    return folder


@pytest.mark.parametrize("damage", ["cut", "mano", "posedirs"])
def test_a_model_that_is_damaged_or_another_is_found_before_anything_is_unpacked(
    root: Path, tmp_path: Path, parameters: Path, model_members, damage: str
) -> None:
    pack(root, tmp_path / "zips")
    path, before = tmp_path / "models/smplx/SMPLX_FEMALE.pkl", parameters.read_text()
    path.parent.mkdir(parents=True)
    members = model_members(1) | ({"posedirs": np.zeros((10475, 3, 207))} if damage == "posedirs" else {})
    data = pickle.dumps(mano_model("left") if damage == "mano" else members)
    path.write_bytes(data[:-1000] if damage == "cut" else data)
    problem = {"cut": "is damaged", "mano": "not an SMPL-X model", "posedirs": "'posedirs' has shape"}[damage]
    with pytest.raises(InputError, match=rf"SMPLX_FEMALE\.pkl: .*{problem}"):
        ingest(tmp_path / "zips", tmp_path / "models", tmp_path / "grab", parameters)
    assert not (tmp_path / "grab").exists()
    assert parameters.read_text() == before


def test_models_may_be_pickles(root: Path, tmp_path: Path, parameters: Path, model_members, store_path: Path) -> None:
    pack(root, tmp_path / "zips")
    for seed, gender in enumerate(("MALE", "FEMALE")):
        path = tmp_path / "models/smplx" / f"SMPLX_{gender}.pkl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(model_members(seed)))
    ingest(tmp_path / "zips", tmp_path / "models", tmp_path / "grab", parameters)
    made = open_store(prepare(tmp_path / "grab", tmp_path / "models", tmp_path / "graphs", frames=8, workers=1))
    np.testing.assert_array_equal(made.read("pose"), open_store(store_path).read("pose"))


def test_a_damaged_tool_is_found_and_the_parameters_stay(
    root: Path, models: Path, tmp_path: Path, parameters: Path
) -> None:
    mesh, before = root / "tools/object_meshes/contact_meshes/mug.ply", parameters.read_text()
    mesh.write_bytes(mesh.read_bytes()[:300])
    pack(root, tmp_path / "zips")
    with pytest.raises(InputError, match=r"mug\.ply: not a readable mesh"):
        ingest(tmp_path / "zips", models, tmp_path / "grab", parameters)
    assert parameters.read_text() == before


def test_the_command(root: Path, models: Path, tmp_path: Path, parameters: Path) -> None:
    pack(root, tmp_path / "zips")
    command = [sys.executable, "-m", "benchmark", "ingest", "--zips", "zips", "--models"]
    done = subprocess.run([*command, str(models)], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout.startswith("11 sequences of 10 subjects")
    assert done.stdout.endswith("params.yaml now points there: run `dvc repro`\n")
    assert params.load_params(parameters).data.root == "data/grab"
    done = subprocess.run([*command, "nowhere"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert "error: nowhere/smplx/SMPLX_FEMALE.npz" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_stand_in_is_no_place_for_grab(tmp_path: Path) -> None:
    (tmp_path / "standin").mkdir()
    (tmp_path / "standin" / "STANDIN.json").write_text("{}")
    with pytest.raises(InputError, match=r"standin: holds the stand-in.*choose another folder with --to"):
        ingest(tmp_path / "zips", tmp_path / "models", tmp_path / "standin", tmp_path / "params.yaml")
