"""Checks of envelopes: JSON objects that repeat the HTTP status and have either data or an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tuningfork.checks.base import Check, Scope, has_body
from tuningfork.checks.http_rejections import rejected_by_http_layer
from tuningfork.checks.json_body import json_objects
from tuningfork.checks.json_properties import describe_body, describe_property, is_status
from tuningfork.contract.messages import repr_short
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding

_Result = tuple[bool, str]
"""Whether a body is correct, and what it has, as a phrase for a message."""


def always(exchange: Exchange, operation: Operation | None) -> bool:
    """Return True: a scope that applies to every exchange."""
    return True


def is_http_layer_response(exchange: Exchange, operation: Operation | None = None) -> bool:
    """Return whether the HTTP layer may have sent this response without the API.

    The HTTP layer may reject a malformed request, and respond to OPTIONS and TRACE. A response with a media
    type of JSON always belongs to the API.
    """
    is_automatic = exchange.request.method.upper() in ("OPTIONS", "TRACE") and exchange.response.status < 400
    is_http_layer = is_automatic or rejected_by_http_layer(exchange)
    return is_http_layer and "json" not in exchange.response.media_type


@dataclass(frozen=True)
class EnvelopeSchema:
    """The property names and the texts of an API's envelope; its methods return checks.

    Args:
        phrases: the required message for each status; other statuses may have any message.
        texts: the required error text for each status; other statuses may have any error text.
        successes: the statuses that must have data.
        bare: the statuses of the HTTP layer that may have no body.
        status: the name of the property with the status.
        message: the name of the property with the message.
        data: the name of the property with the data.
        error: the name of the property with the error text.
    """

    phrases: Mapping[int, str]
    texts: Mapping[int, str]
    successes: frozenset[int] = field(default=frozenset({200, 201}))
    bare: frozenset[int] = frozenset()
    status: str = "status"
    message: str = "message"
    data: str = "data"
    error: str = "error"

    def shape(self, claim: str, applies: Scope = always) -> Check:
        """Check that a body is application/json, an object with an integer status and a string message."""
        expected = f"application/json, an object with integer {self.status} and string {self.message}"

        def judge(exchange: Exchange) -> Iterator[Finding]:
            """Yield a finding if the response has a body."""
            if exchange.response.body:
                is_json_type = exchange.response.media_type == "application/json"
                holds = is_json_type and any(map(self._has_status_and_message, json_objects(exchange)))
                yield Finding(claim, holds, expected, "" if holds else describe_body(exchange))

        return _for_api_responses(applies, judge)

    def repeats_status(self, claim: str, applies: Scope = always) -> Check:
        """Check that the status in the body is the HTTP status."""

        def judge(exchange: Exchange) -> Iterator[Finding]:
            """Yield a finding if the body is a JSON object."""
            for body in json_objects(exchange):
                holds, status = is_status(body.get(self.status), exchange), exchange.response.status
                found = describe_property(body, self.status)
                yield Finding(claim, holds, f"{self.status}: {status}", found, f"/{self.status}")

        return _for_api_responses(applies, judge)

    def message_text(self, claim: str, applies: Scope = always) -> Check:
        """Check that the message is the required one for the status (see `phrases`)."""

        def judge(exchange: Exchange) -> Iterator[Finding]:
            """Yield a finding if the status has a required message and the body is a JSON object."""
            expected = self.phrases.get(exchange.response.status)
            for body in json_objects(exchange) if expected else ():
                holds, found = body.get(self.message) == expected, describe_property(body, self.message)
                wanted = f"{self.message}: {repr_short(expected)}"
                yield Finding(claim, holds, wanted, found, f"/{self.message}")

        return _for_api_responses(applies, judge)

    def data_on_success(self, claim: str, applies: Scope = always) -> Check:
        """Check that a success has data and no error."""

        def judge(exchange: Exchange) -> Iterator[Finding]:
            """Yield a finding if the status is one of `successes`."""
            if exchange.response.status in self.successes:
                holds, found = _test_object(exchange, self._test_success)
                yield Finding(claim, holds, f"{self.data} and no {self.error}", found)

        return _for_api_responses(applies, judge)

    def error_on_failure(self, claim: str, applies: Scope = always) -> Check:
        """Check that a 4xx or 5xx has an error text that is not empty, and no data."""

        def judge(exchange: Exchange) -> Iterator[Finding]:
            """Yield a finding for a 4xx or 5xx, except one without a body whose status is in `bare`."""
            status = exchange.response.status
            if status >= 400 and (exchange.response.body or status not in self.bare):
                holds, found = _test_object(exchange, self._test_failure)
                yield Finding(claim, holds, f"a text as {self.error} and no {self.data}", found)

        return _for_api_responses(applies, judge)

    def error_text(self, claim: str, applies: Scope = always) -> Check:
        """Check that the error text contains the required text for the status, or is a more specific text.

        A specific text has letters and is neither the text nor the message of another status.
        """

        def judge(exchange: Exchange) -> Iterator[Finding]:
            """Yield a finding if the status has a required error text and the body has an error text."""
            status = exchange.response.status
            for body in json_objects(exchange) if status in self.texts else ():
                value = body.get(self.error)
                if isinstance(value, str) and value:
                    holds = self._is_error_text(value, status)
                    expected = f"{repr_short(self.texts[status])}, or more about it"
                    yield Finding(claim, holds, expected, repr_short(value), f"/{self.error}")

        return _for_api_responses(applies, judge)

    def _has_status_and_message(self, body: Mapping[str, Any]) -> bool:
        """Return whether a body has an integer status and a string message."""
        status = body.get(self.status)
        is_integer = isinstance(status, int) and not isinstance(status, bool)
        return is_integer and isinstance(body.get(self.message), str)

    def _test_success(self, body: Mapping[str, Any]) -> _Result:
        """Return whether a body has data and no error (null counts as missing), and what it has instead."""
        error = body.get(self.error)
        if body.get(self.data) is None:
            return False, describe_property(body, self.data)
        return error is None, describe_property(body, self.error)

    def _test_failure(self, body: Mapping[str, Any]) -> _Result:
        """Return whether a body has an error text and no data (null counts as missing), and what it has."""
        error, data = body.get(self.error), body.get(self.data)
        if not isinstance(error, str) or not error:
            return False, describe_property(body, self.error)
        return data is None, describe_property(body, self.data)

    def _is_error_text(self, text: str, status: int) -> bool:
        """Return whether an error text fits a status: its text, its message, or no text of another status."""
        normalized = _normalize(text)
        if _normalize(self.texts[status]) in normalized:
            return True
        if normalized == _normalize(self.phrases.get(status, "")):
            return True
        other_texts = {_normalize(each) for table in (self.texts, self.phrases) for each in table.values()}
        return any(map(str.isalpha, normalized)) and normalized not in other_texts


def status_in_set(claim: str, statuses: frozenset[int]) -> Check:
    """Check that a documented operation responds with one of these statuses to every request."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield a finding if the operation is documented."""
        if operation is not None:
            status = exchange.response.status
            yield Finding(claim, status in statuses, "a documented status", str(status), "status")

    return check


def _for_api_responses(applies: Scope, judge: Callable[[Exchange], Iterator[Finding]]) -> Check:
    """Return a check that runs `judge` on responses of the API that may have a body."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield the findings of `judge` if the API, not the HTTP layer, sent the response."""
        is_api_response = has_body(exchange, operation) and not is_http_layer_response(exchange)
        if is_api_response and applies(exchange, operation):
            yield from judge(exchange)

    return check


def _test_object(exchange: Exchange, test: Callable[[Mapping[str, Any]], _Result]) -> _Result:
    """Return the result of `test` for the body; a body that is not a JSON object fails."""
    bodies = json_objects(exchange)
    return test(bodies[0]) if bodies else (False, describe_body(exchange))


def _normalize(text: str) -> str:
    """Return a text in lower case without white space around it and without `.` and `!` at its end."""
    return text.strip().rstrip(".!").casefold()
