"""Malformed input for Audiosocket, in addition to tuningfork.testing.malformed."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tuningfork.testing.malformed import values
from tuningfork.testing.malformed.bodies import BROKEN, SCALARS, TEXTS

from .optional_fields import FIELDS

QUERIES = (*values.QUERIES, *values.queries("limit"), "token=%00", "access_token[]=x", "_method=POST")
"""Query strings, percent-encoded as they are sent."""

AUTHORIZATIONS = (
    *values.AUTHORIZATIONS,
    "Bearer  x  y  z",
    "Bearer \xff\xfe",
    "Bearer '",
    "Bearer \x01",
    "Bearer " + "x" * 10_000,
    'Bearer token="',
    "bearer,,,",
    "Bearer null",
    "Bearer " + "=" * 300,
)
"""Values of the Authorization header without valid credentials."""


def bodies(field: str) -> Iterator[bytes]:
    """Yield malformed JSON bodies; `field` is the name of the title property."""
    yield from BROKEN
    yield from (json.dumps(value).encode() for value in (*SCALARS, "x", [None]))
    for name in (field, *FIELDS, "id", ""):
        yield from (json.dumps({name: value}).encode() for value in SCALARS)
    yield from (json.dumps({field: text}).encode() for text in TEXTS)
    yield b'{"\\ud800": "x"}'
    yield f'{{"{field}": 1, "{field}": {"1" * 5_000}}}'.encode()
    yield json.dumps({f"field {number}": number for number in range(2_000)}).encode()
