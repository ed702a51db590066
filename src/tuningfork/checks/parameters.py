"""The parameters of a request, wherever they are: in the query, or in a form."""

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
    """Names and values in order, those of the query first; files are none."""
    kind = request.headers.get("content-type", "")
    return (*request.query, *_of_body(kind, request.body)) if request.body else request.query


@lru_cache(maxsize=8)
def _of_body(kind: str, body: bytes) -> tuple[tuple[str, str], ...]:
    """Kept, because several checks of an exchange ask for them."""
    if kind.lower().startswith(FORM):
        return tuple(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    boundary = BOUNDARY.search(kind) if kind.lower().startswith("multipart/") else None
    return tuple(_of_parts(body, boundary[1].encode())) if boundary else ()


def _of_parts(body: bytes, boundary: bytes) -> Iterator[tuple[str, str]]:
    for part in body.split(b"--" + boundary)[1:]:
        head, _, content = part.partition(b"\r\n\r\n")
        name = NAME.search(head)
        if name and not FILE.search(head):
            yield name[1].decode("utf-8", "replace"), content.removesuffix(b"\r\n").decode("utf-8", "replace")
