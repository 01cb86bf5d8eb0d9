"""Model files as smplx reads them, npz or pickle; others are refused, and none is run."""

import contextlib
import io
import pickle
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from deepgrasp.body.model_files import hand_model_path, load_body_model, load_hand_model, model_path
from deepgrasp.errors import InputError
from deepgrasp.standin.people.model_arrays import mano_model
from deepgrasp.standin.people.model_writer import write_models
from tests.deepgrasp.pickling import Add, Ch, Select, pickled


@pytest.fixture(scope="module")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("standin")
    write_models(root)
    return root


@pytest.fixture
def write(tmp_path: Path, model_members):
    """Writes a man's model, small if it need not be posed, with members replaced or (None) left out."""

    def _write(suffix: str = ".npz", protocol: int = 2, python: int = 3, **changes: Any) -> Path:
        members = model_members(0) | {"posedirs": None} | changes
        kept = {key: value for key, value in members.items() if value is not None}
        path = tmp_path / "smplx" / f"SMPLX_MALE{suffix}"
        path.parent.mkdir(exist_ok=True)
        if suffix == ".npz":
            np.savez(path, **kept)
        else:
            path.write_bytes(pickled(kept, protocol, python=python))
        return tmp_path

    return _write


def _smplx(root: Path, kind: str, **options: Any):
    import smplx

    with contextlib.redirect_stdout(io.StringIO()):  # it prints a warning about the number of shape coefficients
        return smplx.create(str(root), model_type=kind, **options)


def _as_pickle(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True)
    with np.load(path) as npz:
        to.write_bytes(pickle.dumps(dict(npz), protocol=2))


@pytest.mark.parametrize("suffix", [".npz", ".pkl"])
def test_a_body_is_what_smplx_loads(standin: Path, tmp_path: Path, suffix: str) -> None:
    theirs, root = _smplx(standin, "smplx", gender="female"), standin
    if suffix == ".pkl":
        root = tmp_path
        _as_pickle(standin / "smplx/SMPLX_FEMALE.npz", root / "smplx/SMPLX_FEMALE.pkl")
    ours = load_body_model(root, "female", posed=True)
    assert np.array_equal(ours.joint_regressor, theirs.J_regressor)
    assert np.array_equal(ours.faces, theirs.faces)
    assert np.array_equal(ours.template, theirs.v_template)
    assert np.array_equal(ours.weights, theirs.lbs_weights)
    assert np.array_equal(ours.pose_directions.reshape(-1, 486).T, theirs.posedirs)
    assert np.array_equal(ours.expression_directions, theirs.expr_dirs)
    types = [getattr(ours, name).dtype for name in ("joint_regressor", "faces", "template", "weights")]
    assert types == [np.float64, np.int64, np.float64, np.float32]
    plain = load_body_model(root, "female")
    assert plain.pose_directions is None
    assert plain.expression_directions is None


@pytest.mark.parametrize("side", ["right", "left"])
def test_a_hand_is_what_smplx_loads(standin: Path, tmp_path: Path, side: str) -> None:
    theirs = _smplx(standin, "mano", is_rhand=side == "right")
    np.savez(_folder(tmp_path / "mano") / f"MANO_{side.upper()}.npz", **mano_model(side))
    for root in (standin, tmp_path):
        ours = load_hand_model(root, side)
        assert np.array_equal(ours.joint_regressor, theirs.J_regressor)
        assert np.array_equal(ours.faces, theirs.faces)
        assert np.array_equal(ours.template, theirs.v_template)
        assert np.array_equal(ours.weights, theirs.lbs_weights)
        assert np.array_equal(ours.pose_directions.reshape(-1, 135).T, theirs.posedirs)


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def test_which_file_is_taken(tmp_path: Path) -> None:
    (tmp_path / "smplx").mkdir()
    (tmp_path / "mano").mkdir()
    assert model_path(tmp_path, "male").name == "SMPLX_MALE.npz"
    assert hand_model_path(tmp_path, "left").name == "MANO_LEFT.pkl"
    (tmp_path / "smplx/SMPLX_MALE.pkl").touch()
    (tmp_path / "mano/MANO_LEFT.npz").touch()
    assert model_path(tmp_path, "male").name == "SMPLX_MALE.pkl"
    assert hand_model_path(tmp_path, "left").name == "MANO_LEFT.npz"
    (tmp_path / "smplx/SMPLX_MALE.npz").touch()
    (tmp_path / "mano/MANO_LEFT.pkl").touch()
    assert model_path(tmp_path, "male").name == "SMPLX_MALE.npz"
    assert hand_model_path(tmp_path, "left").name == "MANO_LEFT.pkl"


