"""The science of DeepGrasp Bench: grasping data, graphs, tasks, metrics and the attention STGCN.

``import deepgrasp as dg`` gives ``dg.load``, ``dg.evaluate`` and ``dg.load_model`` (``docs/library.md``), and
``dg.__version__``: they are imported when they are asked for.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deepgrasp.library import Data as Data
    from deepgrasp.library import Evaluation as Evaluation
    from deepgrasp.library import TrainedModel as TrainedModel
    from deepgrasp.library import evaluate as evaluate
    from deepgrasp.library import load as load
    from deepgrasp.library import load_model as load_model

    __version__: str


# the only code here, see benchmark/pipeline/read_code.py: every stage imports this package, and none asks it for a name
def __getattr__(name: str) -> object:
    from importlib import import_module

    # by its name: a statement that imports it would make every stage run again for a new version
    if name == "__version__":
        return str(import_module("deepgrasp.version").VERSION)
    if name not in ("Data", "Evaluation", "TrainedModel", "evaluate", "load", "load_model"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module("deepgrasp.library"), name)
    return found
