"""Figures of the board of probes for a paper: PDF and PNG."""

from pathlib import Path


def draw(board: Path, out: Path) -> list[Path]:
    """Later."""
    return []
