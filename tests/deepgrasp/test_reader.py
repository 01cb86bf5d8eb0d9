"""One sequence file: what is read, and every way in which it can be wrong."""

import io
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deepgrasp.errors import InputError, MachineError
from deepgrasp.grab import npz as npz_module
from deepgrasp.grab.npz import Npz
from deepgrasp.grab.reader import read_sequence

Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "s3" / "mug_drink_1.npz"


def test_reads_what_was_written(path: Path, members, save) -> None:
    written = members("s3", "mug_drink_1", frames=12)
    sequence = read_sequence(save(path, written))
    body, thing = written["body"]["params"], written["object"]["params"]
    assert sequence.n_frames == 12
    assert sequence.name.action == "use"
    assert np.array_equal(sequence.fullpose, body["fullpose"].reshape(12, 55, 3))
    assert np.array_equal(sequence.transl, body["transl"])
    assert np.array_equal(sequence.object_orient, thing["global_orient"])
    assert np.array_equal(sequence.object_transl, thing["transl"])
    assert np.array_equal(sequence.contact_body, written["contact"]["body"])
    assert sequence.contact_frames.tolist() == list(range(3, 12))
    assert sequence.object_vertices == written["contact"]["object"].shape[1]


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("core", ["numpy.core", "numpy._core"])
def test_reads_pickles_of_every_protocol_and_numpy(path: Path, protocol: int, core: str) -> None:
    value = {"array": np.arange(6.0).reshape(2, 3), "scalar": np.float32(2.5), "text": "s1", "number": 3, "none": None}
    pickled = pickle.dumps(np.array(value, dtype=object), protocol=protocol)
    for name in ("multiarray", "numeric"):  # what the other numpy would have written, length prefixes included
        for old in ("numpy.core", "numpy._core"):
            a, b = f"{old}.{name}".encode(), f"{core}.{name}".encode()
            pickled = pickled.replace(b"\x8c" + bytes([len(a)]) + a, b"\x8c" + bytes([len(b)]) + b).replace(
                b"c" + a + b"\n", b"c" + b + b"\n"
            )
    if protocol >= 4:  # the frame's length changed with the names
        pickled = pickled[:3] + (len(pickled) - 11).to_bytes(8, "little") + pickled[11:]
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": "|O", "fortran_order": False, "shape": ()})
    with _open(path, {"value.npy": stream.getvalue() + pickled}) as npz:
        read = npz.read("value")
    assert np.array_equal(read.pop("array"), value.pop("array"))
    assert read == value


def test_a_pickle_that_is_not_numpy_is_refused_and_not_run(path: Path, members, save, payload) -> None:
    bomb, trace = payload
    changed = members("s3", "mug_drink_1") | {"contact": {"object": bomb}}
    with pytest.raises(
        InputError, match=r"mug_drink_1.npz: key 'contact' holds a pickle that is not numpy \(builtins.exec\)"
    ):
        read_sequence(save(path, changed))
    assert not trace.exists()
    np.load(path, allow_pickle=True)["contact"]  # the payload is real
    assert trace.exists()


@pytest.mark.parametrize("keep", [0, 10, 0.5, 0.99])
def test_a_truncated_file(path: Path, members, save, keep: float) -> None:
    data = save(path, members("s3", "mug_drink_1")).read_bytes()
    path.write_bytes(data[: int(keep * len(data)) if isinstance(keep, float) else keep])
    with pytest.raises(InputError, match=r"mug_drink_1.npz: not a readable npz"):
        read_sequence(path)


def test_no_flipped_byte_is_read_as_something_else_or_raises_another_error(path: Path, members, save) -> None:
    data = save(path, members("s3", "mug_drink_1", frames=6)).read_bytes()
    whole = read_sequence(path)
    messages = []
    for position in np.random.default_rng(0).integers(0, len(data), 60):
        path.write_bytes(data[:position] + bytes([data[position] ^ 0xFF]) + data[position + 1 :])
        try:
            sequence = read_sequence(path)
        except InputError as error:
            messages.append(str(error))
        else:  # the byte was in a part of the zip that says nothing
            assert np.array_equal(sequence.fullpose, whole.fullpose)
            assert np.array_equal(sequence.contact_body, whole.contact_body)
    assert len(messages) > 50
    assert all("mug_drink_1.npz" in message and "\n" not in message for message in messages)


def _set(*keys: str, value: Any) -> Change:
    def change(tree: dict[str, Any]) -> None:
        for key in keys[:-1]:
            tree = tree[key]
        tree[keys[-1]] = value

    return change


