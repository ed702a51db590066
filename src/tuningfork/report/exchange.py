"""An exchange as reports show it: cut to a size that one reads, its secrets replaced by names."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict

from tuningfork.model import Exchange, Headers
from tuningfork.redaction import Places, Redaction
from tuningfork.report.curl import curl, variable

LONGEST = 2000
"""Characters of a body that are shown."""


def shown(places: Places | None = None) -> Redaction:
    """Writes `$ACCESS_TOKEN` and the like where a secret stands."""
    return Redaction(places or Places(), lambda name, _secret: f"${variable(name)}")


def printable(text: str, longest: int = LONGEST) -> str:
    """Text of a target in one line of at most so many characters, in which nothing steers a terminal."""
    line = "".join(each if each.isprintable() else repr(each)[1:-1] for each in text[: longest + 1])
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


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
    def of(cls, exchange: Exchange, places: Places | None = None) -> Self:
        """The record of an exchange, without its secrets."""
        redact, request, response = shown(places), exchange.request, exchange.response
        return cls(
            method=request.method,
            url=redact.text(request.url),
            status=response.status,
            reason=response.reason,
            seconds=round(exchange.seconds, 6),
            request=_message(redact, request.headers, request.body),
            response=_message(redact, response.headers, response.body),
            curl=curl(request, places),
        )


def _message(redact: Redaction, headers: Headers, body: bytes) -> Message:
    pairs = [(name, redact.header(name, value)) for name, value in headers.pairs]
    return Message(headers=pairs, body=_body(redact, body, headers.get("content-type", "")))


def _body(redact: Redaction, body: bytes, content_type: str) -> str:
    media_type = content_type.partition(";")[0].strip().lower()
    if b"\0" in body or media_type.startswith(("audio/", "image/", "video/")):
        return f"({len(body):,} bytes of {media_type or 'binary data'})"
    # Cut far behind what is shown, so that no secret is cut in two before it is found.
    text = redact.body(body[: 4 * LONGEST], media_type).decode("utf-8", "replace")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(body):,} bytes)"
