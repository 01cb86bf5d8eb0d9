"""From ARCTIC's files to a graph store: the same bodies and things as by ARCTIC's own calls of smplx, and folds."""

import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from deepgrasp.arctic.articulated import load_object, part_poses
from deepgrasp.arctic.convert import convert
from deepgrasp.arctic.download import TakeFiles, find_download
from deepgrasp.arctic.recorded import read_take
from deepgrasp.body.hands import hand_vertices
from deepgrasp.body.meshes import load_mesh
from deepgrasp.body.model_files import load_body_model
from deepgrasp.body.skin import posed_vertices
from deepgrasp.errors import InputError
from deepgrasp.geometry.rotations import rotation_matrix
from deepgrasp.grab.data_root import find_recordings, mesh_path, template_path
from deepgrasp.grab.own_catalogue import catalogue_of
from deepgrasp.grab.reader import RecordedSequence, read_sequence
from deepgrasp.prepare.prepare import prepare
from deepgrasp.skeleton import BODY_VERTICES, SIDES
from deepgrasp.store.store import open_store
from tests.deepgrasp.standin.bodies import FRAMES, load_model, tensor

WHICH = np.linspace(0, 57, FRAMES).astype(int)  # frames that are compared: smplx poses few at a time


@pytest.fixture(scope="module")
def take(arctic: Path) -> TakeFiles:
    return next(take for take in find_download(arctic).takes if take.id == "s02/ketchup_use_01")


@pytest.fixture(scope="module")
def sequence(data_root: Path, take: TakeFiles) -> RecordedSequence:
    return read_sequence(data_root / f"grab/{take.id}.npz", catalogue=catalogue_of(data_root))


@pytest.fixture(scope="module")
def skin(arctic: Path, data_root: Path, sequence: RecordedSequence) -> np.ndarray:
    """Vertices of the body as whoever reads the data root poses them."""
    template = load_mesh(template_path(data_root, "s02", catalogue_of(data_root)))[0]
    motion = (sequence.fullpose[WHICH], sequence.transl[WHICH], sequence.expression[WHICH])
    return posed_vertices(
        load_body_model(arctic / "models", "male", posed=True), template, np.arange(BODY_VERTICES), motion
    )[0]


@pytest.mark.parametrize("flat", [True, False])
def test_the_body_is_that_of_arctics_call(arctic: Path, take: TakeFiles, skin: np.ndarray, flat: bool) -> None:
    """Its personal template, flat hands, no coefficients; with smplx's own mean hand the fingers are elsewhere."""
    said = np.load(take.path("smplx"), allow_pickle=True).item()
    lines = (arctic / f"meta/subject_vtemplates/{take.person}.obj").read_text().splitlines()
    template = np.array([line.split()[1:] for line in lines if line.startswith("v ")], float)
    model = load_model(arctic, "smplx", gender="male", v_template=template, flat_hand_mean=flat, use_pca=False)
    posed = model(**{key: tensor(value[WHICH]) for key, value in said.items()}).vertices.detach().numpy()
    assert (np.abs(posed - skin).max() < 2e-6) == flat


@pytest.mark.parametrize("side", SIDES)
def test_manos_hands_lie_on_the_bodys(
    arctic: Path, data_root: Path, take: TakeFiles, skin: np.ndarray, side: str
) -> None:
    """By ARCTIC's call of MANO: with its mean hand, whose angles ARCTIC's files therefore lack."""
    said = np.load(take.path("mano"), allow_pickle=True).item()[side]
    model = load_model(arctic, "mano", is_rhand=side == "right", use_pca=False, flat_hand_mean=False)
    keys = {"global_orient": "rot", "hand_pose": "pose", "transl": "trans"}
    betas = tensor(np.tile(said["shape"], (FRAMES, 1)))
    posed = model(betas=betas, **{key: tensor(said[name][WHICH]) for key, name in keys.items()}).vertices
    ids = hand_vertices(data_root / "tools")[SIDES.index(side)]
    assert np.abs(posed.detach().numpy() - skin[:, ids]).max() < 2e-6


def test_the_things_pose_is_its_bottoms(
    arctic: Path, data_root: Path, take: TakeFiles, sequence: RecordedSequence
) -> None:
    thing, raw = load_object(arctic / "meta/object_vtemplates/ketchup"), read_take(take)
    vertices, faces = load_mesh(mesh_path(data_root, "ketchup"))
    np.testing.assert_allclose(vertices, thing.vertices, atol=1e-7)
    assert faces.tolist() == thing.faces.tolist()
    # as GRAB's files are read: v @ R + t
    posed = vertices @ rotation_matrix(sequence.object_orient) + sequence.object_transl[:, None]
    for part, (rotation, place) in enumerate(part_poses(raw.articulation, raw.object_orient, raw.object_transl)):
        where = thing.vertices[thing.part == part] @ np.swapaxes(rotation, -1, -2) + place[:, None]
        apart = np.abs(where - posed[:, thing.part == part]).max()
        assert apart < 1e-6 if part == 0 else apart > 0.02  # the top is opened by 0.7 rad
    np.testing.assert_array_equal(sequence.fullpose.reshape(-1, 165), raw.fullpose)
    np.testing.assert_array_equal(sequence.transl, raw.transl)


