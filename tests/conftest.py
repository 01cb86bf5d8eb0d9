"""A data root in GRAB's and SMPL-X's formats, made by hand: as small as the formats allow, with meaningless motion."""

import gc
import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deepgrasp.files import only_writer
from deepgrasp.grab.catalogue import GENDERS
from deepgrasp.prepare.prepare import prepare
from deepgrasp.skeleton import PARENTS

HANDS = {"rhand": 7331 + np.arange(778)[::-1], "lhand": 4595 + np.arange(778)}  # like the real ones: not sorted
OBJECT_VERTICES = 642


# Files with the slowest tests, slowest first: they start first, or one worker would go on long after the others. Those
# that make the same tiny set are apart, so that the later ones find it in the cache.
SLOWEST = (
    "benchmark/container/test_container_engine.py",
    "test_pipeline.py",
    "benchmark/pipeline/test_code.py",
    "benchmark/engine/test_killed_head.py",
    "test_walk.py",
    "test_probing.py",
    "test_outside.py",
    "test_workflow_jobs.py",
    "benchmark/profiles/test_profiles.py",
    "test_own_data.py",
    "test_newcomer.py",
    "benchmark/submissions/test_enclosure.py",
    "benchmark/checks/test_gate.py",
    "deepgrasp/library/test_wheel.py",
    "benchmark/representing/test_represent.py",
    "test_site.py",
    "benchmark/engine/test_same_everywhere.py",
    "benchmark/board/test_page_in_browser.py",
    "deepgrasp/view/test_scene_in_browser.py",
    "baselines/test_contract.py",
)

os.environ["DVC_NO_ANALYTICS"] = "1"  # or DVC starts a process that tells its makers, wherever no configuration forbids
if "PYTEST_XDIST_WORKER" in os.environ:
    # before torch is imported: each worker has a core, not all of them; nor have commands that start processes
    os.environ |= {"OMP_NUM_THREADS": "1", "LOKY_MAX_CPU_COUNT": "1"}


