from __future__ import annotations

import io
import re
import time
from email.utils import formatdate
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPHeaderDict
from urllib3.response import HTTPResponse

from tuningfork.client import retry_after
from tuningfork.client.exchange_log import ExchangeLog
from tuningfork.client.no_response import NoResponse
from tuningfork.client.target_health import TargetHealth
from tuningfork.model import ExpectationFailed, Finding
from tuningfork.origin import origin

if TYPE_CHECKING:
    from tests.unit.client.conftest import ClientFactory

BASE = "https://api.example.com"


class FailingAdapter(BaseAdapter):
    """Raises the given errors in turn, then returns a response."""

    def __init__(self, *raised: Exception) -> None:
        super().__init__()
        self.raised = list(raised)
        self.sent = 0
        self.given: dict[str, Any] = {}

    def send(self, request: requests.PreparedRequest, *args: Any, **given: Any) -> requests.Response:
        self.sent += 1
        self.given = given
        if self.raised:
            raise self.raised.pop(0)
        return make_response(b"{}")

    def close(self) -> None: ...


def make_response(body: bytes) -> requests.Response:
    response = requests.Response()
    response.status_code, response.reason = 200, "OK"
    response.raw = HTTPResponse(io.BytesIO(body), HTTPHeaderDict(), 200, preload_content=False)
    return response


@pytest.mark.parametrize(
    "url",
    [
        "https://other.example.com/tracks",
        "http://api.example.com/tracks",
        "https://api.example.com:8443/tracks",
        "https://api.example.com.evil.example/tracks",
        "https://api.example.com@evil.example/tracks",
    ],
)
def test_request_to_other_origin_is_refused(factory: ClientFactory, url: str) -> None:
    with pytest.raises(
        ExpectationFailed, match=r"expected a URL on the host of the API, https://api\.example\.com; found"
    ):
        factory.session().get(url, headers={"Authorization": "OAuth SECRET"})

    assert factory.server.requests == []


@pytest.mark.parametrize("url", [BASE, "https://API.example.com/x", "https://api.example.com:443/x"])
def test_default_port_and_case_do_not_change_origin(factory: ClientFactory, url: str) -> None:
    assert factory.session().get(url).status_code == 200


def test_additional_origin_of_target_is_allowed(factory: ClientFactory) -> None:
    hosts = frozenset({BASE, origin("http://embed.example.com:80/oembed")})

    assert factory.session(origins=hosts).get("http://embed.example.com/oembed").status_code == 200


@pytest.mark.parametrize(
    ("base_url", "url", "path"),
    [
        (BASE, f"{BASE}/tracks?limit=1", "/tracks"),
        (f"{BASE}/v1/", f"{BASE}/v1/tracks/a%2Fb", "/tracks/a%2Fb"),
        (f"{BASE}/v1", f"{BASE}/v10/tracks", None),
        (f"{BASE}/v1", "https://other.example.com/v1/tracks", None),
    ],
)
def test_path_below_base_url(factory: ClientFactory, base_url: str, url: str, path: str | None) -> None:
    assert factory.transport(base_url=base_url).path_below_base(url) == path


