"""The private signing scheme of service and source keys: a SHA-1 over path, signed parameters and secret."""

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

from tuningfork.auth.signing import snapshot
from tuningfork.model import Signing

Kind = Literal["service", "source"]
Part = tuple[str, bytes]
"""A signed parameter: its name without the prefix, its value as bytes."""

PREFIX = "signed_"
COMMON = (("version", "200"), ("fmt", "json"))
"""Unsigned parameters of every request."""

SIGN_FUNCTION = """sign() { # PATH SECRET NAME=VALUE...: SHA-1 of PATH:PARAMETERS:SECRET, sorted by name
python3 -c '
import hashlib, os, sys
path, secret, *pairs = map(os.fsencode, sys.argv[1:])
pairs.sort(key=lambda pair: pair.partition(b"=")[0].lower())
print(hashlib.sha1(b":".join((path, b"&".join(pairs), secret))).hexdigest())' "$@"; }"""
"""The shell function that prints the signature of a request."""

_FORM = "application/x-www-form-urlencoded"
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_NAME = re.compile(rb'(\bname=")([^"]*)"')


def signature(path: str, parts: Iterable[Part], secret: str) -> str:
    """Return the SHA-1 of `path:a=1&b=2:secret` in hexadecimal; parts are sorted by name, ignoring case.

    Args:
        path: the path of the request, without its query.
        parts: the signed parameters; a file is represented by its bytes.
        secret: the secret of the key.
    """
    ordered = sorted(parts, key=lambda part: part[0].lower())
    joined = b"&".join(name.encode() + b"=" + value for name, value in ordered)
    text = path.encode() + b":" + joined + b":" + secret.encode()
    return hashlib.sha1(text, usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class PrivateKey(AuthBase):
    """Signs each request: the parameters of a body, else of the query, get the prefix `signed_`.

    Args:
        kind: "service" for the key of an application, "source" for that of a registered device.
        key: the public part of the key.
        secret: the secret part of the key.
        clock: returns the Unix time in seconds.
    """

    kind: Kind
    key: str
    secret: str = field(repr=False)
    clock: Callable[[], float] = field(default=time.time, repr=False)

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Rename the request's parameters, and add key, timestamp and signature.

        The request gets the attribute `signing`, which says how it was signed.
        """
        media_type = str(request.headers.get("Content-Type") or "")
        if media_type.startswith("multipart/"):
            signed = self._sign_multipart(request, _boundary(media_type))
        elif request.method in ("POST", "PUT"):
            request.headers["Content-Type"] = _FORM
            request.body, signed = self._sign_form(request, _text(request.body))
        else:
            parts = urlsplit(str(request.url))
            query, signed = self._sign_form(request, parts.query)
            request.url = parts._replace(query=query).geturl()
        request.signing = self._describe(request, signed)  # type: ignore[attr-defined]  # an attribute of this project
        return request

    def _sign_form(self, request: PreparedRequest, form: str) -> tuple[str, list[Part]]:
        """Return the urlencoded form with key, timestamp and signature; and the signed parameters."""
        parameters = [*parse_qsl(form, keep_blank_values=True), self._timestamp()]
        signed = [(name, value.encode()) for name, value in parameters]
        unsigned = self._unsigned_parameters(request, signed)
        return urlencode([*((PREFIX + name, value) for name, value in parameters), *unsigned]), signed

    def _sign_multipart(self, request: PreparedRequest, boundary: bytes) -> list[Part]:
        """Sign a multipart body and return what is signed; the names of files get the prefix too."""
        parts = _split(request.body, boundary)
        timestamp = self._timestamp()
        signed = [
            *((_part_name(part), _part_content(part)) for part in parts),
            (timestamp[0], timestamp[1].encode()),
        ]
        renamed = [_NAME.sub(rb'\1%b\2"' % PREFIX.encode(), part, count=1) for part in parts]
        unsigned = [(PREFIX + timestamp[0], timestamp[1]), *self._unsigned_parameters(request, signed)]
        request.body = _join([*renamed, *(_make_part(name, value) for name, value in unsigned)], boundary)
        return signed

    def _timestamp(self) -> tuple[str, str]:
        """Return name (without `signed_`) and value of the parameter with the current Unix time."""
        return f"{self.kind}[timestamp]", str(int(self.clock()))

    def _unsigned_parameters(self, request: PreparedRequest, signed: list[Part]) -> list[tuple[str, str]]:
        """Return the parameters that are added without the prefix: version, format, key and signature."""
        digest = signature(_path(request), signed, self.secret)
        return [*COMMON, (f"{self.kind}[key]", self.key), (f"{self.kind}[signature]", digest)]

    def _describe(self, request: PreparedRequest, signed: list[Part]) -> Signing:
        """Return how a request was signed, for the reports."""
        return Signing(
            function=SIGN_FUNCTION,
            target=(_path(request),),
            secrets=((f"{self.kind}_secret", self.secret),),
            parameters=tuple((name, value.decode("utf-8", "surrogateescape")) for name, value in signed),
            signature=signature(_path(request), signed, self.secret),
            request=snapshot(request),
            timestamp=next(value.decode() for name, value in signed if name == f"{self.kind}[timestamp]"),
            signed_at=int(time.time()),
        )


def _path(request: PreparedRequest) -> str:
    return urlsplit(str(request.url)).path


def _boundary(media_type: str) -> bytes:
    """Return the boundary in the Content-Type of a multipart body; raise ValueError without one."""
    match = _BOUNDARY.search(media_type)
    if match is None:
        raise ValueError("cannot sign a multipart body without a boundary")
    return match[1].encode()


def _split(body: object, boundary: bytes) -> list[bytes]:
    """Return the parts of a multipart body, each from its first header to its last byte (RFC 2046 5.1)."""
    whole = b"\r\n" + _bytes(body)
    return [part.removeprefix(b"\r\n") for part in whole.split(b"\r\n--" + boundary)[1:-1]]


def _join(parts: Iterable[bytes], boundary: bytes) -> bytes:
    """Return the multipart body that consists of these parts."""
    delimiter = b"--" + boundary
    return b"".join(delimiter + b"\r\n" + part + b"\r\n" for part in parts) + delimiter + b"--\r\n"


def _make_part(name: str, value: str) -> bytes:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()


def _part_name(part: bytes) -> str:
    """Return the name of a part of a multipart body; raise ValueError without one."""
    match = _NAME.search(part.partition(b"\r\n\r\n")[0])
    if match is None:
        raise ValueError("cannot sign a multipart body that has a part without a name")
    return match[2].decode()


def _part_content(part: bytes) -> bytes:
    return part.partition(b"\r\n\r\n")[2]


def _bytes(body: object) -> bytes:
    return body.encode() if isinstance(body, str) else bytes(body) if isinstance(body, bytes) else b""


def _text(body: object) -> str:
    return _bytes(body).decode("utf-8", "replace")
