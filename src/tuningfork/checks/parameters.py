"""Reads the parameters of a request: those in its query and those in its form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import parse_qsl

from tuningfork.model import Request

NAME = re.compile(rb'(?:^|[;\s])name="((?:[^"\\]|\\.)*)"', re.IGNORECASE)
FILE = re.compile(rb"(?:^|[;\s])filename\*?=", re.IGNORECASE)
BOUNDARY = re.compile(r'boundary="?([^";,\s]+)"?', re.IGNORECASE)
FORM = "application/x-www-form-urlencoded"


def parameters(request: Request) -> tuple[tuple[str, str], ...]:
    """Return names and values of all parameters, first those of the query; without uploaded files."""
    content_type = request.headers.get("content-type", "")
    return (*request.query, *_read_form(content_type, request.body)) if request.body else request.query


@lru_cache(maxsize=1)
def _read_form(content_type: str, body: bytes) -> tuple[tuple[str, str], ...]:
    """Return the form fields of a body; cached because several checks read the same body."""
    if content_type.lower().startswith(FORM):
        return tuple(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    boundary = BOUNDARY.search(content_type) if content_type.lower().startswith("multipart/") else None
    return tuple(_read_multipart(body, boundary[1].encode())) if boundary else ()


def _read_multipart(body: bytes, boundary: bytes) -> Iterator[tuple[str, str]]:
    """Yield the name and value of each part of a multipart body, except uploaded files."""
    for part in body.split(b"--" + boundary)[1:]:
        head, _, content = part.partition(b"\r\n\r\n")
        name = NAME.search(head)
        if name and not FILE.search(head):
            yield name[1].decode("utf-8", "replace"), content.removesuffix(b"\r\n").decode("utf-8", "replace")
