"""Rules for the keys of `pagination` in conventions.yaml that depend on each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tuningfork.contract.declaration_errors import describe_value, suggest
from tuningfork.contract.declaration_yaml import Location
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.grammar.locations import parse_pointer

Errors = Iterator[tuple[Location, str]]
END_SIGNALS = ("absent", "null", "empty-text", "empty-page", "short-page", "total")
NEEDS = {
    "page": ("parameter",),
    "offset": ("parameter",),
    "after": ("parameter", "next"),
    "cursor": ("parameter", "next"),
    "url": ("next",),
}
"""The keys that a type of pagination needs."""


def pagination_errors(declaration: Declaration) -> Errors:
    """Yield the errors of all groups of `pagination`."""
    resources = declaration.named.get("resources", {})
    for number, group in enumerate(declaration.groups.get("pagination", ())):
        location: Location = ("pagination", number)
        yield from _missing_keys(group, location)
        yield from _sizes(group, location)
        yield from _ends(group.end, (*location, "end"))
        fill = group.fill
        if fill is not None and not fill.startswith("given:") and fill not in resources:
            message = f"there is no resource {fill!r}; {suggest(fill, [*resources, 'given:NAME'])}"
            yield (*location, "fill"), message


def _missing_keys(group: Any, location: Location) -> Errors:
    """Yield an error for each key that the type of pagination needs."""
    for key in NEEDS.get(group.type, ()):
        if getattr(group, key) is None:
            yield location, f"the type {group.type} needs {key}; write {key}: …"
    if group.beyond is not None and group.reach is None:
        yield (*location, "beyond"), "beyond needs reach; write reach: NUMBER"


def _sizes(group: Any, location: Location) -> Errors:
    """Yield an error for a maximum below the default, and for sizes that no parameter chooses."""
    size = group.size
    if size.maximum is not None and size.default is not None and size.maximum < size.default:
        message = f"maximum {size.maximum} is below default {size.default}; write a larger maximum"
        yield (*location, "size", "maximum"), message
    for key in ("above", "zero", "negative", "malformed"):
        if getattr(size, key) is not None and size.parameter is None:
            yield (*location, "size", key), f"{key} needs the parameter of the size; write parameter: NAME"


def _ends(signals: Sequence[Any], location: Location) -> Errors:
    """Yield an error for each unknown signal of the last page."""
    for index, signal in enumerate(signals):
        if isinstance(signal, dict):
            yield from _pointers(signal, (*location, index))
        elif signal is not None and signal not in END_SIGNALS:
            known = suggest(str(signal), [*END_SIGNALS, "{POINTER: VALUE}"])
            yield (*location, index), f"end has {describe_value(signal)}; {known}"


def _pointers(signal: dict[str, Any], location: Location) -> Errors:
    """Yield an error for each name in `{POINTER: VALUE}` that is not a pointer."""
    for name in signal:
        try:
            parse_pointer(name)
        except ValueError as error:
            yield location, str(error)
