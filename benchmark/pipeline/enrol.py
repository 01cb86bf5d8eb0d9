"""Entrants from outside of the repository: named in params.yaml, and their sources kept for DVC to follow."""

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path

from ruamel.yaml import YAML

from baselines import names
from benchmark.paths import SUBMISSIONS
from benchmark.pipeline.kept_entrants import ABOUT_FILE, Kept
from benchmark.pipeline.read_code import imported
from benchmark.pipeline.schema import to_json
from benchmark.pipeline.taken_names import check_apart
from deepgrasp import outside_entrants, references
from deepgrasp.data_source import is_plain
from deepgrasp.errors import InputError, did_you_mean
from deepgrasp.files import replaced, write_text
from deepgrasp.network.encoder_class import check_signature, class_of
from deepgrasp.outside_entrants import Source


def enrol(said: str, path: Path, *, grid: bool) -> str:
    """Name an entrant from outside in the parameter file, as far as it is not there; comments and order stay.

    Args:
        said: the path of a file, or the name of an installed package's entry point.
        grid: whether it shall stand on the board.

    Returns:
        The entrant's name: the stem of its file, or that of the entry point.

    Raises:
        InputError: there is no such file or entry point, its code has no encoder class (it is run to see), or a row or
            a submission of that name is there already.
    """
    name, place = outside_entrants.name_and_place(said)
    outside_entrants.check_name(name, {*names(), *references.names()}, f"--entrant {said}")
    source = outside_entrants.find(name, place)
    check_apart([name], path.parent / SUBMISSIONS)
    check_signature(class_of(source), source.told)  # a mistake is told before anything is written
    yaml = YAML()  # not PyYAML, which would drop every comment
    yaml.preserve_quotes, yaml.width = True, 1000  # no line is wrapped that was not wrapped before
    values = yaml.load(path.read_text(encoding="utf-8"))
    values["entrants"].fa.set_flow_style()  # one line, whatever stands behind it
    known = values["entrants"].setdefault(name, place)
    if known != place and not _same_file(known, place):
        remedy = f"rename the file, or remove it from entrants in {path}"
        raise InputError(f"--entrant {said}", f"{name!r} is {known} in {path} already", remedy)
    if name not in values["models"]:
        # before the last one, which ends with the blank line between this section and the next
        values["models"].insert(max(0, len(values["models"]) - 1), name, {})
    if grid and name not in values["grid"]["models"]:
        values["grid"]["models"].append(name)
    text = io.StringIO()
    yaml.dump(values, text)
    if text.getvalue() != path.read_text(encoding="utf-8"):
        write_text(path, text.getvalue())
    return name


def _same_file(one: str, other: str) -> bool:
    return Path(one).exists() and Path(other).exists() and Path(one).samefile(other)


def place_of(name: str, entrants: Mapping[str, str]) -> str:
    """The place of an entrant from outside: the path of its file, or ``installed``.

    Args:
        entrants: those that ``params.yaml`` names, with their places.

    Raises:
        InputError: it is none of them.
    """
    if name not in entrants:
        remedy = did_you_mean(name, entrants, "name it with `python -m benchmark repro --entrant`")
        raise InputError(f"--name {name}", "is no entrant from outside that params.yaml names", remedy)
    return entrants[name]


def keep_source(name: str, place: str, folder: Path) -> None:
    """Copy an entrant's source into a folder, with what is known of it; what is as it was is not written again.

    Of a package the files are copied that its entrant imports of it; none of them is run.

    Raises:
        InputError: it is not there, or is no Python.
    """
    source = outside_entrants.find(name, place)
    files = _of_package(source) if source.module else {source.file.name: source.file}
    content = {path: file.read_bytes() for path, file in files.items()}
    # results are shown to others: no folder of this machine, and no markup
    origin = source.told if is_plain(source.told) and not Path(source.told).is_absolute() else f"{name}.py"
    about = Kept(
        told=source.told,
        origin=origin,
        file=next(path for path, file in files.items() if file == source.file),
        module=source.module,
        cls=source.cls,
        sources={path: hashlib.sha256(text).hexdigest() for path, text in sorted(content.items())},
    )
    content[ABOUT_FILE] = to_json(about.model_dump()).encode()
    there = {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    if there == content:
        return
    with replaced(folder) as scratch:
        for path, text in content.items():
            (scratch / path).parent.mkdir(parents=True, exist_ok=True)
            (scratch / path).write_bytes(text)


def _of_package(source: Source) -> dict[str, Path]:
    """Files of an entrant's package that it imports, itself among them, by their path in the package."""
    assert source.module is not None
    top, found, waiting = source.module.partition(".")[0], dict[str, Path](), [source.module]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen or name.partition(".")[0] != top:
            continue
        seen.add(name)
        # `import a.b.c` runs a/__init__.py and a/b/__init__.py first
        waiting.append(name.rpartition(".")[0] or top)
        file = outside_entrants.file_of(name)
        if file is None:
            continue  # the name of a class or a function, or no Python
        path = name.replace(".", "/")
        package = file.name == "__init__.py"
        found[f"{path}/__init__.py" if package else f"{path}.py"] = file
        waiting += imported(
            outside_entrants.parsed(file, f"{source.told}, {name}"), name if package else name.rpartition(".")[0]
        )
    return found
