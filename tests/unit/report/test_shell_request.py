"""Commands that bash runs: the server receives the request that was written."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tuningfork.model import Headers, Request
from tuningfork.redaction import Disclosure
from tuningfork.report.shell_request import SEND, ShellFiles, command, needs_socket
from tuningfork.report.shell_text import ShellText

pytestmark = pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")

Received = tuple[str, list[tuple[str, str]], bytes]
"""The request line, the headers and the body."""
Send = Callable[[Request], Received]
BASE = "https://api.example.test"
JSON = ("Content-Type", "application/json")


class Recorder:
    """A server that responds to one request and stores its bytes.

    Args:
        length: the length of the body if Content-Length is not that.
    """

    def __init__(self, length: int | None) -> None:
        self._length = length
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.request = b""
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._socket.accept()
        while not self._is_complete() and (part := connection.recv(65536)):
            self.request += part
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        connection.close()

    def _is_complete(self) -> bool:
        head, end, body = self.request.partition(b"\r\n\r\n")
        declared = re.search(rb"(?i)\ncontent-length: (\d+)", head)
        length = int(declared[1]) if declared and self._length is None else self._length or 0
        return bool(end) and len(body) >= length

    def received(self) -> Received:
        """Return the request, after the response."""
        self._thread.join()
        self._socket.close()
        head, _, body = self.request.partition(b"\r\n\r\n")
        line, *fields = head.decode("latin-1").split("\r\n")
        return line, [(name, value) for name, _, value in (each.partition(": ") for each in fields)], body


@pytest.fixture
def send(tmp_path: Path) -> Send:
    """Writes a request as a command, has bash run it, and returns what a server received."""

    def run(request: Request) -> Received:
        recorder = Recorder(len(request.body) if needs_socket(request) else None)
        text = ShellText(
            Disclosure(),
            {"secret-4711": "CLIENT_SECRET"},
            {"9001": "TRACK_ID"},
            {BASE: "BASE_URL"},
            lambda _: False,
        )
        files = ShellFiles()
        line = command(request, text, files, ("-s", "-i", "-H", "Expect:"))
        assert "secret-4711" not in line
        assert "9001" not in line
        script = "\n".join([*files.lines, SEND, line])
        variables = {"BASE_URL": recorder.url, "CLIENT_SECRET": "secret-4711", "TRACK_ID": "9001"}
        done = subprocess.run(
            ["/bin/bash", "-e", "-c", script], cwd=tmp_path, env=variables | {"PATH": "/usr/bin:/bin"},
            capture_output=True, check=False,
        )  # fmt: skip
        assert b"200 OK" in done.stdout, done.stderr
        return recorder.received()

    return run


@pytest.mark.parametrize(
    ("method", "target"),
    [("GET", "/tracks?q=a%20b&x[]=1"), ("DELETE", "/tracks/9001"), ("PURGE", "/a/../b"), ("POST", "/x")],
)
def test_method_and_url_are_unchanged(send: Send, method: str, target: str) -> None:
    line, _, body = send(Request(method, BASE + target))

    assert (line, body) == (f"{method} {target} HTTP/1.1", b"")


@pytest.mark.parametrize(
    "body",
    [
        b'{"id": 9001, "title": "it\'s $HOME `id` \\u00e9"}',
        '{"title": "żółw 🎵\\n"}'.encode(),
        b"\x00\xff\xfe binary",
        b"@file",
        b"x" * 3000,
        bytes(range(256)) * 40,
    ],
)
def test_body_is_unchanged(send: Send, body: bytes) -> None:
    line, headers, received = send(Request("POST", BASE + "/tracks", Headers([JSON]), body))

    assert line == "POST /tracks HTTP/1.1"
    assert received == body
    assert JSON in headers


@pytest.mark.parametrize(
    "body",
    [
        b"grant_type=client_credentials&client_secret=secret-4711&scope=",
        b"a&b=&=c&client_secret=secret-4711&d=%zz+%26",
        b"track%5Bid%5D=9001&title=taken+over",
    ],
)
def test_form_is_unchanged(send: Send, body: bytes) -> None:
    kind = ("Content-Type", "application/x-www-form-urlencoded")

    _, headers, received = send(Request("POST", BASE + "/token", Headers([kind]), body))

    assert received == body
    assert kind in headers


def test_multipart_has_the_same_parts(send: Send) -> None:
    tone = bytes(range(256)) * 20
    body = (
        b'--XX\r\nContent-Disposition: form-data; name="track[id]"\r\n\r\n9001\r\n'
        b'--XX\r\nContent-Disposition: form-data; name="data"; filename="to;ne.wav"\r\n'
        b"Content-Type: audio/wav\r\n\r\n" + tone + b"\r\n--XX--\r\n"
    )

    _, headers, received = send(
        Request("POST", BASE + "/x", Headers([("Content-Type", "multipart/form-data; boundary=XX")]), body)
    )

    boundary = dict(headers)["Content-Type"].partition("boundary=")[2].encode()
    assert received.replace(boundary, b"XX") == body


def test_malformed_multipart_is_unchanged(send: Send) -> None:
    kind = ("Content-Type", "multipart/form-data; boundary=XX")

    _, headers, received = send(Request("POST", BASE + "/x", Headers([kind]), b"--XX--\r\n"))

    assert received == b"--XX--\r\n"
    assert kind in headers


def test_basic_credentials_are_encoded_by_curl(send: Send) -> None:
    header = ("Authorization", "Basic YXBwOnNlY3JldC00NzEx")

    _, headers, _ = send(Request("GET", BASE + "/x", Headers([header])))

    assert header in headers


@pytest.mark.parametrize(
    ("request_", "line", "header"),
    [
        (Request("GET", BASE + "/a b?c=<é>"), "GET /a b?c=<é> HTTP/1.1", None),
        (Request("G T", BASE + "/a"), "G T /a HTTP/1.1", None),
        (
            Request("GET", BASE + "/a", Headers([("X-A", "x\xe9 %s \\n 'q'")])),
            None,
            ("X-A", "x\xe9 %s \\n 'q'"),
        ),
        (Request("GET", BASE + "/a", Headers([("X A", " b ")])), None, ("X A", " b ")),
        (Request("GET", BASE + "/a#b"), "GET /a#b HTTP/1.1", None),
        (
            Request("POST", BASE + "/9001", Headers([("Content-Length", "99")]), b"part"),
            "POST /9001 HTTP/1.1",
            ("Content-Length", "99"),
        ),
    ],
)
def test_request_that_curl_changes_is_sent_on_a_socket(
    send: Send, request_: Request, line: str | None, header: tuple[str, str] | None
) -> None:
    assert needs_socket(request_)

    received_line, headers, body = send(request_)

    assert line in (None, received_line)
    assert header is None or header in headers
    assert body == request_.body


def test_request_of_the_client_does_not_need_a_socket() -> None:
    pairs = [JSON, ("Content-Length", "2"), ("Authorization", "OAuth x"), ("X-Empty", "")]

    assert not needs_socket(Request("POST", BASE + "/a?b=%20", Headers(pairs), b"{}"))


def test_long_body_of_one_byte_is_a_short_command() -> None:
    files = ShellFiles()

    assert files.name(b"\0" * 10**7) == files.name(b"\0" * 10**7) == "body1"
    assert files.lines == [r"head -c 10000000 /dev/zero | tr '\0' '\000' > body1"]
