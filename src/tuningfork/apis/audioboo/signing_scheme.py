"""The scheme of service and source keys: a SHA-1 over path, signed parameters and secret, in this order."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from requests import PreparedRequest
from requests.auth import AuthBase

Kind = Literal["service", "source"]
Part = tuple[str, bytes]
"""A parameter as it is signed: its name without the prefix, its value as bytes."""

PREFIX = "signed_"
COMMON = (("version", "200"), ("fmt", "json"))
"""What each request says of itself, unsigned."""

_FORM = "application/x-www-form-urlencoded"
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_NAME = re.compile(rb'(\bname=")([^"]*)"')


def signature(path: str, parts: Iterable[Part], secret: str) -> str:
    """Forty hexadecimal digits: SHA-1 of `path:a=1&b=2:secret`, the parts ordered by name whatever its case.

    Args:
        path: of the request, without its query.
        parts: what is signed; a file counts with its bytes.
        secret: of the key.
    """
    ordered = sorted(parts, key=lambda part: part[0].lower())
    listed = b"&".join(name.encode() + b"=" + value for name, value in ordered)
    text = path.encode() + b":" + listed + b":" + secret.encode()
    return hashlib.sha1(text, usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class PrivateKey(AuthBase):
    """Signs each request: the parameters of a body, else of the query, get the prefix `signed_`.

    Args:
        kind: "service" for a key of an application, "source" for that of a registered device.
        key: its public half.
        secret: its other half.
        clock: Unix time in seconds.
    """

    kind: Kind
    key: str
    secret: str = field(repr=False)
    clock: Callable[[], float] = field(default=time.time, repr=False)

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Rename what is there, and add key, timestamp and signature beside it."""
        media_type = str(request.headers.get("Content-Type") or "")
        if media_type.startswith("multipart/"):
            self._sign_multipart(request, _boundary(media_type))
        elif request.method in ("POST", "PUT"):
            request.headers["Content-Type"] = _FORM
            request.body = self._signed_form(request, _text(request.body))
        else:
            parts = urlsplit(str(request.url))
            request.url = parts._replace(query=self._signed_form(request, parts.query)).geturl()
        return request

    def _signed_form(self, request: PreparedRequest, form: str) -> str:
        given = parse_qsl(form, keep_blank_values=True)
        signed = [*given, self._timestamp()]
        shown = self._shown(request, [(name, value.encode()) for name, value in signed])
        return urlencode([*((PREFIX + name, value) for name, value in signed), *shown])

    def _sign_multipart(self, request: PreparedRequest, boundary: bytes) -> None:
        """A file stays as it is but for its name."""
        parts = _split(request.body, boundary)
        stamp = self._timestamp()
        signed = [*((_name_of(part), _content_of(part)) for part in parts), (stamp[0], stamp[1].encode())]
        renamed = [_NAME.sub(rb'\1%b\2"' % PREFIX.encode(), part, count=1) for part in parts]
        added = [(PREFIX + stamp[0], stamp[1]), *self._shown(request, signed)]
        request.body = _joined([*renamed, *(_part(name, value) for name, value in added)], boundary)

    def _timestamp(self) -> tuple[str, str]:
        return f"{self.kind}[timestamp]", str(int(self.clock()))

    def _shown(self, request: PreparedRequest, signed: list[Part]) -> list[tuple[str, str]]:
        """What stands beside the signed parameters."""
        found = signature(urlsplit(str(request.url)).path, signed, self.secret)
        return [*COMMON, (f"{self.kind}[key]", self.key), (f"{self.kind}[signature]", found)]


def _boundary(media_type: str) -> bytes:
    found = _BOUNDARY.search(media_type)
    if found is None:
        raise ValueError("a multipart body without a boundary can't be signed")
    return found[1].encode()


def _split(body: object, boundary: bytes) -> list[bytes]:
    """The parts of a multipart body, each from its first header field to its last byte (RFC 2046 5.1)."""
    whole = b"\r\n" + _bytes(body)
    return [part.removeprefix(b"\r\n") for part in whole.split(b"\r\n--" + boundary)[1:-1]]


def _joined(parts: Iterable[bytes], boundary: bytes) -> bytes:
    delimiter = b"--" + boundary
    return b"".join(delimiter + b"\r\n" + part + b"\r\n" for part in parts) + delimiter + b"--\r\n"


def _part(name: str, value: str) -> bytes:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()


def _name_of(part: bytes) -> str:
    found = _NAME.search(part.partition(b"\r\n\r\n")[0])
    if found is None:
        raise ValueError("a part without a name can't be signed")
    return found[2].decode()


def _content_of(part: bytes) -> bytes:
    return part.partition(b"\r\n\r\n")[2]


def _bytes(body: object) -> bytes:
    return body.encode() if isinstance(body, str) else bytes(body) if isinstance(body, bytes) else b""


def _text(body: object) -> str:
    return _bytes(body).decode("utf-8", "replace")