WRITERS = [(0, 3), (1, 3), (2, 3), (3, 3), (4, 3), (0, 2), (1, 2), (2, 2)]


@pytest.mark.parametrize(("protocol", "python"), WRITERS)
@pytest.mark.parametrize("layout", [sparse.csc_matrix, sparse.csr_matrix, sparse.coo_matrix])
def test_a_sparse_regressor(write, model_members, protocol: int, python: int, layout: Any) -> None:
    dense = model_members(0)["J_regressor"].astype(np.float64)
    model = load_body_model(write(".pkl", protocol, python, J_regressor=layout(dense)), "male")
    assert np.array_equal(model.joint_regressor, dense)


def test_a_sparse_regressor_in_an_npz_and_one_with_sums(write, model_members) -> None:
    dense = model_members(0)["J_regressor"].astype(np.float64)
    boxed = np.array(sparse.csc_matrix(dense), dtype=object)
    assert np.array_equal(load_body_model(write(J_regressor=boxed), "male").joint_regressor, dense)
    twice = sparse.coo_matrix(([1.0, 2.0], ([3, 3], [5, 5])), shape=(55, 10475))
    (write() / "smplx/SMPLX_MALE.npz").unlink()
    assert load_body_model(write(".pkl", J_regressor=twice), "male").joint_regressor[3, 5] == 3


@pytest.mark.parametrize(("protocol", "python"), WRITERS)
def test_chumpys_arrays_without_chumpy(tmp_path: Path, protocol: int, python: int) -> None:
    members, whole = mano_model("right"), tmp_path / "mano/MANO_RIGHT.npz"
    np.savez(_folder(whole.parent) / whole.name, **members)
    expected = load_hand_model(tmp_path, "right")
    order = np.random.default_rng(0).permutation(778 * 3)
    chosen = Select(Ch(members["v_template"].ravel()[np.argsort(order)]), order, (778, 3))
    flat = Select(Ch(np.asfortranarray(members["weights"])), np.arange(778 * 16))
    written = {"v_template": chosen, "posedirs": Ch(members["posedirs"]), "bs_style": "lbs", "extra": flat}
    whole.with_suffix(".pkl").write_bytes(pickled(members | written, protocol, python=python))
    whole.unlink()
    assert "chumpy" not in sys.modules
    found = load_hand_model(tmp_path, "right")
    assert np.array_equal(found.template, expected.template)
    assert np.array_equal(found.pose_directions, expected.pose_directions)


WRONG = [
    ({"v_template": np.zeros((6890, 3))}, r"not an SMPL-X model: key 'v_template' has shape \(6890, 3\)"),  # SMPL-H
    ({"v_template": np.zeros((778, 3))}, r"has shape \(778, 3\)"),  # MANO
    ({"weights": np.zeros((10475, 52))}, r"key 'weights' has shape \(10475, 52\)"),
    ({"weights": np.full((10475, 55), "a")}, r"key 'weights' is of type <U1"),
    ({"J_regressor": None}, "not an SMPL-X model: key 'J_regressor' is missing"),
    ({"J_regressor": np.full((55, 10475), np.nan)}, "key 'J_regressor' is not finite"),
    ({"kintree_table": np.zeros((2, 55), np.int64)}, "not SMPL-X's kinematic tree"),
    ({"kintree_table": np.full((2, 55), np.nan)}, "key 'kintree_table' is of type float64"),
    ({"f": np.full((9, 3), 10475)}, "key 'f' joins vertices that do not exist"),
    ({"f": np.full((9, 3), -1)}, "key 'f' joins vertices that do not exist"),
]


