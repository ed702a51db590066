"""Servers that misbehave: what each does with a connection once it has read a request's header."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

Act = Callable[["Peer"], None]
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
CLOSING = OK + b"Connection: close\r\n\r\n"
GAP = 0.05
"""Seconds between two bytes of a drip."""
BOMB = 20 * 2**20
"""Bytes of a body that is small on the wire."""
SERVER_PEM = Path(__file__).with_name("tls") / "server.pem"


@dataclass(slots=True)
class Peer:
    """The server's end of a connection."""

    connection: socket.socket
    over: threading.Event

    def say(self, text: bytes) -> None:
        self.connection.sendall(text)

    def drip(self, text: bytes) -> None:
        for byte in text:
            if self.over.wait(GAP):
                return
            self.connection.sendall(bytes([byte]))

    def repeat(self, text: bytes) -> None:
        while not self.over.is_set():
            self.connection.sendall(text)

    def wait(self) -> None:
        self.over.wait()

    def reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@dataclass
class Hostile:
    """A server that does one thing to everybody, until it is closed.

    Args:
        act: what it does.
        early: at once, before anybody has said anything.
        tls: speaks TLS, with a certificate that only the CA beside it vouches for.
    """

    act: Act
    early: bool = False
    tls: bool = False
    over: threading.Event = field(default_factory=threading.Event)
    heard: list[bytes] = field(default_factory=list)

    def __enter__(self) -> Hostile:
        self._socket = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    @property
    def base_url(self) -> str:
        scheme = "https" if self.tls else "http"
        return f"{scheme}://127.0.0.1:{self._socket.getsockname()[1]}"

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), self._wrapped(connection) as ours:
            if not self.early:
                self.heard.append(_header(ours))
            self.act(Peer(ours, self.over))

    def _wrapped(self, connection: socket.socket) -> socket.socket:
        if not self.tls:
            return connection
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(SERVER_PEM)
        try:
            return context.wrap_socket(connection, server_side=True)
        except OSError:
            connection.close()
            raise


def _header(connection: socket.socket) -> bytes:
    """The header; a short body is read too, or closing would reset the connection."""
    heard = b""
    while b"\r\n\r\n" not in heard and (piece := connection.recv(65536)):
        heard += piece
    header, _, body = heard.partition(b"\r\n\r\n")
    found = re.search(rb"(?i)content-length: (\d{1,4})\r?$", header, re.MULTILINE)
    while found and len(body) < int(found[1]) and (piece := connection.recv(65536)):
        body += piece
    return header


def says(text: bytes) -> Act:
    """Says it, and closes."""
    return lambda peer: peer.say(text)


def stalls(text: bytes) -> Act:
    """Says it, and then nothing more."""

    def act(peer: Peer) -> None:
        peer.say(text)
        peer.wait()

    return act


def drips(start: bytes, rest: bytes = b"") -> Act:
    """Says the start, and the rest byte by byte."""

    def act(peer: Peer) -> None:
        peer.say(start)
        peer.drip(rest)

    return act


def repeats(start: bytes, again: bytes) -> Act:
    """Says the start, and then the same for ever."""

    def act(peer: Peer) -> None:
        peer.say(start)
        peer.repeat(again)

    return act


def resets(text: bytes) -> Act:
    """Says it, and breaks the connection."""

    def act(peer: Peer) -> None:
        peer.say(text)
        peer.reset()

    return act


def coded(coding: bytes, body: Callable[[], bytes]) -> Act:
    """Sends a body with a content coding."""

    def act(peer: Peer) -> None:
        coded_body = body()
        header = OK + b"Content-Encoding: %b\r\nContent-Length: %d\r\n\r\n" % (coding, len(coded_body))
        peer.say(header + coded_body)

    return act


def whole(body: bytes = b"{}", fields: Iterable[bytes] = (), status: bytes = b"200 OK") -> Act:
    """A well-formed answer, but for what is in it, after which the server closes."""
    usual = [b"Connection: close", b"Content-Length: %d" % len(body)]
    lines = [b"HTTP/1.1 " + status, *fields, *usual, b"", b""]
    return says(b"\r\n".join(lines) + body)


@lru_cache
def zeros(wbits: int, size: int = BOMB) -> bytes:
    """So many zeros, compressed."""
    made = zlib.compressobj(9, zlib.DEFLATED, wbits)
    pieces = [made.compress(bytes(2**20)) for _ in range(size // 2**20)]
    return b"".join(pieces) + made.flush()


def chunked_bomb(peer: Peer) -> None:
    """A gzip bomb in chunks of one kilobyte."""
    peer.say(OK + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n")
    bomb = zeros(31)
    for start in range(0, len(bomb), 1024):
        piece = bomb[start : start + 1024]
        peer.say(b"%x\r\n%b\r\n" % (len(piece), piece))
    peer.say(b"0\r\n\r\n")


def headers(count: int) -> Iterator[bytes]:
    """Many header fields."""
    return (b"X-%d: y" % number for number in range(count))
