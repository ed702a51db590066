"""Judges `envelope` on every exchange."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from tuningfork.checks.base import Check
from tuningfork.checks.error_form import error_locations
from tuningfork.checks.json_body import json_objects, json_values
from tuningfork.checks.judgement import (
    Judgement,
    as_check,
    describe,
    is_error,
    judge_media_type,
    judge_phrase,
    judge_property,
    judge_status,
    may_have_any_form,
    read,
)
from tuningfork.checks.places import MISSING
from tuningfork.contract.formats import unix_seconds
from tuningfork.contract.openapi import Operation
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.envelope import Envelope
from tuningfork.conventions.errors import Errors
from tuningfork.conventions.grammar.locations import ResponseLocation
from tuningfork.model import Exchange
from tuningfork.numbers import to_float

MAX_CLOCK_DIFFERENCE_S = 300
MILLISECONDS_FROM = 10**11
"""A time of this size or more is in milliseconds."""


def checks(declaration: Declaration) -> Iterable[Check]:
    """Return the checks of the form of responses that are not errors."""

    def judge(exchange: Exchange, operation: Operation | None) -> Iterator[Judgement]:
        """Yield what is judged of a response of a documented operation."""
        declared = declaration.of("envelope", operation)
        errors = declaration.of("errors", operation)
        if operation is None or declared is None or may_have_any_form(exchange):
            return
        if is_error(exchange, errors):
            yield from _judge_error(exchange, declared, errors)
        elif _owes_envelope(exchange, operation):
            yield from _judge_success(exchange, declared, errors)

    return [as_check(declaration, judge)] if declaration.values("envelope") else []


def _owes_envelope(exchange: Exchange, operation: Operation) -> bool:
    """Return whether a success has a body, or must have one, that the document does not call another type."""
    status, media_type = exchange.response.status, exchange.response.media_type
    if not 200 <= status < 300 or (not exchange.response.body and status > 201):
        return False
    documented = operation.response(status)
    is_other = "json" not in media_type and "javascript" not in media_type and media_type != ""
    return not (is_other and documented is not None and documented.describes(media_type))


def _judge_success(exchange: Exchange, declared: Envelope, errors: Errors | None) -> Iterator[Judgement]:
    """Yield whether a success has the declared form."""
    if declared.members or declared.media_type is not None:
        yield from _judge_shape(exchange, declared)
    if declared.status is not None:
        yield judge_status("ENVELOPE-STATUS", exchange, declared.status)
    if declared.phrases is not None:
        yield from judge_phrase("ENVELOPE-PHRASE", exchange, declared.phrases)
    if declared.data is not None:
        holds = read(exchange, ResponseLocation(declared.data)) is not MISSING
        yield Judgement(
            "ENVELOPE-DATA",
            holds,
            f"data at {declared.data}",
            describe(exchange, ResponseLocation(declared.data), holds=holds),
        )
        yield _judge_no_error(exchange, declared, errors)
    if declared.clock is not None:
        yield from _judge_clock(exchange, declared.clock)
    if declared.closed is not False:
        yield from _judge_closed(exchange, declared)


def _judge_error(exchange: Exchange, declared: Envelope, errors: Errors | None) -> Iterator[Judgement]:
    """Yield whether an error has no data, and the text of its status."""
    is_bare = errors is not None and errors.bare is not None and exchange.response.status in errors.bare
    if declared.data and not is_bare and json_values(exchange):
        holds = read(exchange, ResponseLocation(declared.data)) in (MISSING, None)
        found = describe(exchange, ResponseLocation(declared.data), holds=holds)
        yield Judgement("ENVELOPE-ERROR", holds, "an error without data", found, declared.data)
    if declared.phrases is not None and not is_bare:
        yield from judge_phrase("ENVELOPE-PHRASE", exchange, declared.phrases)


def _judge_shape(exchange: Exchange, declared: Envelope) -> Iterator[Judgement]:
    """Yield each property that a success lacks; one judgement that all are there if none is missing."""
    judged = [
        judge_property("ENVELOPE-SHAPE", exchange, ResponseLocation(name), form)
        for name, form in declared.members.items()
    ]
    if declared.media_type is not None:
        judged.append(judge_media_type("ENVELOPE-SHAPE", exchange, declared.media_type))
    failed = [each for each in judged if not each.holds]
    yield from failed or judged[:1]


def _judge_no_error(exchange: Exchange, declared: Envelope, errors: Errors | None) -> Judgement:
    """Return whether a success has no property that only errors have."""
    shared = {*declared.members, declared.status, declared.data, declared.clock}
    shared |= {declared.phrases.at} if declared.phrases is not None else set()
    places = (
        [] if errors is None else [each for each in error_locations(errors) if each.pointer not in shared]
    )
    present = [str(place) for place in places if read(exchange, place) not in (MISSING, None)]
    return Judgement("ENVELOPE-ERROR", not present, "no error beside the data", ", ".join(present) or "none")


def _judge_clock(exchange: Exchange, pointer: str) -> Iterator[Judgement]:
    """Yield whether the time in a body is near that of Date (RFC 9110 6.6.1), if there is a Date."""
    date = _seconds(exchange.response.headers.get("date"))
    if date is not None:
        time = _seconds(read(exchange, ResponseLocation(pointer)))
        holds = time is not None and abs(time - date) <= MAX_CLOCK_DIFFERENCE_S
        expected = f"a time within {MAX_CLOCK_DIFFERENCE_S} seconds of Date, {date:.0f}"
        found = describe(exchange, ResponseLocation(pointer), holds=holds)
        yield Judgement("ENVELOPE-CLOCK", holds, expected, found, pointer)


def _judge_closed(exchange: Exchange, declared: Envelope) -> Iterator[Judgement]:
    """Yield whether an object has no other properties than the declared ones."""
    phrases = declared.phrases.at if declared.phrases is not None else None
    pointers = [
        *declared.members,
        *declared.constant,
        declared.data,
        declared.status,
        declared.clock,
        phrases,
    ]
    known = {each.split("/")[1] for each in pointers if each}
    known |= set(declared.closed) if isinstance(declared.closed, list) else set()
    for body in json_objects(exchange):
        further = sorted(body.keys() - known)
        found = ", ".join(map(repr, further)) or "no other member"
        yield Judgement("ENVELOPE-CLOSED", not further, f"no member but {', '.join(sorted(known))}", found)


def _seconds(value: Any) -> float | None:
    """Return the Unix time of a number (of seconds or milliseconds), an RFC 3339 or an HTTP date."""
    if (number := to_float(value)) is not None:
        return number / 1000 if number >= MILLISECONDS_FROM else number
    if not isinstance(value, str):
        return None
    if (seconds := unix_seconds(value)) is not None:
        return float(seconds)
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
