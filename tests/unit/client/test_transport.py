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

from tuningfork.client import transport
from tuningfork.client.exchange_log import ExchangeLog
from tuningfork.client.target_health import TargetHealth
from tuningfork.client.transport import NoResponse, origin
from tuningfork.model import ExpectationFailed, Finding

if TYPE_CHECKING:
    from tests.unit.client.conftest import Way

BASE = "https://api.example.com"


class Breaking(BaseAdapter):
    """Raises what it is told to, in turn, and answers in the end."""

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
        return answer(b"{}")

    def close(self) -> None: ...


def answer(body: bytes) -> requests.Response:
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
def test_nothing_is_sent_to_anybody_else(way: Way, url: str) -> None:
    with pytest.raises(
        ExpectationFailed, match=r"expected a URL on the host of the API, https://api\.example\.com; found"
    ):
        way.session().get(url, headers={"Authorization": "OAuth SECRET"})

    assert way.site.asked == []


@pytest.mark.parametrize("url", [BASE, "https://API.example.com/x", "https://api.example.com:443/x"])
def test_a_default_port_and_case_make_no_other_host(way: Way, url: str) -> None:
    assert way.session().get(url).status_code == 200


def test_another_host_may_be_the_targets_too(way: Way) -> None:
    hosts = frozenset({BASE, origin("http://embed.example.com:80/oembed")})

    assert way.session(origins=hosts).get("http://embed.example.com/oembed").status_code == 200


@pytest.mark.parametrize(
    ("base_url", "url", "path"),
    [
        (BASE, f"{BASE}/tracks?limit=1", "/tracks"),
        (f"{BASE}/v1/", f"{BASE}/v1/tracks/a%2Fb", "/tracks/a%2Fb"),
        (f"{BASE}/v1", f"{BASE}/v10/tracks", None),
        (f"{BASE}/v1", "https://other.example.com/v1/tracks", None),
    ],
)
def test_the_path_below_the_base_url(way: Way, base_url: str, url: str, path: str | None) -> None:
    assert way.wire(base_url=base_url).path_below_base(url) == path


def test_each_exchange_takes_its_turn_and_is_recorded(way: Way) -> None:
    way.site.answers = [(201, [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Rest", "y")], b'{"id": 7}')]

    response = way.session().post(f"{BASE}/tracks?x=1", json={"a": "ü"}, headers={"X-Mine": "z"})

    (exchange,) = way.journal.exchanges
    assert response.json() == {"id": 7}
    assert (exchange.request.method, exchange.request.url) == ("POST", f"{BASE}/tracks?x=1")
    assert exchange.request.headers["x-mine"] == "z"
    assert exchange.request.body == b'{"a": "\\u00fc"}'
    assert (exchange.response.status, exchange.response.body) == (201, b'{"id": 7}')
    assert exchange.response.headers.all("set-cookie") == ["a=1", "b=2"]
    assert exchange.seconds >= 0
    assert way.pace.turns == 1


def test_what_the_checks_see_is_kept(way: Way) -> None:
    way.journal = ExchangeLog(lambda _: ("GET /tracks", [Finding("X-1", False, "a", "b")]))

    way.session().get(f"{BASE}/tracks")

    assert [finding.claim for finding, _ in way.journal.violations] == ["X-1"]
    assert way.journal.operation_counts["GET /tracks"].statuses == {200: 1}


@pytest.mark.parametrize("after", ["7", " 7 ", "date"])
def test_retry_after_is_obeyed(way: Way, monkeypatch: pytest.MonkeyPatch, after: str) -> None:
    now = SimpleNamespace(time=lambda: 1_600_000_000.0, perf_counter=lambda: 0.0)
    monkeypatch.setattr(transport, "time", now)
    after = formatdate(1_600_000_007, usegmt=True) if after == "date" else after
    way.site.says(429, headers={"Retry-After": after}).says(200)

    assert way.session().get(BASE).status_code == 200
    assert way.pace.pauses == [7.0]
    assert [exchange.response.status for exchange in way.journal.exchanges] == [429, 200]


def test_who_asks_to_wait_again_and_again_is_asked_no_more(way: Way) -> None:
    way.site.says(429, headers={"Retry-After": "1"})

    assert way.session().get(BASE).status_code == 429
    assert way.pace.pauses == [1.0, 1.0]
    assert len(way.site.asked) == 3


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
def test_any_other_answer_is_the_answer(way: Way, status: int, after: str | None) -> None:
    way.site.says(status, headers={} if after is None else {"Retry-After": after})

    assert way.session().get(BASE).status_code == status
    assert way.pace.pauses == []


def test_a_date_that_is_over_asks_for_no_pause(way: Way) -> None:
    way.site.says(429, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}).says(200)

    assert way.session().get(BASE).status_code == 200
    assert way.pace.pauses == [0.0]


@pytest.mark.parametrize("skew", [-600, 600])
def test_retry_after_date_is_read_by_the_clock_of_the_target(way: Way, skew: float) -> None:
    now = time.time() + skew
    date, until = (formatdate(moment, usegmt=True) for moment in (now, now + 7))
    way.site.says(429, headers={"Date": date, "Retry-After": until}).says(200)

    assert way.session().get(BASE).status_code == 200
    assert way.pace.pauses == [7.0]


def test_429_without_retry_after_is_asked_again_later(way: Way) -> None:
    way.site.says(429).says(429).says(200)

    assert way.session(target_health=TargetHealth(60, 5)).get(BASE).status_code == 200
    assert way.pace.pauses == [1.0, 2.0]


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "86400"}])
def test_429_that_does_not_end_judges_nothing(way: Way, headers: dict[str, str]) -> None:
    way.site.says(429, headers=headers)

    with pytest.raises(pytest.skip.Exception, match="the target returns 429"):
        way.session(target_health=TargetHealth(60, 5)).get(BASE)


def test_a_429_of_a_raw_request_is_obeyed(way: Way) -> None:
    way.site.says(429, headers={"Retry-After": "7"}).says(204)

    assert way.client().send_raw("DELETE", "/tracks/1").status == 204
    assert way.pace.pauses == [7.0]


def test_a_test_that_has_the_target_to_itself_waits_for_nobody(way: Way) -> None:
    way.site.says(429, headers={"Retry-After": "1"})

    assert way.session(obeys_retry_after=False).get(BASE).status_code == 429
    assert way.pace.pauses == []


def test_an_idle_connection_that_was_closed_is_no_failure(way: Way) -> None:
    adapter = Breaking(requests.ConnectionError())

    assert way.session(adapter=adapter).get(BASE).status_code == 200
    assert (adapter.sent, way.lost) == (2, [])


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
def test_no_answer_is_the_targets_failure(
    way: Way, method: str, raised: list[Exception], sent: int, reason: str
) -> None:
    adapter = Breaking(*raised)

    with pytest.raises(
        NoResponse, match=f"expected a response to {method} /tracks; found {re.escape(reason)}"
    ):
        way.session(adapter=adapter).request(method, f"{BASE}/tracks")

    assert adapter.sent == sent
    assert [(asked, why.startswith(reason)) for asked, why in way.lost] == [(f"{method} /tracks", True)]
    assert way.journal.exchanges == []


def test_tls_is_always_verified(way: Way) -> None:
    adapter = Breaking()

    way.session(adapter=adapter).get(BASE, verify=False)

    assert adapter.given["verify"] is True
