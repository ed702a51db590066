"""Bodies with which no track is created."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tuningfork.apis.audiosocket.tracks import PATH
from tuningfork.client.client import Client
from tuningfork.client.response import Response

JSON = "application/json"
UNPARSEABLE = (
    b"{",
    b"}",
    b"[",
    b'["x"',
    b"nonsense",
    b"{'a': 'b'}",
    b'{"length": 1,}',
    b'{"length" 1}',
    b'{"length": 1',
    b'{"length": 1} {',
    b'{"length": "\\x"}',
    b"\xff\xfe\xfd",
    b"<track/>",
)
UNPARSEABLE_WITH_TITLE = (
    '[{"TITLE": "x"}]',
    '{"TITLE": "x"',
    '{"TITLE" "x"}',
    '{"TITLE": "x"} {',
    '{"TITLE": "x"} x',
)
"""Bodies with a title that are not a track or not JSON; extensions of JSON may be accepted (RFC 8259 9)."""
EMPTY = (b"", b" ", b"\r\n")
WITHOUT_TITLE: tuple[object, ...] = ({}, [], [{}], "x", 7, True, None, {"no-such-field": "x"}, {"length": 60})
"""JSON values without the required property."""
WRONG_TITLES: tuple[object, ...] = (7, 1.5, True, False, ["x"], [], {}, {"x": "y"})
"""Titles that are not strings; null is not specified."""
WRONG_MEDIA_TYPES = (
    ("text/plain", b"nonsense"),
    ("text/plain", b""),
    ("application/xml", b"<track/>"),
    ("application/x-www-form-urlencoded", b"length=60"),
    ("multipart/form-data; boundary=b", b"--b--\r\n"),
    ("application/octet-stream", b"\x00\xff"),
    ("text/html", b"{}"),
)
"""Bodies of other media types, with the media type."""


def invalid_json_bodies(field: str) -> Iterator[bytes]:
    """Yield bodies that are sent as JSON and are not a track; `field` is the name of the title property."""
    yield from UNPARSEABLE
    yield from EMPTY
    yield from (json.dumps(value).encode() for value in WITHOUT_TITLE)
    yield from (json.dumps({field: value}).encode() for value in WRONG_TITLES)
    yield from (text.replace("TITLE", field).encode() for text in UNPARSEABLE_WITH_TITLE)


def post_track(client: Client, body: bytes, media_type: str | None = JSON) -> Response:
    """Send POST /tracks with these bytes."""
    return client.post(PATH, content=body, headers={"Content-Type": media_type})
