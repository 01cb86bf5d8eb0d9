"""PyTorch Geometric Temporal, imported where torch_sparse is not installed: there are no wheels of that."""

import importlib
import importlib.util
import sys
from types import ModuleType
from typing import Any


def temporal_module(name: str) -> ModuleType:
    """The module ``torch_geometric_temporal.<name>``.

    The package imports one name of torch_sparse, for a layer that is not used here. To build that takes 18 minutes on
    two cores; PyG has a class of the name, which stands for it while the package is imported.
    """
    lacks = importlib.util.find_spec("torch_sparse") is None
    if lacks:
        stand_in: Any = ModuleType("torch_sparse")
        stand_in.SparseTensor = importlib.import_module("torch_geometric.typing").SparseTensor
        sys.modules["torch_sparse"] = stand_in
    try:
        return importlib.import_module(f"torch_geometric_temporal.{name}")
    finally:
        if lacks:
            del sys.modules["torch_sparse"]  # whoever looks for the real one must not find this
