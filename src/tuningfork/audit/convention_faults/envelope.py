"""Faults and variants of `envelope`."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from tuningfork.audit.convention_faults.errors import property_pointers
from tuningfork.audit.convention_patch import breaks, keeps
from tuningfork.audit.patching import wrap_method
from tuningfork.audit.response_edits import (
    edit_bodies,
    edit_headers,
    every_second,
    is_documented_error,
    is_success,
    with_property,
    with_value,
    without_value,
)
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.envelope import Envelope
from tuningfork.mock.reference.envelope import EnvelopePart
from tuningfork.mock.reference.server import ReferenceServer

HOUR_S = 3600


def first(server: ReferenceServer) -> Envelope:
    """Return the first group of `envelope`."""
    found: Envelope = server.declaration.groups["envelope"][0]
    return found


def has(key: str) -> Callable[[Declaration], bool]:
    """Return a condition: whether the first group of `envelope` has a key."""
    return lambda declaration: any(
        bool(getattr(each, key)) for each in declaration.groups.get("envelope", ())[:1]
    )


def has_own_properties_of_errors(declaration: Declaration) -> bool:
    """Return whether an error has a property that the envelope of other responses lacks."""
    return bool(_own_properties(declaration))


def _own_properties(declaration: Declaration) -> list[str]:
    """Return the properties that only errors have."""
    shared = {name for each in declaration.groups.get("envelope", ()) for name in each.members}
    return [name for name in property_pointers(declaration) if name not in shared]


@breaks("ENVELOPE-SHAPE", when=has("members"))
def successes_lack_a_property(server: ReferenceServer) -> None:
    """A success lacks the last property of its envelope."""
    edit_bodies(server, is_success, without_value(list(first(server).members)[-1]))


@breaks("ENVELOPE-SHAPE", when=has("members"))
def every_second_success_has_a_list_as_property(server: ReferenceServer) -> None:
    """The first property of every second success is a list of lists."""
    edit_bodies(server, every_second(is_success), with_value(next(iter(first(server).members)), [[]]))


@breaks("ENVELOPE-SHAPE", when=has("media_type"))
def successes_are_plain_text(server: ReferenceServer) -> None:
    """A success has the media type text/plain."""
    edit_headers(server, is_success, "Content-Type", "text/plain; charset=utf-8")


@breaks("ENVELOPE-DATA", when=has("data"))
def successes_have_their_data_elsewhere(server: ReferenceServer) -> None:
    """A success has no data where it is declared."""
    edit_bodies(server, is_success, without_value(first(server).data or ""))


@breaks("ENVELOPE-DATA", when=has("data"))
def every_second_success_has_no_data(server: ReferenceServer) -> None:
    """Every second success has no data."""
    edit_bodies(server, every_second(is_success), without_value(first(server).data or ""))


@breaks("ENVELOPE-ERROR", when=has("data"))
def errors_have_data(server: ReferenceServer) -> None:
    """An error has an empty object as its data."""
    edit_bodies(server, is_documented_error, with_value(first(server).data or "", {}))


@breaks(
    "ENVELOPE-ERROR",
    "ERRORS-ONLY",
    when=lambda each: has("data")(each) and has_own_properties_of_errors(each),
)
def every_second_success_has_an_error(server: ReferenceServer) -> None:
    """Every second success has an empty text as error beside its data."""
    pointer = _own_properties(server.declaration)[-1]
    edit_bodies(server, every_second(is_success), with_value(pointer, ""))


@breaks("ENVELOPE-STATUS", when=has("status"))
def successes_repeat_0(server: ReferenceServer) -> None:
    """A success repeats 0 in place of its status."""
    edit_bodies(server, is_success, with_value(first(server).status or "", 0))


@breaks("ENVELOPE-STATUS", when=has("status"))
def every_second_success_repeats_299(server: ReferenceServer) -> None:
    """Every second success repeats 299 in place of its status."""
    edit_bodies(server, every_second(is_success), with_value(first(server).status or "", 299))


@breaks("ENVELOPE-PHRASE", when=has("phrases"))
def successes_have_another_text(server: ReferenceServer) -> None:
    """The text of a success is "Done"."""
    phrases = first(server).phrases
    assert phrases is not None
    edit_bodies(server, is_success, with_value(phrases.at, "Done"))


@breaks("ENVELOPE-PHRASE", when=has("phrases"))
def texts_of_statuses_are_in_lower_case(server: ReferenceServer) -> None:
    """The text of every second success is in lower case."""
    phrases = first(server).phrases
    assert phrases is not None
    changed = {text: text.lower() for text in phrases.texts.values()}
    text = next(iter(changed.values()))
    edit_bodies(server, every_second(is_success), with_value(phrases.at, text))


@breaks("ENVELOPE-CONSTANT", when=has("constant"))
def constants_count(server: ReferenceServer) -> None:
    """The first constant property counts the responses."""
    numbers = itertools.count(1_000)
    pointer = first(server).constant[0]
    edit_bodies(server, is_success, lambda body: with_value(pointer, next(numbers))(body))


@breaks("ENVELOPE-CONSTANT", when=has("constant"))
def every_seventh_constant_is_another(server: ReferenceServer) -> None:
    """The last constant property is another one in every second response."""
    edit_bodies(server, every_second(is_success), with_value(first(server).constant[-1], 987_654))


@breaks("ENVELOPE-CLOCK", when=has("clock"))
def clock_is_an_hour_late(server: ReferenceServer) -> None:
    """The time in a success is an hour before that of Date."""
    _move_clock(server, -HOUR_S)


@breaks("ENVELOPE-CLOCK", when=has("clock"))
def clock_does_not_move(server: ReferenceServer) -> None:
    """The time in a success is 0."""
    edit_bodies(server, every_second(is_success), with_value(first(server).clock or "", 0))


@breaks("ENVELOPE-CLOSED")
def successes_have_a_further_property(server: ReferenceServer) -> None:
    """A success has a property that is not declared."""
    edit_bodies(server, is_success, with_property("undeclared_member", 1))


@breaks("ENVELOPE-CLOSED")
def every_second_success_has_a_further_property(server: ReferenceServer) -> None:
    """Every second success has a property with null that is not declared."""
    edit_bodies(server, every_second(is_success), with_property("undeclared_member", None))


@keeps("ENVELOPE-SHAPE", "ENVELOPE-DATA", when=lambda each: not has("closed")(each))
def open_envelopes_have_further_property(server: ReferenceServer) -> None:
    """A success has a property that is not declared, where that is allowed."""
    edit_bodies(server, is_success, with_property("trace_id", "8f14e45f"))


@keeps("ENVELOPE-CLOCK", when=has("clock"))
def clock_is_a_minute_late(server: ReferenceServer) -> None:
    """The time in a success is a minute before that of Date."""
    _move_clock(server, -60)


@keeps("ENVELOPE-ERROR", when=has("data"))
def errors_have_null_as_data(server: ReferenceServer) -> None:
    """An error has null as its data."""
    edit_bodies(server, is_documented_error, with_value(first(server).data or "", None))


@keeps("ENVELOPE-ERROR", when=lambda each: has_own_properties_of_errors(each) and not has("closed")(each))
def successes_have_null_as_error(server: ReferenceServer) -> None:
    """A success has null as each property of an error."""
    for pointer in _own_properties(server.declaration):
        edit_bodies(server, is_success, with_value(pointer, None))


def _move_clock(server: ReferenceServer, seconds: int) -> None:
    """Add seconds to the time in the envelope, if it is a number."""

    def clock_value(original: Callable[[Envelope], Any], declared: Envelope) -> Any:
        """Return another time."""
        value = original(declared)
        return (
            value + seconds if isinstance(value, int) else "2001-02-03T04:05:06Z" if seconds < -60 else value
        )

    wrap_method(server.get(EnvelopePart), "clock_value", clock_value)
