"""The doors of recordings and of GRAB's archives."""

import copy
import io
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from deepgrasp.grab.archive import unpack_all
from deepgrasp.grab.data_root import find_recordings
from deepgrasp.grab.reader import read_sequence
from tests.conftest import save_sequence, sequence_members
from tests.hostile.arrays import SPOILT, fingerprint, of_fields, picked
from tests.hostile.damage import Rng, file_case, harm_bytes, no_file
from tests.hostile.doors import Case, Door, Expected

RECORDING = "grab/s1/mug_drink_1.npz"
UNITS: dict[str, tuple[tuple[str, ...], float]] = {
    "body in centimetres": (("body", "params", "transl"), 100),
    "body in millimetres": (("body", "params", "transl"), 1000),
    "object in centimetres": (("object", "params", "transl"), 100),
    "pose in degrees": (("body", "params", "fullpose"), 180 / np.pi),
    "object in degrees": (("object", "params", "global_orient"), 180 / np.pi),
}
VALUES: dict[str, tuple[tuple[str, ...], Any]] = {
    "codes of 999": (("contact", "body"), lambda array: array.astype(int) + 999),
    "codes of -5": (("contact", "object"), lambda array: array.astype(int) - 5),
    "codes of 127": (("contact", "body"), lambda array: np.full_like(array, 127)),
    "halves of codes": (("contact", "object"), lambda array: array / 2 + 0.25),
    "another subject": (("sbj_id",), lambda _: "s2"),
    "two subjects": (("sbj_id",), lambda _: np.array(["s1", "s2"])),
    "another object": (("obj_name",), lambda _: "cup"),
    "another gender": (("gender",), lambda _: "female"),
    "no frames": (("n_frames",), lambda _: 0),
    "frames beyond number": (("n_frames",), lambda _: 10**30),
    "frames in words": (("n_frames",), lambda _: "four"),
    "no body": (("body",), lambda _: {}),
    "no contact": (("contact",), lambda _: 3),
}
NAMES = (
    "grab/s1/mug_pick_all.npz", "grab/s1/mug_Lift_1.npz", "grab/s1/mug_psas_1.npz", "grab/s1/spoon_lift.npz",
    "grab/s11/mug_drink_1.npz", "grab/S1/mug_drink_1.npz", "grab/s1/mug.npz", "grab/s1/mug_drink_1 (2).npz",
    "grab/s1/mug_drink_1_again.npz", "grab/s2/mug_drink_1.npz", "grab/s1/cup_drink_1.npz", "grab/s3/mug_lift.npz",
)  # fmt: skip
LITTER = ("grab/s1/._mug_drink_1.npz", "grab/s1/.DS_Store", "grab/__MACOSX/a.npz", "grab/s1/Thumbs.db")
# as right as the file itself
ALIKE: dict[str, Callable[[dict[str, Any]], None]] = {
    "contact as floats": lambda tree: tree["contact"].update(body=tree["contact"]["body"].astype("f4")),
    "frames as a float": lambda tree: tree.update(n_frames=float(tree["n_frames"])),
    "a key more": lambda tree: tree.update(note="hello"),
}


@cache
def whole_recording() -> dict[str, Any]:
    tree = sequence_members("s1", "mug_drink_1", frames=4)
    for key in ("body", "object"):
        tree[key]["params"]["transl"] = tree[key]["params"]["transl"] + [0.5, 0.5, 1.2]  # where a person stands
    return tree


