"""Sizes and edges of an input graph: all that an entrant is told about its input."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from deepgrasp.errors import InputError, did_you_mean


@dataclass(frozen=True)
class InputSpec:
    """Sizes of one modality's input ``[batch, frames, nodes, features]``.

    Attributes:
        edges: directed ``(parent, child)`` pairs of node indices, no self-loops. A mesh surface has no
            natural direction: its pairs point away from the first node of the hand (breadth first).
        rest: which way the bone to each node points while nothing is turned, ``[nodes, 3]``, unit length; zero for a
            node without a bone. Empty where the graph has no bones.
        stream_features: names of the streams that an entrant asked for and how many features each has, in their order
            along the last axis; empty where all features are those of ``joint``.
    """

    nodes: int
    features: int
    frames: int
    # tuples and not arrays: a spec can be compared and hashed, by which equal parts of a graph are found
    edges: tuple[tuple[int, int], ...]
    rest: tuple[tuple[float, float, float], ...] = ()
    stream_features: tuple[tuple[str, int], ...] = ()

    @property
    def streams(self) -> dict[str, slice]:
        """Slices of the last axis by stream, such as ``x[..., spec.streams["motion"]]``."""
        found, start = {}, 0
        for name, features in self.stream_features or (("joint", self.features),):
            found[name] = slice(start, start + features)
            start += features
        return found

    @property
    def parents(self) -> list[int]:
        """Index of each node's parent, the lowest of several; a root is its own."""
        found = list(range(self.nodes))
        # from the highest parent to the lowest, which is written last and stays
        for parent, child in sorted(self.edges, reverse=True):
            found[child] = parent
        return found


HYPERPARAMETER = "hyper-parameter "  # errors of an encoder say so before its key; whoever knows the file names that


_MOST = 8192
"""Of anything that is counted, far beyond any network here: a slip of the keyboard would build until memory ends."""


_DEEPEST = 128
"""Layers that follow on each other: what is ten thousand deep learns nothing, and is built for minutes."""


def check_sizes(least: int = 1, most: int = _MOST, /, **sizes: int | Sequence[int]) -> None:
    """Check hyper-parameters that count something, or lists of such: a width of 0 is built, and learns nothing.

    Raises:
        InputError: one is below ``least`` or above ``most``, or a list is empty or longer than :data:`_DEEPEST`.
    """
    for name, given in sizes.items():
        one = isinstance(given, int)
        numbers = (given,) if isinstance(given, int) else given
        wanted = f"a whole number from {least} to {most}" if one else f"whole numbers from {least} to {most}"
        if not numbers:
            raise InputError(f"{HYPERPARAMETER}{name}", "is empty", f"give {wanted}, one or more")
        if len(numbers) > _DEEPEST:
            raise InputError(f"{HYPERPARAMETER}{name}", f"has {len(numbers)} numbers", f"give {_DEEPEST} or fewer")
        for number in numbers:
            if not least <= number <= most:
                raise InputError(f"{HYPERPARAMETER}{name}", f"{'is' if one else 'has'} {number}", f"give {wanted}")


def check_depth(**depths: int) -> None:
    """Check hyper-parameters that say how many layers follow on each other.

    Raises:
        InputError: one is below 1 or above :data:`_DEEPEST`.
    """
    check_sizes(1, _DEEPEST, **depths)


def check_names(known: Collection[str], **lists: Sequence[str]) -> None:
    """Check lists of names, none of which may stand twice.

    Raises:
        InputError: one has a name that is not ``known``, or a name twice.
    """
    for key, names in lists.items():
        for name in names:
            if name not in known:
                raise InputError(f"{HYPERPARAMETER}{key}", f"has '{name}'", did_you_mean(name, known))
        if len(set(names)) < len(names):
            remedy = f"give any of {', '.join(known)}, each once"
            raise InputError(f"{HYPERPARAMETER}{key}", "names one twice", remedy)


def check_odd(**lengths: int) -> None:
    """Check kernels, given by name: an even one has no middle, and gives one frame less.

    Raises:
        InputError: one is even, below 1, or above :data:`_MOST`.
    """
    for name, length in lengths.items():
        if length % 2 == 0 or not 1 <= length <= _MOST:
            raise InputError(f"{HYPERPARAMETER}{name}", f"is {length}", f"give an odd number from 1 to {_MOST}")


def check_fraction(**fractions: float) -> None:
    """Check hyper-parameters that say which part is dropped, given by name.

    Raises:
        InputError: one is negative, or 1 and more, which leaves nothing.
    """
    for name, fraction in fractions.items():
        if not 0 <= fraction < 1:
            raise InputError(f"{HYPERPARAMETER}{name}", f"is {fraction}", "give a number from 0 to below 1")
