"""``probes/params.yaml`` as typed, strict parameters: what is probed, and how closely."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from benchmark.data_params import PositiveInt, Section, checked
from deepgrasp import references
from deepgrasp.errors import InputError, did_you_mean
from deepgrasp.probes.perturbations import PERTURBATIONS
from deepgrasp.yaml_file import read_yaml

PROBE_PARAMS = Path("probes/params.yaml")
# A file of its own: what a training reads of params.yaml is one type of all its sections, and a new one would make
# every training stale.


class Probe(Section):
    """What is probed.

    Attributes:
        perturbations: by name; nothing named is all.
        references: reference rows that are probed beside the networks.
        where: recordings of a test part that are asked with each joint and patch silenced; None is all.
        steps: of integrated gradients.
    """

    perturbations: list[str]
    references: list[str]
    where: Annotated[int, Field(ge=1)] | None
    steps: PositiveInt


class ProbeParams(Section):
    """The whole file."""

    probe: Probe


def load_probe(path: Path = PROBE_PARAMS) -> Probe:
    """Read and check the parameters.

    Raises:
        InputError: the file is missing, is no YAML, or a key or a name is unknown.
    """
    found = checked(ProbeParams, read_yaml(path), path).probe
    for key, names, known in (
        ("perturbations", found.perturbations, list(PERTURBATIONS)),
        ("references", found.references, references.names()),
    ):
        # here, before anything is asked, and not when the first cell looks for it
        for name in names:
            if name not in known:
                remedy = did_you_mean(name, known, "add the file")
                raise InputError(f"{path}, probe.{key}", f"'{name}' has no file", remedy)
    return found
