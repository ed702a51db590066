"""Servers that misbehave after, or before, they have read the header of a request."""

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
"""Seconds between two bytes of a slow response."""
BOMB = 20 * 2**20
"""Size of a compressed body after decompression."""
SERVER_PEM = Path(__file__).with_name("tls") / "server.pem"


@dataclass(slots=True)
class Peer:
    """The server's end of a connection."""

    connection: socket.socket
    over: threading.Event

    def send(self, text: bytes) -> None:
        self.connection.sendall(text)

    def send_slowly(self, text: bytes) -> None:
        for byte in text:
            if self.over.wait(GAP):
                return
            self.connection.sendall(bytes([byte]))

    def send_forever(self, text: bytes) -> None:
        while not self.over.is_set():
            self.connection.sendall(text)

    def wait(self) -> None:
        self.over.wait()

    def reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@dataclass
class HostileServer:
    """A server that performs one action on each connection until it is closed.

    Args:
        act: the action.
        early: whether it acts before it has read the request.
        tls: whether it uses TLS, with a certificate that only the CA in the folder `tls` signs.
    """

    act: Act
    early: bool = False
    tls: bool = False
    over: threading.Event = field(default_factory=threading.Event)
    received: list[bytes] = field(default_factory=list)

    def __enter__(self) -> HostileServer:
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
        with contextlib.suppress(OSError), self._wrapped(connection) as peer_socket:
            if not self.early:
                self.received.append(_header(peer_socket))
            self.act(Peer(peer_socket, self.over))

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
    """Return the header; read a short body too, because closing would otherwise reset the connection."""
    received = b""
    while b"\r\n\r\n" not in received and (chunk := connection.recv(65536)):
        received += chunk
    header, _, body = received.partition(b"\r\n\r\n")
    found = re.search(rb"(?i)content-length: (\d{1,4})\r?$", header, re.MULTILINE)
    while found and len(body) < int(found[1]) and (chunk := connection.recv(65536)):
        body += chunk
    return header


def sends(text: bytes) -> Act:
    """Return an action that sends the text and closes."""
    return lambda peer: peer.send(text)


def sends_and_stalls(text: bytes) -> Act:
    """Return an action that sends the text and then nothing more."""

    def act(peer: Peer) -> None:
        peer.send(text)
        peer.wait()

    return act


def sends_slowly(start: bytes, rest: bytes = b"") -> Act:
    """Return an action that sends the start at once and the rest byte by byte."""

    def act(peer: Peer) -> None:
        peer.send(start)
        peer.send_slowly(rest)

    return act


def sends_forever(start: bytes, again: bytes) -> Act:
    """Return an action that sends the start and then repeats a text until the server is closed."""

    def act(peer: Peer) -> None:
        peer.send(start)
        peer.send_forever(again)

    return act


def sends_and_resets(text: bytes) -> Act:
    """Return an action that sends the text and resets the connection."""

    def act(peer: Peer) -> None:
        peer.send(text)
        peer.reset()

    return act


def sends_encoded(coding: bytes, body: Callable[[], bytes]) -> Act:
    """Return an action that sends a body with a content coding."""

    def act(peer: Peer) -> None:
        coded_body = body()
        header = OK + b"Content-Encoding: %b\r\nContent-Length: %d\r\n\r\n" % (coding, len(coded_body))
        peer.send(header + coded_body)

    return act


def sends_response(body: bytes = b"{}", headers: Iterable[bytes] = (), status: bytes = b"200 OK") -> Act:
    """Return an action that sends a well-formed response and closes."""
    default_headers = [b"Connection: close", b"Content-Length: %d" % len(body)]
    lines = [b"HTTP/1.1 " + status, *headers, *default_headers, b"", b""]
    return sends(b"\r\n".join(lines) + body)


@lru_cache
def zeros(wbits: int, size: int = BOMB) -> bytes:
    """Return compressed zeros; their decompressed size is `size`."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, wbits)
    chunks = [compressor.compress(bytes(2**20)) for _ in range(size // 2**20)]
    return b"".join(chunks) + compressor.flush()


def chunked_bomb(peer: Peer) -> None:
    """Send a gzip bomb in chunks of one kilobyte."""
    peer.send(OK + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n")
    bomb = zeros(31)
    for start in range(0, len(bomb), 1024):
        chunk = bomb[start : start + 1024]
        peer.send(b"%x\r\n%b\r\n" % (len(chunk), chunk))
    peer.send(b"0\r\n\r\n")


def many_headers(count: int) -> Iterator[bytes]:
    """Return many headers."""
    return (b"X-%d: y" % number for number in range(count))