def test_touch(data_root: Path, sequence: RecordedSequence, skin: np.ndarray) -> None:
    ids = hand_vertices(data_root / "tools").ravel()
    touching = sequence.contact_body > 0
    assert not np.delete(touching, ids, axis=1).any(), "hands alone"
    assert set(np.unique(sequence.contact_body[:, ids[:778]])) <= {0, 22, *range(41, 56)}, (
        "joints of the right hand + 1"
    )
    # what touches is touched, in the same frames
    assert np.flatnonzero(touching.any(axis=1)).tolist() == sequence.contact_frames.tolist()
    assert 20 < len(sequence.contact_frames) < 50


def test_a_board_of_its_own(arctic: Path, data_root: Path, tmp_path: Path) -> None:
    catalogue = catalogue_of(data_root)
    assert (catalogue.name, catalogue.actions, catalogue.framerate) == ("ARCTIC", ("grab", "use"), 30)
    assert "Fan" in catalogue.told["cite"]
    assert "non-commercial" in catalogue.told["licence"]
    assert {each.id for each in find_recordings(data_root, catalogue)} == {
        take.id for take in find_download(arctic).takes
    }
    store = open_store(prepare(data_root, arctic / "models", tmp_path / "graphs", frames=16, workers=1))
    assert len(store.sequences) == 12
    assert store.manifest["kind"] == "synthetic", "a stand-in, whatever its format"
    tested = [{name.partition("/")[0] for name in store.fold("subject", k)["test"]} for k in range(3)]
    assert tested == [{"s01"}, {"s02"}, {"s04"}]
    assert store.manifest["actions"] == ["grab", "use"]


def _damaged(path: str, content: bytes) -> Callable[[Path], object]:
    return lambda own: (own / path).write_bytes(content)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (_damaged("raw_seqs/s01/box_use_01.object.npy", b"x"), "object.npy: is damaged"),
        (
            _damaged("meta/subject_vtemplates/s01.obj", b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n"),
            "has 3 vertices, a body",
        ),
        (_damaged("meta/object_vtemplates/box/mesh.obj", b""), "no readable mesh|no faces"),
        (lambda own: (own / "meta/subject_vtemplates/s01.obj").unlink(), "s01.obj: is missing"),
    ],
)
def test_nothing_is_left_of_what_failed(
    arctic: Path, own: Path, change: Callable[[Path], object], problem: str
) -> None:
    change(own)
    out = own.parent / "out"
    with pytest.raises(InputError, match=problem):
        convert(own, arctic / "models", out, workers=1)
    assert [each.name for each in out.parent.iterdir()] == ["own"]


def test_a_body_in_millimetres(arctic: Path, own: Path) -> None:
    path = own / "meta/subject_vtemplates/s01.obj"
    lines = [f"v {' '.join(f'{1000 * float(x)}' for x in line.split()[1:])}" if line[0] == "v" else line
             for line in path.read_text().splitlines()]  # fmt: skip
    path.write_text("\n".join(lines))
    with pytest.raises(InputError, match=r"expected metres within 3 .*looks like"):
        convert(own, arctic / "models", own.parent / "out", workers=1)


def test_no_folder_is_written_over(arctic: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    with pytest.raises(InputError, match="is there already"):
        convert(arctic, arctic / "models", tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["mine"]


def test_real_recordings_get_no_mark_and_tables_may_be_grabs(arctic: Path, own: Path, data_root: Path) -> None:
    models, out = own.parent / "models", own.parent / "out"
    shutil.copytree(arctic / "models/smplx", models / "smplx")
    (models / "smplx/MANO_SMPLX_vertex_ids.pkl").unlink()
    with pytest.raises(InputError, match="--hands: no table"):
        convert(own, models, out, workers=1)
    convert(own, models, out, hands=data_root / "tools/smplx_correspondence", workers=1)
    assert not (out / "STANDIN.json").exists()
    np.testing.assert_array_equal(hand_vertices(out / "tools"), hand_vertices(data_root / "tools"))
    # one recording by itself is what it is among others
    theirs, ours = (
        read_sequence(root / "grab/s01/box_use_01.npz", catalogue=catalogue_of(root)) for root in (data_root, out)
    )
    np.testing.assert_array_equal(ours.contact_body, theirs.contact_body)


@pytest.mark.parametrize("value", [{"right_hand": np.arange(778) + 0.5}, {"right_hand": np.arange(3)}, {}])
def test_a_table_of_no_hands(arctic: Path, own: Path, value: dict[str, np.ndarray]) -> None:
    table = own.parent / "MANO_SMPLX_vertex_ids.pkl"
    table.write_bytes(pickle.dumps({"left_hand": np.arange(778), **value}))
    with pytest.raises(InputError, match="MANO_SMPLX_vertex_ids"):
        convert(own, arctic / "models", own.parent / "out", hands=table, workers=1)
