"""/resolve and /oembed."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Response

from tuningfork.apis.soundcloud.mock.call import Call, reply
from tuningfork.apis.soundcloud.mock.entities import Track, User
from tuningfork.apis.soundcloud.mock.users import SITE
from tuningfork.mock.errors import Refusal

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud

PLAYER = "https://w.soundcloud.com/player/?visual=true&url="


def resolve(mock: SoundCloud, call: Call) -> Response:
    """GET /resolve: where the thing is (SC-URL-01)."""
    location = mock.permalinks.location(mock.permalinks.need(call), call)
    return reply({"status": "302 - Found", "location": location}, 302, {"Location": location})


def oembed(mock: SoundCloud, call: Call) -> Response:
    """GET /oembed (https://oembed.com, 2.3): what is public can be embedded by anybody."""
    if call.args.get("format", "json") != "json":
        raise Refusal(400, "format is json")
    found = mock.permalinks.need(call)
    location = mock.permalinks.location(found, call)
    name = found.username if isinstance(found, User) else f"{found.title} by {found.owner.username}"
    author = found if isinstance(found, User) else found.owner
    height = 400 if isinstance(found, Track) else 450
    return reply(
        {
            "version": 1.0,
            "type": "rich",
            "provider_name": "SoundCloud",
            "provider_url": SITE,
            "title": name,
            "description": found.description,
            "author_name": author.username,
            "author_url": f"{SITE}/{author.permalink}",
            "height": height,
            "width": 640,
            "html": f'<iframe width="640" height="{height}" scrolling="no" frameborder="no" '
            f'src="{escape(PLAYER + quote(location, safe=""))}"></iframe>',
        }
    )
