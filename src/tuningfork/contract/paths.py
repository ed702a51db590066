"""Finds the path template of a request, or what belongs to it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, zip_longest
from operator import itemgetter
from typing import Any, Generic, TypeVar
from urllib.parse import unquote

from tuningfork.contract.operation import Operation, Parameter

V = TypeVar("V")
MAX_PATTERNS = 65_536
PLACEHOLDER = re.compile(r"\{([^}]*)\}")


class PathTemplates:
    """The path templates of an OpenAPI document, the most specific first.

    Args:
        operations: the operations of the document.
    """

    def __init__(self, operations: Sequence[Operation]) -> None:
        self._operations = {operation.path: operation for operation in reversed(operations)}
        templates = sorted(dict.fromkeys(operation.path for operation in operations), key=_specificity)
        self._exact = PathTable((template, template) for template in templates)
        # (pattern, template, parameters whose values may contain slashes)
        self._slash_patterns = [
            (_path_pattern(template, tuple(parameter.name for parameter in parameters)), template, parameters)
            for template in templates
            if (parameters := list(filter(_may_contain_slashes, self._path_parameters(template))))
        ]

    def find(self, path: str) -> str | None:
        """Return the template of a path below the base URL; None if no template matches.

        Templates whose parameters match one segment each take precedence over those with slashes in a value.
        """
        decoded = _decode_path(path)
        return next(chain(self._exact.find(decoded), self._templates_with_slashes(decoded)), None)

    def _templates_with_slashes(self, path: str) -> Iterator[str]:
        """Yield the templates that match a path if some of their parameters contain slashes."""
        for pattern, template, parameters in self._slash_patterns:
            match = pattern.fullmatch(path)
            pairs = zip(parameters, match.groups() if match else (), strict=False)
            if match and all(each.schema is None or each.schema.is_valid(value) for each, value in pairs):
                yield template

    def _path_parameters(self, template: str) -> list[Parameter]:
        """Return the documented parameters in a path template, in their order."""
        operation = self._operations[template]
        parameters = (operation.parameter(name, "path") for name in PLACEHOLDER.findall(template))
        return [parameter for parameter in parameters if parameter is not None]


class PathTable(Generic[V]):
    """Values by path templates; a path is compared only with the templates that have its literal segments.

    Args:
        rows: the templates with their values.
    """

    def __init__(self, rows: Iterable[tuple[str, V]]) -> None:
        self._literal_places: defaultdict[int, dict[tuple[int, ...], None]] = defaultdict(dict)
        self._rows: defaultdict[tuple[int, ...], defaultdict[tuple[str, ...], list[tuple[int, str, V]]]]
        self._rows = defaultdict(lambda: defaultdict(list))
        for rank, (template, value) in enumerate(rows):
            segments = PLACEHOLDER.sub("{}", template).split("/")
            places = tuple(place for place, segment in enumerate(segments) if "{}" not in segment)
            self._literal_places[len(segments)][places] = None
            literals = tuple(segments[place] for place in places)
            self._rows[(len(segments), *places)][literals].append((rank, template, value))

    def find(self, path: str) -> list[V]:
        """Return the values of the templates that match a path, in the order of the rows."""
        segments = path.split("/")
        candidates: list[tuple[int, str, V]] = []
        for places in self._literal_places.get(len(segments), ()):
            literals = tuple(segments[place] for place in places)
            candidates += self._rows[(len(segments), *places)].get(literals, ())
        matching = [each for each in candidates if _path_pattern(each[1]).fullmatch(path)]
        return [value for _, _, value in sorted(matching, key=itemgetter(0))]


@lru_cache(maxsize=MAX_PATTERNS)
def _path_pattern(template: str, slash_names: tuple[str, ...] = ()) -> re.Pattern[str]:
    """Return a pattern for the paths of a template, compiled when the first path is compared with it.

    Args:
        template: the path template: "/tracks/{track_id}".
        slash_names: names of parameters whose values may contain slashes; the pattern has a group for each.
    """
    parts = PLACEHOLDER.split(template)
    values = ["(.+)" if name in slash_names else "[^/]+" for name in parts[1::2]]
    literals = [re.escape(part) for part in parts[::2]]
    return re.compile("".join(chain.from_iterable(zip_longest(literals, values, fillvalue=""))))


def _may_contain_slashes(parameter: Parameter) -> bool:
    """Return whether values of a path parameter may contain slashes.

    They may if the pattern or an example of the parameter has a slash, or if the parameter is a string
    without a pattern and its name ends in "path".
    """
    value = parameter.schema.node.resolve().value if parameter.schema else {}
    schema = value if isinstance(value, dict) else {}
    examples = [parameter.node.value.get("example"), schema.get("example"), *_as_list(schema.get("examples"))]
    if any("/" in text for text in [schema.get("pattern"), *examples] if isinstance(text, str)):
        return True
    has_path_name = parameter.name.lower().endswith("path")
    return has_path_name and schema.get("type") == "string" and "pattern" not in schema


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _decode_path(path: str) -> str:
    """Return a path with its segments percent-decoded; an encoded slash stays encoded."""
    return "/".join(unquote(segment).replace("/", "%2F") for segment in path.split("/"))


def _specificity(template: str) -> list[int]:
    """Return a sort key that puts specific templates first.

    Each segment counts 0 if it is literal, 1 if it contains a parameter, 2 if it is only a parameter.
    """
    segments = template.split("/")
    return [("{" in segment) + bool(re.fullmatch(r"\{[^}]*\}", segment)) for segment in segments]
