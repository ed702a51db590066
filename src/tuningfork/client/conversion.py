"""Converts requests and responses of the library requests to those of the model."""

from __future__ import annotations

import requests

from tuningfork.model import Headers, Request, Response


def to_request(request: requests.PreparedRequest) -> Request:
    """Return a prepared request as a Request, with what signed it; a streamed body is left out."""
    body = request.body or b""
    if isinstance(body, str):
        body = body.encode()
    headers = [(_text(name), _text(value)) for name, value in request.headers.items()]
    return Request(
        str(request.method),
        str(request.url),
        Headers(headers),
        body if isinstance(body, bytes) else b"",
        getattr(request, "signing", None),
    )


def to_response(response: requests.Response) -> Response:
    """Return a response as a Response; repeated headers stay separate."""
    pairs = [(str(name), str(value)) for name, value in response.raw.headers.items()]
    return Response(response.status_code, response.reason or "", Headers(pairs), response.content)


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
