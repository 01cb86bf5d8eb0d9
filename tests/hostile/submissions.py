"""The doors of a submission: predictions as safetensors and as npz, and the metadata beside them."""

import io
import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save

from benchmark import params as parameters
from benchmark.submissions.folder import read_submission
from deepgrasp.store.store import Store, open_store
from deepgrasp.store.writer import write_store
from tests.deepgrasp.store.test_store import HEADER, MESHES, shards
from tests.hostile.arrays import fingerprint
from tests.hostile.damage import Rng, harm_bytes, no_file
from tests.hostile.doors import Case, Door

ROOT = Path(__file__).parents[2]
JUNK = (None, True, -1, 10**30, 0.5, "", "../x", "a\nb", [], {}, [[]], {"a": {}}, "NaN", "x" * 10_000)
TEXTS = (b"[" * 100_000, b'{"format": 1, "format": 1}', b'{"format": ' + b"1" * 10_000 + b"}", b"\xff\xfe{}", b"null")


KEPT = tempfile.TemporaryDirectory(prefix="deepgrasp-")  # as long as the process, whose cases all read the store there


@cache
def store() -> Store:
    return open_store(write_store(Path(KEPT.name) / "graphs", shards(), meshes=MESHES, header=HEADER))


def said() -> dict[str, Any]:
    text = (ROOT / "submissions/README.md").read_text(encoding="utf-8")
    example: dict[str, Any] = json.loads(text.partition("```json\n")[2].partition("```")[0])
    inputs = parameters.load_params(ROOT / "params.yaml").inputs.model_dump()
    return example | {"data": store().hash, "inputs": inputs}


def arrays() -> tuple[dict[str, np.ndarray], list[str]]:
    test = store().fold("subject", 0)["test"]
    return {"action": np.eye(len(test), 4, dtype=np.float32)}, test


def tensors() -> bytes:
    made, test = arrays()
    return save(made, {"sequences": "\n".join(test)})


def members() -> bytes:
    made, test = arrays()
    file = io.BytesIO()
    np.savez(file, sequences=np.array(test), **made)  # type: ignore[arg-type]
    return file.getvalue()


def forged_tensors(rng: Rng) -> tuple[str, bytes]:
    """A safetensors file with one value of its header made junk."""
    data = tensors()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    holder = header if rng.random() < 0.3 else header[str(rng.choice(sorted(header)))]
    key = str(rng.choice(sorted(holder)))
    holder[key] = [*JUNK, "BF16", "F4", [1] * 100, [2**62, 4], [0, 10**30], [-1, -16]][int(rng.integers(len(JUNK) + 6))]
    text = json.dumps(header).encode()
    return f"header.{key} = {str(holder[key])[:40]!r}", len(text).to_bytes(8, "little") + text + data[8 + size :]


def forged_words(rng: Rng) -> tuple[str, bytes]:
    """Metadata with one value made junk, or a text that is hostile as a whole."""
    if rng.random() < 0.2:
        return "hostile JSON", TEXTS[int(rng.integers(len(TEXTS)))]
    values = said()
    holder = values if rng.random() < 0.6 else values[str(rng.choice(["inputs", "cost", "validation"]))]
    key = str(rng.choice([*sorted(holder), "new\nline"]))
    holder[key] = JUNK[int(rng.integers(len(JUNK)))]
    return f"{key} = {holder[key]!r}"[:80], json.dumps(values).encode()


def door(harmed: str, suffix: str) -> Door:
    """The door of a submission of which the file ``harmed`` is hostile."""

    def make(rng: Rng | None) -> Case:
        files = {"mine-0.json": json.dumps(said()).encode()}
        files[f"mine-0{suffix}"] = tensors() if suffix == ".safetensors" else members()
        if rng is None:
            return Case("whole", lambda folder: put(folder, files), "accepted")
        if (kind := rng.random()) < 0.1:
            case = no_file(rng, harmed)
            whole = {name: data for name, data in files.items() if name != harmed}
            return Case(case.what, lambda folder: (put(folder, whole), case.write(folder)), case.expected)
        forge = {"mine-0.json": forged_words, "mine-0.safetensors": forged_tensors}.get(harmed)
        what, data = forge(rng) if forge and kind < 0.6 else harm_bytes(rng, files[harmed])
        # a bit of a logit, or a letter of a description: who reads it cannot know
        return Case(f"{harmed}: {what}", lambda folder: put(folder, files | {harmed: data}), "either")

    def enter(folder: Path) -> str:
        words, made = read_submission(folder / f"mine-0{suffix}", store())
        return fingerprint(*made.arrays.values(), json.dumps(made.sequences), words.model_dump_json())

    return Door(make, enter)


def put(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).write_bytes(data)


DOORS = {
    "submission as safetensors": door("mine-0.safetensors", ".safetensors"),
    "submission as npz": door("mine-0.npz", ".npz"),
    "submission's metadata": door("mine-0.json", ".safetensors"),
}
