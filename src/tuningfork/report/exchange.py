"""An exchange as the reports show it: secrets are replaced by names, and long texts are truncated."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict

from tuningfork.model import Exchange, Headers
from tuningfork.redaction import Disclosure, escape_controls, printable_line
from tuningfork.report.curl import curl

MAX_URL_CHARS = 20_000
MAX_HEADER_CHARS = 8000
MAX_BODY_CHARS = 8000
MAX_VIOLATION_BODY_CHARS = 256_000
"""Longest body in which the report marks a property; a page of 200 tracks has about 250,000 characters."""
MAX_SUMMARY_URL_CHARS, MAX_SUMMARY_BODY_CHARS = 300, 160
SEARCH_FACTOR = 4
"""The text searched for secrets is so many times longer than the text shown, so no secret is cut in two."""


class Message(BaseModel):
    """Headers and body of a request or response; a long body is truncated, a binary one is described."""

    model_config = ConfigDict(frozen=True)

    headers: list[tuple[str, str]]
    body: str


class ExchangeRecord(BaseModel):
    """One request, its response, and the curl command that repeats it."""

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
    def of(
        cls, exchange: Exchange, disclosure: Disclosure | None = None, max_body: int = MAX_BODY_CHARS
    ) -> Self:
        """Build the record of an exchange without its secrets; bodies have at most `max_body` characters."""
        disclosure = disclosure or Disclosure()
        request, response = exchange.request, exchange.response
        return cls(
            method=disclosure.line(request.method),
            url=disclosure.line(request.url, MAX_URL_CHARS),
            status=response.status,
            reason=disclosure.line(response.reason),
            seconds=round(exchange.seconds, 6),
            request=redacted(disclosure, request.headers, request.body, max_body),
            response=redacted(disclosure, response.headers, response.body, max_body),
            curl=escape_controls(curl(request, disclosure)),
        )

    def summary(self, excerpt: str = "", found: str = "") -> str:
        """Return the request, the status and `excerpt`, by default the start of the body, in one line.

        The start of the body is left out if the text `found` already has it.
        """
        url = printable_line(self.url, MAX_SUMMARY_URL_CHARS)
        status = f"{self.status} {self.reason}".rstrip() if self.status else "no response"
        line = f"{self.method} {url} -> {status}"
        body = excerpt or printable_line(" ".join(self.response.body.split()), MAX_SUMMARY_BODY_CHARS)
        return f"{line}: {body}" if body and body.rstrip("…") not in found else line


def redacted(
    disclosure: Disclosure, headers: Headers, body: bytes, max_body: int = MAX_BODY_CHARS
) -> Message:
    """Return headers and body without secrets, truncated."""
    pairs = [
        (disclosure.line(name), printable_line(disclosure.header(name, value), MAX_HEADER_CHARS))
        for name, value in headers.pairs
    ]
    return Message(headers=pairs, body=_body(disclosure, body, headers.get("content-type", ""), max_body))


def _body(disclosure: Disclosure, body: bytes, content_type: str, max_chars: int) -> str:
    """Return the text of a body without secrets and truncated; for a binary body its size and type."""
    media_type = disclosure.line(content_type.partition(";")[0].strip().lower(), 100)
    if b"\0" in body or media_type.startswith(("audio/", "image/", "video/")):
        return f"({len(body):,} bytes of {media_type or 'binary data'})"
    searched = disclosure.body(body[: SEARCH_FACTOR * max_chars], media_type)
    text = escape_controls(searched.decode("utf-8", "replace"))
    return text if len(text) <= max_chars else f"{text[:max_chars]}… ({len(body):,} bytes)"
