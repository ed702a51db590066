"""A mock on a socket: what differs from cheroot's defaults."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tuningfork.apis.soundcloud.mock import SoundCloud
from tuningfork.mock.server import Server


@pytest.fixture
def server(mock: SoundCloud) -> Iterator[Server]:
    with Server(mock) as server:
        yield server


def exchange(server: Server, request: bytes) -> bytes:
    """Return everything that the server sends until it closes the connection."""
    host, port = server.base_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_connection_is_reused(server: Server) -> None:
    connection = http.client.HTTPConnection(server.base_url.removeprefix("http://"))

    statuses = []
    for _ in range(3):
        connection.request("GET", "/tracks")
        response = connection.getresponse()
        response.read()
        statuses.append(response.status)
    connection.close()

    assert statuses == [401, 401, 401]


def test_chunked_body_is_read(server: Server, mock: SoundCloud) -> None:
    connection = http.client.HTTPConnection(server.base_url.removeprefix("http://"))

    connection.request("POST", "/_controls/clock", iter([b'{"advance":', b" 5}"]), encode_chunked=True)
    status = connection.getresponse().status
    connection.close()

    assert status == 204
    assert mock.clock.now() > 5


def test_too_long_body_returns_413_without_100_continue(server: Server, user: Any) -> None:
    token = user.headers["Authorization"]
    head = (
        f"POST /tracks HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nContent-Length: 600000000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nExpect: 100-continue\r\n\r\n"
    )

    response = exchange(server, head.encode())

    assert response.startswith(b"HTTP/1.1 413 ")
    assert b'"code": 413' in response


@pytest.mark.parametrize(
    "request_",
    [
        b"GET //[x HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/2.0\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n\r\n",
        b"nonsense\r\n\r\n",
    ],
)
def test_malformed_http_returns_400(server: Server, request_: bytes) -> None:
    assert exchange(server, request_).startswith(b"HTTP/1.1 400 ")


def test_refused_head_has_no_content(server: Server) -> None:
    response = exchange(server, b"HEAD / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n")

    assert response.startswith(b"HTTP/1.1 400 ")
    assert response.endswith(b"\r\n\r\n")


def test_idle_server_stops(mock: SoundCloud) -> None:
    server = Server(mock, idle=0.1).start()

    server.wait()

    with pytest.raises(ConnectionRefusedError):
        exchange(server, b"")
