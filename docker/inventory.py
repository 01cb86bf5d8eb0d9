"""Prints what an image holds, Debian's and Python's packages with versions and licences, as a CycloneDX 1.5 document.

Only the standard library: it runs inside the image, once while it is built and again whenever it is verified.
"""

import json
import platform
import subprocess
from importlib import metadata


def python_packages() -> list[dict[str, object]]:
    """Every distribution that Python can import from."""
    found = [(each.metadata["Name"], each.version, each.metadata) for each in metadata.distributions()]
    return [
        component("pypi", name, version, meta.get("License-Expression") or meta.get("License"))
        for name, version, meta in sorted(found, key=lambda item: item[0].lower())
    ]


def debian_packages() -> list[dict[str, object]]:
    """Every package of the base; none where the base is not Debian's kin."""
    try:
        show = ["dpkg-query", "--show", "--showformat", "${Package} ${Version}\n"]
        lines = subprocess.run(show, check=True, capture_output=True, encoding="utf-8").stdout.splitlines()
    except OSError:
        return []
    return [component("deb/debian", *line.split(" ", 1)) for line in lines]


def component(kind: str, name: str, version: str, licence: str | None = None) -> dict[str, object]:
    """One entry of the document; a licence that is a whole text is cut to its first line."""
    entry: dict[str, object] = {
        "type": "library",
        "name": name,
        "version": version,
        "purl": f"pkg:{kind}/{name.lower()}@{version}",
    }
    if licence and licence.strip():
        entry["licenses"] = [{"license": {"name": licence.strip().splitlines()[0][:100]}}]
    return entry


def main() -> None:
    """Print the document; the same packages give the same bytes."""
    python = component("generic", "python", platform.python_version())
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "components": [python, *python_packages(), *debian_packages()],
    }
    print(json.dumps(document, indent=1))


if __name__ == "__main__":
    main()
