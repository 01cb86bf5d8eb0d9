"""Sizes and edges of an input graph: all that an entrant is told about its input."""

from dataclasses import dataclass

from deepgrasp.errors import InputError


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
        """Which features are which stream's: ``x[..., spec.streams["motion"]]``."""
        found, start = {}, 0
        for name, features in self.stream_features or (("joint", self.features),):
            found[name] = slice(start, start + features)
            start += features
        return found


HYPERPARAMETER = "hyper-parameter "  # errors of an encoder say so before its key; whoever knows the file names that


def check_sizes(**sizes: int) -> None:
    """Check hyper-parameters that count something, given by name: a width of 0 is built, and learns nothing.

    Raises:
        InputError: one is below 1.
    """
    for name, size in sizes.items():
        if size < 1:
            raise InputError(f"{HYPERPARAMETER}{name}", f"is {size}", "give a positive whole number")


def check_odd(**lengths: int) -> None:
    """Check kernels, given by name: an even one has no middle, and gives one frame less.

    Raises:
        InputError: one is even, or below 1.
    """
    for name, length in lengths.items():
        if length < 1 or length % 2 == 0:
            raise InputError(f"{HYPERPARAMETER}{name}", f"is {length}", "give a positive odd number")


def check_fraction(**fractions: float) -> None:
    """Check hyper-parameters that say which part is dropped, given by name.

    Raises:
        InputError: one is negative, or 1 and more, which leaves nothing.
    """
    for name, fraction in fractions.items():
        if not 0 <= fraction < 1:
            raise InputError(f"{HYPERPARAMETER}{name}", f"is {fraction}", "give a number from 0 to below 1")
