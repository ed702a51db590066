from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from requests import PreparedRequest
from requests.auth import AuthBase

from tuningfork.auth.api_key import ApiKeyAuth
from tuningfork.auth.header import HeaderAuth
from tuningfork.client.client import Client
from tuningfork.client.exchange_log import ExchangeLog
from tuningfork.client.network import NetworkAdapter
from tuningfork.client.no_response import NoResponse
from tuningfork.client.route import Route
from tuningfork.model import Exchange

if TYPE_CHECKING:
    from tests.unit.client.conftest import ClientFactory

OK = b"HTTP/1.1 201 Made\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 2\r\n\r\nhi"


class Listener:
    """Takes one connection, hears its header, and then says something, closes, or waits."""

    def __init__(self, says: bytes | None) -> None:
        self.received = b""
        self._says = says
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def _serve(self) -> None:
        connection, _ = self._socket.accept()
        with connection:
            while b"\r\n\r\n" not in self.received and (chunk := connection.recv(65536)):
                self.received += chunk
            if self._says is None:
                self._over.wait()
            else:
                connection.sendall(self._says)

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        self._socket.close()


@pytest.fixture
def listener(request: pytest.FixtureRequest) -> Iterator[Listener]:
    made = Listener(getattr(request, "param", OK))
    yield made
    made.close()


@pytest.fixture
def client(factory: ClientFactory, listener: Listener) -> Client:
    base_url = listener.base_url
    return factory.client(
        adapter=NetworkAdapter(Route(0.2)),
        base_url=f"{base_url}/v1",
        origins=frozenset({base_url}),
        timeout=0.2,
    )


def test_request_is_sent_unchanged(client: Client, listener: Listener, factory: ClientFactory) -> None:
    response = client.send_raw("br\xe9w", "/a b/../%zz?q=\xff", [("X-Odd", "a\tb"), ("x-odd", "")], b"\x00")

    host = listener.base_url.removeprefix("http://")
    assert listener.received.split(b"\r\n") == [
        b"br\xe9w /v1/a b/../%zz?q=\xff HTTP/1.1",
        f"Host: {host}".encode(),
        b"X-Odd: a\tb",
        b"x-odd: ",
        b"Content-Length: 1",
        b"Connection: close",
        b"",
        b"\x00",
    ]
    assert (response.status, response.text, response.headers["x-a"]) == (201, "hi", "1, 2")
    assert (factory.exchange_log.total_requests, factory.rate_limiter.waits) == (1, 1)


def test_given_authorization_replaces_credentials(client: Client, listener: Listener) -> None:
    client.with_auth(HeaderAuth("OAuth", "mine")).send_raw("GET", "/me", [("authorization", "none")])

    assert b"mine" not in listener.received


def test_credentials_are_added(client: Client, listener: Listener) -> None:
    client.with_auth(HeaderAuth("OAuth", "mine")).send_raw("GET", "/me")

    assert b"\r\nAuthorization: OAuth mine\r\n" in listener.received


@pytest.mark.parametrize(
    ("location", "path", "expected"),
    [
        ("header", "/me", b"GET /v1/me HTTP/1.1\r\nHost: H\r\nX-Key: a+b\r\n"),
        ("cookie", "/me", b"GET /v1/me HTTP/1.1\r\nHost: H\r\nCookie: X-Key=a+b\r\n"),
        ("query", "/me", b"GET /v1/me?X-Key=a%2Bb HTTP/1.1\r\n"),
        ("query", "/me?a=%zz", b"GET /v1/me?a=%zz&X-Key=a%2Bb HTTP/1.1\r\n"),
    ],
)
def test_an_api_key_is_added_where_the_api_wants_it(
    client: Client, listener: Listener, location: str, path: str, expected: bytes
) -> None:
    client.with_auth(ApiKeyAuth("X-Key", "a+b", location)).send_raw("GET", path)

    host = listener.base_url.removeprefix("http://").encode()
    assert listener.received.startswith(expected.replace(b"Host: H", b"Host: " + host))


