"""WSGI middleware that rewrites the responses of a mock before they are sent."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from typing import Any

from tuningfork.audit.patching import wrap_method
from tuningfork.mock.controls import PATH

HeaderPairs = list[tuple[str, str]]
RawResponse = tuple[str, HeaderPairs, Iterable[bytes]]
"""Status line, headers, and the chunks of the body."""
Send = Callable[[str, HeaderPairs, bytes], RawResponse]
"""Returns the response to send for a status line, headers and a body."""
CHUNK_BYTES = 100
"""Bytes of each chunk of a chunked body."""


def rewrite_responses(mock: Any, send: Send, accepting: str = "") -> None:
    """Replace each response of the mock's API by the result of `send`; its controls are unchanged.

    Args:
        mock: the mock.
        send: returns the new response.
        accepting: a content coding; if given, only responses to clients that accept it are replaced.
    """

    def rewrite(wsgi: Any, environ: Any, start_response: Any) -> Iterable[bytes]:
        """Respond with the result of `send`, unless the request is for the controls or lacks the coding."""
        if environ["PATH_INFO"].startswith(PATH) or accepting not in environ.get("HTTP_ACCEPT_ENCODING", ""):
            unchanged: Iterable[bytes] = wsgi(environ, start_response)
            return unchanged
        response: dict[str, Any] = {}

        def capture(status: str, headers: HeaderPairs, exc_info: Any = None) -> Any:
            response.update(status=status, headers=headers)
            return lambda _: None

        body = b"".join(wsgi(environ, capture))
        status, headers, chunks = send(response["status"], response["headers"], body)
        start_response(status, headers)
        return chunks

    wrap_method(mock, "wsgi", rewrite)


def chunked(mock: Any) -> None:
    """Make the mock send each body in small chunks and without Content-Length."""
    rewrite_responses(
        mock,
        lambda status, headers, body: (
            status,
            _without(headers, "content-length"),
            (body[start : start + CHUNK_BYTES] for start in range(0, len(body), CHUNK_BYTES)),
        ),
    )


def gzipped(mock: Any) -> None:
    """Make the mock compress bodies for clients that accept gzip."""

    def send(status: str, headers: HeaderPairs, body: bytes) -> RawResponse:
        """Return the response with a compressed body; unchanged if the body is empty."""
        if not body:
            return status, headers, [body]
        compressed = gzip.compress(body)
        new_headers = [
            ("Content-Length", str(len(compressed))),
            ("Content-Encoding", "gzip"),
            ("Vary", "Accept-Encoding"),
        ]
        return status, [*_without(headers, "content-length"), *new_headers], [compressed]

    rewrite_responses(mock, send, accepting="gzip")


def _without(headers: HeaderPairs, name: str) -> HeaderPairs:
    return [pair for pair in headers if pair[0].lower() != name]
