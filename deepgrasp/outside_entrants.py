"""Entrants from outside of the repository: a file by its path, or an entry point of an installed package."""

import ast
import importlib.util
import keyword
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from deepgrasp.errors import InputError, check_machine, did_you_mean, in_a_line
from deepgrasp.files import check_is_file

GROUP = "deepgrasp.entrants"
"""The group of a package's entry points: ``theirs = "their_package.nets:Encoder"``."""
INSTALLED = "installed"
"""What stands in the place of a path for an entrant of an installed package."""
LARGEST_CODE = 200_000  # bytes: a file that holds the answers is large, and nobody reads it
_NAME = re.compile(r"[A-Za-z]\w{0,59}", re.ASCII)
_TARGET = re.compile(r"(?P<module>[A-Za-z_][\w.]*)\s*(?::\s*(?P<cls>[A-Za-z_]\w*))?", re.ASCII)


@dataclass(frozen=True)
class Source:
    """File, module and class of an entrant's code, which lies outside of the repository.

    Attributes:
        told: where it is from, as people know it: the path as it was given, or a distribution and its version.
        file: that defines the encoder.
        module: its dotted name where a package holds it.
        cls: name of the class, where the file may define others.
    """

    told: str
    file: Path
    module: str | None = None
    cls: str | None = None


def name_and_place(said: str) -> tuple[str, str]:
    """Name and place of an entrant as a command line says it: the path of a file, whose stem is the name, or a name."""
    return (Path(said).stem, said) if said.endswith(".py") or "/" in said else (said, INSTALLED)


def find(name: str, place: str) -> Source:
    """File and module of the code of an entrant from outside, found by its name and place.

    Args:
        place: the path of a file, or ``installed``.

    Raises:
        InputError: it is not there, or no Python; nothing of it is run.
    """
    return _of_package(name) if place == INSTALLED else _of_file(place)


def check_name(name: str, taken: Collection[str], where: str) -> None:
    """Check that an entrant from outside may be called so.

    Args:
        taken: names of rows that are there already.

    Raises:
        InputError: it may not.
    """
    if name in taken:
        raise InputError(where, f"{name!r} is the name of a row that is there already", "choose another name")
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise InputError(where, f"{name!r} is no name for an entrant", "choose one of letters, digits and _")


def entry_points() -> dict[str, metadata.EntryPoint]:
    """Entry points of entrants in all installed packages, by the entrant's name; of several with one name none."""
    found = metadata.entry_points(group=GROUP)
    count = Counter(each.name for each in found)
    return {each.name: each for each in sorted(found, key=lambda each: each.name) if count[each.name] == 1}


def parsed(file: Path, told: str) -> ast.Module:
    """The code of a file, which is not run.

    Raises:
        InputError: it is missing, no file, too large, or no Python.
    """
    check_is_file(file)
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST_CODE + 1)
    except OSError as error:
        check_machine(told, error)
        raise InputError(told, "cannot be read", "give the path of a file") from None
    if len(content) > LARGEST_CODE:
        problem = f"has more than {LARGEST_CODE:,} bytes"
        raise InputError(told, problem, "give the encoder's source alone: people must be able to read it")
    try:
        return ast.parse(content.decode("utf-8"))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise InputError(told, f"is no Python ({in_a_line(error)})", "mend the file") from None


def _of_file(place: str) -> Source:
    file = Path(place).expanduser()
    if file.suffix != ".py":
        raise InputError(place, "is no path of a Python file", f"give one that ends with .py, or {INSTALLED}")
    parsed(file, place)
    return Source(told=place, file=file)


def _of_package(name: str) -> Source:
    known = entry_points()
    where = f"entrants.{name}"
    if name not in known:
        twice = [each for each in metadata.entry_points(group=GROUP) if each.name == name]
        if twice:
            packages = " and ".join(sorted(each.dist.name for each in twice if each.dist))
            raise InputError(where, f"{packages} both have an entrant of this name", "uninstall one of them")
        remedy = did_you_mean(name, known, "install its package")
        raise InputError(where, f"no installed package has an entry point {name!r} in {GROUP}", remedy)
    entry = known[name]
    told = f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value
    target = _TARGET.fullmatch(entry.value)
    if target is None:
        problem = f"its entry point {entry.value!r} names no class of a module"
        raise InputError(f"{where}, {told}", problem, 'write it as "package.module:Class"')
    file = file_of(target["module"])
    if file is None:
        raise InputError(f"{where}, {told}", f"has no Python file {target['module']}", "install the package again")
    parsed(file, f"{told}, {target['module']}")
    return Source(told, file, target["module"], target["cls"])


def file_of(module: str) -> Path | None:
    """The Python file of an installed module; nothing of its package is run."""
    top, *rest = module.split(".")
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return None
    if spec is None:
        return None
    folders = [Path(each) for each in spec.submodule_search_locations or ()]
    if not rest:
        found = [Path(spec.origin)] if spec.origin else []
    else:
        found = [folder.joinpath(*rest).with_suffix(".py") for folder in folders]
        found += [folder.joinpath(*rest, "__init__.py") for folder in folders]
    return next((file for file in found if file.suffix == ".py" and file.is_file()), None)
