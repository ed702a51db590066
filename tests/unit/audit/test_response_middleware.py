from __future__ import annotations

import gzip
from collections.abc import Iterable
from typing import Any

from tuningfork.audit.response_middleware import CHUNK_BYTES, chunked, gzipped, rewrite_responses
from tuningfork.mock.controls import PATH

BODY = b"x" * 250


class Server:
    """A mock, as far as it is changed here."""

    def wsgi(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", str(len(BODY)))])
        return [BODY[:100], BODY[100:]]


def answer(
    server: Server, path: str = "/songs", accepts: str = ""
) -> tuple[str, dict[str, str], list[bytes]]:
    said: list[Any] = []
    environ = {"PATH_INFO": path, "HTTP_ACCEPT_ENCODING": accepts}
    pieces = server.wsgi(environ, lambda *told: said.extend(told))
    return said[0], dict(said[1]), list(pieces)


def test_status_fields_and_body_are_changed() -> None:
    server = Server()
    rewrite_responses(
        server, lambda status, fields, body: (f"{status}!", [*fields, ("A", "b")], [body, b"!"])
    )

    assert answer(server) == ("200 OK!", {"Content-Length": "250", "A": "b"}, [BODY, b"!"])


def test_the_controls_stay_as_they_are() -> None:
    server = Server()
    chunked(server)

    assert answer(server, f"{PATH}/reset")[1] == {"Content-Length": "250"}


def test_a_body_in_chunks_has_no_length() -> None:
    server = Server()
    chunked(server)

    _, fields, pieces = answer(server)

    assert (fields, [len(piece) for piece in pieces]) == ({}, [CHUNK_BYTES, CHUNK_BYTES, 50])


def test_who_takes_gzip_gets_gzip() -> None:
    server = Server()
    gzipped(server)

    _, fields, pieces = answer(server, accepts="gzip, deflate")

    assert gzip.decompress(b"".join(pieces)) == BODY
    assert (fields["Content-Encoding"], fields["Content-Length"]) == ("gzip", str(len(pieces[0])))


def test_who_does_not_does_not() -> None:
    server = Server()
    gzipped(server)

    assert answer(server, accepts="br")[2] == [BODY[:100], BODY[100:]]
