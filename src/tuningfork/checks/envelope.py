"""Envelopes: JSON objects that say the HTTP status again, and hold either data or an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tuningfork.checks.base import Check, Scope, has_body
from tuningfork.checks.http_rejections import rejected_by_http_layer
from tuningfork.checks.json_body import json_objects
from tuningfork.checks.json_properties import describe_body, is_status
from tuningfork.contract.messages import repr_short
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding

Verdict = tuple[bool, str]
"""Whether a rule holds, and what was found in a phrase."""


def always(exchange: Exchange, operation: Operation | None) -> bool:
    """Every answer."""
    return True


def is_http_layer_response(exchange: Exchange, operation: Operation | None = None) -> bool:
    """What HTTP gives before or without the API: refusals of malformed requests, OPTIONS and TRACE.

    What says that it is JSON is the API's all the same.
    """
    asked = exchange.request.method.upper() in ("OPTIONS", "TRACE") and exchange.response.status < 400
    return (asked or rejected_by_http_layer(exchange)) and "json" not in exchange.response.media_type


@dataclass(frozen=True)
class EnvelopeSchema:
    """The words of an API's envelope, and the rules that follow from them.

    Args:
        phrases: what the message says, by status; any text for a status that is not here.
        texts: what the error says, by status; any text for a status that is not here.
        successes: the statuses that come with data.
        bare: the statuses of HTTP's own that may come without a body.
        status: the member that says the status.
        message: the member with the phrase.
        data: the member with what was asked for.
        error: the member with what failed.
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
        """A body is application/json, an object with the status as an integer and the message as a text."""
        expected = f"application/json, an object with integer {self.status} and string {self.message}"

        def judge(exchange: Exchange) -> Iterator[Finding]:
            if exchange.response.body:
                says_json = exchange.response.media_type == "application/json"
                holds = says_json and any(map(self._is_whole, json_objects(exchange)))
                yield Finding(claim, holds, expected, describe_body(exchange))

        return _within(applies, judge)

    def repeats_status(self, claim: str, applies: Scope = always) -> Check:
        """The status in the body is the HTTP status."""

        def judge(exchange: Exchange) -> Iterator[Finding]:
            for body in json_objects(exchange):
                value = body.get(self.status)
                expected = str(exchange.response.status)
                yield Finding(
                    claim, is_status(value, exchange), expected, repr_short(value), f"/{self.status}"
                )

        return _within(applies, judge)

    def message_text(self, claim: str, applies: Scope = always) -> Check:
        """The message is the phrase of its status."""

        def judge(exchange: Exchange) -> Iterator[Finding]:
            expected = self.phrases.get(exchange.response.status)
            for body in json_objects(exchange) if expected else ():
                value = body.get(self.message)
                yield Finding(claim, value == expected, str(expected), repr_short(value), f"/{self.message}")

        return _within(applies, judge)

    def data_on_success(self, claim: str, applies: Scope = always) -> Check:
        """A success has data and no error."""

        def judge(exchange: Exchange) -> Iterator[Finding]:
            if exchange.response.status in self.successes:
                holds, found = _of_object(exchange, self._is_success)
                yield Finding(claim, holds, f"{self.data}, and no {self.error}", found)

        return _within(applies, judge)

    def error_on_failure(self, claim: str, applies: Scope = always) -> Check:
        """An error has a text that is not empty, and no data."""

        def judge(exchange: Exchange) -> Iterator[Finding]:
            status = exchange.response.status
            if status >= 400 and (exchange.response.body or status not in self.bare):
                holds, found = _of_object(exchange, self._is_failure)
                yield Finding(claim, holds, f"a text as {self.error}, and no {self.data}", found)

        return _within(applies, judge)

    def error_text(self, claim: str, applies: Scope = always) -> Check:
        """The error is the text of its status or says more: it has words, and not those of another status."""

        def judge(exchange: Exchange) -> Iterator[Finding]:
            status = exchange.response.status
            for body in json_objects(exchange) if status in self.texts else ():
                value = body.get(self.error)
                if isinstance(value, str) and value:
                    expected = f"{self.texts[status]!r}, or more about it"
                    yield Finding(
                        claim, self._tells(value, status), expected, repr_short(value), f"/{self.error}"
                    )

        return _within(applies, judge)

    def _is_whole(self, body: Mapping[str, Any]) -> bool:
        status = body.get(self.status)
        is_integer = isinstance(status, int) and not isinstance(status, bool)
        return is_integer and isinstance(body.get(self.message), str)

    def _is_success(self, body: Mapping[str, Any]) -> Verdict:
        error = body.get(self.error)
        if body.get(self.data) is None:
            return False, f"no {self.data}"
        return error is None, f"{self.error} {repr_short(error)}"

    def _is_failure(self, body: Mapping[str, Any]) -> Verdict:
        error, data = body.get(self.error), body.get(self.data)
        if not isinstance(error, str) or not error:
            return False, f"{self.error} {repr_short(error)}"
        return data is None, f"{self.data} {repr_short(data)}"

    def _tells(self, text: str, status: int) -> bool:
        told = _plain(text)
        if _plain(self.texts[status]) in told or told == _plain(self.phrases.get(status, "")):
            return True
        others = {_plain(words) for table in (self.texts, self.phrases) for words in table.values()}
        return any(map(str.isalpha, told)) and told not in others


def status_in_set(claim: str, statuses: frozenset[int]) -> Check:
    """A documented operation answers with one of these statuses, whatever is sent."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        if operation is not None:
            status = exchange.response.status
            yield Finding(claim, status in statuses, "a status that is documented", str(status), "status")

    return check


def _within(applies: Scope, judge: Callable[[Exchange], Iterator[Finding]]) -> Check:
    """The judgement of answers that may have a body, but for those that are HTTP's own."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        if (
            has_body(exchange, operation)
            and not is_http_layer_response(exchange)
            and applies(exchange, operation)
        ):
            yield from judge(exchange)

    return check


def _of_object(exchange: Exchange, test: Callable[[Mapping[str, Any]], Verdict]) -> Verdict:
    """What a test says of the body; anything but an object fails it."""
    return next(map(test, json_objects(exchange)), (False, describe_body(exchange)))


def _plain(text: str) -> str:
    """A text without its case and the full stop at its end."""
    return text.strip().rstrip(".!").casefold()
