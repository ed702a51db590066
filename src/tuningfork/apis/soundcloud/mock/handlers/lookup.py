"""Handlers of /resolve and /oembed."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from flask import Response

from tuningfork.apis.soundcloud.mock.models import Track, User
from tuningfork.apis.soundcloud.mock.parts import SoundCloudParts
from tuningfork.apis.soundcloud.mock.request_context import RequestContext, json_response
from tuningfork.apis.soundcloud.mock.users import SITE
from tuningfork.mock.errors import HttpError

PLAYER = "https://w.soundcloud.com/player/?visual=true&url="


def resolve(mock: SoundCloudParts, context: RequestContext) -> Response:
    """Handle GET /resolve: a redirect to the resource of a permalink (SC-URL-01)."""
    location = mock.permalinks.api_url(mock.permalinks.get_or_404(context), context)
    return json_response({"status": "302 - Found", "location": location}, 302, {"Location": location})


def oembed(mock: SoundCloudParts, context: RequestContext) -> Response:
    """Handle GET /oembed (https://oembed.com, 2.3); needs no token."""
    if context.args.get("format", "json") != "json":
        raise HttpError(400, "format is json")
    resource = mock.permalinks.get_or_404(context)
    location = mock.permalinks.api_url(resource, context)
    title = (
        resource.username if isinstance(resource, User) else f"{resource.title} by {resource.owner.username}"
    )
    author = resource if isinstance(resource, User) else resource.owner
    height = 400 if isinstance(resource, Track) else 450
    return json_response(
        {
            "version": 1.0,
            "type": "rich",
            "provider_name": "SoundCloud",
            "provider_url": SITE,
            "title": title,
            "description": resource.description,
            "author_name": author.username,
            "author_url": f"{SITE}/{author.permalink}",
            "height": height,
            "width": 640,
            "html": f'<iframe width="640" height="{height}" scrolling="no" frameborder="no" '
            f'src="{escape(PLAYER + quote(location, safe=""))}"></iframe>',
        }
    )
