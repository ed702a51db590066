"""Whom a target's connections trust, which proxy they take, and what they leave alone."""

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
from tests.unit.client.hostility import Hostile, Peer, whole
from tests.unit.client.ways import WAYS, Ways

from tuningfork.client.network import NetworkAdapter
from tuningfork.client.route import CertificateFileError, Route
from tuningfork.client.session import IsolatedSession

if TYPE_CHECKING:
    from tests.unit.client.conftest import Way

CA = Path(__file__).with_name("tls") / "ca.pem"
SIZE = 2**20
SECONDS = 15
"""For an exchange that has no reason to take long."""


class Tunnel:
    """A proxy: it is asked with CONNECT and carries bytes, or it answers itself."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []

    def __call__(self, peer: Peer) -> None:
        head = b""
        while b"\r\n\r\n" not in head and (piece := peer.connection.recv(65536)):
            head += piece
        self.asked.append(head)
        method, place, _ = head.split(b" ", 2)
        if method != b"CONNECT":
            whole()(peer)
            return
        host, _, port = place.decode().rpartition(":")
        with socket.create_connection((host, int(port))) as other:
            peer.say(b"HTTP/1.1 200 Connected\r\n\r\n")
            back = threading.Thread(target=carry, args=[other, peer.connection], daemon=True)
            back.start()
            carry(peer.connection, other)
            back.join(SECONDS)


def carry(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := one.recv(65536):
            other.sendall(piece)
    with contextlib.suppress(OSError):
        other.shutdown(socket.SHUT_WR)


@pytest.fixture
def tunnel() -> Iterator[tuple[Tunnel, str]]:
    made = Tunnel()
    with Hostile(made, early=True) as server:
        yield made, server.base_url.replace("http://", "http://ada:s%40cret@")


@pytest.mark.parametrize("name", WAYS)
def test_private_ca_is_trusted(way: Way, name: str) -> None:
    with Hostile(whole(), tls=True) as server:
        assert getattr(Ways(way, server.base_url, SECONDS, SIZE, ca=CA), name)() == "answer"


@pytest.mark.parametrize("name", WAYS)
def test_proxy_is_asked_for_whole_urls(way: Way, tunnel: tuple[Tunnel, str], name: str) -> None:
    proxy, url = tunnel

    assert getattr(Ways(way, "http://api.invalid:81", SECONDS, SIZE, proxy=url), name)() == "answer"
    lines = proxy.asked[0].split(b"\r\n")
    assert lines[0].split(b" ")[1].startswith(b"http://api.invalid:81/")
    assert b"Proxy-Authorization: Basic " + base64.b64encode(b"ada:s@cret") in lines


@pytest.mark.parametrize("name", WAYS)
def test_proxy_carries_tls_unread(way: Way, tunnel: tuple[Tunnel, str], name: str) -> None:
    proxy, url = tunnel
    with Hostile(whole(), tls=True) as server:
        assert getattr(Ways(way, server.base_url, SECONDS, SIZE, ca=CA, proxy=url), name)() == "answer"

    assert proxy.asked[0].startswith(b"CONNECT 127.0.0.1:")
    assert b"Proxy-Authorization: Basic " in proxy.asked[0]
    assert not any(b"Proxy-Authorization" in heard for heard in server.heard)


def test_environment_is_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login ada password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with Hostile(whole()) as server:
        answer = IsolatedSession(NetworkAdapter(Route(SECONDS))).get(server.base_url)

    assert answer.status_code == 200
    assert b"Authorization" not in server.heard[0]


def test_environment_adds_no_trust(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(CA))
    with Hostile(whole(), tls=True) as server, pytest.raises(requests.exceptions.SSLError):
        IsolatedSession(NetworkAdapter(Route(SECONDS))).get(server.base_url, verify=False)


@pytest.mark.parametrize("name", WAYS)
def test_certificate_of_another_host_is_refused(way: Way, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    found = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _, port, **more: found("127.0.0.1", port, **more))
    with Hostile(whole(), tls=True) as server:
        other = server.base_url.replace("127.0.0.1", "other.invalid")

        told = getattr(Ways(way, other, SECONDS, SIZE, ca=CA), name)()

    assert told == "a TLS connection with an untrusted certificate"


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_ca_without_a_certificate_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(CertificateFileError, match=r"ca\.pem can't be read as PEM certificates"):
        Route(SECONDS, ca=file)


def test_connection_is_kept_between_exchanges() -> None:
    def twice(peer: Peer) -> None:
        peer.say(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst")
        peer.connection.recv(65536)
        whole(b"second")(peer)

    session = IsolatedSession(NetworkAdapter(Route(SECONDS)))
    with Hostile(twice) as server:
        assert [session.get(server.base_url).content for _ in range(2)] == [b"first", b"second"]
        assert len(server.heard) == 1


def test_interim_answers_are_skipped() -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"

    def hint(peer: Peer) -> None:
        peer.say(hints + hints)
        whole(b"after")(peer)

    with Hostile(hint) as server:
        answer = IsolatedSession(NetworkAdapter(Route(SECONDS))).get(server.base_url)

    assert (answer.status_code, answer.content) == (200, b"after")


def test_another_address_of_a_host_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    found = socket.getaddrinfo

    def both(host: str, port: int, **more: int) -> list[tuple[object, ...]]:
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, ("127.0.0.9", port)), *found("127.0.0.1", port, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with Hostile(whole(b"here")) as server:
        url = server.base_url.replace("127.0.0.1", "two.invalid")
        assert IsolatedSession(NetworkAdapter(Route(SECONDS))).get(url).content == b"here"


def test_look_up_that_hangs_ends_in_time(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait() and [])

    ways = Ways(way, "http://slow.invalid", 0.2, SIZE)
    found = {name: getattr(ways, name)() for name in WAYS}
    over.set()

    assert set(found.values()) == {"no response within 0.2 s (timeout)"}
