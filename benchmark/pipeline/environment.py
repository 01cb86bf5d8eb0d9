"""Environment variables that a training's libraries read: each is pinned, set aside, refused or recorded, with why.

A cluster's shell, a container or a colleague's profile sets them with other programs in mind. None of them may move a
score unless the result says so.
"""

import fnmatch
import os
import sys
from collections.abc import MutableMapping
from typing import Literal, NamedTuple

from deepgrasp.errors import InputError

Deed = Literal["pin", "set aside", "refuse if several", "leave", "record"]


class Rule(NamedTuple):
    """What is done with variables of these names, which may hold ``*``, and why; ``value`` is what one is pinned to."""

    names: tuple[str, ...]
    deed: Deed
    why: str
    value: str = ""


# the first rule with a fitting name counts, so that exceptions stand above the family
RULES: tuple[Rule, ...] = (
    Rule(
        ("CUBLAS_WORKSPACE_CONFIG",),
        "pin",
        "cuBLAS gives the same sums twice only in a workspace of fixed size",
        ":4096:8",
    ),
    # Accelerate would split each batch among the processes, and each would write the same files
    Rule(
        ("WORLD_SIZE", "PMI_SIZE", "OMPI_COMM_WORLD_SIZE", "MV2_COMM_WORLD_SIZE", "ACCELERATE_NUM_PROCESSES"),
        "refuse if several",
        "a cell is trained by one process",
    ),
    Rule(
        (
            *("RANK", "LOCAL_RANK", "NODE_RANK", "GROUP_RANK", "ROLE_RANK", "LOCAL_WORLD_SIZE", "MASTER_ADDR"),
            *("MASTER_PORT", "PMI_*", "PMIX_*", "MPI_LOCAL*", "OMPI_COMM_*", "MV2_COMM_*", "NPROC"),
        ),
        "set aside",
        "a cell is trained by one process; shells of clusters say these to single processes too",
    ),
    Rule(
        ("ACCELERATE_*", "FSDP_*", "PARALLELISM_CONFIG_*", "FORK_LAUNCHED", "XLA_*", "USE_TORCH_XLA", "PJRT_DEVICE"),
        "set aside",
        "Accelerate takes them over what it is told: steps per update, precision, device",
    ),
    Rule(
        ("NVIDIA_TF32_OVERRIDE", "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "*_DEFAULT_FPMATH_MODE"),
        "set aside",
        "they lower the precision, which is train.precision's to say",
    ),
    Rule(("DVCLIVE_RESUME",), "set aside", "it would go on with an older learning curve"),
    Rule(("*_NUM_THREADS", "MKL_DYNAMIC"), "leave", "train.threads says how many, and the result tells it"),
    Rule(
        ("*_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "CUDA_VERSION", "NVIDIA_*", "CUDA_MODULE_LOADING"),
        "leave",
        "they say which GPU, whose name the result tells, and what an image holds",
    ),
    Rule(
        ("*_HOME", "*_DIR", "*_PATH", "*_ROOT", "*_LOG*", "*_DEBUG*", "*_VERBOSE*", "TORCH_SHOW_*", "*_ALLOC_CONF"),
        "leave",
        "they say where files lie, what is told, and how memory is taken",
    ),
    Rule(
        (
            *("ATEN_*", "TORCH*", "PYTORCH_*", "AOT*INDUCTOR_*", "TRITON_*", "CUDA_*", "CUBLAS*", "CUDNN_*"),
            *("MKL_*", "OMP_*", "KMP_*", "GOMP_*", "ONEDNN_*", "DNNL_*", "OPENBLAS_*", "BLIS_*", "NPY_*", "LD_PRELOAD"),
        ),
        "record",
        "they choose instructions and kernels, which round differently, as another processor does",
    ),
    # Not here, because they move nothing that is stored: PYTHONHASHSEED (no result follows the order of a set),
    # JOBLIB_* (no process of a pool trains), DVC_* and DVCLIVE_* (where an experiment is told of)
)


def apply(environment: MutableMapping[str, str] = os.environ) -> None:
    """Pin, set aside and refuse, as :data:`RULES` say, before a library reads them; what is set aside is told once.

    Raises:
        InputError: this is one of several processes.
    """
    aside = []
    for name in sorted(environment):
        rule = rule_of(name)
        if rule is None:
            continue
        if rule.deed == "refuse if several" and environment[name].strip() not in ("", "0", "1"):
            problem = f"is {environment[name]}, and {rule.why}"
            raise InputError(name, problem, f"start one, without {name}; `cells` trains several side by side")
        if rule.deed in ("set aside", "refuse if several"):
            del environment[name]
            aside.append(name)
    environment.update({name: rule.value for rule in RULES if rule.deed == "pin" for name in rule.names})
    if aside:
        print(f"set aside, so that they move no score: {', '.join(aside)}", file=sys.stderr)


def recorded(environment: MutableMapping[str, str] = os.environ) -> dict[str, str]:
    """Variables that may move a score and are left as they are, with their values, for the result to tell."""
    found = {}
    for name, value in sorted(environment.items()):
        rule = rule_of(name)
        if rule is not None and rule.deed == "record":
            found[name] = value
    return found


def rule_of(name: str) -> Rule | None:
    """The rule for a variable, if there is one."""
    return next((rule for rule in RULES if any(fnmatch.fnmatchcase(name, each) for each in rule.names)), None)
