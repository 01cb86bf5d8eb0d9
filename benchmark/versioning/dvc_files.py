"""How DVC reads and writes its YAML files in our processes: fast, and each file replaced in one step."""

from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

from benchmark.versioning import fast_yaml
from benchmark.versioning.dvc_repair import LOCK
from deepgrasp.files import write_text


def improve() -> None:
    """Make the DVC of this process write files whole and read them fast, where this version does it as we know."""
    write_whole()
    read_fast()


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
                return fast_yaml.load(text) or {}
        return parse(text, path, typ)

    def parse_yaml_for_update(text: str, path: Any) -> Any:
        with suppress(fast_yaml.DoubtError):
            if Path(path).name == LOCK.name:  # which has no comments that have to stay
                return fast_yaml.load(text) or {}
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
