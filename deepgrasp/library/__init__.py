"""What people use from Python: data by one call, torch Datasets, PyTorch Geometric, evaluation, trained models."""

from typing import TYPE_CHECKING

from deepgrasp.library.optional import optional

if TYPE_CHECKING:  # for editors and type checkers: what is used is imported when it is asked for
    from deepgrasp.library.evaluation import Evaluation as Evaluation
    from deepgrasp.library.evaluation import evaluate as evaluate
    from deepgrasp.library.opening import Data as Data
    from deepgrasp.library.opening import load as load
    from deepgrasp.library.trained import TrainedModel as TrainedModel
    from deepgrasp.library.trained import load_model as load_model

# each is imported when it is asked for: numpy takes a tenth of a second, torch two
_HOMES = {
    "load": "opening",
    "Data": "opening",
    "evaluate": "evaluation",
    "Evaluation": "evaluation",
    "load_model": "trained",
    "TrainedModel": "trained",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(optional(_HOMES[name], "torch"), name)
    return found


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
