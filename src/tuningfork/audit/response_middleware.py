"""Answers of a mock, changed as they leave: below all that is made of them."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from typing import Any

from tuningfork.audit.patching import wrap_method
from tuningfork.mock.controls import PATH

HeaderPairs = list[tuple[str, str]]
RawResponse = tuple[str, HeaderPairs, Iterable[bytes]]
Send = Callable[[str, HeaderPairs, bytes], RawResponse]
"""Status line, fields and body to what is sent in their place, the body in pieces."""
CHUNK_BYTES = 100
"""Bytes of a body that is sent in chunks."""


def rewrite_responses(mock: Any, send: Send, accepting: str = "") -> None:
    """Change every answer of the API, or those to clients that accept such an encoding."""

    def wsgi(wsgi: Any, environ: Any, start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(PATH) or accepting not in environ.get("HTTP_ACCEPT_ENCODING", ""):
            answer: Iterable[bytes] = wsgi(environ, start_response)
            return answer
        said: dict[str, Any] = {}

        def start(status: str, fields: HeaderPairs, exc_info: Any = None) -> Any:
            said.update(status=status, fields=fields)
            return lambda _: None

        body = b"".join(wsgi(environ, start))
        status, fields, pieces = send(said["status"], said["fields"], body)
        start_response(status, fields)
        return pieces

    wrap_method(mock, "wsgi", wsgi)


def chunked(mock: Any) -> None:
    """No answer says its length, and each comes in pieces of a few bytes."""
    rewrite_responses(
        mock,
        lambda status, fields, body: (
            status,
            _without(fields, "content-length"),
            (body[at : at + CHUNK_BYTES] for at in range(0, len(body), CHUNK_BYTES)),
        ),
    )


def gzipped(mock: Any) -> None:
    """A client that takes gzip gets gzip."""

    def send(status: str, fields: HeaderPairs, body: bytes) -> RawResponse:
        if not body:
            return status, fields, [body]
        packed = gzip.compress(body)
        told = [
            ("Content-Length", str(len(packed))),
            ("Content-Encoding", "gzip"),
            ("Vary", "Accept-Encoding"),
        ]
        return status, [*_without(fields, "content-length"), *told], [packed]

    rewrite_responses(mock, send, accepting="gzip")


def _without(fields: HeaderPairs, name: str) -> HeaderPairs:
    return [pair for pair in fields if pair[0].lower() != name]
