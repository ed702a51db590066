"""Verifies signatures of OAuth 1.0 (RFC 5849) with HMAC-SHA1."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from flask import Request

CONSUMER_KEY, CONSUMER_SECRET = "reference-consumer", "reference-consumer-secret"
TOKEN_SECRET = "reference-token-secret"  # noqa: S105 - of a server for tests
PARAMETER = re.compile(r'(\w+)="([^"]*)"')
METHOD, VERSION = "HMAC-SHA1", "1.0"


@dataclass
class Signatures:
    """Verifies the signatures of one consumer, and remembers used nonces.

    Args:
        now: returns the time of the server.
        window: the seconds by which a timestamp may be off; None for any number.
        nonces: the used nonces with their timestamps.
    """

    now: Callable[[], float]
    window: float | None = None
    nonces: set[tuple[str, str]] = field(default_factory=set)

    def token(self, request: Request) -> str | None:
        """Return the token of a signed request, empty for the consumer alone; None for an invalid one."""
        sent = self.sent(request)
        rules: tuple[Callable[[Request, dict[str, str]], bool], ...] = (
            self.has_consumer,
            self.has_method,
            self.has_version,
            self.has_timestamp,
            self.is_recent,
            self.has_signature,
            self.has_new_nonce,
        )
        return sent.get("oauth_token", "") if all(rule(request, sent) for rule in rules) else None

    def sent(self, request: Request) -> dict[str, str]:
        """Return the protocol parameters in the header of a request (RFC 5849 3.5.1)."""
        header = request.headers.get("Authorization", "")
        return {name: unquote(value) for name, value in PARAMETER.findall(header)}

    def has_consumer(self, request: Request, sent: dict[str, str]) -> bool:
        """Return whether the consumer is known."""
        return sent.get("oauth_consumer_key") == CONSUMER_KEY

    def has_method(self, request: Request, sent: dict[str, str]) -> bool:
        """Return whether the signature method is supported."""
        return sent.get("oauth_signature_method") == METHOD

    def has_version(self, request: Request, sent: dict[str, str]) -> bool:
        """Return whether the version is 1.0, if it is sent."""
        return sent.get("oauth_version", VERSION) == VERSION

    def has_timestamp(self, request: Request, sent: dict[str, str]) -> bool:
        """Return whether the timestamp is a positive integer."""
        return re.fullmatch("[1-9][0-9]*", sent.get("oauth_timestamp", "")) is not None

    def is_recent(self, request: Request, sent: dict[str, str]) -> bool:
        """Return whether the timestamp is about the time of the server, if it is a positive integer."""
        text = sent.get("oauth_timestamp", "")
        is_number = re.fullmatch("[1-9][0-9]*", text) is not None
        return self.window is None or not is_number or abs(self.now() - int(text)) < self.window

    def has_new_nonce(self, request: Request, sent: dict[str, str]) -> bool:
        """Return whether the nonce was not used with this timestamp, and remember it."""
        used = (sent.get("oauth_timestamp", ""), sent.get("oauth_nonce", ""))
        is_new = used not in self.nonces
        self.nonces.add(used)
        return is_new

    def has_signature(self, request: Request, sent: dict[str, str]) -> bool:
        """Return whether the signature is that of the request (RFC 5849 3.4)."""
        own = [(name, value) for name, value in sent.items() if name != "oauth_signature"]
        parameters = [*own, *request.args.items(multi=True), *request.form.items(multi=True)]
        text = "&".join(map(_escape, (request.method, request.base_url, _normalized(parameters))))
        secret = TOKEN_SECRET if sent.get("oauth_token") else ""
        key = f"{_escape(CONSUMER_SECRET)}&{_escape(secret)}"
        digest = hmac.new(key.encode(), text.encode(), hashlib.sha1).digest()
        return hmac.compare_digest(base64.b64encode(digest).decode(), sent.get("oauth_signature", ""))


def _normalized(parameters: Iterable[tuple[str, str]]) -> str:
    """Return sorted and encoded parameters (RFC 5849 3.4.1.3.2)."""
    return "&".join(
        f"{name}={value}" for name, value in sorted((_escape(n), _escape(v)) for n, v in parameters)
    )


def _escape(text: str) -> str:
    """Return a percent-encoded text (RFC 5849 3.6)."""
    return quote(text, safe="~")
