"""Reading YAML and TOML strictly: a defect is a ContractError that names its line."""

from __future__ import annotations

import contextlib
import re
import tomllib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, NoReturn, TypeVar

import yaml

from tuningfork.contract.errors import ContractError, Problem
from tuningfork.json_text import read_integer, read_json, read_number

T = TypeVar("T")


MAX_VALUES = 20_000_000
"""Values of a file, each counted wherever an alias repeats it."""
ALIAS = re.compile(r"(?:^|[\s,\[{:])\*[^\s*,\]}]")
INTEGERS = {"0o": 8, "0x": 16}
NUMBER = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
SCALARS = {
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "bool": (r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    "int": (r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    "float": (rf"{NUMBER}|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", list("-+.0123456789")),
    "merge": (r"<<", ["<"]),
}
"""Form and first characters of plain scalars, by the core schema of YAML 1.2.2 (10.3.2): `on` is a text."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # chosen at run time
    """YAML 1.2 that is JSON: a key is a text and stands once, and there are no other types."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}
    yaml_constructors: ClassVar[dict[str | None, Any]] = {
        "tag:yaml.org,2002:seq": yaml.SafeLoader.construct_yaml_seq,
        None: yaml.SafeLoader.construct_undefined,
    }


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[str, Any]:
    seen: set[str] = set()
    for key_node, _ in node.value:
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
        if key is None or (key in seen and key != "<<"):
            what = "a key that is no text" if key is None else f"the key {key!r} a second time"
            raise yaml.constructor.ConstructorError(problem=what, problem_mark=key_node.start_mark)
        seen.add(key)
    if "<<" in seen:
        loader.flatten_mapping(node)
    return {key.value: loader.construct_object(value, deep=True) for key, value in node.value}


def _integer(text: str) -> int | Decimal:
    return int(text[2:], INTEGERS[text[:2]]) if text[:2] in INTEGERS else read_integer(text)


def _float(text: str) -> float | Decimal:
    return read_number(text) if text[-1].isdigit() or text[-1] == "." else float(text.replace(".", ""))


MAKERS: dict[str, Callable[[str], Any]] = {
    "null": lambda _: None,
    "bool": lambda text: text.lower() == "true",
    "int": _integer,
    "float": _float,
    "str": str,
    "timestamp": str,
}
for _name, _make in MAKERS.items():
    _Loader.add_constructor(
        f"tag:yaml.org,2002:{_name}", lambda loader, node, make=_make: make(loader.construct_scalar(node))
    )
for _name, (_form, _first) in SCALARS.items():
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(rf"(?:{_form})\Z"), _first)
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_yaml(path: Path) -> Any:
    """The value of a YAML file, its keys texts.

    Raises:
        ContractError: the file can't be read, or is no YAML.
    """
    return _read(path, _parse_yaml)


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file.

    Raises:
        ContractError: the file can't be read, or is no TOML.
    """
    return _read(path, _parse_toml)


def _read(path: Path, parse: Callable[[str, str], T]) -> T:
    try:
        return parse(path.read_text(encoding="utf-8-sig"), str(path))
    except UnicodeDecodeError:
        _fail(path, "", "it is no UTF-8; save it as UTF-8")
    except OSError as failed:
        _fail(path, "", f"it can't be read ({failed.strerror}); a contract needs this file")


def _parse_yaml(text: str, file: str) -> Any:
    if text.lstrip().startswith("{"):
        with contextlib.suppress(ValueError):
            return read_json(text, _object)
    try:
        value = yaml.load(text, _Loader)  # noqa: S506 - a subclass of the safe loader
        if ALIAS.search(text) and _size(value, {}) > MAX_VALUES:
            _fail(file, "", f"its aliases stand for more than {MAX_VALUES:,} values; write less")
        return value
    except RecursionError:
        _fail(file, "", "it is nested too deeply to read; write it with references")
    except yaml.MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        _fail(
            file,
            f"line {mark.line + 1}" if mark else "",
            f"no valid YAML, {broken.problem}; correct it there",
        )
    except yaml.YAMLError as broken:
        _fail(file, "", f"no valid YAML, {_one_line(broken)}; correct it")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON; ValueError if a name stands twice, which the reader of YAML tells with its line."""
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a name stands twice")
    return value


def _size(value: Any, known: dict[int, int]) -> int:
    """How many values there are, those that an alias repeats counted each time."""
    if not isinstance(value, dict | list):
        return 1
    if id(value) not in known:
        parts = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_size(part, known) for part in parts)
    return known[id(value)]


def _parse_toml(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        line = re.search(r"line \d+", str(broken))
        _fail(file, line[0] if line else "", f"no valid TOML, {_one_line(broken)}; correct it there")


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _fail(file: Path | str, place: str, message: str) -> NoReturn:
    raise ContractError(str(Problem(str(file), place, message))) from None
