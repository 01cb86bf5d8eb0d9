"""Sizes and edges of an input graph: all that an entrant is told about its input."""

from dataclasses import dataclass


@dataclass(frozen=True)
class InputSpec:
    """Sizes of one modality's input ``[batch, frames, nodes, features]``.

    Attributes:
        edges: directed ``(parent, child)`` pairs of node indices, no self-loops. A mesh surface has no
            natural direction: its pairs point away from the first node of the hand (breadth first).
        rest: which way the bone to each node points while nothing is turned, ``[nodes, 3]``, unit length; zero for a
            node without a bone. Empty where the graph has no bones.
    """

    nodes: int
    features: int
    frames: int
    # tuples and not arrays: a spec can be compared and hashed, by which equal parts of a graph are found
    edges: tuple[tuple[int, int], ...]
    rest: tuple[tuple[float, float, float], ...] = ()
