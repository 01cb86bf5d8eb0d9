"""From archives to a data root: the summary, what is missing, and the parameters."""

import shutil
import zipfile
from pathlib import Path

import pytest

from benchmark import params
from benchmark.ingest import ingest
from deepgrasp.errors import InputError
from deepgrasp.prepare import prepare


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
    assert "hammer" in found.absent
    assert "s1" not in found.absent
    text = parameters.read_text()
    assert params.load(parameters).data.root == str(tmp_path / "grab")
    assert params.load(parameters).data.models == str(models)
    assert text.count("#") == Path("params.yaml").read_text().count("#")  # comments stay
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
