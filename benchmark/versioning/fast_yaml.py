"""YAML by libyaml, read and written as DVC's own library would, dozens of times as fast; where in doubt, that is asked.

DVC reads params.yaml for every stage and dvc.lock for every command with ruamel.yaml, which is pure Python: of a
pipeline of a hundred cells that is nearly all of its time. It is YAML 1.2 ("no" is a word); PyYAML alone is 1.1.
"""

import math
import pickle
import re
from collections import OrderedDict
from functools import lru_cache
from typing import Any

import yaml

FAST = hasattr(yaml, "CSafeLoader")  # PyYAML may be built without libyaml
_LINE = 80  # longer lines are folded, by rules of its own in each library
INT = re.compile(r"-?(?:0|[1-9][0-9]*)\Z")
FLOAT = re.compile(r"-?[0-9]+(?:\.[0-9]*|(?:\.[0-9]*)?e[-+]?[0-9]+)\Z")
_WORDS = {"": None, "null": None, "true": True, "false": False}
# what both libraries write without quotes, and read as text
_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./@+-]*(?: [A-Za-z0-9_./@+=-]+)*\Z")
HASH = re.compile(r"(?=.*[a-df])[0-9a-f]{32}(?:\.dir)?\Z")  # with a letter that makes it no number


class DoubtError(Exception):
    """The two libraries may differ here."""


def load_yaml(text: str) -> Any:
    """The values of a YAML text, of which the caller may change anything.

    Raises:
        DoubtError: ruamel.yaml should be asked: also of what is wrong with the text.
    """
    return pickle.loads(_loaded(text))


@lru_cache(maxsize=8)
def _loaded(text: str) -> bytes:
    if not FAST:
        raise DoubtError
    try:
        # nosemgrep: a loader that makes plain values alone
        return pickle.dumps(yaml.load(text, _Loader))
    except yaml.YAMLError as error:
        raise DoubtError from error


def dump(values: Any) -> str:
    """The YAML text of plain values, as ruamel.yaml writes it in blocks.

    Raises:
        DoubtError: ruamel.yaml should write it.
    """
    if not FAST or not isinstance(values, dict) or not values:
        raise DoubtError
    text: str = yaml.dump(values, Dumper=_Dumper, default_flow_style=False, sort_keys=False, width=10 * _LINE)
    return "".join(f"{line}\n" if len(line) <= _LINE else _folded(line) for line in text.splitlines())


def _folded(line: str) -> str:
    """A line that is too long as ruamel.yaml folds it, with its blank at the end."""
    key, _, text = line.partition(": ")
    indent = len(key) - len(key.lstrip()) + 2
    if key.lstrip().startswith("-") or not text:
        raise DoubtError
    lines = [f"{key}: "]
    for word in text.split(" "):
        if len(lines[-1]) + len(word) > _LINE and len(lines[-1]) > indent:
            lines.append(" " * indent)
        lines[-1] += f"{word} "
    lines[-1] = lines[-1].removesuffix(" ")
    # a line that is full loses the blank
    return "\n".join(each if len(each) <= _LINE else each.rstrip() for each in lines) + "\n"


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - all plain scalars come as text


def _plain(loader: Any, node: Any) -> Any:
    text = node.value
    if node.style:  # in quotes
        return text
    if text in _WORDS:
        return _WORDS[text]
    if INT.match(text):
        return int(text)
    if FLOAT.match(text):
        return float(text)
    # no number, and no date: those begin with a sign, a dot or a digit
    if not (HASH.match(text) or (text[0].isascii() and text[0].isalpha() and text.lower() not in _WORDS)):
        raise DoubtError(text)
    return text


def _is_word(text: str) -> bool:
    return bool(HASH.match(text) or (_PLAIN.match(text) and text.lower() not in _WORDS))


def _mapping(loader: Any, node: Any) -> dict[Any, Any]:
    def made(each: Any) -> Any:
        return loader.construct_object(each, deep=True)

    pairs = [(made(key), made(value)) for key, value in node.value]
    # twice the same key: it is a mistake, which the other library tells
    if not all(isinstance(key, str) for key, _ in pairs) or len({key for key, _ in pairs}) < len(pairs):
        raise DoubtError
    return dict(pairs)


def _sequence(loader: Any, node: Any) -> list[Any]:
    return [loader.construct_object(each, deep=True) for each in node.value]


def _unknown(_: Any, what: Any) -> Any:
    raise DoubtError(what)  # such as a tag, or ruamel.yaml's own kinds of values, which carry comments


_Loader.yaml_constructors = {
    None: _unknown,
    "tag:yaml.org,2002:str": _plain,
    "tag:yaml.org,2002:map": _mapping,
    "tag:yaml.org,2002:seq": _sequence,
}
_Loader.yaml_multi_constructors = {}


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - what needs quotes is left to the other library

    def ignore_aliases(self, data: Any) -> bool:
        return True  # what stands twice is written twice


def _scalar(dumper: Any, text: str, style: str | None = None) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _word(dumper: Any, text: str) -> Any:
    if INT.match(text) or FLOAT.match(text) or (text and text in _WORDS):
        return _scalar(dumper, text, "'")
    if not _is_word(text):
        raise DoubtError(text)
    return _scalar(dumper, text)


def _number(dumper: Any, value: float) -> Any:
    if not math.isfinite(value):
        raise DoubtError(value)
    return _scalar(dumper, repr(value))


def _list(dumper: Any, values: list[Any]) -> Any:
    if None in values:  # a dash with nothing behind it: with a blank, or without
        raise DoubtError
    return dumper.represent_list(values)


_Dumper.yaml_representers = {
    str: _word,
    int: lambda dumper, value: _scalar(dumper, str(value)),
    float: _number,
    bool: lambda dumper, value: _scalar(dumper, str(value).lower()),
    type(None): lambda dumper, _: _scalar(dumper, ""),
    list: _list,
    dict: yaml.SafeDumper.represent_dict,
    OrderedDict: lambda dumper, values: dumper.represent_dict(values.items()),
    None: _unknown,
}
_Dumper.yaml_multi_representers = {}