def test_exchange_is_rate_limited_and_logged(factory: ClientFactory) -> None:
    factory.server.responses = [
        (201, [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Rest", "y")], b'{"id": 7}')
    ]

    response = factory.session().post(f"{BASE}/tracks?x=1", json={"a": "ü"}, headers={"X-Mine": "z"})

    (exchange,) = factory.exchange_log.exchanges
    assert response.json() == {"id": 7}
    assert (exchange.request.method, exchange.request.url) == ("POST", f"{BASE}/tracks?x=1")
    assert exchange.request.headers["x-mine"] == "z"
    assert exchange.request.body == b'{"a": "\\u00fc"}'
    assert (exchange.response.status, exchange.response.body) == (201, b'{"id": 7}')
    assert exchange.response.headers.all("set-cookie") == ["a=1", "b=2"]
    assert exchange.seconds >= 0
    assert factory.rate_limiter.waits == 1


def test_violation_is_stored(factory: ClientFactory) -> None:
    factory.exchange_log = ExchangeLog(lambda _: ("GET /tracks", [Finding("X-1", False, "a", "b")]))

    factory.session().get(f"{BASE}/tracks")

    assert [finding.claim for finding, _ in factory.exchange_log.violations] == ["X-1"]
    assert factory.exchange_log.operation_counts["GET /tracks"].statuses == {200: 1}


@pytest.mark.parametrize("after", ["7", " 7 ", "date"])
def test_retry_after_pauses_and_retries(
    factory: ClientFactory, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    now = SimpleNamespace(time=lambda: 1_600_000_000.0, perf_counter=lambda: 0.0)
    monkeypatch.setattr(retry_after, "time", now)
    after = formatdate(1_600_000_007, usegmt=True) if after == "date" else after
    factory.server.respond(429, headers={"Retry-After": after}).respond(200)

    assert factory.session().get(BASE).status_code == 200
    assert factory.rate_limiter.pauses == [7.0]
    assert [exchange.response.status for exchange in factory.exchange_log.exchanges] == [429, 200]


def test_in_process_429_is_returned_after_two_retries(factory: ClientFactory) -> None:
    factory.server.respond(429, headers={"Retry-After": "1"})

    assert factory.session().get(BASE).status_code == 429
    assert factory.rate_limiter.pauses == [1.0, 1.0]
    assert len(factory.server.requests) == 3


@pytest.mark.parametrize(
    ("status", "after"),
    [
        (429, None),
        (429, "61"),
        (429, "86400"),
        (429, "soon"),
        (429, "-1"),
        (429, "9" * 400),
        (429, "Wed, 21 Oct 2065 07:28:00 GMT"),
        (503, "1"),
        (200, "1"),
    ],
)
def test_other_response_is_not_retried(factory: ClientFactory, status: int, after: str | None) -> None:
    factory.server.respond(status, headers={} if after is None else {"Retry-After": after})

    assert factory.session().get(BASE).status_code == status
    assert factory.rate_limiter.pauses == []


def test_past_retry_after_date_means_no_pause(factory: ClientFactory) -> None:
    factory.server.respond(429, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}).respond(200)

    assert factory.session().get(BASE).status_code == 200
    assert factory.rate_limiter.pauses == [0.0]


@pytest.mark.parametrize("skew", [-600, 600])
def test_retry_after_date_is_relative_to_target_clock(factory: ClientFactory, skew: float) -> None:
    now = time.time() + skew
    date, until = (formatdate(moment, usegmt=True) for moment in (now, now + 7))
    factory.server.respond(429, headers={"Date": date, "Retry-After": until}).respond(200)

    assert factory.session().get(BASE).status_code == 200
    assert factory.rate_limiter.pauses == [7.0]


def test_429_without_retry_after_is_retried(factory: ClientFactory) -> None:
    factory.server.respond(429).respond(429).respond(200)

    assert factory.session(target_health=TargetHealth(60, 5)).get(BASE).status_code == 200
    assert factory.rate_limiter.pauses == [1.0, 2.0]


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "86400"}])
def test_persistent_429_is_not_verified(factory: ClientFactory, headers: dict[str, str]) -> None:
    factory.server.respond(429, headers=headers)

    with pytest.raises(pytest.skip.Exception, match="the target returns 429"):
        factory.session(target_health=TargetHealth(60, 5)).get(BASE)


def test_raw_request_is_retried_after_429(factory: ClientFactory) -> None:
    factory.server.respond(429, headers={"Retry-After": "7"}).respond(204)

    assert factory.client().send_raw("DELETE", "/tracks/1").status == 204
    assert factory.rate_limiter.pauses == [7.0]


def test_429_is_returned_if_retry_after_is_not_obeyed(factory: ClientFactory) -> None:
    factory.server.respond(429, headers={"Retry-After": "1"})

    assert factory.session(obeys_retry_after=False).get(BASE).status_code == 429
    assert factory.rate_limiter.pauses == []


def test_closed_idle_connection_is_retried(factory: ClientFactory) -> None:
    adapter = FailingAdapter(requests.ConnectionError())

    assert factory.session(adapter=adapter).get(BASE).status_code == 200
    assert (adapter.sent, factory.lost) == (2, [])


@pytest.mark.parametrize(
    ("method", "raised", "sent", "reason"),
    [
        ("GET", [requests.ConnectionError(), requests.ConnectionError()], 2, "the connection broke"),
        ("POST", [requests.ConnectionError()], 1, "the connection broke"),
        ("GET", [requests.ReadTimeout()], 1, "no response within 5 s (timeout)"),
        ("GET", [requests.ConnectTimeout()], 1, "no response within 5 s (timeout)"),
        ("GET", [requests.exceptions.ChunkedEncodingError()], 1, "the connection broke"),
        ("GET", [ConnectionResetError()], 1, "the connection broke"),
        ("PUT", [requests.exceptions.SSLError()] * 2, 2, "a TLS connection with an untrusted certificate"),
    ],
)
def test_missing_response_raises_no_response(
    factory: ClientFactory, method: str, raised: list[Exception], sent: int, reason: str
) -> None:
    adapter = FailingAdapter(*raised)

    with pytest.raises(
        NoResponse, match=f"expected a response to {method} /tracks; found {re.escape(reason)}"
    ):
        factory.session(adapter=adapter).request(method, f"{BASE}/tracks")

    assert adapter.sent == sent
    assert [(request, why.startswith(reason)) for request, why in factory.lost] == [
        (f"{method} /tracks", True)
    ]
    assert factory.exchange_log.exchanges == []


def test_tls_is_always_verified(factory: ClientFactory) -> None:
    adapter = FailingAdapter()

    factory.session(adapter=adapter).get(BASE, verify=False)

    assert adapter.given["verify"] is True
