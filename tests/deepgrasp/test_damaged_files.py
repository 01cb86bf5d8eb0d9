"""Over two thousand damaged and hostile models, meshes and tables: one clear error or read whole; nothing is run."""

import io
import pickle
import pickletools
import resource
import struct
import zipfile
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from deepgrasp.body import meshes
from deepgrasp.body.hands import hand_vertices
from deepgrasp.body.model_files import HAND_PARENTS, load_body_model, load_hand_model
from deepgrasp.errors import InputError
from deepgrasp.grab.unpickler import _ALLOWED
from tests.deepgrasp.pickling import Ch, Select, pickled

RNG = np.random.default_rng


@pytest.fixture(autouse=True)
def _memory() -> Iterator[None]:
    """A file of kilobytes that claims gigabytes gets none."""
    old, statm = resource.getrlimit(resource.RLIMIT_AS), Path("/proc/self/statm")
    if not statm.exists():  # not Linux
        yield
        return
    used = int(statm.read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + (1 << 30), old[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, old)


def attempt(read: Callable[[], Any], name: str) -> tuple[Any, str]:
    """What was read, or None and the error's message, which is one line with the file's name."""
    try:
        return read(), ""
    except InputError as error:
        message = str(error)
    assert name in message
    assert "\n" not in message
    return None, message


def flipped(data: bytes, places: np.ndarray, rng: np.random.Generator) -> bytes:
    damaged = bytearray(data)
    for place in places:
        damaged[place] ^= 1 << int(rng.integers(8))
    return bytes(damaged)


# --- models


def hand_members() -> dict[str, Any]:
    rng = RNG(0)
    return {
        "v_template": rng.random((778, 3)).astype(np.float32),
        "f": rng.integers(0, 778, (1538, 3)).astype(np.uint32),
        "weights": np.full((778, 16), 1 / 16, np.float32),
        "J_regressor": sparse.csc_matrix(np.eye(16, 778)),
        "kintree_table": np.array([[2**32 - 1, *HAND_PARENTS[1:]], range(16)], dtype=np.int64),
        "posedirs": np.zeros((778, 3, 135), np.float16),
    }


def dense(members: dict[str, Any]) -> dict[str, Any]:
    return {key: value.toarray() if sparse.issparse(value) else value for key, value in members.items()}


@pytest.fixture
def hand(tmp_path: Path) -> Callable[[str, bytes], tuple[Any, str]]:
    """Reads these bytes as a hand's model of that kind; one that is read is whole."""
    (tmp_path / "mano").mkdir()

    def read(suffix: str, data: bytes) -> tuple[Any, str]:
        name = f"MANO_RIGHT{suffix}"
        (tmp_path / "mano" / name).write_bytes(data)
        model, message = attempt(lambda: load_hand_model(tmp_path, "right"), name)
        if model is not None:
            shapes = [model.template.shape, model.faces.shape, model.weights.shape, model.joint_regressor.shape]
            assert shapes == [(778, 3), (1538, 3), (778, 16), (16, 778)]
            assert np.isfinite(model.joint_regressor).all()
            assert model.faces.max() < 778
        return model, message

    return read


def npz_bytes(members: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, **members)
    return stream.getvalue()


def test_two_hundred_models_cut_short(hand) -> None:
    files = {".npz": npz_bytes(dense(hand_members())), ".pkl": pickled(hand_members(), 2)}
    for suffix, data in files.items():
        for size in RNG(0).integers(len(data), size=100):
            assert hand(suffix, data[:size])[1]


def test_three_hundred_npz_models_with_flipped_bits(hand) -> None:
    data, rng, refused = npz_bytes(dense(hand_members())), RNG(1), 0
    for k in range(300):
        first = 0 if k % 2 else len(data) - 700  # every second time in the directory at the end
        refused += hand(".npz", flipped(data, rng.integers(first, len(data), 1 + k % 4), rng))[0] is None
    assert refused > 200


def own_words(data: bytes) -> np.ndarray:
    """Places of a pickle that are not far inside the bytes of an array."""
    if data[:1] == b"(":  # protocol 0 is lines
        ends = np.cumsum([len(line) for line in data.splitlines(keepends=True)]).tolist()
    else:
        ends = [place for _, _, place in pickletools.genops(data)] + [len(data)]
    return np.concatenate([np.arange(start, min(end, start + 40)) for start, end in pairwise([0, *ends])])


@pytest.mark.parametrize(("protocol", "python"), [(0, 2), (1, 2), (2, 2), (2, 3), (3, 3), (4, 3)])
def test_pickled_models_with_other_bytes_among_their_words(hand, protocol: int, python: int) -> None:
    members = {key: value for key, value in hand_members().items() if key != "posedirs"}
    order = np.arange(778 * 3)[::-1]
    members["v_template"] = Select(Ch(hand_members()["v_template"].ravel()), order, (778, 3))
    members["posedirs"] = Ch(np.zeros((778, 3, 135), np.float16))
    data, rng = pickled(members, protocol, python=python), RNG(protocol)
    assert hand(".pkl", data)[0] is not None
    words, refused = own_words(data), 0
    for k in range(100):
        damaged = bytearray(data)
        for place in rng.choice(words, 1 + k % 3):
            damaged[place] = int(rng.integers(256))
        refused += hand(".pkl", bytes(damaged))[0] is None
    assert refused > 50


SPOILT: tuple[Callable[[np.ndarray], Any], ...] = (
    lambda array: array[:-1],
    lambda array: array[None],
    lambda array: array.reshape(-1),
    lambda array: array.astype(complex),
    lambda array: array.astype("U8"),
    lambda array: array.astype(object),
    lambda array: np.zeros((0, 0)),
    lambda array: sparse.csr_matrix(np.zeros((3, 3))),
    lambda array: array.tolist()[:1],
    lambda array: {"x": array},
    lambda _: None,
    lambda _: "text",
)


@pytest.mark.parametrize("suffix", [".npz", ".pkl"])
@pytest.mark.parametrize("key", list(hand_members()))
def test_models_with_wrong_shapes_and_types(hand, suffix: str, key: str) -> None:
    good = dense(hand_members())
    for spoil in SPOILT:
        members = good | {key: spoil(good[key])}
        if suffix == ".npz":
            boxed = {name: value if isinstance(value, np.ndarray) else np.array(value, object) for name, value in
                     members.items()}  # fmt: skip
            data = npz_bytes(boxed)
        else:
            data = pickled(members, 2)
        assert f"key '{key}'" in hand(suffix, data)[1]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("key", ["v_template", "weights", "J_regressor", "posedirs"])
def test_models_with_numbers_that_are_not_finite(hand, key: str, value: float) -> None:
    members = dense(hand_members())
    members[key].flat[7] = value
    assert f"key '{key}' is not finite" in hand(".pkl", pickled(members, 2))[1]


def test_forty_damaged_body_models(tmp_path: Path, model_members) -> None:
    members = {key: value for key, value in model_members(0).items() if key not in ("posedirs", "shapedirs")}
    path, data, rng = tmp_path / "smplx/SMPLX_MALE.npz", npz_bytes(members), RNG(4)
    path.parent.mkdir()
    for k in range(40):
        whole = data[: int(rng.integers(len(data)))] if k % 2 else data
        path.write_bytes(flipped(whole, rng.integers(len(whole), size=3), rng))
        model, _ = attempt(lambda: load_body_model(tmp_path, "male"), path.name)
        assert model is None or model.template.shape == (10475, 3)


# --- hostile pickles


class Calls:
    """Calls anything when it is unpickled."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.reduced = function, arguments

    def __reduce__(self) -> tuple[Any, ...]:
        return self.reduced


def array_state(shape: bytes, dtype: bytes, data: bytes) -> bytes:
    """A pickled array with the state (1, shape, dtype, False, data)."""
    made = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR"
    return made + b"(I1\n" + shape + dtype + b"I00\n" + data + b"tb."


F8, O8 = (b"cnumpy\ndtype\n(S'" + kind + b"'\nI0\nI1\ntR" for kind in (b"f8", b"O8"))
NO_FLAGS = b"(I3\nS'|'\nNNNI-1\nI-1\nI0\ntb"  # in numpy's own hands: bytes that are followed as pointers
SCIPY = b"cscipy.sparse.csc\ncsc_matrix\n)\x81}("
TINY = (
    b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n(I1\nt" + F8 + b"I00\nS'12345678'\ntb"
)
FUNCTION = b"cnumpy.core.multiarray\n_reconstruct\n"

HOSTILE: dict[str, bytes] = {
    "system": b"cos\nsystem\n(S'touch executed'\ntR.",
    "posix": b"cposix\nsystem\n(S'touch executed'\ntR.",
    "eval": b"c__builtin__\neval\n(S'open(\"executed\",\"w\")'\ntR.",
    "getattr": b"c__builtin__\ngetattr\n(cnumpy\nndarray\nS'tofile'\ntR.",
    "import": b"c__builtin__\n__import__\n(S'antigravity'\ntR.",
    "dotted name": b"\x80\x04\x8c\x05numpy\x8c\x0endarray.tofile\x93.",
    "inst": b"(S'touch executed'\nios\nsystem\n.",
    "obj": b"(cos\nsystem\nS'touch executed'\no.",
    "newobj": b"\x80\x02csubprocess\nPopen\n(S'true'\nt\x81.",
    "load": b"cnumpy\nload\n(S'x'\ntR.",
    "fromfile": b"cnumpy.core.multiarray\nfromfile\n(S'/etc/passwd'\ntR.",
    "memmap": b"cnumpy\nmemmap\n(S'/etc/passwd'\ntR.",
    "chumpy's lambda": b"cchumpy.ch\nChLambda\n)R.",
    "partial": b"cfunctools\npartial\n(cos\nsystem\ntR.",
    "module": b"cnumpy.core.multiarray\n__builtins__\n.",
    "persistent": b"Pfile\n.",
    "extension": b"\x82\x01.",
    "buffer": b"\x80\x05\x97.",
    "function's attribute": FUNCTION + b"(N}S'__defaults__'\n(I1\ntstb.",
    "function's own": FUNCTION + b"}S'here'\nI1\nsb.",
    "class's state": b"cnumpy\nndarray\n}S'build'\nI1\nsb.",
    "class reconstructed": b"ccopy_reg\n_reconstructor\n(c__builtin__\nset\nc__builtin__\nobject\nNtR.",
    "base of its own": b"ccopy_reg\n_reconstructor\n(cchumpy.ch\nCh\nc__builtin__\nset\nNtR.",
    "array that allocates": b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I999999999999\ntS'b'\ntR.",
    "pointers": array_state(b"(I1\nt", O8 + NO_FLAGS, b"S'AAAAAAAA'\n"),
    "object scalar": b"cnumpy.core.multiarray\nscalar\n(" + O8 + b"S'AAAAAAAA'\ntR.",
    "objects beyond their list": array_state(b"(I1000000000\nt", O8, b"(lI1\na"),
    "objects without a list": array_state(b"(I1\nt", O8, b"S'AAAAAAAA'\n"),
    "array larger than its bytes": array_state(b"(I1000000000000\nt", F8, b"S'AAAAAAAA'\n"),
    "array of negative length": array_state(b"(I-1\nt", F8, b"S'AAAAAAAA'\n"),
    "array of two negative lengths": array_state(b"(I-1\nI-1\nt", F8, b"S'AAAAAAAA'\n"),
    "array of nothings": array_state(b"(I1000000000000\nt", F8.replace(b"f8", b"S0"), b"S''\n"),
    "structures": array_state(b"(I1\nt", F8.replace(b"f8", b"f4,f4"), b"S'AAAAAAAA'\n"),
    "fields in the state": array_state(b"(I1\nt", F8 + b"(I3\nS'|'\nNN}I8\nI1\nI0\ntb", b"S'AAAAAAAA'\n"),
    "sparse of any size": SCIPY + b"S'_shape'\n(I1000000000\nI1000000000\ntS'data'\n" + TINY + b"ub.",
    "sparse outside": SCIPY + b"S'_shape'\n(I1\nI0\ntS'data'\n" + TINY + b"S'indices'\n" + TINY + b"S'indptr'\n" + TINY
    + b"ub.",
    "chumpy without an array": b"cchumpy.ch\nCh\n)\x81}b.",
    "selected outside": b"cchumpy.reordering\nSelect\n)\x81}(S'a'\nI1\nS'idxs'\nI7\nub.",
    "chumpy that contains itself": b"cchumpy.ch\nCh\n)\x81q\x00}S'x'\nh\x00sb.",
    "list that contains itself": b"]q\x00h\x00a.",
    "deep": b"(l" * 50000 + b"a" * 49999 + b".",
    "key that takes for ever": b"}" + b")" + b"2\x86" * 70 + b"I1\ns.",
    "set that takes for ever": b"\x80\x04\x8f(" + b")" + b"2\x86" * 70 + b"\x90.",
    "far memo": b"I1\nr\xff\xff\xff\x7f.",
    "far text memo": b"I1\np99999999999\n.",
    "long bytes": b"\x80\x04\x8e" + struct.pack("<Q", 1 << 40) + b"a.",
    "long bytearray": b"\x80\x05\x96" + struct.pack("<Q", 1 << 40) + b"a.",
    "long text": b"\x80\x04\x8d" + struct.pack("<Q", 1 << 62) + b"a.",
    "long number": b"\x80\x02\x8b" + struct.pack("<i", 1 << 30) + b"a.",
    "negative number": b"\x80\x02\x8b" + struct.pack("<i", -5) + b"a.",
    "many digits": b"I" + b"9" * 50000 + b"\n.",
    "long frame": b"\x80\x04\x95" + struct.pack("<Q", 1 << 60) + b"a.",
    "no end": b"(" * 1000,
    "nothing": b"",
    "protocol": b"\x80\xff.",
    "mark": b"t.",
    "empty stack": b"a.",
    "not a dict": b"I1\n.",
    "numbered keys": b"}I1\nI1\ns.",
}  # fmt: skip


@pytest.mark.parametrize("where", ["pickle", "value", "npz"])
@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_pickles(hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, what: str) -> None:
    monkeypatch.chdir(tmp_path)
    before, known = HOSTILE[what], {name: vars(type(value)).copy() for name, value in _ALLOWED.items()}
    if where == "pickle":
        message = hand(".pkl", before)[1]
    elif where == "value":  # of a key that is needed, after others
        start = pickled({"f": hand_members()["f"]}, 2)[:-1]
        protocol = 2 if before[:1] == b"\x80" else 0
        message = hand(".pkl", start + b"X\x0a\x00\x00\x00v_template" + before[protocol:].rstrip(b".") + b"s.")[1]
    else:
        stream, file = io.BytesIO(), io.BytesIO()
        np.lib.format.write_array_header_1_0(stream, {"descr": "|O", "fortran_order": False, "shape": ()})
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("v_template.npy", stream.getvalue() + before)
        message = hand(".npz", file.getvalue())[1]
    assert message
    assert not (tmp_path / "executed").exists()
    assert {name: vars(type(value)) for name, value in _ALLOWED.items()} == known


@pytest.mark.parametrize("protocol", range(6))
def test_what_python_itself_would_call(hand, tmp_path: Path, protocol: int) -> None:
    trace = tmp_path / "executed"
    hostile = [
        Calls(exec, f"open({str(trace)!r}, 'w').close()"),
        Calls(trace.touch),
        Calls(np.save, str(trace), 1),
        Calls(np.memmap, str(trace), "f8", "w+", 0, (1,)),
        Calls(np.savetxt, str(trace), np.ones(1)),
    ]
    for value in hostile:
        data = pickle.dumps({"v_template": value}, protocol)
        assert "more than arrays" in hand(".pkl", data)[1]
        assert not list(tmp_path.glob("executed*"))
        pickle.loads(data)  # it is real
        made = list(tmp_path.glob("executed*"))
        assert len(made) == 1
        made[0].unlink()


# --- meshes


def mesh_bytes(encoding: str) -> bytes:
    import trimesh

    return trimesh.creation.box().export(file_type="ply", encoding=encoding)


def read_mesh(path: Path, data: bytes) -> tuple[Any, str]:
    path.write_bytes(data)
    mesh, message = attempt(lambda: meshes.load_mesh(path), path.name)
    if mesh is not None:
        vertices, faces = mesh
        assert vertices.shape[1:] == faces.shape[1:] == (3,)
        assert np.isfinite(vertices).all()
        assert 0 <= faces.min() <= faces.max() < len(vertices)
    return mesh, message


@pytest.mark.parametrize("encoding", ["binary", "ascii"])
def test_meshes_cut_short(tmp_path: Path, encoding: str) -> None:
    data, path = mesh_bytes(encoding), tmp_path / "cup.ply"
    assert read_mesh(path, data)[0] is not None
    for size in range(0, len(data) - 20, 4):  # the last number of a text may be shorter by a digit
        assert read_mesh(path, data[:size])[1]


@pytest.mark.parametrize("encoding", ["binary", "ascii"])
def test_meshes_with_flipped_bits(tmp_path: Path, encoding: str) -> None:
    data, path, rng, refused = mesh_bytes(encoding), tmp_path / "cup.ply", RNG(5), 0
    header = data.index(b"end_header")
    for k in range(300):
        places = rng.integers(0, header if k % 2 else len(data), size=1 + k % 3)
        refused += read_mesh(path, flipped(data, places, rng))[0] is None
    assert refused > 100


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"element vertex 8", b"element vertex 8000000000"),
        (b"element vertex 8", b"element vertex -8"),
        (b"element vertex 8", b"element vertex 7"),
        (b"element vertex 8", b"element vertex 9" + b"0" * 5000),
        (b"element face 12", b"element face 0"),
        (b"element face 12", b"element face 999999999999"),
        (b"list uchar int", b"list uint int"),
        (b"list uchar int", b"list uchar double"),
        (b"property float x", b"property list uint double x"),
        (b"property float x", b"property object x"),
        (b"property float x", b""),
        (b"end_header\n", b""),
        (b"ply\n", b"plz\n"),
    ],
)
@pytest.mark.parametrize("encoding", ["binary", "ascii"])
def test_meshes_with_claims(tmp_path: Path, encoding: str, old: bytes, new: bytes) -> None:
    data = mesh_bytes(encoding)
    assert old in data
    read_mesh(tmp_path / "cup.ply", data.replace(old, new, 1))


def test_a_mesh_opens_no_other_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import PIL.Image

    monkeypatch.setattr(PIL.Image, "open", lambda *_: pytest.fail("opened"))
    (tmp_path / "picture.png").write_bytes(b"secret")
    data = mesh_bytes("binary").replace(b"end_header", b"comment TextureFile picture.png\nend_header")
    assert read_mesh(tmp_path / "cup.ply", data)[0] is not None


# --- the hands' tables


def read_tables(tools: Path, data: bytes) -> tuple[Any, str]:
    (tools / "smplx_correspondence/rhand_smplx_ids.npy").write_bytes(data)
    ids, message = attempt(lambda: hand_vertices(tools), "smplx_correspondence")
    assert ids is None or (ids.shape == (2, 778) and len(np.unique(ids)) == 1556 and ids.max() < 10475)
    return ids, message


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    (tmp_path / "smplx_correspondence").mkdir()
    np.save(tmp_path / "smplx_correspondence/lhand_smplx_ids.npy", 4595 + np.arange(778))
    return tmp_path


def table(array: np.ndarray, header: dict[str, Any] | None = None) -> bytes:
    stream = io.BytesIO()
    if header is None:
        np.save(stream, array)
        return stream.getvalue()
    np.lib.format.write_array_header_1_0(stream, header)
    return stream.getvalue() + array.tobytes()


def test_four_hundred_damaged_tables(tools: Path) -> None:
    data, rng, refused = table(7331 + np.arange(778)), RNG(6), 0
    assert read_tables(tools, data)[0] is not None
    for size in rng.integers(len(data), size=100):
        assert read_tables(tools, data[:size])[1]
    for k in range(300):
        places = rng.integers(0, len(data) if k % 2 else 80, size=1 + k % 3)
        refused += read_tables(tools, flipped(data, places, rng))[0] is None
    assert refused > 200


@pytest.mark.parametrize(
    "data",
    [
        table(np.arange(778.0)),
        table(np.arange(778)[::-1] - 1),
        table(np.arange(777)),
        table(np.zeros(778, np.int64)),
        table(np.arange(778), {"descr": "<i8", "fortran_order": False, "shape": (10**12,)}),
        table(np.arange(778), {"descr": "<i8", "fortran_order": False, "shape": (-1,)}),
        table(np.arange(778), {"descr": "<i8", "fortran_order": False, "shape": (778, 0, 10**15)}),
        table(np.arange(778), {"descr": "|S0", "fortran_order": False, "shape": (778,)}),
        table(np.arange(778), {"descr": "<M8[s]", "fortran_order": False, "shape": (778,)}),
        table(np.arange(778), {"descr": [("a", "<i8")], "fortran_order": False, "shape": (778,)}),
        table(np.arange(778), {"descr": "|O", "fortran_order": False, "shape": (778,)}),
        npz_bytes({"ids": np.arange(778)}),
        b"",
        b"7331 7332 7333",
    ],
)
def test_tables_of_another_kind(tools: Path, data: bytes) -> None:
    assert read_tables(tools, data)[1]


def test_a_hostile_table_is_not_run(tools: Path, payload: tuple[Any, Path]) -> None:
    hostile, trace = payload
    assert read_tables(tools, table(np.array([hostile] * 778, dtype=object)))[1]
    assert not trace.exists()
