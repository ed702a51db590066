from __future__ import annotations

import gzip
from collections.abc import Iterable
from typing import Any

from tuningfork.audit.response_middleware import CHUNK_BYTES, chunked, gzipped, rewrite_responses
from tuningfork.mock.controls import PATH

BODY = b"x" * 250


class Server:
    """A mock that sends BODY in two chunks."""

    def wsgi(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", str(len(BODY)))])
        return [BODY[:100], BODY[100:]]


def get(server: Server, path: str = "/songs", accepts: str = "") -> tuple[str, dict[str, str], list[bytes]]:
    start: list[Any] = []
    environ = {"PATH_INFO": path, "HTTP_ACCEPT_ENCODING": accepts}
    chunks = server.wsgi(environ, lambda *arguments: start.extend(arguments))
    return start[0], dict(start[1]), list(chunks)


def test_status_headers_and_body_are_rewritten() -> None:
    server = Server()
    rewrite_responses(
        server, lambda status, headers, body: (f"{status}!", [*headers, ("A", "b")], [body, b"!"])
    )

    assert get(server) == ("200 OK!", {"Content-Length": "250", "A": "b"}, [BODY, b"!"])


def test_responses_of_controls_are_unchanged() -> None:
    server = Server()
    chunked(server)

    assert get(server, f"{PATH}/reset")[1] == {"Content-Length": "250"}


def test_chunked_body_has_no_content_length() -> None:
    server = Server()
    chunked(server)

    _, headers, chunks = get(server)

    assert (headers, [len(chunk) for chunk in chunks]) == ({}, [CHUNK_BYTES, CHUNK_BYTES, 50])


def test_client_that_accepts_gzip_receives_gzip() -> None:
    server = Server()
    gzipped(server)

    _, headers, chunks = get(server, accepts="gzip, deflate")

    assert gzip.decompress(b"".join(chunks)) == BODY
    assert (headers["Content-Encoding"], headers["Content-Length"]) == ("gzip", str(len(chunks[0])))


def test_client_that_does_not_accept_gzip_receives_plain_body() -> None:
    server = Server()
    gzipped(server)

    assert get(server, accepts="br")[2] == [BODY[:100], BODY[100:]]
