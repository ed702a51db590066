"""Faults and variants of `formats`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tuningfork.audit.convention_patch import breaks, keeps
from tuningfork.audit.patching import wrap_method
from tuningfork.audit.response_edits import edit_bodies, every_second, is_success
from tuningfork.conventions.declaration import Declaration
from tuningfork.mock.reference.formats import FormatPart
from tuningfork.mock.reference.server import ReferenceServer


def has_form(*forms: str) -> Callable[[Declaration], bool]:
    """Return a condition: whether times have one of these forms."""
    return lambda declaration: any(each.timestamps in forms for each in declaration.groups.get("formats", ()))


def has_ids(*forms: str) -> Callable[[Declaration], bool]:
    """Return a condition: whether ids have one of these forms."""
    return lambda declaration: any(each.ids in forms for each in declaration.groups.get("formats", ()))


@breaks("FORMAT-TIMESTAMPS")
def times_have_another_form(server: ReferenceServer) -> None:
    """A time is a text such as "2 Jan 2026"."""
    wrap_method(server.get(FormatPart), "time", lambda *_: "2 Jan 2026")


@breaks("FORMAT-TIMESTAMPS", when=has_form("rfc3339"))
def every_second_time_has_no_zone(server: ReferenceServer) -> None:
    """Every second time has no zone."""
    _every_second_time(server, lambda text: text.removesuffix("Z"))


@breaks("FORMAT-TIMESTAMPS", when=has_form("epoch"))
def every_second_time_is_a_text(server: ReferenceServer) -> None:
    """Every second time is a number in quotes."""
    _every_second_time(server, str)


@breaks("FORMAT-TIMESTAMPS", when=has_form("http-date"))
def every_second_time_has_an_offset(server: ReferenceServer) -> None:
    """Every second time ends with +0000 in place of GMT."""
    _every_second_time(server, lambda text: text.replace("GMT", "+0000"))


def _every_second_time(server: ReferenceServer, change: Callable[[Any], Any]) -> None:
    """Change every second time."""
    seen: list[Any] = []

    def time(original: Callable[[str], Any], form: str) -> Any:
        """Return the time, or the changed one."""
        seen.append(form)
        value = original(form)
        return change(value) if len(seen) % 2 == 0 else value

    wrap_method(server.get(FormatPart), "time", time)


@breaks("FORMAT-IDS")
def ids_are_objects(server: ReferenceServer) -> None:
    """An id is a text with a space and a question mark in it."""
    edit_bodies(server, is_success, lambda body: _with_ids(body, lambda value: f"? {value}"))


@breaks("FORMAT-IDS", when=has_ids("integer"))
def every_second_response_has_ids_in_quotes(server: ReferenceServer) -> None:
    """The ids of every second response are numbers in quotes."""
    edit_bodies(server, every_second(is_success), lambda body: _with_ids(body, str))


@breaks("FORMAT-IDS", when=has_ids("uuid"))
def every_second_response_has_ids_without_hyphens(server: ReferenceServer) -> None:
    """The ids of every second response have no hyphens."""
    edit_bodies(
        server,
        every_second(is_success),
        lambda body: _with_ids(body, lambda value: str(value).replace("-", "")),
    )


def _with_ids(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return a value in which each property `id` is changed."""
    if isinstance(value, list):
        return [_with_ids(each, change) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: change(each) if name == "id" else _with_ids(each, change) for name, each in value.items()}


@keeps("FORMAT-TIMESTAMPS", when=has_form("rfc3339"))
def times_have_fractions_and_an_offset(server: ReferenceServer) -> None:
    """A time has a fraction of a second and an offset (RFC 3339 5.6)."""

    def time(original: Callable[[str], Any], form: str) -> Any:
        """Return the time with a fraction and an offset."""
        return re.sub("Z$", ".123456+00:00", str(original(form)))

    wrap_method(server.get(FormatPart), "time", time)


@keeps("FORMAT-TIMESTAMPS", when=has_form("epoch"))
def times_have_fractions(server: ReferenceServer) -> None:
    """A time is a number with a fraction."""
    wrap_method(server.get(FormatPart), "time", lambda original, form: original(form) + 0.25)
