from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tuningfork.auth.header import HeaderAuth
from tuningfork.client.client import Client
from tuningfork.client.network import NetworkAdapter
from tuningfork.client.route import Route
from tuningfork.client.transport import NoResponse

if TYPE_CHECKING:
    from tests.unit.client.conftest import Way

OK = b"HTTP/1.1 201 Made\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 2\r\n\r\nhi"


class Listener:
    """Takes one connection, hears its header, and then says something, closes, or waits."""

    def __init__(self, says: bytes | None) -> None:
        self.heard = b""
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
            while b"\r\n\r\n" not in self.heard and (chunk := connection.recv(65536)):
                self.heard += chunk
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
def client(way: Way, listener: Listener) -> Client:
    base_url = listener.base_url
    return way.client(
        adapter=NetworkAdapter(Route(0.2)),
        base_url=f"{base_url}/v1",
        origins=frozenset({base_url}),
        timeout=0.2,
    )


def test_a_request_goes_out_exactly_as_it_is(client: Client, listener: Listener, way: Way) -> None:
    answer = client.send_raw("br\xe9w", "/a b/../%zz?q=\xff", [("X-Odd", "a\tb"), ("x-odd", "")], b"\x00")

    host = listener.base_url.removeprefix("http://")
    assert listener.heard.split(b"\r\n") == [
        b"br\xe9w /v1/a b/../%zz?q=\xff HTTP/1.1",
        f"Host: {host}".encode(),
        b"X-Odd: a\tb",
        b"x-odd: ",
        b"Content-Length: 1",
        b"Connection: close",
        b"",
        b"\x00",
    ]
    assert (answer.status, answer.text, answer.headers["x-a"]) == (201, "hi", "1, 2")
    assert (way.journal.total_requests, way.pace.turns) == (1, 1)


def test_credentials_are_shown_unless_others_are_given(client: Client, listener: Listener) -> None:
    client.with_auth(HeaderAuth("OAuth", "mine")).send_raw("GET", "/me", [("authorization", "none")])

    assert b"mine" not in listener.heard


def test_its_own_credentials_are_shown(client: Client, listener: Listener) -> None:
    client.with_auth(HeaderAuth("OAuth", "mine")).send_raw("GET", "/me")

    assert b"\r\nAuthorization: OAuth mine\r\n" in listener.heard


@pytest.mark.parametrize(
    "listener", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", b"what?\r\n\r\n"], indirect=True
)
def test_half_an_answer_is_none(client: Client, way: Way) -> None:
    with pytest.raises(NoResponse, match="expected a response to GET /v1/me; found the connection broke"):
        client.send_raw("GET", "/me")

    assert [asked for asked, _ in way.lost] == ["GET /v1/me"]


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
def test_what_follows_an_answer_without_a_body_is_seen(client: Client, body: bytes) -> None:
    answer = client.send_raw("DELETE", "/tracks/1")

    assert (answer.status, answer.content) == (204, body)


@pytest.mark.parametrize("listener", [None], indirect=True)
def test_no_answer_is_waited_for_no_longer_than_the_target_allows(client: Client) -> None:
    with pytest.raises(NoResponse, match=r"no response within 0\.2 s \(timeout\)"):
        client.send_raw("GET", "/me")


def test_a_body_can_be_announced_and_not_sent(client: Client, listener: Listener) -> None:
    answer = client.send_headers_only(
        "POST", "/tracks", headers={"X-A": "1"}, content_length=10**9, body_start=b"begin"
    )

    assert answer is not None
    assert answer.status == 201
    assert b"\r\nContent-Length: 1000000000\r\n" in listener.heard
    assert listener.heard.endswith(b"\r\n\r\nbegin")


@pytest.mark.parametrize("listener", [b""], indirect=True)
def test_a_server_may_hang_up_on_what_is_announced(client: Client) -> None:
    assert client.send_headers_only("POST", "/tracks", headers={}, content_length=10**9) is None
    assert client.transport.exchange_log.test_requests == 1, "the request counts, though no response came"


def test_server_that_is_not_there_has_refused_nothing(way: Way) -> None:
    gone = way.client(adapter=NetworkAdapter(Route(5)), base_url="http://127.0.0.1:1")

    with pytest.raises(NoResponse, match="found the connection broke"):
        gone.send_headers_only("POST", "/tracks", headers={}, content_length=10**9)


@pytest.mark.parametrize("listener", [None], indirect=True)
def test_a_server_that_waits_for_what_is_announced_is_told(client: Client) -> None:
    with pytest.raises(NoResponse, match="expected a rejection of the announced body; found no response"):
        client.send_headers_only("POST", "/tracks", headers={}, content_length=10**9)


def test_in_this_process_no_socket_is_needed(way: Way) -> None:
    way.site.says(201, b"hi", {"X-A": "1"})

    answer = way.client().send_raw("BREW", "/a%2Fb?q=1", [("X-Odd", "\xe9")], b"body")

    (asked,) = way.site.asked
    assert (asked["REQUEST_METHOD"], asked["RAW_URI"], asked["QUERY_STRING"]) == ("BREW", "/a%2Fb", "q=1")
    assert asked["body"] == b"body"
    assert (answer.status, answer.text, answer.headers["x-a"]) == (201, "hi", "1")
    assert way.journal.total_requests == 1


def test_it_can_not_be_replayed(way: Way) -> None:
    with pytest.raises(pytest.skip.Exception, match="can't be replayed"):
        way.client(is_replay=True).send_raw("GET", "/me")
