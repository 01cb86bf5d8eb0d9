"""What a recording tells without being looked at: its length, its file, its first frame, its person's bones, constants.

``make artefacts`` asks a forest to name object and intent of people it has not met from each of these. None may beat
the most frequent answer by more than chance does: a model could else score without seeing a hand.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.paths import STANDIN
from deepgrasp.grab.data_root import RecordingFile, find_recordings
from deepgrasp.grab.npz import Npz
from deepgrasp.grab.own_catalogue import catalogue_of
from deepgrasp.store.splits import people_tested

DEVIATIONS = 3.0  # above the most frequent answer: of ten such tables one in a hundred sets of data would say more
_PARTS = ("body", "lhand", "rhand", "object", "table")
Table = NDArray[np.float64]  # [N, D]


@dataclass(frozen=True)
class TraceFinding:
    """How often something is told from one kind of trace, and how often it might be by chance alone."""

    trace: str
    asked: str
    accuracy: float
    chance: float
    bound: float

    @property
    def tells(self) -> bool:
        """Whether the trace tells more than chance would."""
        return self.accuracy > self.bound

    def __str__(self) -> str:
        told, chance, bound = (f"{100 * rate:5.1f} %" for rate in (self.accuracy, self.chance, self.bound))
        mark = "  <-- tells" if self.tells else ""
        return f"{self.trace:<12} {self.asked:<7}{told}, the most frequent {chance}, bound {bound}{mark}"


def traces(root: Path, recordings: Sequence[RecordingFile]) -> dict[str, Table]:
    """Tables of what each recording shows without its movement, by name.

    The object's own first pose is none of these: no network sees it, and how a thing stands depends on its shape.
    """
    seen = [_glance(recording.path) for recording in recordings]
    still = [name for name in seen[0].first if all(name in each.still for each in seen)]
    shape = {name: _betas(root, name) for name in {recording.name.subject for recording in recordings}}
    places = [recording.path.stat() for recording in recordings]
    return {
        "length": _table(each.length for each in seen),
        # of files that are written class by class, the time would tell
        "file": _table([place.st_size, place.st_mtime] for place in places),
        "first frame": _table(
            np.concatenate([each.first[name] for name in each.first if not name.startswith("object")]) for each in seen
        ),
        "bones": _table(shape[recording.name.subject] for recording in recordings),
        # a 0 first: where nothing is constant, a forest still needs a column
        "constants": _table(np.concatenate([[0.0], *(each.first[name] for name in still)]) for each in seen),
    }


def trace_findings(root: Path) -> list[TraceFinding]:
    """What the traces of a data root's recordings tell of object and intent.

    Raises:
        InputError: there are no recordings.
    """
    recordings = find_recordings(root, catalogue_of(root))
    asked = {
        "object": np.array([recording.name.object for recording in recordings]),
        "action": np.array([recording.name.action for recording in recordings]),
    }
    people = np.array([recording.name.subject for recording in recordings])
    groups = people_tested([{"subject": name} for name in people])
    tables = traces(root, recordings)
    return [
        _told(name, what, table, labels, [np.isin(people, group) for group in groups])
        for name, table in tables.items()
        for what, labels in asked.items()
    ]


def _told(trace: str, asked: str, table: Table, labels: NDArray[Any], tested: Sequence[NDArray[Any]]) -> TraceFinding:
    # imported here: this file is found by name, and nothing else of its room needs scikit-learn
    from sklearn.ensemble import ExtraTreesClassifier

    right = np.zeros(len(labels), bool)
    for held in tested:
        # trees: frames, bytes and seconds need no common scale
        # of a share of so many answers, each given by itself
        forest = ExtraTreesClassifier(100, min_samples_leaf=2, random_state=0)
        right[held] = forest.fit(table[~held], labels[~held]).predict(table[held]) == labels[held]
    chance = float(np.unique(labels, return_counts=True)[1].max() / len(labels))
    spread = float(np.sqrt(chance * (1 - chance) / len(labels)))
    return TraceFinding(trace, asked, float(right.mean()), chance, chance + DEVIATIONS * spread)


def _table(rows: Any) -> Table:
    return np.array([np.asarray(row, float) for row in rows])


@dataclass(frozen=True)
class Glance:
    """Of one recording: frames in all, with contact, and the first and last of these; the first values of every array
    of parameters, and which of these arrays never change."""

    length: list[int]
    first: dict[str, Table]
    still: set[str]


def _glance(path: Path) -> Glance:
    # file by file: contact alone takes 3 MB of each
    with Npz(path) as npz:
        touched = np.flatnonzero((npz.read("contact")["object"] > 0).any(axis=1))
        params = {f"{part}.{key}": value for part in _PARTS for key, value in npz.read(part)["params"].items()}
        frames = npz.read("n_frames")
    still = {name for name, value in params.items() if np.ptp(value, axis=0).max() == 0}
    return Glance([frames, len(touched), *touched[[0, -1]]], {name: value[0] for name, value in params.items()}, still)


def _betas(root: Path, subject: str) -> Table:
    # in a folder by gender, of which there is one
    (path,) = (root / "tools" / "subject_meshes").glob(f"*/{subject}_betas.npy")
    return np.load(path)


def main(root: Path = STANDIN) -> int:
    """Prints what each trace tells; 1 if any tells more than chance."""
    found = trace_findings(root)
    print("\n".join(map(str, found)))
    return int(any(each.tells for each in found))


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))
