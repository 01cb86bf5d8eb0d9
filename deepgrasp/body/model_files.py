"""Reads SMPL-X and MANO model files, npz or pickle, without running what they hold."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepgrasp.errors import InputError
from deepgrasp.grab.npz import Npz
from deepgrasp.grab.pickles import PickleFile
from deepgrasp.grab.ranges import BODY_SURFACE, DIRECTION, REGRESSOR, WEIGHT, Range, problem_in
from deepgrasp.skeleton import BODY_VERTICES, EXPRESSIONS, HAND_PARENTS, HAND_VERTICES, JOINTS, PARENTS

_SPACES = {400: 300, 20: 10}  # shape and expression directions in all: where the expressions begin

ModelFile = Npz | PickleFile
ArrayShape = tuple[int | None, ...]


@dataclass(frozen=True)
class BodyModel:
    """Joints, surface and skinning weights of an SMPL-X model: what graphs and extras need of the file.

    Attributes:
        joint_regressor: ``[55, 10475]``, rest joints from template vertices.
        faces: ``[F, 3]`` triangles of the surface.
        template: ``[10475, 3]`` mean body, metres.
        weights: ``[10475, 55]``, how far each joint moves a vertex.
        pose_directions: ``[10475, 3, 486]``, metres a unit of the entries of 54 rotations less the identity, joint by
            joint, row by row; None unless the model was loaded to be posed.
        expression_directions: ``[10475, 3, 10]``, metres a unit of expression; None likewise.
    """

    joint_regressor: NDArray[np.float64]
    faces: NDArray[np.int64]
    template: NDArray[np.float64]
    weights: NDArray[np.float32]
    pose_directions: NDArray[np.float32] | None = None
    expression_directions: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class HandModel:
    """Joints, surface and skinning weights of a MANO model.

    Attributes:
        joint_regressor: ``[16, 778]``, rest joints from template vertices.
        faces: ``[1538, 3]`` triangles.
        template: ``[778, 3]`` mean hand, metres.
        weights: ``[778, 16]``, how far each joint moves a vertex.
        pose_directions: ``[778, 3, 135]``, as a body's.
    """

    joint_regressor: NDArray[np.float64]
    faces: NDArray[np.int64]
    template: NDArray[np.float64]
    weights: NDArray[np.float32]
    pose_directions: NDArray[np.float32]


def model_path(models: Path, gender: str) -> Path:
    """Path of an SMPL-X model file: the npz, or the pickle where there is no npz."""
    # smplx reads the npz alone, although the READMEs of GRAB and DeepGrasp name the pickle
    return _present(models / "smplx" / f"SMPLX_{gender.upper()}", (".npz", ".pkl"))


def hand_model_path(models: Path, side: str) -> Path:
    """Path of a MANO model file: the pickle, as it is published, or an npz where there is none."""
    # smplx reads the pickle alone
    return _present(models / "mano" / f"MANO_{side.upper()}", (".pkl", ".npz"))


def _present(stem: Path, suffixes: tuple[str, ...]) -> Path:
    paths = [stem.with_suffix(suffix) for suffix in suffixes]
    # of none the first: the error then names the file that should be there
    return next((path for path in paths if path.is_file()), paths[0])


def load_body_model(models: Path, gender: str, *, posed: bool = False) -> BodyModel:
    """The SMPL-X model of ``<models>/smplx/SMPLX_<GENDER>.npz`` or, where there is none, ``.pkl``.

    Args:
        posed: also read the directions in which pose and expression move the vertices: most of the file.

    Raises:
        InputError: missing, damaged, or another model (SMPL, SMPL-H, MANO); a pickle of more than arrays.
    """
    path = model_path(models, gender)
    with _open(path) as file:
        model = _Model(file, "SMPL-X", "SMPL, SMPL-H or MANO")
        # first: it tells most clearly which model this is
        template = model.floats("v_template", (BODY_VERTICES, 3), BODY_SURFACE)
        model.check_parents(PARENTS)
        return BodyModel(
            joint_regressor=model.floats("J_regressor", (len(JOINTS), BODY_VERTICES), REGRESSOR),
            # any number of faces: the published file has 20,908, other bodies on these vertices may differ
            faces=model.faces(BODY_VERTICES),
            template=template,
            weights=model.weights(BODY_VERTICES, len(JOINTS)),
            pose_directions=model.pose_directions(BODY_VERTICES, PARENTS) if posed else None,
            expression_directions=_expression_directions(model) if posed else None,
        )


@lru_cache(maxsize=2)  # a gender each; the pose directions of one take 61 MB
def kept_body_model(models: Path, gender: str) -> BodyModel:
    """The model that :func:`load_body_model` reads ``posed``, kept in memory: each recording asks for it."""
    return load_body_model(models, gender, posed=True)


def load_hand_model(models: Path, side: str) -> HandModel:
    """The MANO model of ``<models>/mano/MANO_<SIDE>.pkl`` or, where there is none, ``.npz``.

    Args:
        side: ``right`` or ``left``.

    Raises:
        InputError: missing, damaged, or another model; a pickle of more than arrays.
    """
    with _open(hand_model_path(models, side)) as file:
        model = _Model(file, "MANO", "SMPL-X or SMPL-H")
        template = model.floats("v_template", (HAND_VERTICES, 3), BODY_SURFACE)
        model.check_parents(HAND_PARENTS)
        return HandModel(
            joint_regressor=model.floats("J_regressor", (len(HAND_PARENTS), HAND_VERTICES), REGRESSOR),
            # MANO's own number: another one means another model
            faces=model.faces(HAND_VERTICES, 1538),
            template=template,
            weights=model.weights(HAND_VERTICES, len(HAND_PARENTS)),
            pose_directions=model.pose_directions(HAND_VERTICES, HAND_PARENTS),
        )


def _open(path: Path) -> ModelFile:
    if path.suffix != ".npz":
        return PickleFile(path)
    file = Npz(path)
    for key in file.keys:  # other programs unpickle every key, needed or not: a hostile file is not to be passed on
        if file.header(key)[1].hasobject:
            file.read(key)
    return file


def _expression_directions(model: "_Model") -> NDArray[np.float32]:
    directions = model.floats("shapedirs", (BODY_VERTICES, 3, None), DIRECTION, np.float32)
    # Expressions follow the shapes in one array. Where they begin depends on the release: 300 + 100 of all directions,
    # or 10 + 10 where the file was cut. The larger comes first, since 400 is more than 20 too.
    first = next((start for whole, start in _SPACES.items() if directions.shape[2] >= whole), None)
    if first is None:
        raise model.error(
            "shapedirs", f"has {directions.shape[2]} directions, expected 20 (10 + 10) or 400 (300 + 100)"
        )
    return np.ascontiguousarray(directions[..., first : first + EXPRESSIONS])


class _Model:
    """An open model file; every array is checked when it is read."""

    def __init__(self, file: ModelFile, kind: str, others: str) -> None:
        self._file, self._kind, self._remedy = file, kind, f"put the {kind} file there (not {others})"

    def error(self, key: str, problem: str) -> InputError:
        return InputError(self._file.path, f"not an {self._kind} model: key {key!r} {problem}", self._remedy)

    def floats(self, key: str, shape: ArrayShape, allowed: Range, dtype: Any = np.float64) -> NDArray[Any]:
        # smplx takes any precision, and files with 32 and with 64 bits are about
        with np.errstate(over="ignore"):  # what is too large for it is refused below
            array: NDArray[Any] = self._array(key, shape, "fiu").astype(dtype)
        if not np.isfinite(array).all():
            raise InputError(self._file.path, f"key {key!r} is not finite everywhere", "download the model again")
        if problem := problem_in(array, allowed, "row"):
            raise InputError(self._file.path, f"key {key!r} {problem}", "download the model again")
        return array

    def weights(self, vertices: int, joints: int) -> NDArray[np.float32]:
        # single precision: they weigh, no error adds up in them, and a body has 576,125
        weights = self.floats("weights", (vertices, joints), WEIGHT, np.float32)
        if (np.abs(weights.sum(axis=1) - 1) > 0.01).any():  # a vertex would drift away from the body that moves
            raise InputError(self._file.path, "key 'weights' does not add up to 1", "download the model again")
        return weights

    def pose_directions(self, vertices: int, parents: tuple[int, ...]) -> NDArray[np.float32]:
        return self.floats("posedirs", (vertices, 3, 9 * (len(parents) - 1)), DIRECTION, np.float32)

    def faces(self, vertices: int, count: int | None = None) -> NDArray[np.int64]:
        faces = self._array("f", (count, 3), "iu").astype(np.int64)
        if faces.size and (faces.min() < 0 or faces.max() >= vertices):
            raise InputError(self._file.path, "key 'f' joins vertices that do not exist", "download the model again")
        return faces

    def check_parents(self, parents: tuple[int, ...]) -> None:
        found = self._array("kintree_table", (2, len(parents)), "iu")[0, 1:]  # the root's parent is written variously
        # -1 or 2^32 - 1, by the type of the array
        if found.tolist() != list(parents[1:]):
            raise InputError(self._file.path, f"not {self._kind}'s kinematic tree", self._remedy)

    def _array(self, key: str, shape: ArrayShape, kinds: str) -> NDArray[Any]:
        if key not in self._file.keys:
            raise self.error(key, "is missing")
        found, dtype = self._file.header(key)
        if not dtype.hasobject:  # a matrix that is pickled in an npz is known only when it is read
            self._check(key, found, shape)
        # the regressor may be a sparse matrix, which reading makes dense
        array = np.asarray(self._file.read(key))
        self._check(key, array.shape, shape)
        if array.dtype.kind not in kinds:
            raise self.error(key, f"is of type {array.dtype}")
        return array

    def _check(self, key: str, found: tuple[int, ...], shape: ArrayShape) -> None:
        fits = len(found) == len(shape) and all(a in (None, b) for a, b in zip(shape, found, strict=True))
        if not fits:
            raise self.error(key, f"has shape {found}")
