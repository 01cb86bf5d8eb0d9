"""Writes docker/requirements*.lock: every package's version and its files' hashes, for Python 3.11 to 3.14.

What is locked already keeps its version. Further arguments are uv's, such as ``--upgrade`` or
``--upgrade-package torch==2.14.1`` (``make lock WITH=...``).
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

DOCKER = Path(__file__).parent
LOCK, NEEDS, TORCH, EXTRAS = (DOCKER / f"requirements{part}.lock" for part in ("", "-torch-needs", "-torch", "-extras"))
NO_DEPS = [DOCKER / f"requirements-{part}.lock" for part in ("no-deps", "tools")]

UV = "uv==0.13.9"  # pip resolves for one Python alone
OLDEST = "3.11"
# Releases with wheels for 3.14, which the locked ones lack. On older Pythons those stay: another numpy or scipy may
# round differently, and then the scores on the board would no longer be what the code gives.
FOR_3_14 = ("contourpy==1.4.0", "numpy==2.5.5", "pygit2==1.21.0", "scipy==1.18.1")
FROM_TORCH = ("cuda-", "nvidia-", "triton")  # what torch's CUDA wheel asks for, at versions that it names itself
HASHES = r".*\n(?:[ \t].*\n)*"  # the rest of a requirement's line, and the lines with its hashes
KEEP = {"nvidia-ml-py"}  # dvclive's, pure Python

TESTED = (
    "card",
    "docs",
    "download",
    "film",
    "ray",
    "search",
    "slurm",
    "view",
)  # extras that the tests need: in the environment, in no image

MADE = "# Made by `make lock`; do not edit."
HEADER = f"{MADE} All but torch and what torch needs. Installed with --no-deps: the list is complete.\n"
NEEDS_HEADER = f"{MADE} What torch needs, a layer of its own in the images; CUDA's packages come with torch.\n"
EXTRAS_HEADER = f"{MADE} What the extras {', '.join(TESTED)} need beyond that, for the tests; no image has it.\n"
TORCH_HEADER = f"""\
{MADE}
# torch has no hash, for it is not one file: PyPI serves a build for CUDA and torch's own index one for the CPU, under
# the same version, and either will do. It stands alone, for pip wants a hash of everything where it sees one.
"""


def split(text: str) -> dict[str, str]:
    """The entries of a lock by package: one or, where Pythons differ, several requirements, each with its hashes."""
    entries: dict[str, str] = {}
    for entry in re.findall(rf"^[a-z0-9]{HASHES}", text, re.MULTILINE):
        name = re.split("[=[ ]", entry)[0]
        entries[name] = entries.get(name, "") + entry
    return entries


def resolve(uv: Path, asked: list[str], known: str, *options: str) -> dict[str, str]:
    """The entries for what is asked and for all that it needs; what is known keeps its version."""
    with tempfile.TemporaryDirectory() as scratch:
        source, output = Path(scratch, "asked.in"), Path(scratch, "lock.txt")
        source.write_text("".join(f"{line}\n" for line in asked), encoding="utf-8")
        output.write_text(known, encoding="utf-8")
        command = [uv, "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header", "--no-annotate"]
        command += ["--python-version", OLDEST, "--output-file", output, *options, source]
        subprocess.run(command, check=True)
        return split(output.read_text(encoding="utf-8"))


def replace(path: Path, text: str) -> None:
    """Write a file in one step: half a lock would be installed."""
    scratch = path.with_name(f"{path.name}.partial")
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(path)


def write(path: Path, header: str, entries: dict[str, str]) -> None:
    """Write one lock, its packages in alphabetical order."""
    replace(path, header + "".join(entries[name] for name in sorted(entries)))


def update(uv: Path, wishes: list[str]) -> None:
    """Write all the files."""
    known = "".join(path.read_text(encoding="utf-8") for path in (LOCK, NEEDS, TORCH, EXTRAS) if path.exists())
    known = re.sub(rf"^.*>= '3\.14'{HASHES}", "", known, flags=re.MULTILINE)  # uv would take them for 3.12 as well
    project = ["--extra", "suite", "--extra", "dev", str(DOCKER.parent / "pyproject.toml"), *wishes]
    bounds = [f"{bound} ; python_version >= '3.14'" for bound in FOR_3_14]
    found = resolve(uv, bounds, known, *project)
    everything = "".join(found.values())
    pin = re.split("[ \\\\]", found["torch"])[0]
    beside = set(resolve(uv, [pin], everything)) - {"torch"}
    kept = {name: text for name, text in found.items() if name in KEEP or not name.startswith(FROM_TORCH)}
    del kept["torch"]
    write(NEEDS, NEEDS_HEADER, {name: text for name, text in kept.items() if name in beside})
    write(LOCK, HEADER, {name: text for name, text in kept.items() if name not in beside})
    replace(TORCH, f"{TORCH_HEADER}{pin}\n")
    # the image's versions hold for the extras too, so that their lock is an addition and no second truth
    pinned = [line.removesuffix(" \\") for line in everything.splitlines() if line[:1].isalnum()]
    asked = [word for extra in TESTED for word in ("--extra", extra)]
    more = resolve(uv, pinned, everything + known, *asked, *project)
    write(EXTRAS, EXTRAS_HEADER, {name: text for name, text in more.items() if name not in found})
    for path in NO_DEPS:  # their versions are chosen by hand
        text = path.read_text(encoding="utf-8")
        pins = re.findall(r"^[\w.-]+==[^\s\\]+", text, re.MULTILINE)
        header = "".join(line for line in text.splitlines(keepends=True) if line.startswith("#"))
        write(path, header, resolve(uv, pins, "", "--no-deps"))


def main() -> None:
    """Install uv into a folder that does not stay, and write the files."""
    with tempfile.TemporaryDirectory() as scratch:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        subprocess.run([*pip, "--target", scratch, UV], check=True)
        update(Path(scratch, "bin", "uv"), sys.argv[1:])


if __name__ == "__main__":
    main()