def _delete(*keys: str) -> Change:
    def change(tree: dict[str, Any]) -> None:
        for key in keys[:-1]:
            tree = tree[key]
        del tree[keys[-1]]

    return change


def _nan(*keys: str, value: float = np.nan) -> Change:
    def change(tree: dict[str, Any]) -> None:
        for key in keys:
            tree = tree[key]
        tree[5, 1] = value

    return change


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (_nan("body", "params", "fullpose"), "'body.params.fullpose' is not a finite number in frame 5"),
        (_nan("body", "params", "transl", value=np.inf), "'body.params.transl' is not a finite number in frame 5"),
        (_nan("object", "params", "transl"), "'object.params.transl' is not a finite number in frame 5"),
        (_delete("contact"), "no key 'contact'"),
        (_delete("n_frames"), "no key 'n_frames'"),
        (_delete("body", "params", "fullpose"), "'body.params.fullpose' is missing"),
        (_set("body", value=3), "'body.params.fullpose' is missing"),
        (_set("n_frames", value="12"), "'n_frames' is '12'"),
        (_set("n_frames", value=11), r"has shape \(12, 642\), expected 11 x \?"),
        (_set("body", "params", "fullpose", value=np.zeros((12, 156))), r"has shape \(12, 156\), expected 12 x 165"),
        (_set("object", "params", "transl", value=np.zeros((7, 3))), r"has shape \(7, 3\), expected 12 x 3"),
        (_set("contact", "body", value=np.zeros((12, 778), np.int8)), "expected 12 x 10475"),
        (_set("contact", "body", value=np.zeros((12, 10475), complex)), "'contact.body' is not an array of numbers"),
        (_set("n_frames", value=True), "'n_frames' is True"),
        (_set("n_frames", value=np.inf), "'n_frames' is inf"),
        (_set("n_frames", value=1e300), r"'n_frames' is 1e\+300; expected a positive integer, at most 10,000,000"),
        (_set("n_frames", value=10**400), r"'n_frames' is 10{79}\.\.\.; expected"),
        (_set("n_frames", value=10**5000), "'n_frames' is a number of thousands of digits; expected"),
        (_set("sbj_id", value=np.array(["s3", "s4"])), r"'sbj_id' is array\(\['s3', 's4'\]"),
        (_set("body", "params", "transl", value=[[0, 0, 0]] * 12), "'body.params.transl' is not an array"),
        (_set("obj_name", value="cup"), "'obj_name' is 'cup', but the file's name says 'mug'"),
        (_set("sbj_id", value="s4"), "'sbj_id' is 's4', but the file's name says 's3'"),
        (_set("gender", value="male"), "'gender' is 'male', but the file's name says 'female'"),
        (
            _set("gender", value="robot"),
            "'gender' is 'robot', which GRAB does not have; .* says 'female'",
        ),
        (_set("obj_name", value="spoon"), "'obj_name' is 'spoon', which GRAB does not have"),
        (_set("framerate", value=0), "'framerate' is 0; expected frames a second, 1 to 10000; GRAB's is 120"),
        (_set("framerate", value=np.nan), "'framerate' is nan"),
        (_set("framerate", value="120"), "'framerate' is '120'"),
        (
            _set("contact", "body", value=np.full((12, 10475), 55, np.int8)),
            "contact at 10475 of 10475 vertices",
        ),
        (
            _set("contact", "body", value=np.zeros((12, 10475), np.int8)),
            r"differ in (\d+) of \1 frames with contact: in frame \d+ the object is touched and nothing touches it",
        ),
        (
            _set("contact", "object", value=np.zeros((12, 642), np.int8)),
            "the body touches and nothing is",
        ),
        (_set("motion_intent", value="pa\u200bss"), r"'motion_intent' is 'pa.u200bss'; expected a line of text"),
        (_set("motion_intent", value="pass\u3164"), "'motion_intent' is 'pass\u3164'; expected a line of text"),
        (_set("motion_intent", value=3), "'motion_intent' is 3; expected a line of text"),
        (_set("motion_intent", value=b"pass"), "'motion_intent' is b'pass'; expected a line of text"),
        (_set("motion_intent", value=np.array(["lift", "use"])), r"'motion_intent' is array\("),
        (_set("sbj_id", value="s\u200b3"), r"'sbj_id' is 's.u200b3', which GRAB does not have"),
        (_set("gender", value="Female"), "'gender' is 'Female', which GRAB does not have"),
        (_set("obj_name", value="MUG"), "'obj_name' is 'MUG', which GRAB does not have"),
        (_set("obj_name", value=b"mug"), "'obj_name' is b'mug', which GRAB does not have"),
        (_set("body", "vtemp", value="C:\\\\meshes\\\\S2.ply"), "'body.vtemp' leads to S2, but"),
        (_set("body", "vtemp", value=7), "'body.vtemp' is 7; expected a path"),
        (_set("object", "object_mesh", value="meshes/Cup.PLY"), "'object.object_mesh' leads to Cup, but"),
        (_set("object", "object_mesh", value="meshes/cup\u200b.ply"), r"'object.object_mesh' is 'meshes/cup.u200b"),
        (
            _set("object", "object_mesh", value="tools/object_meshes/contact_meshes/cup.ply"),
            "'object.object_mesh' leads to cup, but the file's name says 'mug'",
        ),
        (
            _set("body", "vtemp", value="tools/subject_meshes/female/s2.ply"),
            "'body.vtemp' leads to s2, but the file's name says 's3'",
        ),
    ],
)
def test_values_that_are_wrong(path: Path, members, save, change: Change, problem: str) -> None:
    written = members("s3", "mug_drink_1", frames=12)
    change(written)
    with pytest.raises(InputError, match=problem) as caught:
        read_sequence(save(path, written))
    assert "mug_drink_1.npz" in caught.value.where