class Stamp(AuthBase):
    """Signs each request in another way."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        self.count += 1
        request.headers["Authorization"] = f"Stamp {self.count}"
        return request


def stamps(factory: ClientFactory) -> list[str]:
    """Return the credentials that the server has received."""
    return [request["HTTP_AUTHORIZATION"] for request in factory.server.requests]


@pytest.mark.parametrize("is_raw", [False, True])
def test_a_request_is_signed_again_after_a_429(factory: ClientFactory, is_raw: bool) -> None:
    factory.server.respond(429, headers={"Retry-After": "1"}).respond(200)
    client = factory.client().with_auth(Stamp())

    (client.send_raw if is_raw else client.request)("GET", "/me")

    assert len(set(stamps(factory))) == 2


def test_a_request_is_signed_again_after_a_500_and_after_a_cache(factory: ClientFactory) -> None:
    factory.server.respond(500).respond(200).respond(200, headers={"Age": "9"}).respond(200, b"new")
    client = factory.client(excuses_gateways=True, avoids_caches=True).with_auth(Stamp())

    client.get("/me")
    assert client.get("/me").text == "new"

    assert len(set(stamps(factory))) == 4
    assert factory.server.requests[-1]["HTTP_CACHE_CONTROL"] == "no-cache"


def test_the_response_of_a_cache_is_not_judged(factory: ClientFactory) -> None:
    judged: list[bytes] = []

    def judge(exchange: Exchange) -> tuple[None, tuple[()]]:
        judged.append(exchange.response.body)
        return None, ()

    factory.exchange_log = ExchangeLog(judge)
    factory.server.respond(200, b"old", {"X-Cache": "HIT"}).respond(200, b"new")

    factory.client(avoids_caches=True).get("/me")

    assert judged == [b"new"]


@pytest.mark.parametrize(
    "listener", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", b"what?\r\n\r\n"], indirect=True
)
def test_incomplete_response_raises_no_response(client: Client, factory: ClientFactory) -> None:
    with pytest.raises(NoResponse, match="expected a response to GET /v1/me; found the connection broke"):
        client.send_raw("GET", "/me")

    assert [request for request, _ in factory.lost] == ["GET /v1/me"]


@pytest.mark.parametrize(
    ("listener", "body"),
    [
        (b"HTTP/1.1 204 Gone\r\n\r\n", b""),
        (b"HTTP/1.1 204 Gone\r\n\r\n{}", b"{}"),
        (b"HTTP/1.1 204 Gone\r\nContent-Length: 2\r\n\r\n{}", b"{}"),
        (b"HTTP/1.1 204 Gone\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"0\r\n\r\n"),
    ],
    indirect=["listener"],
)
def test_bytes_after_bodiless_response_are_read(client: Client, body: bytes) -> None:
    response = client.send_raw("DELETE", "/tracks/1")

    assert (response.status, response.content) == (204, body)


@pytest.mark.parametrize("listener", [None], indirect=True)
def test_missing_response_times_out(client: Client) -> None:
    with pytest.raises(NoResponse, match=r"no response within 0\.2 s \(timeout\)"):
        client.send_raw("GET", "/me")


def test_announced_body_is_not_sent(client: Client, listener: Listener) -> None:
    response = client.send_headers_only(
        "POST", "/tracks", headers={"X-A": "1"}, content_length=10**9, body_start=b"begin"
    )

    assert response is not None
    assert response.status == 201
    assert b"\r\nContent-Length: 1000000000\r\n" in listener.received
    assert listener.received.endswith(b"\r\n\r\nbegin")


@pytest.mark.parametrize("listener", [b""], indirect=True)
def test_connection_closed_after_headers_returns_none(client: Client) -> None:
    assert client.send_headers_only("POST", "/tracks", headers={}, content_length=10**9) is None
    assert client.transport.exchange_log.test_requests == 1, "the request counts, though no response came"


def test_refused_connection_raises_no_response(factory: ClientFactory) -> None:
    gone = factory.client(adapter=NetworkAdapter(Route(5)), base_url="http://127.0.0.1:1")

    with pytest.raises(NoResponse, match="found the connection was refused"):
        gone.send_headers_only("POST", "/tracks", headers={}, content_length=10**9)


@pytest.mark.parametrize("listener", [None], indirect=True)
def test_server_that_waits_for_body_raises_no_response(client: Client) -> None:
    with pytest.raises(NoResponse, match="expected a rejection of the announced body; found no response"):
        client.send_headers_only("POST", "/tracks", headers={}, content_length=10**9)


def test_in_process_target_needs_no_socket(factory: ClientFactory) -> None:
    factory.server.respond(201, b"hi", {"X-A": "1"})

    response = factory.client().send_raw("BREW", "/a%2Fb?q=1", [("X-Odd", "\xe9")], b"body")

    (request,) = factory.server.requests
    assert (request["REQUEST_METHOD"], request["RAW_URI"], request["QUERY_STRING"]) == (
        "BREW",
        "/a%2Fb",
        "q=1",
    )
    assert request["body"] == b"body"
    assert (response.status, response.text, response.headers["x-a"]) == (201, "hi", "1")
    assert factory.exchange_log.total_requests == 1


def test_raw_request_in_replay_is_not_verified(factory: ClientFactory) -> None:
    with pytest.raises(pytest.skip.Exception, match="can't be replayed"):
        factory.client(is_replay=True).send_raw("GET", "/me")
