"""An exchange as reports show it: cut to a size that one reads, its secrets replaced by names."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict

from tuningfork.model import Exchange, Headers
from tuningfork.redaction import MAX_TEXT_CHARS, Disclosure, escape_controls, printable_line
from tuningfork.report.curl import curl

LONGEST_URL = 20_000
"""Characters of a URL that are shown."""
LONGEST_FIELD = 8000
"""Characters of a header field that are shown."""


class Message(BaseModel):
    """The headers and the body of a request or response; a long body is cut, a binary one is described."""

    model_config = ConfigDict(frozen=True)

    headers: list[tuple[str, str]]
    body: str


class ExchangeRecord(BaseModel):
    """One request, its response, and the command that repeats it."""

    model_config = ConfigDict(frozen=True)

    method: str
    url: str
    status: int
    reason: str
    seconds: float
    request: Message
    response: Message
    curl: str

    @classmethod
    def of(cls, exchange: Exchange, disclosure: Disclosure | None = None) -> Self:
        """The record of an exchange, without its secrets."""
        told, request, response = disclosure or Disclosure(), exchange.request, exchange.response
        return cls(
            method=told.line(request.method),
            url=told.line(request.url, LONGEST_URL),
            status=response.status,
            reason=told.line(response.reason),
            seconds=round(exchange.seconds, 6),
            request=_message(told, request.headers, request.body),
            response=_message(told, response.headers, response.body),
            curl=escape_controls(curl(request, told)),
        )


def _message(told: Disclosure, headers: Headers, body: bytes) -> Message:
    pairs = [
        (told.line(name), printable_line(told.header(name, value), LONGEST_FIELD))
        for name, value in headers.pairs
    ]
    return Message(headers=pairs, body=_body(told, body, headers.get("content-type", "")))


def _body(told: Disclosure, body: bytes, content_type: str) -> str:
    media_type = told.line(content_type.partition(";")[0].strip().lower(), 100)
    if b"\0" in body or media_type.startswith(("audio/", "image/", "video/")):
        return f"({len(body):,} bytes of {media_type or 'binary data'})"
    # What is searched is much longer than what is shown: no secret that is shown was cut in two before.
    text = escape_controls(told.body(body[: 4 * MAX_TEXT_CHARS], media_type).decode("utf-8", "replace"))
    return text if len(text) <= MAX_TEXT_CHARS else f"{text[:MAX_TEXT_CHARS]}… ({len(body):,} bytes)"
