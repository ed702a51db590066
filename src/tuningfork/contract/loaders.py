"""Strict readers of YAML and TOML files: an error is a ContractError that names the line."""

from __future__ import annotations

import contextlib
import re
import tomllib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, NoReturn, TypeVar

import yaml

from tuningfork.contract.errors import ContractError, LintError
from tuningfork.json_text import read_integer, read_json, read_number

T = TypeVar("T")
CONTAINERS = (dict, list)
MAX_VALUES = 20_000_000
"""Values of a file, those that aliases repeat included."""
ALIAS = re.compile(r"(?:^|[\s,\[{:])\*[^\s*,\]}]")
INTEGER_BASES = {"0o": 8, "0x": 16}
NUMBER = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
SCALARS = {
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "bool": (r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    "int": (r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    "float": (rf"{NUMBER}|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", list("-+.0123456789")),
    "merge": (r"<<", ["<"]),
}
"""Pattern and first characters of each plain scalar in the core schema of YAML 1.2.2, 10.3.2."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # chosen at run time
    """Loads the subset of YAML 1.2 that JSON can express: keys are unique strings, no other types exist."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}
    yaml_constructors: ClassVar[dict[str | None, Any]] = {None: yaml.SafeLoader.construct_undefined}

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Return the value of a node, always with all values inside, which takes less time than by need."""
        read = self.yaml_constructors.get(node.tag) or self.yaml_constructors[None]
        if isinstance(node, yaml.ScalarNode):
            return read(self, node)
        if node in self.constructed_objects:
            return self.constructed_objects[node]
        if node in self.recursive_objects:
            problem = "found unconstructable recursive node"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
        self.recursive_objects[node] = None
        value = self.constructed_objects[node] = read(self, node)
        del self.recursive_objects[node]
        return value


def _construct_sequence(loader: Any, node: yaml.SequenceNode) -> list[Any]:
    """Return the value of a YAML sequence."""
    return [loader.construct_object(value) for value in node.value]


def _construct_mapping(loader: Any, node: yaml.MappingNode) -> dict[str, Any]:
    """Return the value of a YAML mapping, `<<` merged; raise for a key that is repeated or not a string."""
    keys: set[str] = set()
    for key_node, _ in node.value:
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
        if key is None or (key in keys and key != "<<"):
            problem = "a key is not a string" if key is None else f"the key {key!r} occurs twice"
            raise yaml.constructor.ConstructorError(problem=problem, problem_mark=key_node.start_mark)
        keys.add(key)
    if "<<" in keys:
        loader.flatten_mapping(node)
    return {key.value: loader.construct_object(value) for key, value in node.value}


def _read_int(text: str) -> int | Decimal:
    return int(text[2:], INTEGER_BASES[text[:2]]) if text[:2] in INTEGER_BASES else read_integer(text)


def _read_float(text: str) -> float | Decimal:
    return read_number(text) if text[-1].isdigit() or text[-1] == "." else float(text.replace(".", ""))


SCALAR_READERS: dict[str, Callable[[str], Any]] = {
    "null": lambda _: None,
    "bool": lambda text: text.lower() == "true",
    "int": _read_int,
    "float": _read_float,
    "str": str,
    "timestamp": str,
}
for _name, _reader in SCALAR_READERS.items():
    _Loader.add_constructor(
        f"tag:yaml.org,2002:{_name}", lambda loader, node, read=_reader: read(loader.construct_scalar(node))
    )
for _name, (_pattern, _first) in SCALARS.items():
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(rf"(?:{_pattern})\Z"), _first)
_Loader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)
_Loader.add_constructor("tag:yaml.org,2002:seq", _construct_sequence)


class NumberText(str):
    """A number with a point, as the text that a file has."""

    def number(self) -> float:
        """Return the number."""
        return float(self)


class TextLoader(_Loader):
    """Loads YAML like `read_yaml`, but numbers with a point as texts, so that a version 1.10 is not 1.1."""

    yaml_constructors: ClassVar[dict[str | None, Any]] = dict(_Loader.yaml_constructors)


TextLoader.add_constructor(
    "tag:yaml.org,2002:float", lambda loader, node: NumberText(loader.construct_scalar(node))
)


def _is_indented_by_a_tab(lines: list[str]) -> bool:
    return any("\t" in line[: len(line) - len(line.lstrip())] for line in lines)


def read_yaml(path: Path) -> Any:
    """Return the value of a YAML file; all keys of its mappings are strings.

    Raises:
        ContractError: the file cannot be read or is not valid YAML.
    """
    return _read(path, _parse_yaml)


def read_toml(path: Path) -> dict[str, Any]:
    """Return the tables of a TOML file.

    Raises:
        ContractError: the file cannot be read or is not valid TOML.
    """
    return _read(path, _parse_toml)


def _read(path: Path, parse: Callable[[str, str], T]) -> T:
    """Return `parse(text, path)` for the text of a UTF-8 file; raise ContractError if it cannot be read."""
    try:
        return parse(path.read_text(encoding="utf-8-sig"), str(path))
    except UnicodeDecodeError:
        _fail(path, "", "the file is not UTF-8; save it as UTF-8")
    except OSError as error:
        _fail(path, "", f"the file cannot be read ({error.strerror}); a contract needs it")


def _parse_yaml(text: str, file: str) -> Any:
    """Return the value of a YAML or JSON text; raise ContractError, with `file`, if it is not valid."""
    if text.lstrip().startswith("{"):
        with contextlib.suppress(ValueError):
            return read_json(text, _make_object)
    try:
        value = yaml.load(text, _Loader)  # noqa: S506 - a subclass of the safe loader
        if ALIAS.search(text) and count_values(value, {}) > MAX_VALUES:
            _fail(file, "", f"the aliases expand to more than {MAX_VALUES:,} values; use fewer")
        return value
    except RecursionError:
        _fail(file, "", "the file is nested too deeply; use references")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}" if mark else ""
        if mark and _is_indented_by_a_tab(text.splitlines()[mark.line : mark.line + 1]):
            _fail(file, line, "a tab indents this line; write spaces")
        _fail(file, line, f"this is not valid YAML ({error.problem or error.context}); fix it")
    except yaml.YAMLError as error:
        _fail(file, "", f"this is not valid YAML ({_one_line(error)}); fix it")


def _make_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; raise ValueError for a repeated name, whose line the YAML reader reports."""
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a name occurs twice")
    return value


def count_values(value: Any, counts: dict[int, int]) -> int:
    """Return the number of values in `value`, those that aliases repeat included.

    Args:
        value: a value of YAML.
        counts: the numbers of values of the containers that are already counted, by the container's id().
    """
    if not isinstance(value, CONTAINERS):
        return 1
    if id(value) not in counts:
        children = value.values() if isinstance(value, dict) else value
        inner = [child for child in children if isinstance(child, CONTAINERS)]
        counts[id(value)] = 1 + len(value) - len(inner) + sum(count_values(child, counts) for child in inner)
    return counts[id(value)]


def _parse_toml(text: str, file: str) -> dict[str, Any]:
    """Return the tables of a TOML text; raise ContractError, with `file` and line, if it is not valid."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line \d+", str(error))
        _fail(file, line[0] if line else "", f"this is not valid TOML ({_one_line(error)}); fix it")


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _fail(file: Path | str, location: str, message: str) -> NoReturn:
    raise ContractError(str(LintError(str(file), location, message))) from None
