"""What a pure judgement of an exchange says about a generic claim, and the findings that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tuningfork.checks.base import Check, has_body
from tuningfork.checks.envelope import is_http_layer_response
from tuningfork.checks.json_body import json_values
from tuningfork.checks.json_properties import describe_body
from tuningfork.checks.places import MISSING, find_value, has_form
from tuningfork.contract.messages import repr_short
from tuningfork.contract.openapi import Operation
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.errors import Errors
from tuningfork.conventions.grammar.forms import Form
from tuningfork.conventions.grammar.locations import ResponseLocation
from tuningfork.conventions.grammar.phrases import Phrases
from tuningfork.model import Exchange, Finding


@dataclass(frozen=True, slots=True)
class Judgement:
    """The result for one generic claim in one exchange; the other arguments are as in `Finding`.

    Args:
        generic: the id of the generic claim, such as "ERRORS-FORM".
    """

    generic: str
    holds: bool
    expected: str
    found: str
    pointer: str = ""


Judge = Callable[[Exchange, Operation | None], Iterable[Judgement]]


def as_check(declaration: Declaration, judge: Judge) -> Check:
    """Return the check that names the API's claims in place of the generic ones."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield a finding for each claim that a judgement is about."""
        for each in judge(exchange, operation):
            for claim in declaration.own_ids(each.generic, operation):
                yield Finding(claim, each.holds, each.expected, each.found, each.pointer)

    return check


def is_error(exchange: Exchange, declared: Errors | None) -> bool:
    """Return whether a response is an error: by its status, or by its body where `errors.when` says so."""
    if exchange.response.status >= 400:
        return True
    conditions = (declared.when if declared is not None else None) or {}
    return bool(conditions) and all(
        has_form(read(exchange, ResponseLocation(pointer)), Form(const=(value,)))
        for pointer, value in conditions.items()
    )


def may_have_any_form(exchange: Exchange) -> bool:
    """Return whether a response has no body that the API could give a form."""
    return not has_body(exchange, None) or is_http_layer_response(exchange)


def read(exchange: Exchange, place: ResponseLocation) -> Any:
    """Return what a response has at a location; MISSING where there is nothing, or no JSON."""
    if place.header is not None:
        return exchange.response.headers.get(place.header, MISSING)
    return next((find_value(body, place.pointer or "") for body in json_values(exchange)), MISSING)


def describe(exchange: Exchange, place: ResponseLocation, *, holds: bool = False) -> str:
    """Return what a response has at a location, for a message; "" for a claim that holds."""
    if holds:
        return ""
    value = read(exchange, place)
    if value is not MISSING:
        return repr_short(value)
    is_json = place.header is not None or json_values(exchange)
    return f"no {place.header or place.pointer}" if is_json else describe_body(exchange)


def judge_property(generic: str, exchange: Exchange, place: ResponseLocation, form: Form) -> Judgement:
    """Return whether a response has a property or a header of a form."""
    holds = has_form(read(exchange, place), form)
    name = place.header or place.pointer or ""
    return Judgement(generic, holds, f"{form} at {place}", describe(exchange, place, holds=holds), name)


def judge_status(generic: str, exchange: Exchange, pointer: str) -> Judgement:
    """Return whether a response repeats its status, as a number or as its text."""
    value, status = read(exchange, ResponseLocation(pointer)), exchange.response.status
    holds = value in (status, str(status)) and not isinstance(value, bool)
    found = describe(exchange, ResponseLocation(pointer), holds=holds)
    return Judgement(generic, holds, f"the status {status}", found, pointer)


def judge_phrase(generic: str, exchange: Exchange, phrases: Phrases) -> Iterator[Judgement]:
    """Yield whether a response has the text of its status, if there is one."""
    expected, value = phrases.text(exchange.response.status), read(exchange, ResponseLocation(phrases.at))
    if expected is not None:
        holds = value == expected or (phrases.allows_more and _says_more(value, expected, phrases))
        found = describe(exchange, ResponseLocation(phrases.at), holds=holds)
        yield Judgement(generic, holds, repr_short(expected), found, phrases.at)


def judge_media_type(generic: str, exchange: Exchange, media_type: str) -> Judgement:
    """Return whether a response has a media type, without regard to its parameters."""
    found = exchange.response.media_type
    holds = found == media_type.partition(";")[0].strip().lower()
    return Judgement(generic, holds, media_type, found or "no Content-Type", "Content-Type")


def _says_more(value: Any, expected: str, phrases: Phrases) -> bool:
    """Return whether a text has letters and is not the text of another status."""
    text = _plain(value) if isinstance(value, str) else ""
    others = {_plain(each) for each in phrases.texts.values() if each != expected}
    return any(map(str.isalpha, text)) and text not in others


def _plain(text: str) -> str:
    """Return a text in lower case without white space around it and without `.` and `!` at its end."""
    return text.strip().rstrip(".!").casefold()
