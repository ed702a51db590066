"""A transport adapter that calls a WSGI application in this process instead of using a socket."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from http.client import HTTPMessage
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict
from urllib3.response import HTTPResponse

WsgiApplication = Callable[..., Iterable[bytes]]


class WsgiAdapter(HTTPAdapter):
    """Sends a session's requests to a WSGI application.

    Args:
        application: the WSGI application.
    """

    def __init__(self, application: WsgiApplication) -> None:
        super().__init__()
        self.application = application

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Call the application and return its response; the arguments for sockets are ignored."""
        assert request.url is not None
        environ = wsgi_environ(
            str(request.method), request.url, list(request.headers.items()), _read_body(request.body)
        )
        return self.build_response(request, call_application(self.application, environ))


def wsgi_environ(method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes) -> dict[str, Any]:
    """Return the WSGI environment of a request (PEP 3333); the URL is not normalized."""
    parts = urlsplit(url)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path or "/").decode("latin-1"),
        "RAW_URI": parts.path,
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname or "",
        "SERVER_PORT": str(parts.port or (443 if parts.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": parts.netloc,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers:
        key = name.upper().replace("-", "_")
        if key == "TRANSFER_ENCODING":
            continue  # the body is complete
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = _to_latin1(value)
    return environ


def call_application(application: WsgiApplication, environ: dict[str, Any]) -> HTTPResponse:
    """Call the application and return its response as a urllib3 response."""
    response_start: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        response_start.update(status=status, headers=headers)
        return lambda _: None

    chunks = application(environ, start_response)
    try:
        body = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    status_code, _, reason = response_start["status"].partition(" ")
    return HTTPResponse(
        body=io.BytesIO(b"" if environ["REQUEST_METHOD"] == "HEAD" else body),
        headers=HTTPHeaderDict(response_start["headers"]),
        status=int(status_code),
        reason=reason,
        preload_content=False,
        original_response=_with_cookies(response_start["headers"]),
        request_method=environ["REQUEST_METHOD"],
    )


def _with_cookies(headers: list[tuple[str, str]]) -> Any:
    """Return an http.client message with the headers, from which requests reads the cookies."""
    message = HTTPMessage()
    for name, value in headers:
        message[name] = value
    return SimpleNamespace(msg=message, close=lambda: None, isclosed=lambda: True)


def _read_body(body: Any) -> bytes:
    """Return the body of a requests request as bytes: from a text, a file or an iterator."""
    if body is None:
        return b""
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    return body.read() if hasattr(body, "read") else b"".join(body)


def _to_latin1(value: str | bytes) -> str:
    """Return a header value as WSGI requires it: its bytes (UTF-8 for a str) decoded as latin-1."""
    return value.decode("latin-1") if isinstance(value, bytes) else value.encode("utf-8").decode("latin-1")