@pytest.mark.parametrize(
    ("stem", "inside", "contradicts"),
    [
        ("mug_lift", "pass", True),
        ("mug_pass_1", "offhand", True),
        ("mug_lift", "lift", False),
        ("mug_lift", "pick_all", False),  # no intent of GRAB: other words for the same are no contradiction
        ("mug_drink_1", "lift", False),  # unknown whether GRAB has such
        ("flashlight_on_1", "switchON", False),  # GRAB has
        ("mug_lift", "drink", True),
        ("mug_lift", "Pass", True),
        ("mug_lift", "OFF_HAND", True),
        ("mug_lift", "\uff50\uff41\uff53\uff53", True),  # pass, in letters of double width
        ("mug_lift", " pass", True),
        ("mug_pass_1", "PASS", False),
        ("mug_pass_1", "", False),  # says nothing
    ],
)
def test_an_intent_that_contradicts_the_name(
    path: Path, members, save, stem: str, inside: str, contradicts: bool
) -> None:
    written = members("s3", stem, frames=12) | {"motion_intent": inside}
    file = save(path.with_stem(stem), written)
    if not contradicts:
        assert read_sequence(file).name.motion in stem
        return
    with pytest.raises(InputError, match=f"'motion_intent' is '{inside}', but the file's name says"):
        read_sequence(file)


def test_a_member_that_claims_too_much_is_not_unpacked(path: Path, members, save, monkeypatch) -> None:
    monkeypatch.setattr(npz_module, "MAX_MEMBER_BYTES", 1000)
    with pytest.raises(InputError, match=r"claims \d+ bytes"):
        read_sequence(save(path, members("s3", "mug_drink_1")))


@pytest.mark.parametrize(
    "pickled",
    [
        b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I999999999999\ntVb\ntR.",  # allocates at will
        b"c_codecs\nencode\n(Vx\nVbz2\ntR.",
        b"cnumpy\nload\n(Vx\ntR.",
        b"cnumpy.core.multiarray\nfromfile\n(Vx\ntR.",
    ],
)
def test_functions_of_numpy_that_a_pickle_of_arrays_does_not_need(path: Path, pickled: bytes) -> None:
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": "|O", "fortran_order": False, "shape": ()})
    with (
        _open(path, {"value.npy": stream.getvalue() + pickled}) as npz,
        pytest.raises(InputError, match="a pickle that is not numpy"),
    ):
        npz.read("value")


def _open(path: Path, members: dict[str, bytes]) -> Npz:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return Npz(path)


@pytest.mark.parametrize("width", [None, 4, 10, 50])
def test_faces_of_any_number_of_coefficients(members, save, tmp_path: Path, width: int | None) -> None:
    tree = members("s3", "mug_drink_1", frames=6)
    if width is not None:
        tree["body"]["params"]["expression"] = np.ones((6, width))
    found = read_sequence(save(tmp_path / "s3" / "mug_drink_1.npz", tree)).expression
    assert found.shape == (6, 10)
    assert found.sum() == 6 * min(width or 0, 10)