def pytest_xdist_auto_num_workers() -> int:
    """Workers of `make test`: the cores that this process may use; xdist would count all of the machine.

    Not one more, though tests wait, too: a third worker on two cores made the whole slower (2026-11-28).
    """
    from joblib import cpu_count

    return min(cpu_count(), 8)  # one that imports torch and all of ours takes a gigabyte


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slowest files first; the order within a file stays."""
    order = {Path(__file__).parent / name: place for place, name in enumerate(SLOWEST)}
    items.sort(key=lambda item: order.get(item.path, len(SLOWEST)))
    gc.freeze()  # what collection made stays until the end: the collector need not look at it in every test


@pytest.fixture(scope="session")
def dvc_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The DVC cache of all repositories of this session, those of other workers included."""
    own = tmp_path_factory.getbasetemp()
    return (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "dvc_cache"


@pytest.fixture(scope="session")
def standin_cache(dvc_cache: Path) -> Path:
    """The library's cache with the tiny stand-in and its graphs, made by the first worker. Not to be changed."""
    import deepgrasp.library as dg

    cache = dvc_cache.with_name("deepgrasp_cache")
    with only_writer(cache, wait=True):
        dg.load("standin", scale="tiny", cache=cache, workers=2)
    return cache


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of two SMPL-X models, a man's and a woman's."""
    root = tmp_path_factory.mktemp("models")
    (root / "smplx").mkdir()
    for seed, gender in enumerate(("male", "female")):
        np.savez(root / "smplx" / f"SMPLX_{gender.upper()}.npz", **smplx_members(seed))
    return root


def smplx_members(seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    regressor = np.zeros((55, 10475), dtype=np.float32)
    regressor[np.arange(55), np.arange(55) * 10] = 0.75  # each joint between two vertices
    regressor[np.arange(55), np.arange(55) * 10 + 5] = 0.25
    strip = np.arange(776)[:, None] + [0, 1, 2]
    means = {f"hands_mean{side}": np.zeros(45) for side in "lr"}
    components = {f"hands_components{side}": np.eye(45) for side in "lr"}
    return {
        "v_template": rng.uniform(-0.5, 0.5, (10475, 3)).astype(np.float32),
        "f": np.concatenate([HANDS["rhand"][strip], HANDS["lhand"][strip], [[0, 1, 2]]]).astype(np.uint32),
        "weights": np.full((10475, 55), 1 / 55, dtype=np.float32),
        "J_regressor": regressor,
        "kintree_table": np.array([[2**32 - 1, *PARENTS[1:]], range(55)], dtype=np.uint32),
        "shapedirs": np.zeros((10475, 3, 20), dtype=np.float16),
        "posedirs": np.zeros((10475, 3, 486), dtype=np.float16),
        "lmk_faces_idx": np.zeros(51, dtype=np.int64),
        "lmk_bary_coords": np.full((51, 3), 1 / 3),
        **means,
        **components,
    }


def _about(rng: np.random.Generator, scale: float, still: float, shape: tuple[int, int]) -> np.ndarray:
    """Frames ``[T, n]`` that differ by ``still``, of a row that is anything."""
    return rng.normal(0, scale, shape[1:]) + rng.normal(0, still, shape)


def sequence_members(subject: str, stem: str, *, seed: int = 0, frames: int = 40) -> dict[str, Any]:
    """The members of a sequence file that is approached in the first quarter and touched in the rest."""
    rng = np.random.default_rng(seed)
    touched = np.arange(frames) >= frames // 4
    codes = rng.integers(0, 55, (frames, 10475), dtype=np.int8) * (rng.random((frames, 10475)) < 0.1)
    # joints are anywhere in each frame; the whole body stays as near to itself as people do at 60 frames a second
    floats = {"transl": _about(rng, 0.25, 0.01, (frames, 3)), "fullpose": rng.normal(0, 0.3, (frames, 165))}
    floats["fullpose"][:, :3] = _about(rng, 0.3, 0.05, (frames, 3)) + np.array([np.pi / 2, 0, 0])  # upright
    # the object stays within reach of bodies that are as random
    pose = {"transl": _about(rng, 0.1, 0.02, (frames, 3)), "global_orient": _about(rng, 0.3, 0.05, (frames, 3))}
    contact = {
        "object": (rng.random((frames, OBJECT_VERTICES)) < 0.1) * touched[:, None] * np.int8(21),
        "body": (codes * touched[:, None]).astype(np.int8),
    }
    return {
        "gender": GENDERS[subject],
        "sbj_id": subject,
        "obj_name": stem.split("_")[0],
        "n_frames": frames,
        "body": {"params": floats, "vtemp": f"tools/subject_meshes/{GENDERS[subject]}/{subject}.ply"},
        "object": {"params": pose},
        "contact": contact,
    }


def save_sequence(path: Path, members: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    wrapped = {
        key: np.array(value, dtype=object if isinstance(value, dict) else None) for key, value in members.items()
    }
    np.savez_compressed(path, **wrapped)
    return path


def write_tools(root: Path, people: dict[str, str], objects: Iterable[str]) -> None:
    """What recordings need in a data root: bodies of ``{person: gender}``, objects that are spheres, hand tables."""
    import trimesh

    tools = root / "tools"
    sphere = trimesh.creation.icosphere(subdivisions=3, radius=0.05)
    folders = ("object_meshes/contact_meshes", "subject_meshes/male", "subject_meshes/female", "smplx_correspondence")
    for folder in folders:
        (tools / folder).mkdir(parents=True)
    for name, ids in HANDS.items():
        np.save(tools / "smplx_correspondence" / f"{name}_smplx_ids.npy", ids)
    for number, (person, gender) in enumerate(people.items()):
        body = trimesh.Trimesh(smplx_members(number + 10)["v_template"], [[0, 1, 2]], process=False)
        body.export(tools / "subject_meshes" / gender / f"{person}.ply")
    for name in objects:
        sphere.export(tools / "object_meshes" / "contact_meshes" / f"{name}.ply")


def write_root(root: Path, stems: dict[str, tuple[str, ...]], **changes: Any) -> Path:
    """A data root with the given recordings by subject and all tools they need."""
    objects = {stem.split("_")[0] for names in stems.values() for stem in names}
    write_tools(root, {subject: GENDERS[subject] for subject in stems}, sorted(objects))
    for number, (subject, names) in enumerate(stems.items()):
        for k, stem in enumerate(names):
            members = sequence_members(subject, stem, seed=100 * number + k, **changes)
            save_sequence(root / "grab" / subject / f"{stem}.npz", members)
    return root


STEMS = dict.fromkeys(sorted(GENDERS), ("mug_drink_1",)) | {"s2": ("cubesmall_lift", "mug_pass_1")}


@pytest.fixture(scope="session")
def _pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_root(tmp_path_factory.mktemp("pristine") / "data", STEMS, frames=24)


@pytest.fixture
def root(_pristine: Path, tmp_path: Path) -> Path:
    """A data root of its own for a test: a recording of each subject and a second of s2, 18 frames with contact."""
    return Path(shutil.copytree(_pristine, tmp_path / "data"))


@pytest.fixture(scope="session")
def store_path(_pristine: Path, models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of that root, 8 frames a window. Not to be changed."""
    return prepare(_pristine, models, tmp_path_factory.mktemp("prepared") / "graphs", frames=8, workers=1)


@pytest.fixture
def members() -> Callable[..., dict[str, Any]]:
    return sequence_members


@pytest.fixture
def save() -> Callable[[Path, dict[str, Any]], Path]:
    return save_sequence


@pytest.fixture(scope="session")
def model_members() -> Callable[[int], dict[str, np.ndarray]]:
    return smplx_members


class Payload:
    """A pickle that writes a file when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return exec, (f"open({str(self.path)!r}, 'w').close()",)


@pytest.fixture
def payload(tmp_path: Path) -> tuple[Payload, Path]:
    """An object whose unpickling leaves a trace, and the trace."""
    trace = tmp_path / "executed"
    return Payload(trace), trace
