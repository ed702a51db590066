"""Reading YAML and TOML strictly: a defect is a ContractError that names its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import yaml

from tuningfork.contract.problem import ContractError, Problem

T = TypeVar("T")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # chosen at run time
    """Safe YAML in which a key may stand once, a key is a text, and a date is the text that it was."""


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
        if key is None or key in mapping:
            what = "a key that is no text" if key is None else f"the key {key!r} a second time"
            raise yaml.constructor.ConstructorError(problem=what, problem_mark=key_node.start_mark)
        mapping[key] = loader.construct_object(value_node, deep=True)
    return mapping


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))


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
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a subclass of the safe loader
    except yaml.MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        _fail(
            file,
            f"line {mark.line + 1}" if mark else "",
            f"no valid YAML, {broken.problem}; correct it there",
        )
    except yaml.YAMLError as broken:
        _fail(file, "", f"no valid YAML, {_one_line(broken)}; correct it")


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