def saved(tree: dict[str, Any]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return save_sequence(Path(folder) / "x.npz", tree).read_bytes()


def changed(keys: tuple[str, ...], change: Callable[[Any], Any]) -> bytes:
    """The recording with one value changed."""
    tree = copy.deepcopy(whole_recording())
    holder = tree
    for key in keys[:-1]:
        holder = holder[key]
    holder[keys[-1]] = change(holder[keys[-1]])
    return saved(tree)


def make_recording(rng: Rng | None) -> Case:
    data = saved(whole_recording())
    if rng is None:
        return file_case("whole", RECORDING, data, "accepted")
    kind = str(rng.choice(["bytes", "bytes", "spoilt", "unit", "value", "name", "litter", "alike", "no file"]))
    if kind == "bytes":
        what, harmed = harm_bytes(rng, data)
        return file_case(what, RECORDING, harmed, "same")
    if kind == "spoilt":
        what, spoil = picked(rng, SPOILT)
        arrays = [("body", "params", "fullpose"), ("body", "params", "transl"), ("object", "params", "transl"),
                  ("object", "params", "global_orient"), ("contact", "body")]  # fmt: skip
        keys = arrays[int(rng.integers(len(arrays)))]
        return file_case(f"{'.'.join(keys)}: {what}", RECORDING, changed(keys, spoil), "refused")
    if kind == "unit":
        what, (keys, factor) = picked(rng, UNITS)
        return file_case(what, RECORDING, changed(keys, lambda array: (array + 0.6) * factor), "refused")
    if kind == "value":
        what, (keys, change) = picked(rng, VALUES)
        return file_case(what, RECORDING, changed(keys, change), "refused")
    if kind == "name":
        name = str(rng.choice(NAMES))
        return file_case(name, name, data, "refused")
    if kind == "alike":
        what, alter = picked(rng, ALIKE)
        tree = copy.deepcopy(whole_recording())
        alter(tree)
        return file_case(what, RECORDING, saved(tree), "accepted")
    if kind == "litter":
        good, litter = (
            file_case("", RECORDING, data, "accepted"),
            file_case("", str(rng.choice(LITTER)), b"x", "accepted"),
        )
        return Case("litter", lambda folder: (good.write(folder), litter.write(folder)), "accepted")
    return no_file(rng, RECORDING)


def read_recordings(folder: Path) -> str:
    return fingerprint(*(of_fields(read_sequence(found.path)) for found in find_recordings(folder)))


# --- archives

ARCHIVE = "zips/grab__s1.zip"
CONTENT = {"s1/mug_lift.npz": b"a" * 300, "s1/cup_lift.npz": bytes(range(256)) * 4}
MEMBERS: dict[str, tuple[dict[str, bytes], int, Expected]] = {
    "a way up": ({"s1/../../evil": b""}, 0, "refused"),
    "the root": ({"/s1/evil": b""}, 0, "refused"),
    "Windows' way up": ({"s1/..\\evil": b""}, 0, "refused"),
    "a drive": ({"C:evil": b""}, 0, "refused"),
    "another folder": ({"s2/mug_lift.npz": b""}, 0, "refused"),
    "one twice": ({"s1/a": b"", "s1/./a": b""}, 0, "refused"),
    "one in two cases": ({"s1/a": b"", "s1/A": b""}, 0, "refused"),
    "file and folder": ({"s1/a": b"", "s1/a/b": b""}, 0, "refused"),
    "a long name": ({f"s1/{'n' * 300}": b""}, 0, "refused"),
    "a link": ({"s1/link": b"/etc/passwd"}, 0o120777, "refused"),
    "a pipe": ({"s1/pipe": b""}, 0o10777, "refused"),
    "a bomb": ({"s1/bomb": bytes(8 << 20)}, 0, "refused"),
    "litter": (CONTENT | {"__MACOSX/s1/._mug_lift.npz": b"Mac", "s1/.DS_Store": b"Mac"}, 0, "accepted"),
}


def zipped(content: dict[str, bytes], mode: int = 0) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            info = zipfile.ZipInfo(name)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, mode << 16
            archive.writestr(info, data)
    return buffer.getvalue()


def make_archive(rng: Rng | None) -> Case:
    data = zipped(CONTENT)
    if rng is None:
        return file_case("whole", ARCHIVE, data, "accepted")
    if (kind := rng.random()) < 0.6:
        what, harmed = harm_bytes(rng, data)
        return file_case(what, ARCHIVE, harmed, "same")
    if kind < 0.9:
        what, (content, mode, expected) = picked(rng, MEMBERS)
        return file_case(what, ARCHIVE, zipped(content, mode), expected)
    return no_file(rng, ARCHIVE)


def read_archive(folder: Path) -> str:
    unpack_all(folder / "zips", folder / "root")
    files = sorted(path for path in (folder / "root/grab").rglob("*") if path.is_file())
    return fingerprint(*((path.relative_to(folder).as_posix(), path.read_bytes()) for path in files))


DOORS = {
    "recording": Door(make_recording, read_recordings),
    "archive": Door(make_archive, read_archive),
}
