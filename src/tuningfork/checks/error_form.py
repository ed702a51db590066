"""Judges whether an error response has the declared form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tuningfork.checks.information_disclosure import find_internals
from tuningfork.checks.judgement import (
    Judgement,
    describe,
    judge_media_type,
    judge_phrase,
    judge_property,
    judge_status,
    read,
)
from tuningfork.checks.places import MISSING, find_value, has_form
from tuningfork.contract.messages import repr_short
from tuningfork.conventions.errors import Errors
from tuningfork.conventions.grammar.forms import Form, iterate_locations
from tuningfork.conventions.grammar.locations import ResponseLocation
from tuningfork.conventions.grammar.statuses import Statuses
from tuningfork.model import Exchange, Request

MIN_ECHO = 4
"""The fewest characters of a request that are taken out of a response before it is searched."""


def judge_error(exchange: Exchange, declared: Errors) -> Iterator[Judgement]:
    """Yield whether an error has what is declared of its form: properties, list, code, status, text, type."""
    if declared.has_form:
        yield from _first_failure(_judge_properties(exchange, declared))
    if declared.list_ is not None:
        yield _judge_list(exchange, declared.list_, declared.items)
    if declared.code is not None:
        yield from _judge_code(exchange, declared)
    if declared.status is not None and not _may_lack(exchange, declared, ResponseLocation(declared.status)):
        yield judge_status("ERRORS-STATUS", exchange, declared.status)
    if declared.phrases is not None:
        yield from judge_phrase("ERRORS-PHRASE", exchange, declared.phrases)
    if declared.media_type is not None:
        yield judge_media_type("ERRORS-MEDIA-TYPE", exchange, declared.media_type)


def judge_disclosure(generic: str, exchange: Exchange) -> Judgement:
    """Return whether a response discloses no internals, apart from the texts of the request."""
    text = exchange.response.text
    for echo in sorted(_echoes(exchange.request), key=len, reverse=True):
        text = text.replace(echo, "")
    found = find_internals(text)
    expected = "a body without a stack trace, a file path or a query"
    return Judgement(generic, found is None, expected, found or "no internals")


def error_locations(declared: Errors) -> Iterator[ResponseLocation]:
    """Yield the locations that only an error has something at, each once."""
    names = dict.fromkeys(
        [*declared.members, *declared.optional, *(name for each in declared.one_of for name in each)]
    )
    yield from (place for place, _ in iterate_locations(dict.fromkeys(names, Form())))
    if declared.list_ is not None:
        yield ResponseLocation(declared.list_)


def _judge_properties(exchange: Exchange, declared: Errors) -> Iterator[Judgement]:
    """Yield whether an error has each of its properties."""
    for place, form in iterate_locations(declared.members):
        yield judge_property("ERRORS-FORM", exchange, place, form)
    for place, form in iterate_locations(declared.optional):
        if read(exchange, place) is not MISSING:
            yield judge_property("ERRORS-FORM", exchange, place, form)
    alternatives = [list(_judge_alternative(exchange, each)) for each in declared.one_of]
    if alternatives and not any(all(each.holds for each in group) for group in alternatives):
        yield next(each for group in alternatives for each in group if not each.holds)
    if not declared.members and not alternatives and declared.is_json:
        yield judge_property("ERRORS-FORM", exchange, ResponseLocation(""), Form(types=("object",)))


def _judge_alternative(exchange: Exchange, members: Mapping[str, Form]) -> Iterator[Judgement]:
    """Yield whether an error has each property of an alternative."""
    for place, form in iterate_locations(members):
        yield judge_property("ERRORS-FORM", exchange, place, form)


def _first_failure(judgements: Iterator[Judgement]) -> Iterator[Judgement]:
    """Yield the failed judgements; one that says that all hold if no one fails."""
    failed = [each for each in judgements if not each.holds]
    yield from failed or [Judgement("ERRORS-FORM", True, "the declared members", "the declared members")]


def _judge_list(exchange: Exchange, pointer: str, items: Mapping[str, Form]) -> Judgement:
    """Return whether an error has a list that is not empty, whose entries have properties of their forms."""
    entries = read(exchange, ResponseLocation(pointer))
    if not isinstance(entries, list) or not entries:
        found = describe(exchange, ResponseLocation(pointer))
        return Judgement("ERRORS-LIST", False, f"a list at {pointer}, not empty", found, pointer)
    for number, entry in enumerate(entries):
        for name, form in items.items():
            value = find_value(entry, name)
            if not isinstance(entry, dict) or (value is not MISSING and not has_form(value, form)):
                found = repr_short(value if isinstance(entry, dict) else entry)
                return Judgement(
                    "ERRORS-LIST", False, f"{form} at {name}", found, f"{pointer}/{number}{name}"
                )
    return Judgement("ERRORS-LIST", True, f"a list at {pointer}", f"{len(entries)} entries")


def _judge_code(exchange: Exchange, declared: Errors) -> Iterator[Judgement]:
    """Yield whether an error has a code, and one of those that are declared for its status."""
    assert declared.code is not None
    place, status = declared.code, exchange.response.status
    value = read(exchange, place)
    known = [codes for pattern, codes in declared.codes.items() if status in Statuses((pattern,))]
    if _may_lack(exchange, declared, place) and not known:
        return
    codes = known[0] if known else ()
    is_code = isinstance(value, int | str) and not isinstance(value, bool) and value != ""
    expected = f"the code {' or '.join(codes)}" if codes else f"a code at {place}"
    holds = is_code and (not codes or str(value) in codes)
    found = describe(exchange, place, holds=holds)
    yield Judgement("ERRORS-CODE", holds, expected, found, place.header or place.pointer or "")


def _may_lack(exchange: Exchange, declared: Errors, place: ResponseLocation) -> bool:
    """Return whether an error lacks what it need not have."""
    name = f"header {place.header}" if place.header is not None else place.pointer
    return name in declared.optional and read(exchange, place) is MISSING


def _echoes(request: Request) -> Iterator[str]:
    """Yield the texts of a request that a server may repeat."""
    body = request.body.decode("utf-8", "replace")
    values = [request.url, request.path, body, *(text for pair in request.query for text in pair)]
    yield from (text for text in values if len(text) >= MIN_ECHO)
    yield from (value for _, value in request.headers.pairs if len(value) >= MIN_ECHO)
