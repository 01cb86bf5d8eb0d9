"""Overrides of parameters, as `dvc exp run -S` takes them: written, and checked before they run."""

import re
import shlex
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from benchmark import params as parameters
from benchmark.params import Params
from deepgrasp.errors import InputError, did_you_mean
from deepgrasp.files import write_text

_PLAIN = re.compile(r"[\w./+-]+")  # text that needs no quotes


def override(key: str, value: object) -> str:
    """The text ``key=value``, its value as DVC writes it."""
    return f"{key}={_spelt(value)}"


def _spelt(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return f"[{','.join(map(_spelt, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    # YAML's words, not Python's: DVC would read None as text
    if value is None:
        return "null"
    text = str(value)
    return _quoted(text) if isinstance(value, str) and not _PLAIN.fullmatch(text) else text


def _quoted(text: str) -> str:
    """Text that DVC's parser would take apart at its commas, brackets and quotes, as that parser wants it."""
    from hydra.core.override_parser.types import Quote, QuotedString

    return QuotedString(text, Quote.single).with_quotes()


def joined_overrides(own: Sequence[str], extra: Sequence[str]) -> list[str]:
    """A study's own overrides and those that its user adds to every experiment.

    Raises:
        InputError: an added one changes what the study sets.
    """
    # sections too: `-S grid=...` would replace the study's `grid.models`
    taken = [_key(text) for text in own]
    for text in extra:
        if any(f"{_key(text)}.".startswith(f"{key}.") or f"{key}.".startswith(f"{_key(text)}.") for key in taken):
            raise InputError(f"-S {text}", "is for this command to set", "leave it out")
    return [*own, *extra]


def overridden(overrides: Iterable[str], path: Path = Path("params.yaml")) -> Params:
    """The parameters as an experiment with these overrides would have them.

    Raises:
        InputError: the file is wrong, or an override names no parameter or gives it a value that it cannot have.
    """
    from hydra.core.override_parser.overrides_parser import OverridesParser

    parameters.load_params(path)  # a mistake in the file itself is told as such
    yaml, parser = YAML(typ="safe", pure=True), OverridesParser.create()
    values = yaml.load(path.read_text(encoding="utf-8"))
    for text in overrides:
        if "=" not in text:
            raise InputError(f"-S {text}", "has no value", "write it as key=value")
        *sections, last = _key(text).split(".")
        if (sections or [last])[0].lstrip("+~") == "entrants":
            raise InputError(f"-S {text}", "is no way to name an entrant", "give --entrant path/to/mine.py")
        section = values
        for name in sections:
            section = section.get(name) if isinstance(section, dict) else None
        if not isinstance(section, dict) or last not in section:
            known = did_you_mean(last, section) if isinstance(section, dict) else ""
            raise InputError(f"-S {text}", "names no parameter", known or f"give key=value with a key of {path.name}")
        section[last] = _value(parser, text)
    # through a file and the same reader: there is one place that knows what parameters may be
    with tempfile.TemporaryDirectory() as folder:
        changed = Path(folder) / path.name
        yaml.dump(values, changed)
        try:
            return parameters.load_params(changed)
        except InputError as error:
            # the user knows no temporary file
            where = error.where.replace(str(changed), f"{path.name} with -S")
            raise InputError(where, error.problem, error.remedy) from error


def write_overrides(overrides: Sequence[str], path: Path = Path("params.yaml")) -> None:
    """Change the parameter file as ``dvc exp run -S`` does, which leaves it so.

    Raises:
        InputError: as :func:`overridden`; nothing is written then.
    """
    overridden(overrides, path)
    write_text(path, applied(overrides, path))


def applied(overrides: Sequence[str], path: Path = Path("params.yaml")) -> str:
    """The text of the parameter file as DVC writes it with these overrides.

    Raises:
        InputError: DVC, or OmegaConf, which it reads them with, takes less than Hydra's parser: ``${HOME}``.
    """
    from dvc.exceptions import DvcException  # here, as the next: it takes half a second
    from dvc.utils.hydra import apply_overrides
    from omegaconf.errors import OmegaConfBaseException

    with tempfile.TemporaryDirectory() as folder:
        changed = Path(folder) / path.name
        shutil.copyfile(path, changed)
        try:
            apply_overrides(changed, list(overrides))
        except (DvcException, OmegaConfBaseException) as error:
            said = f"DVC does not take it ({' '.join(str(error.__cause__ or error).split())})"
            raise InputError(f"-S {' -S '.join(overrides)}", said, f"write it into {path.name} by hand") from None
        return changed.read_text(encoding="utf-8")


def _value(parser: Any, text: str) -> Any:
    """The value as DVC would read it: DVC gives what follows ``-S`` to this same parser of Hydra."""
    from hydra.errors import HydraException

    try:
        parsed = parser.parse_override(text)
    except HydraException as error:
        key, _, value = text.partition("=")
        # as it is typed in a shell
        example = shlex.quote(f"{key}={_quoted(value)}")
        remedy = f"write lists as [a,b], and other text with marks in quotes: {example}"
        raise InputError(f"-S {text}", "has a value that cannot be read", remedy) from error
    if parsed.is_sweep_override():  # DVC would make an experiment of each
        raise InputError(f"-S {text}", "is several values", "give one; write a list as [a,b]")
    return parsed.value()


def _key(text: str) -> str:
    return text.partition("=")[0]
