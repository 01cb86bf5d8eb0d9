"""Perturbations by name, one a file, whose name is the file's; saving one enrols it in ``probe`` and in its tests."""

import pkgutil

from deepgrasp.loading import load_module
from deepgrasp.probes.perturbation import PERTURBATION_KINDS, Perturbation, check


def _find() -> dict[str, Perturbation]:
    # found by folder, not listed: a new one is one file and no change elsewhere
    found: dict[str, Perturbation] = {}
    for each in pkgutil.iter_modules(__path__):
        module = load_module(f"{__name__}.{each.name}")
        file = f"deepgrasp/probes/perturbations/{each.name}.py, PERTURBATION"
        found[each.name] = check(file, getattr(module, "PERTURBATION", None))
    order = list(PERTURBATION_KINDS)
    return dict(sorted(found.items(), key=lambda pair: (order.index(pair[1].kind), pair[0])))


PERTURBATIONS: dict[str, Perturbation] = _find()
"""In the order in which they are shown."""
