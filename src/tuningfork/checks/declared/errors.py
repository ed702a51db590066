"""Judges `errors` on every exchange."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tuningfork.checks.base import Check
from tuningfork.checks.error_form import error_locations, judge_disclosure, judge_error
from tuningfork.checks.json_body import json_values
from tuningfork.checks.json_properties import describe_body
from tuningfork.checks.judgement import Judgement, as_check, is_error, may_have_any_form, read
from tuningfork.checks.places import MISSING
from tuningfork.checks.route_values import fits_route
from tuningfork.contract.openapi import Operation
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.errors import Errors
from tuningfork.conventions.grammar.locations import ResponseLocation
from tuningfork.model import Exchange, is_server_failure


def checks(declaration: Declaration) -> Iterable[Check]:
    """Return the checks of the form of errors."""

    def judge(exchange: Exchange, operation: Operation | None) -> Iterator[Judgement]:
        """Yield what is judged of an error, or of any other response."""
        declared = declaration.of("errors", operation)
        if declared is None:
            return
        yield from _judge_json(exchange, declared)
        if is_error(exchange, declared):
            yield from _judge_inside(exchange, declared)
            yield from _judge_form(exchange, operation, declared)
        elif declared.only_on_errors and exchange.response.status < 300:
            yield _judge_absence(exchange, declared, _shared(declaration, operation))

    return [as_check(declaration, judge)] if declaration.values("errors") else []


def _judge_form(exchange: Exchange, operation: Operation | None, declared: Errors) -> Iterator[Judgement]:
    """Yield whether an error has the declared form; outside of the document this is a claim of its own.

    A path with a value that the document does not allow is outside: a router may take it for an unknown one.
    """
    is_documented = operation is not None and fits_route(exchange.request, operation)
    if may_have_any_form(exchange) or (declared.bare and exchange.response.status in declared.bare):
        return
    for each in judge_error(exchange, declared):
        yield each if is_documented else replace(each, generic="ERRORS-EVERYWHERE")


def _judge_inside(exchange: Exchange, declared: Errors) -> Iterator[Judgement]:
    """Yield whether an error discloses nothing of the inside, and whether the server has failed."""
    status = exchange.response.status
    if declared.no_internals:
        yield judge_disclosure("ERRORS-NO-INTERNALS", exchange)
    if declared.no_5xx:
        holds = status == 501 or not is_server_failure(exchange.request.method, status)
        yield Judgement("ERRORS-NO-5XX", holds, "a status below 500", str(status), "status")


def _judge_json(exchange: Exchange, declared: Errors) -> Iterator[Judgement]:
    """Yield whether a body that its media type calls JSON is JSON."""
    media_type = exchange.response.media_type
    is_called_json = media_type == "application/json" or media_type.endswith("+json")
    if declared.is_json and is_called_json and exchange.response.body and not may_have_any_form(exchange):
        is_json = bool(json_values(exchange))
        yield Judgement("ERRORS-IS-JSON", is_json, "JSON", "" if is_json else describe_body(exchange))


def _judge_absence(exchange: Exchange, declared: Errors, shared: set[str]) -> Judgement:
    """Return whether a response that is not an error has no property of one."""
    places = [place for place in error_locations(declared) if place.pointer not in shared]
    places += [declared.code] if declared.code is not None else []
    present = [str(place) for place in places if _is_present(exchange, place)]
    return Judgement("ERRORS-ONLY", not present, "no member of an error", ", ".join(present) or "none")


def _is_present(exchange: Exchange, place: ResponseLocation) -> bool:
    """Return whether a response has anything but null at a location."""
    return read(exchange, place) not in (MISSING, None)


def _shared(declaration: Declaration, operation: Operation | None) -> set[str]:
    """Return the properties that the envelope of other responses has, too."""
    envelope = declaration.of("envelope", operation)
    if envelope is None:
        return set()
    phrases = [envelope.phrases.at] if envelope.phrases is not None else []
    return {*envelope.members, *phrases, *filter(None, [envelope.data, envelope.status, envelope.clock])}
