"""A fake server, and clients that are connected to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from tuningfork.client.client import Client
from tuningfork.client.exchange_log import ExchangeLog
from tuningfork.client.inprocess import WsgiAdapter
from tuningfork.client.pagination import LinkPaginator
from tuningfork.client.rate_limit import NoRateLimit
from tuningfork.client.recording_adapter import RecordingAdapter
from tuningfork.client.transport import TransportContext
from tuningfork.model import Request

FakeResponse = tuple[int, dict[str, str] | list[tuple[str, str]], bytes]
PAGER = LinkPaginator(link_property="next_href", items_property="collection", query={"linked": True})


@dataclass
class FakeServer:
    """Returns its responses in order, the last one repeatedly, and stores the requests that it receives."""

    responses: list[FakeResponse] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)

    def respond(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> FakeServer:
        """Append a response."""
        self.responses.append((status, headers or {}, body))
        return self

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.requests.append({**environ, "body": environ["wsgi.input"].read()})
        responses = self.responses or [(200, {}, b"")]
        status, headers, body = responses.pop(0) if len(responses) > 1 else responses[0]
        start_response(f"{status} Status", list(headers.items() if isinstance(headers, dict) else headers))
        return [body]


class FakeRateLimiter(NoRateLimit):
    """Never waits; stores the pauses and counts the waits."""

    def __init__(self) -> None:
        self.pauses: list[float] = []
        self.waits = 0

    def wait(self) -> None:
        self.waits += 1

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


@dataclass
class ClientFactory:
    """Creates clients of a fake server that share a log."""

    server: FakeServer = field(default_factory=FakeServer)
    rate_limiter: FakeRateLimiter = field(default_factory=FakeRateLimiter)
    exchange_log: ExchangeLog = field(default_factory=lambda: ExchangeLog(lambda _: (None, ())))
    lost: list[tuple[str, str]] = field(default_factory=list)

    def transport(self, **changed: Any) -> TransportContext:
        """Return a transport to the fake server; `changed` replaces some of its parts."""
        parts: dict[str, Any] = {
            "adapter": WsgiAdapter(self.server),
            "base_url": "https://api.example.com",
            "origins": frozenset({"https://api.example.com"}),
            "timeout": 5,
            "rate_limiter": self.rate_limiter,
            "exchange_log": self.exchange_log,
            "on_lost": self._lose,
        }
        return TransportContext(**parts | changed)

    def session(self, principal: str | None = "first", **changed: Any) -> requests.Session:
        """Return a session that sends the requests of a principal."""
        session = requests.Session()
        session.trust_env = False
        for scheme in ("https://", "http://"):
            session.mount(scheme, RecordingAdapter(self.transport(**changed), principal))
        return session

    def client(self, settle: float = 0.0, **changed: Any) -> Client:
        """Return a client of the first user without credentials."""
        return Client(self.transport(**changed), PAGER, principal="first", settle=settle)

    def _lose(self, request: Request, reason: str) -> None:
        self.lost.append((f"{request.method} {request.path}", reason))


@pytest.fixture
def factory() -> ClientFactory:
    return ClientFactory()
