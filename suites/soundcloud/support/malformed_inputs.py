"""Malformed input for SoundCloud, in addition to tuningfork.testing.malformed."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tuningfork.testing.malformed import values

PATH_SEGMENTS = (*values.PATH_SEGMENTS, "soundcloud:tracks:")
"""Path segments in place of an id, percent-encoded as they are sent."""

URLS = (
    "https:%2F%2F",
    "https:%2F%2F[",
    "https:%2F%2F[::1%2Fx",
    "https:%2F%2F%00",
    "https:%2F%2Fsoundcloud.com:99999999%2Fx",
    "https:%2F%2Fsoundcloud.com:x%2Fx",
    "https:%2F%2Fsoundcloud.com%2F%2F..%2F%00",
    "https:%2F%2Fsoundcloud.com%2F%ED%A0%80",
    "https:%2F%2Fsoundcloud.com%2F%E2%84%80",
    "https:%2F%2Fsound%E2%84%80cloud.com%2Fx",
    "%2F%2F%2F%2F",
)
"""Values of a query parameter with a URL."""

QUERIES = (
    *values.QUERIES,
    *values.queries("limit"),
    *values.queries("bpm"),
    "ids[]=1&ids[]=2",
    "ids=" + ",".join(map(str, range(10**12, 10**12 + 500))),
    "created_at=x&duration=x",
    "cursor=x&offset=x&page_size=x",
    "offset=-1",
    "offset=99999999999999999999999",
    "page_size=0&cursor=",
    "linked_partitioning=maybe",
    "linked_partitioning[]=1",
    "access=,,&access[]=x",
    "q[]=1&q[x]=2",
    "callback=&callback[]=x",
    "secret_token=%00",
    "show_tracks=maybe",
)
"""Query strings, percent-encoded as they are sent."""


def track_lists() -> Iterator[bytes]:
    """Yield request bodies with invalid tracks of a playlist."""
    ids: tuple[object, ...] = (
        None,
        "x",
        "",
        -1,
        0,
        1.5,
        10**40,
        True,
        [],
        {},
        "9" * 10_000,
        "\x00",
        "\ud800",
    )
    lists: tuple[object, ...] = ([None], ["x"], [1], [[]], [{}], {"0": {"id": 1}}, [{"id": 1}] * 600)
    for tracks in (*([{"id": id_}] for id_ in ids), *lists):
        yield json.dumps({"playlist": {"tracks": tracks}}).encode()
