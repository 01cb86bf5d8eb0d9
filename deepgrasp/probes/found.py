"""All perturbations by name, in the order in which they are shown: every file of ``perturbations/`` is one."""

import pkgutil
from typing import get_args

from deepgrasp.loading import load_module
from deepgrasp.probes import perturbations
from deepgrasp.probes.perturbation import Kind, Perturbation, check


def _find() -> dict[str, Perturbation]:
    # found by folder, not listed: a new one is one file and no change elsewhere
    found: dict[str, Perturbation] = {}
    for each in pkgutil.iter_modules(perturbations.__path__):
        module = load_module(f"{perturbations.__name__}.{each.name}")
        file = f"deepgrasp/probes/perturbations/{each.name}.py, PERTURBATION"
        found[each.name] = check(file, getattr(module, "PERTURBATION", None))
    order = get_args(Kind)
    return dict(sorted(found.items(), key=lambda pair: (order.index(pair[1].kind), pair[0])))


PERTURBATIONS: dict[str, Perturbation] = _find()
"""Their names are those of their files."""