def _scaled(*keys: str, by: float) -> Change:
    def change(members: dict[str, Any]) -> None:
        *parents, last = keys
        for key in parents:
            members = members[key]
        members[last] = (members[last] + 0.5) * by

    return change


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (_scaled("body", "params", "transl", by=100), r"metres within 10 of zero \(looks like centimetres\)"),
        (_scaled("object", "params", "transl", by=1000), r"metres within 10 of zero \(looks like millimetres\)"),
        (
            _scaled("body", "params", "transl", by=1e300),
            r"'body.params.transl' is .*e\+\d+ in .*looks damaged",
        ),
        (_nan("body", "params", "transl", value=50), r"'body.params.transl' is 50 in frame 5, .*looks damaged"),
        (_scaled("body", "params", "fullpose", by=57.3), r"radians within 12.57 of zero \(looks like degrees\)"),
        (_scaled("body", "params", "fullpose", by=1e6), r"radians within 12.57 of zero \(looks damaged\)"),
        (_scaled("object", "params", "global_orient", by=90), r"within 25.13 of zero \(looks like degrees\)"),
    ],
)
def test_other_units_and_damage_are_told_apart(path: Path, members, save, change: Change, problem: str) -> None:
    written = members("s3", "mug_drink_1", frames=12)
    change(written)
    with pytest.raises(InputError, match=problem):
        read_sequence(save(path, written))


def test_that_something_touches_is_no_code_of_what_does(path: Path, members, save) -> None:
    written = members("s3", "mug_drink_1", frames=12)
    written["contact"]["body"] = written["contact"]["body"] > 0
    with pytest.raises(InputError, match=r"'contact\.body' is not an array of numbers"):
        read_sequence(save(path, written))


@pytest.mark.parametrize("key", ["body", "object"])
@pytest.mark.parametrize(
    ("dtype", "value"), [("i1", -1), ("i1", 127), ("i8", 999), ("u1", 56), ("f8", 0.5), ("f4", np.nan), ("f4", np.inf)]
)
def test_codes_that_are_no_part_of_the_body(path: Path, members, save, key: str, dtype: str, value: float) -> None:
    written = members("s3", "mug_drink_1", frames=12)
    written["contact"][key] = written["contact"][key].astype(dtype)
    written["contact"][key][7, 3] = value
    with pytest.raises(InputError, match=rf"'contact.{key}' is {value} in frame 7, expected a part code 0 to 55"):
        read_sequence(save(path, written))


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "i2", "u1"])
def test_codes_and_counts_of_any_type_of_number(path: Path, members, save, dtype: str) -> None:
    written = members("s3", "mug_drink_1", frames=12)
    expected = written["contact"]["body"]
    written["contact"] = {key: array.astype(dtype) for key, array in written["contact"].items()}
    written["n_frames"] = 12.0
    sequence = read_sequence(save(path, written))
    assert np.array_equal(sequence.contact_body, expected)
    assert sequence.contact_body.dtype.kind in "iu"
    assert sequence.contact_frames.tolist() == list(range(3, 12))


def test_turns_beyond_pi_are_taken(path: Path, members, save) -> None:
    written = members("s3", "mug_drink_1", frames=12)
    written["body"]["params"]["fullpose"][3, 40] = 3.6
    written["object"]["params"]["global_orient"][:] = [0, 9, 0]
    assert read_sequence(save(path, written)).fullpose.max() == 3.6


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (PermissionError(13, "Permission denied"), "no permission; allow this user"),
        (OSError(24, "Too many open files"), r"too many open files; allow more \(ulimit -n\)"),
        (OSError(5, "Input/output error"), "Input/output error; the disk or the network drive fails"),
        (MemoryError(), "out of memory; close other programs"),
    ],
)
def test_a_fault_of_the_machine_is_not_called_damage(path: Path, members, save, monkeypatch, error, problem) -> None:
    save(path, members("s3", "mug_drink_1", frames=12))
    for place in ("ZipFile", "ZipFile.read"):
        monkeypatch.setattr(f"deepgrasp.grab.npz.zipfile.{place}", lambda *_: (_ for _ in ()).throw(error))
        with pytest.raises(MachineError, match=rf"mug_drink_1\.npz: {problem}"):
            read_sequence(path)
        monkeypatch.undo()


def test_a_pipe_is_not_waited_for(path: Path) -> None:
    path.parent.mkdir()
    os.mkfifo(path)
    with pytest.raises(InputError, match="is a folder, a pipe or a device, not a file"):
        read_sequence(path)


def test_a_key_that_is_there_twice(path: Path, members, save) -> None:
    save(path, members("s3", "mug_drink_1", frames=12))
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("gender.npy", b"")
    with pytest.raises(InputError, match="holds a key twice"):
        read_sequence(path)


def test_an_array_of_very_many_objects_is_not_read(path: Path) -> None:
    many = path.with_name("many.npz")
    many.parent.mkdir()
    np.savez(many, gender=np.zeros(1001, object))
    with Npz(many) as npz, pytest.raises(InputError, match=r"key 'gender' is damaged .*an array of 1001 objects"):
        npz.read("gender")
