"""A server that answers what a test says, and the way to it."""

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
from tuningfork.client.transport import RecordingAdapter, TransportContext
from tuningfork.model import Request

Answered = tuple[int, dict[str, str] | list[tuple[str, str]], bytes]
PAGER = LinkPaginator(link_property="next_href", items_property="collection", query={"linked": True})


@dataclass
class Site:
    """Answers in turn what it is told to, the last of it again and again; knows what it was asked."""

    answers: list[Answered] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def says(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> Site:
        """One more answer."""
        self.answers.append((status, headers or {}, body))
        return self

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.asked.append({**environ, "body": environ["wsgi.input"].read()})
        answers = self.answers or [(200, {}, b"")]
        status, headers, body = answers.pop(0) if len(answers) > 1 else answers[0]
        start_response(f"{status} Said", list(headers.items() if isinstance(headers, dict) else headers))
        return [body]


class Pace(NoRateLimit):
    """Never waits; knows the pauses that it was asked for, and how many took their turn."""

    def __init__(self) -> None:
        self.pauses: list[float] = []
        self.turns = 0

    def wait(self) -> None:
        self.turns += 1

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


@dataclass
class Way:
    """A wire to a site, with what hears of its traffic."""

    site: Site = field(default_factory=Site)
    pace: Pace = field(default_factory=Pace)
    journal: ExchangeLog = field(default_factory=lambda: ExchangeLog(lambda _: (None, ())))
    lost: list[tuple[str, str]] = field(default_factory=list)

    def wire(self, **changed: Any) -> TransportContext:
        """The wire, with some of its parts changed."""
        parts: dict[str, Any] = {
            "adapter": WsgiAdapter(self.site),
            "base_url": "https://api.example.com",
            "origins": frozenset({"https://api.example.com"}),
            "timeout": 5,
            "rate_limiter": self.pace,
            "exchange_log": self.journal,
            "on_lost": self._lose,
        }
        return TransportContext(**parts | changed)

    def session(self, holder: str | None = "first", **changed: Any) -> requests.Session:
        """A plain session that sends for a holder of credentials."""
        session = requests.Session()
        session.trust_env = False
        for scheme in ("https://", "http://"):
            session.mount(scheme, RecordingAdapter(self.wire(**changed), holder))
        return session

    def client(self, settle: float = 0.0, **changed: Any) -> Client:
        """A client of the first user, who shows no credentials."""
        return Client(self.wire(**changed), PAGER, principal="first", settle=settle)

    def _lose(self, request: Request, reason: str) -> None:
        self.lost.append((f"{request.method} {request.path}", reason))


@pytest.fixture
def way() -> Way:
    return Way()
