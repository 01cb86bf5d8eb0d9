"""Data by one call: the stand-in, a folder in GRAB's format, or a graph store; made and prepared once, then kept."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from deepgrasp.choices import (
    DEFAULT_PEOPLE,
    DEFAULT_RECORDINGS,
    Damaged,
    Frame,
    Hands,
    Joints,
    PoseNodes,
    Sizes,
    SplitName,
    Stream,
    Window,
)
from deepgrasp.data_source import data_source
from deepgrasp.errors import InputError
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.library.cache_folder import cache_folder, name_of, state_of
from deepgrasp.library.optional import optional
from deepgrasp.store.store import MANIFEST, Store, open_store

if TYPE_CHECKING:  # parts need torch, and data alone do not
    from deepgrasp.library.parts import FoldParts

_STANDIN = "standin"
_FRAMES, _PATCHES = 12, 16
"""Of the board: frames of a window, and nodes of touch a hand."""


@dataclass(frozen=True)
class Data:
    """An open data set: who and what is in it, and its folds.

    Attributes:
        store: the graph store, for whoever needs single arrays (``docs/data.md`` says what it holds).
        graphs: which graphs of a window are seen.
    """

    store: Store
    graphs: GraphChoice

    @property
    def objects(self) -> tuple[str, ...]:
        """Names of the classes of the task ``object``, in the order of its labels."""
        return tuple(self.store.manifest["objects"])

    @property
    def actions(self) -> tuple[str, ...]:
        """Names of the classes of the task ``action``, in the order of its labels."""
        return tuple(self.store.manifest["actions"])

    @property
    def people(self) -> tuple[str, ...]:
        """Names of all people, in the order of the store."""
        return tuple(dict.fromkeys(record["subject"] for record in self.store.sequences))

    def fold(
        self,
        split: SplitName = "subject",
        k: int = 0,
        *,
        streams: Sequence[Stream] = ("joint",),
        normalise: bool = False,
        resident: bool = True,
    ) -> "FoldParts":
        """Training, validation and test part of fold ``k``, as torch Datasets in the board's order.

        Args:
            streams: what is seen of each node, side by side along the last axis (``docs/data.md``).
            normalise: give inputs with mean 0 and deviation 1 over the training part, cut at 3, as the referee gives
                them to every encoder; otherwise in natural units (radians, metres, touched fraction).
            resident: read a part once and keep it in memory, or read each batch from the disk.

        Raises:
            InputError: no such split, fold or stream; or torch is not installed.
        """
        if odd := [each for each in streams if each not in get_args(Stream)]:
            raise InputError(f"streams, {odd[0]!r}", "is no stream", f"choose from {', '.join(get_args(Stream))}")
        made: FoldParts = optional("parts", "torch").fold_parts(
            self, split, k, tuple(streams), normalise=normalise, resident=resident
        )
        return made

    def __repr__(self) -> str:
        source, people = data_source(self.store.manifest), len(self.people)
        return f"<{source.name} {self.store.hash[:12]}: {len(self.store.sequences)} sequences of {people} people>"


def load(
    source: str | os.PathLike[str] = _STANDIN,
    *,
    models: str | os.PathLike[str] | None = None,
    scale: str = "default",
    people: int = DEFAULT_PEOPLE,
    recordings: int = DEFAULT_RECORDINGS,
    seed: int = 0,
    window: Window = "contact",
    frames: int = _FRAMES,
    frame: Frame = "body",
    sizes: Sizes = "apart",
    damaged: Damaged = "error",
    hands: Hands = "both",
    part: PoseNodes = "arms",
    joints: Joints = 15,
    patches: int = _PATCHES,
    cache: str | os.PathLike[str] | None = None,
    workers: int | None = None,
) -> Data:
    """Data that are made and prepared once and then kept, under a hash of all that decides what they hold.

    The defaults are those of the board, so that folds and targets are the board's own.

    Args:
        source: ``standin``; or a folder that holds ``grab/`` and ``tools/``; or a graph store (``data/graphs``), which
            is opened as it is.
        models: of a folder in GRAB's format: the folder that holds ``smplx/``.
        scale: of the stand-in: ``tiny`` (60 sequences, seconds), ``default`` or ``grab``; as are the next three.
        people: as many, at scale ``default``.
        recordings: of each of them, at scale ``default``.
        seed: another one makes other data.
        window: which frames of a recording, see ``docs/data.md``; as are the next four.
        frames: of a window, evenly spaced.
        frame: in whose axes the targets are.
        sizes: whether the sizes of a shape are classes of their own.
        damaged: stop at a recording that cannot be read, or skip it.
        hands: which hands are seen.
        part: nodes of poses: arms, or hands and wrists alone.
        joints: of a hand, 15, or 21 with the fingertips.
        patches: nodes of touch a hand, 1 to 778.
        cache: folder to keep things in; see :func:`deepgrasp.library.cache_folder.cache_folder`.
        workers: processes that make and prepare (default: one a core).

    Raises:
        InputError: anything about the data that is missing, damaged, or not in GRAB's format.
    """
    # first: a word that is no choice is told before minutes of work
    graphs = GraphChoice(hands=hands, part=part, joints=joints, patches=patches)
    # a store says itself how it was prepared; what is asked here of that is not looked at
    if (Path(source) / MANIFEST).is_file():
        return Data(open_store(Path(source)), graphs)
    prepared = {"window": window, "frames": frames, "frame": frame, "sizes": sizes, "damaged": damaged}
    home = cache_folder(cache)
    if str(source) == _STANDIN:
        # not `workers`: any number of them gives the same bytes
        made = {"scale": scale, "people": people, "recordings": recordings, "seed": seed}
        root = home / f"standin-{name_of(**made)}"
        models, known = root / "models", made
    else:
        root = Path(source).expanduser().absolute()
        known = _known(root, models)
    # not by hands, joints and patches: these are chosen when a window is read
    graph_store = home / f"graphs-{name_of(source=known, **prepared)}"
    if not (graph_store / MANIFEST).is_file():
        home.mkdir(parents=True, exist_ok=True)
        if str(source) == _STANDIN:
            _make_standin(root, made, workers)
        from deepgrasp.prepare.prepare import prepare  # here: it takes as long to import as all else, once a data set

        prepare(root, Path(models or root).expanduser(), graph_store, workers=workers, **prepared)  # type: ignore[arg-type]
    return Data(open_store(graph_store), graphs)


def _make_standin(root: Path, made: dict[str, object], workers: int | None) -> None:
    from deepgrasp.grab.data_root import STANDIN_MARK

    # it is moved into its place as a whole: where its mark is, all of it is
    if not (root / STANDIN_MARK).is_file():
        from deepgrasp.processes import allowed_cores
        from deepgrasp.standin.synthesize import synthesize

        synthesize(root, root / "models", workers=workers or allowed_cores(), **made)  # type: ignore[arg-type]


def _known(root: Path, models: str | os.PathLike[str] | None) -> dict[str, object]:
    """What tells one state of a data set from another."""
    if not root.is_dir():
        raise InputError(root, "no such folder", f"give {_STANDIN!r}, a folder that holds grab/ and tools/, or a store")
    if not (root / "grab").is_dir():
        raise InputError(root, "holds no grab/", "give the folder that holds grab/ and tools/")
    if models is None:
        raise InputError("models", "is not given", "give the folder that holds smplx/, as models=...")
    return {"files": state_of([root, Path(models).expanduser()])}
