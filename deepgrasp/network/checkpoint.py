"""A trained network's weights as a safetensors file that says which cell they are of."""

from pathlib import Path
from typing import TYPE_CHECKING

from deepgrasp.errors import InputError, check_machine, in_a_line
from deepgrasp.files import check_is_file

if TYPE_CHECKING:  # whoever only looks whose weights a file holds needs no torch
    from torch import nn

CHECKPOINT = "model.safetensors"
_CELL = "cell"
_AGAIN = "train the cell again"


def save_weights(network: "nn.Module", path: Path, cell: str) -> None:
    """Write the weights of a cell's network, such as ``action/best/0``; to read them runs no code."""
    from safetensors.torch import save_file

    save_file(network.state_dict(), path, metadata={_CELL: cell})


def load_weights(network: "nn.Module", path: Path, cell: str) -> None:
    """Fill a network with the weights of a cell.

    Raises:
        InputError: as :func:`check_weights`, or they do not fit the network.
    """
    from safetensors.torch import load_file

    check_weights(path, cell)
    try:
        network.load_state_dict(load_file(path))
    except RuntimeError as error:
        remedy = "take the encoder that was trained, or the clone of the run's commit, or train the cell again"
        raise InputError(path, f"does not fit the network ({in_a_line(error)})", remedy) from None


def check_weights(path: Path, cell: str, told: Path | None = None) -> list[str]:
    """Names of the weights that a file holds, once they are those of this cell; of the file only the header is read.

    Weights of another fold fit a network as well, and have been trained on the people that this one is tested on.
    Files of earlier versions do not say whose they are, and are taken.

    Args:
        told: how messages call the file, if not ``path``.

    Raises:
        InputError: it is no such file, empty, damaged, or holds another cell's.
    """
    from safetensors import SafetensorError, safe_open

    check_is_file(path)
    try:
        # numpy, for it is there anyway; torch takes seconds to import
        with safe_open(path, framework="numpy") as file:
            names, own = list(file.keys()), (file.metadata() or {}).get(_CELL, cell)
    except (OSError, SafetensorError) as error:
        check_machine(path, error)
        raise InputError(told or path, f"is no safetensors file ({in_a_line(error)})", _AGAIN) from None
    if not names:
        raise InputError(told or path, "holds no weights", _AGAIN)
    if own != cell:
        raise InputError(told or path, f"holds the weights of {own[:80]!r}, not of {cell}", _AGAIN)
    return names
