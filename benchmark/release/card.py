"""Texts of a release for people: what the folder is, and what its data are and are not."""

from collections import Counter
from pathlib import Path

from benchmark.release.index import ReleaseRecord
from benchmark.tables import table
from deepgrasp.data_source import data_source
from deepgrasp.errors import InputError
from deepgrasp.store.store import Store

DATA_CARD = Path("docs/data-card.md")

_README = """# DeepGrasp Bench {version}{derived}

Checkpoints, predictions, results and the board of version {version}, commit {commit}.
Data: {kind} `{hash}`; {cells} cells.

| file | what it is |
|:--|:--|
| `leaderboard/index.html`, `leaderboard/LEADERBOARD.md` | the board, for people |
| `release.json` | every cell with its checkpoint, predictions, sizes and SHA-256; data, split, inputs |
| `runs/TASK/MODEL/REPLICATE/` | `model.safetensors`: weights; `predictions.safetensors`: raw answers and their record |
| `results/` | what was scored, a JSON file a cell and task |
| `DATA_CARD.md` | what the data are, and what they are not |
| `params.yaml` | all settings |

To read these files runs no code; only `index.html` has a script, for the browser. Is the folder whole?

    sha256sum --check SHA256SUMS                  # every byte
    python -m benchmark release --check FOLDER    # in a clone at this version: also whether the parts fit together

Scores may be compared with those of other {minor} versions on the same data, split and inputs. To cite: `CITATION.cff`.
"""
DERIVED = """

**Made from licensed data.** Weights, predictions and scores of single recordings fall under the licence of those data.
Do not pass this folder on unless that licence allows it."""


def readme(release: ReleaseRecord) -> str:
    """The page that stands in a release's folder."""
    source = data_source(release.data.model_dump())
    return _README.format(
        version=release.version,
        # 0.1 of 0.1.7: a patch moves no score, so numbers of both may stand in one table
        minor=release.version.rpartition(".")[0],
        derived="" if source.synthetic else DERIVED,
        # unknown where there was no Git to ask
        commit=f"`{release.commit}`" + (" with changes" if release.dirty else "") if release.commit else "unknown",
        kind="synthetic stand-in" if source.synthetic else source.name,
        hash=release.data.hash[:12],
        cells=len(release.cells),
    )


def data_card(page: Path, store: Store) -> str:
    """The data card with the figures of one store, counted in its manifest.

    Raises:
        InputError: the page with the card's text is missing.
    """
    try:
        text = page.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(page, "cannot be read", "run from the root of the repository") from error
    # the figures stand apart: the text is of any store, and would be wrong of another one
    return f"{text.rstrip()}\n\n## This copy\n\n{figures(store)}\n"


def figures(store: Store) -> str:
    """A table of what a store holds: people, recordings, intents, frames, folds, bytes."""
    records, source = store.sequences, data_source(store.manifest)
    frames = sorted(record["n_frames"] for record in records)
    # counted, not asked of params.yaml: recordings may have been left out
    intents = Counter(record["action"] for record in records)
    people = {record["subject"] for record in records}
    rows = [
        ("data", source.name),
        *((key, text) for key, text in (("licence", source.licence), ("to cite", source.cite)) if text),
        ("SHA-256 of the content", f"`{store.hash}`"),
        ("recordings", f"{len(records):,} of {len(people)} people"),
        ("objects", len({record["object"] for record in records})),
        ("intents", ", ".join(f"{name} {count}" for name, count in intents.most_common())),
        ("frames of a recording", f"{frames[0]} to {frames[-1]}, {source.framerate:g} a second"),
        # the shortest: of no window more frames can be asked for than that
        ("frames of a stored window", f"{min(record['frames'] for record in records)}"),
        ("folds", ", ".join(f"{name} {len(folds)}" for name, folds in store.manifest["folds"].items())),
        ("size", f"{sum(shard['bytes'] for shard in store.manifest['shards'].values()) / 1e6:.1f} MB"),
    ]
    return table(("of this store", ""), rows)
