"""How DVC reads and writes its YAML files in our processes: fast, and each file replaced in one step."""

import copy
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

from benchmark.paths import DVC_LOCK
from benchmark.versioning import fast_yaml
from deepgrasp.files import write_text

STAGED = ("/dvc-staging", "/.")  # how DVC names what is in its memory for a moment; the second are lists of files


def improve() -> None:
    """Make the DVC of this process write files whole and read them fast, where this version does it as we know."""
    write_whole()
    read_fast()
    read_parameters_once()


def write_whole() -> None:
    """Make DVC replace its YAML files in one step: it writes dvc.lock in place, for over a second."""
    from dvc.utils.serialize import _common, _yaml

    def dump(path: Any, data: Any, dumper: Any, fs: Any = None, **options: Any) -> None:
        text = StringIO()
        dumper(data, text, **options)
        write_text(Path(path), text.getvalue())

    for module in (_common, _yaml):  # the second has the function under its own name too
        if hasattr(module, "_dump_data"):
            module._dump_data = dump


def read_fast() -> None:
    """Make DVC take libyaml, where that reads and writes the same; see :mod:`benchmark.versioning.fast_yaml`."""
    from dvc.utils import strictyaml
    from dvc.utils.serialize import _yaml

    if not all(hasattr(_yaml, name) for name in ("parse_yaml", "parse_yaml_for_update", "_dump")):
        return  # another version: it is only slower
    parse, parse_for_update, dump = _yaml.parse_yaml, _yaml.parse_yaml_for_update, _yaml._dump

    def parse_yaml(text: str, path: Any, typ: str = "safe") -> Any:
        with suppress(fast_yaml.DoubtError):
            if typ == "safe":
                return fast_yaml.load_yaml(text) or {}
        return parse(text, path, typ)

    def parse_yaml_for_update(text: str, path: Any) -> Any:
        with suppress(fast_yaml.DoubtError):
            if Path(path).name == DVC_LOCK.name:  # which has no comments that have to stay
                return fast_yaml.load_yaml(text) or {}
        return parse_for_update(text, path)

    def write(data: Any, stream: Any) -> Any:
        with suppress(fast_yaml.DoubtError):
            return stream.write(fast_yaml.dump(data))
        return dump(data, stream)

    _yaml.parse_yaml = parse_yaml
    _yaml.parse_yaml_for_update = parse_yaml_for_update
    _yaml._dump = write
    if hasattr(strictyaml, "parse_yaml"):
        strictyaml.parse_yaml = parse_yaml


def read_parameters_once() -> None:
    """Make DVC read parameters from a file once as long as that stays as it is, and not anew for each key and stage."""
    from dvc.dependency import param
    from dvc.fs import LocalFileSystem

    if not hasattr(param, "read_param_file"):
        return
    read, known = param.read_param_file, dict[Any, Any]()

    def once(fs: Any, path: Any, keys: Any = None, *more: Any, **options: Any) -> Any:
        # another kind of file system shows the files of a commit, under the names of those here
        if not isinstance(fs, LocalFileSystem) or not Path(path).is_file():
            return read(fs, path, keys, *more, **options)
        about = Path(path).stat()
        asked = (str(path), about.st_mtime_ns, about.st_size, about.st_ino, repr((keys, more, options)))
        if asked not in known:
            known[asked] = read(fs, path, keys, *more, **options)
        return copy.deepcopy(known[asked])  # DVC goes on to change what it gets

    param.read_param_file = once


def forget_staged() -> None:
    """Empty the memory in which DVC stages what it puts into its cache, and where it hashes lists of folders' files.

    Each look into that memory goes through all of its names, so that every cell would cost more than the one before.
    """
    from dvc_objects.fs import MemoryFileSystem

    memory = MemoryFileSystem().fs
    for name in [name for name in memory.store if name.startswith(STAGED)]:
        del memory.store[name]
    memory.pseudo_dirs[:] = [name for name in memory.pseudo_dirs if not name.startswith(STAGED)]
