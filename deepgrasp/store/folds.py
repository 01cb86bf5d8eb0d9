"""What a fold is, and the check that no two of its parts share a held-out value.

It stands apart from how folds are made: a store says which folds it has, and whoever reads one makes none.
"""

from collections.abc import Sequence
from typing import Any

from deepgrasp.choices import HELD_OUT
from deepgrasp.errors import InputError

PARTS = ("train", "validation", "test")
SequenceRecord = dict[str, Any]  # what the manifest says of a sequence: id, subject, object, action, frames, ...
FoldIds = dict[str, list[str]]  # part -> ids of sequences, in the store's order


def check_disjoint(sequences: Sequence[SequenceRecord], folds: Sequence[FoldIds], split: str) -> None:
    """Check that in every fold each sequence, and each value that the split holds out, is in one part only.

    Raises:
        InputError: naming the fold and the offender, or the part that is empty.
    """
    # at every opening of a store too: a leak only ever raises scores, and nobody looks for the cause of a good one
    apart = HELD_OUT[split]
    records = {sequence["id"]: sequence for sequence in sequences}
    for k, fold in enumerate(folds):
        where = f"{split} fold {k}"
        if empty := [part for part in PARTS if not fold[part]]:
            problem = f"no sequence to {_VERB[empty[0]]} on"
            raise InputError(where, problem, "every fold needs sequences of its own: add them and prepare again")
        if sorted(name for part in PARTS for name in fold[part]) != sorted(records):
            problem = "its parts do not hold every sequence exactly once"
            raise InputError(where, problem, "prepare the graph store again")
        if apart is not None:
            # a set a part: within one a person has many sequences
            held = [value for part in PARTS for value in {records[name][apart] for name in fold[part]}]
            if shared := sorted({value for value in held if held.count(value) > 1}):
                raise InputError(where, f"{apart} {shared[0]} is in two parts", "prepare the graph store again")


_VERB = {"train": "train", "validation": "validate", "test": "test"}
