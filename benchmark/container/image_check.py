"""Checks that pyproject.toml, the lock and an image agree, and that the image works."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmark.container import pins
from benchmark.container.engine import check_lock
from benchmark.container.health import WITHOUT_CUDA
from benchmark.container.job import ContainerJob, Limits, options
from benchmark.container.runner import created, follow_container
from deepgrasp.errors import InputError, listed
from deepgrasp.files import write_text

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.images import Image

_PACKAGES = "/opt/packages.cdx.json"  # written while the image was built
_LISTS = Path("data/images")


def verify(client: "DockerClient", image: "Image", target: str, root: Path) -> list[str]:
    """Lines that say what was checked, one a check.

    Raises:
        InputError: the first that does not hold.
    """
    tag = image.tags[0] if image.tags else str(image.id)
    # from cheap to dear: files first, then labels, then a container
    pins.check_pins(root)
    check_lock(image, tag, root)
    # what the build wrote down against what is there: a layer on top may have changed packages
    packages = json.loads(capture(client, image, target, ["cat", _PACKAGES]))
    found = json.loads(capture(client, image, target, ["python", "docker/inventory.py"]))
    if found != packages:
        raise InputError(tag, f"what is installed differs from {_PACKAGES}", "build the image again")
    python = next(c["version"] for c in found["components"] if c["name"] == "python")
    wrong = pins.unlike_lock(versions(found), root, python)
    if wrong:
        raise InputError(tag, f"differs from the lock: {listed(wrong)}", "build the image again")
    health = capture(client, image, target, ["python", "-m", "benchmark.container.health"], gpu=None).strip()
    check_variant(health, tag, target)
    return [
        f"{pins.ALL_REQUIREMENTS} keeps what pyproject.toml asks for",
        f"{tag} has every locked version, {len(pins.locked_versions(root, python))} of them; {size(image)}",
        health,
    ]


def check_variant(health: str, tag: str, target: str) -> None:
    """Refuse an image whose torch was built for the other target: an index may serve it under the same version.

    Raises:
        InputError: torch was built for the other target.
    """
    if (WITHOUT_CUDA in health) != (target == "cpu"):
        remedy = f"build it again with `--target {target}` and the index that has this build (--torch-index)"
        raise InputError(tag, f"torch's build is not the {target} image's ({health})", remedy)


def versions(document: dict[str, Any]) -> dict[str, str]:
    """Python's packages in a list of an image's packages."""
    return {c["name"]: c["version"] for c in document["components"] if c["purl"].startswith("pkg:pypi/")}


def save_list(client: "DockerClient", image: "Image", target: str, root: Path) -> Path:
    """Write the image's list of packages beside the data."""
    path = root / _LISTS / f"{target}.cdx.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, capture(client, image, target, ["cat", _PACKAGES]))
    return path


def size(image: "Image") -> str:
    """Size of an image on disk, such as ``1.88 GB``."""
    return f"{image.attrs['Size'] / 1e9:.2f} GB"


def capture(
    client: "DockerClient", image: "Image", target: str, command: list[str], *, gpu: bool | None = False
) -> str:
    """What a command prints in a container of the image alone: no mounts, no network.

    Args:
        gpu: ``None`` for one if there is one; reading files must not depend on the engine's handing it over.

    Raises:
        InputError: it fails.
    """
    settings = options(client, image, target, ContainerJob(command), Limits(gpu=gpu))
    # apart: a warning on standard error must not end up in the JSON
    printed, complaints = bytearray(), bytearray()
    with created(client, **settings) as container:
        status = follow_container(container, printed.extend, complaints.extend)
    if status:
        last = (complaints.decode(errors="replace").strip().splitlines() or ["no message"])[-1]
        raise InputError(" ".join(command), f"fails in the image: {last}", "build the image again")
    return printed.decode()
