"""TLS trust and proxies of a target's connections, independent of the environment."""

from __future__ import annotations

import base64
import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
from tests.unit.client.hostile_server import HostileServer, Peer, sends_response
from tests.unit.client.network_clients import CLIENTS, NetworkClients

from tuningfork.client.network import NetworkAdapter
from tuningfork.client.route import CertificateFileError, Route
from tuningfork.client.session import IsolatedSession

if TYPE_CHECKING:
    from tests.unit.client.conftest import ClientFactory

CA = Path(__file__).with_name("tls") / "ca.pem"
SIZE = 2**20
SECONDS = 15
"""Timeout of an exchange that should not time out."""


class Tunnel:
    """A proxy that tunnels a CONNECT request and responds to any other request itself."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []

    def __call__(self, peer: Peer) -> None:
        head = b""
        while b"\r\n\r\n" not in head and (chunk := peer.connection.recv(65536)):
            head += chunk
        self.requests.append(head)
        method, target, _ = head.split(b" ", 2)
        if method != b"CONNECT":
            sends_response()(peer)
            return
        host, _, port = target.decode().rpartition(":")
        with socket.create_connection((host, int(port))) as other:
            peer.send(b"HTTP/1.1 200 Connected\r\n\r\n")
            response_thread = threading.Thread(target=carry, args=[other, peer.connection], daemon=True)
            response_thread.start()
            carry(peer.connection, other)
            response_thread.join(SECONDS)


def carry(source: socket.socket, destination: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(65536):
            destination.sendall(chunk)
    with contextlib.suppress(OSError):
        destination.shutdown(socket.SHUT_WR)


@pytest.fixture
def tunnel() -> Iterator[tuple[Tunnel, str]]:
    made = Tunnel()
    with HostileServer(made, early=True) as server:
        yield made, server.base_url.replace("http://", "http://ada:s%40cret@")


@pytest.mark.parametrize("name", CLIENTS)
def test_configured_ca_is_trusted(factory: ClientFactory, name: str) -> None:
    with HostileServer(sends_response(), tls=True) as server:
        assert getattr(NetworkClients(factory, server.base_url, SECONDS, SIZE, ca=CA), name)() == "response"


@pytest.mark.parametrize("name", CLIENTS)
def test_proxy_receives_absolute_urls(factory: ClientFactory, tunnel: tuple[Tunnel, str], name: str) -> None:
    proxy, url = tunnel

    assert (
        getattr(NetworkClients(factory, "http://api.invalid:81", SECONDS, SIZE, proxy=url), name)()
        == "response"
    )
    lines = proxy.requests[0].split(b"\r\n")
    assert lines[0].split(b" ")[1].startswith(b"http://api.invalid:81/")
    assert b"Proxy-Authorization: Basic " + base64.b64encode(b"ada:s@cret") in lines


@pytest.mark.parametrize("name", CLIENTS)
def test_proxy_tunnels_tls(factory: ClientFactory, tunnel: tuple[Tunnel, str], name: str) -> None:
    proxy, url = tunnel
    with HostileServer(sends_response(), tls=True) as server:
        assert (
            getattr(NetworkClients(factory, server.base_url, SECONDS, SIZE, ca=CA, proxy=url), name)()
            == "response"
        )

    assert proxy.requests[0].startswith(b"CONNECT 127.0.0.1:")
    assert b"Proxy-Authorization: Basic " in proxy.requests[0]
    assert not any(b"Proxy-Authorization" in received for received in server.received)


def test_proxy_of_environment_is_ignored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login ada password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with HostileServer(sends_response()) as server:
        response = IsolatedSession(NetworkAdapter(Route(SECONDS))).get(server.base_url)

    assert response.status_code == 200
    assert b"Authorization" not in server.received[0]


def test_ca_of_environment_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(CA))
    with HostileServer(sends_response(), tls=True) as server, pytest.raises(requests.exceptions.SSLError):
        IsolatedSession(NetworkAdapter(Route(SECONDS))).get(server.base_url, verify=False)


@pytest.mark.parametrize("name", CLIENTS)
def test_certificate_of_other_host_is_rejected(
    factory: ClientFactory, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    found = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _, port, **more: found("127.0.0.1", port, **more))
    with HostileServer(sends_response(), tls=True) as server:
        other = server.base_url.replace("127.0.0.1", "other.invalid")

        message = getattr(NetworkClients(factory, other, SECONDS, SIZE, ca=CA), name)()

    assert message == "a TLS connection with an untrusted certificate"


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_ca_file_without_certificate_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(CertificateFileError, match=r"ca\.pem can't be read as PEM certificates"):
        Route(SECONDS, ca=file)


def test_connection_is_reused() -> None:
    def twice(peer: Peer) -> None:
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst")
        peer.connection.recv(65536)
        sends_response(b"second")(peer)

    session = IsolatedSession(NetworkAdapter(Route(SECONDS)))
    with HostileServer(twice) as server:
        assert [session.get(server.base_url).content for _ in range(2)] == [b"first", b"second"]
        assert len(server.received) == 1


def test_interim_responses_are_skipped() -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"

    def hint(peer: Peer) -> None:
        peer.send(hints + hints)
        sends_response(b"after")(peer)

    with HostileServer(hint) as server:
        response = IsolatedSession(NetworkAdapter(Route(SECONDS))).get(server.base_url)

    assert (response.status_code, response.content) == (200, b"after")


def test_next_address_of_host_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    found = socket.getaddrinfo

    def both(host: str, port: int, **more: int) -> list[tuple[object, ...]]:
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, ("127.0.0.9", port)), *found("127.0.0.1", port, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with HostileServer(sends_response(b"here")) as server:
        url = server.base_url.replace("127.0.0.1", "two.invalid")
        assert IsolatedSession(NetworkAdapter(Route(SECONDS))).get(url).content == b"here"


def test_slow_address_lookup_times_out(factory: ClientFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait() and [])

    clients = NetworkClients(factory, "http://slow.invalid", 0.2, SIZE)
    found = {name: getattr(clients, name)() for name in CLIENTS}
    over.set()

    assert set(found.values()) == {"no response within 0.2 s (timeout)"}