@pytest.mark.parametrize("suffix", [".npz", ".pkl"])
@pytest.mark.parametrize(("changes", "problem"), WRONG)
def test_a_body_model_of_the_wrong_kind(write, suffix: str, changes: dict[str, Any], problem: str) -> None:
    models = write(suffix, **changes)
    with pytest.raises(InputError, match=rf"SMPLX_MALE\{suffix}: .*{problem}"):
        load_body_model(models, "male")


def test_only_what_is_posed_needs_its_directions(write, model_members) -> None:
    models = write(posedirs=np.zeros((10475, 3, 207), np.float16))  # SMPL's
    load_body_model(models, "male")
    with pytest.raises(InputError, match=r"key 'posedirs' has shape \(10475, 3, 207\)"):
        load_body_model(models, "male", posed=True)


@pytest.mark.parametrize(("directions", "first"), [(20, 10), (400, 300)])
def test_expressions_come_after_the_shapes(write, model_members, directions: int, first: int) -> None:
    # in 512ths of a metre: directions of hundreds of metres are refused
    numbered = np.broadcast_to(np.arange(directions, dtype=np.float16) / 512, (10475, 3, directions))
    model = load_body_model(write(shapedirs=numbered, posedirs=model_members(0)["posedirs"]), "male", posed=True)
    assert (model.expression_directions[7, 1] * 512).tolist() == list(range(first, first + 10))
    assert model.expression_directions.shape == (10475, 3, 10)


def test_too_few_expressions(write, model_members) -> None:
    models = write(shapedirs=np.zeros((10475, 3, 16), np.float16), posedirs=model_members(0)["posedirs"])
    with pytest.raises(InputError, match="'shapedirs' has 16 directions"):
        load_body_model(models, "male", posed=True)


def test_a_pickle_in_an_npz_is_refused_and_not_run(write, payload) -> None:
    bomb, trace = payload
    with pytest.raises(InputError, match=r"SMPLX_MALE.npz: key 'part2num' holds a pickle that is not numpy"):
        load_body_model(write(part2num=np.array(bomb, dtype=object)), "male")
    assert not trace.exists()


def test_a_dict_in_a_model_is_accepted(write) -> None:  # the licensed files hold two
    model = load_body_model(write(part2num=np.array({"head": 15}, dtype=object)), "male")
    assert model.template.shape == (10475, 3)


@pytest.mark.parametrize("protocol", range(5))
def test_a_pickle_of_more_than_arrays_is_refused_and_not_run(write, payload, protocol: int) -> None:
    bomb, trace = payload
    named = "(__builtin__|builtins).exec"
    with pytest.raises(
        InputError, match=rf"SMPLX_MALE.pkl: .* more than arrays \({named}\); use its npz, or write one"
    ):
        load_body_model(write(".pkl", protocol, part2num=[bomb]), "male")
    assert not trace.exists()
    pickle.loads((write() / "smplx/SMPLX_MALE.pkl").read_bytes())  # the payload is real
    assert trace.exists()


def test_what_chumpy_would_have_to_compute_is_named(write) -> None:
    with pytest.raises(InputError, match=r"more than arrays \(chumpy.ch_ops.Add\); use its npz"):
        load_body_model(write(".pkl", v_template=Add(Ch(np.zeros(3)), 1)), "male")


def test_a_missing_and_a_truncated_model(models: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"SMPLX_MALE.npz: no such file"):
        load_body_model(tmp_path, "male")
    shutil.copytree(models / "smplx", tmp_path / "smplx")
    path = tmp_path / "smplx" / "SMPLX_MALE.npz"
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(InputError, match=r"SMPLX_MALE.npz: not a readable npz"):
        load_body_model(tmp_path, "male")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"v_template": np.full((10475, 3), 90.0)}, r"'v_template' is 90 in row 0, .*looks like centimetres"),
        ({"weights": np.full((10475, 55), 1 / 50)}, "'weights' does not add up to 1"),
        ({"weights": np.full((10475, 55), 2.0)}, r"'weights' is 2 in row 0, expected weights within 1.01"),
        ({"J_regressor": np.full((55, 10475), 1e30)}, r"'J_regressor' is 1e\+30 in row 0"),
    ],
)
def test_numbers_that_no_body_has(write, changes, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        load_body_model(write(**changes), "male")
