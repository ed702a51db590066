"""An exchange as the page shows it: headers and bodies, and a mark on what breaks a claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tuningfork.report.exchange import ExchangeRecord, Message
from tuningfork.report.page.body import TRUNCATED, Body, body
from tuningfork.report.test_result import Violation

STATUS = "status"
"""The pointer of a violation that is about the status."""

NOT_IN_RESPONSE = {
    "": "not in the response",
    "around": "not in the response; the value around it is marked",
    "end": "not in the response; the end of the body is shown",
}
"""Where a pointer leads that is not in the response, by what the body marks."""


@dataclass(frozen=True, slots=True)
class MessageView:
    """Headers, each with whether it is marked, and the body."""

    headers: tuple[tuple[str, str, bool], ...]
    body: Body


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """An exchange; `marks_status` says that its status breaks the claim."""

    record: ExchangeRecord
    request: MessageView
    response: MessageView
    marks_status: bool = False

    @property
    def status(self) -> str:
        """The status and its reason phrase."""
        return f"{self.record.status} {self.record.reason}" if self.record.status else "no response"

    @property
    def has_marked_header(self) -> bool:
        """Whether a header of the response is marked."""
        return any(is_marked for _, _, is_marked in self.response.headers)


@dataclass(frozen=True, slots=True)
class ViolationView:
    """A violation, its exchanges, and the line that runs its test again."""

    violation: Violation
    exchange: ExchangeView | None
    compared: tuple[ExchangeView, ...]
    rerun: str

    @property
    def is_marked(self) -> bool:
        """Whether the position of the violation is marked."""
        shown = self.exchange
        return shown is not None and (
            shown.marks_status or shown.has_marked_header or shown.response.body.marks == "exact"
        )

    @property
    def excerpt(self) -> str:
        """The part of the response at the pointer; empty if the exchange shows it, or what is around it."""
        if self.is_marked or self.exchange is None:
            return ""
        is_cut = TRUNCATED.search(self.exchange.record.response.body)
        return self.violation.excerpt if is_cut or not self.exchange.response.body.marks else ""

    @property
    def location(self) -> str:
        """Where the pointer leads, in words that follow it; empty if nothing is known."""
        if not self.violation.pointer or self.exchange is None:
            return ""
        if self.is_marked:
            return "marked in the response"
        if cut := TRUNCATED.search(self.exchange.record.response.body):
            return f"not in the first {cut.start():,} characters of the body; the rest is not recorded"
        return NOT_IN_RESPONSE[self.exchange.response.body.marks]


def exchange_view(record: ExchangeRecord, pointer: str = "") -> ExchangeView:
    """Return the view of an exchange with the position of a violation marked.

    Args:
        record: the exchange.
        pointer: a JSON pointer into the response body, the name of a response header, or "status".
    """
    return ExchangeView(
        record, _message(record.request), _message(record.response, pointer), marks_status=pointer == STATUS
    )


def exchange_views(records: Sequence[ExchangeRecord]) -> tuple[ExchangeView, ...]:
    """Return the views of exchanges in which nothing is marked."""
    return tuple(exchange_view(record) for record in records)


def violation_view(violation: Violation, rerun: str) -> ViolationView:
    """Return the view of a violation and of its exchanges."""
    record = violation.exchange
    shown = None if record is None else exchange_view(record, violation.pointer)
    return ViolationView(violation, shown, exchange_views(violation.compared), rerun)


def _message(message: Message, pointer: str = "") -> MessageView:
    """Return the headers and the body of a message with the position of the pointer marked."""
    headers = tuple((name, value, name.lower() == pointer.lower()) for name, value in message.headers)
    return MessageView(headers, body(message.body, pointer))
