"""Modules of ours that need a package which only some people install: the error says which one, and how."""

from importlib import import_module
from typing import Any

from deepgrasp.errors import InputError


def optional(name: str, extra: str) -> Any:
    """The module ``deepgrasp.library.<name>``, which needs what the extra of that name installs.

    Raises:
        InputError: a package of others is not installed.
    """
    try:
        return import_module(f"deepgrasp.library.{name}")
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        if package == "deepgrasp":  # a fault of ours, which no package would mend
            raise
        # its own requirements name torch_sparse, which has no wheels and which nothing here needs
        if package == "torch_geometric_temporal":
            remedy = "`pip install --no-deps torch-geometric-temporal`"
        else:
            remedy = f'`pip install "deepgrasp-bench[{extra}]"`'
        raise InputError(f"package {package}", "is not installed", remedy) from error
