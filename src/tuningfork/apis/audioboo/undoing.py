"""What an exchange has created, and how it is taken back."""

from __future__ import annotations

import re

from tuningfork.checks.body import objects
from tuningfork.checks.parameters import parameters
from tuningfork.model import Exchange

MADE = {
    r"/account(/audio_clips)": ("audio_clip",),
    r"(/playlists)": ("playlist",),
    r"(/playlists/\d+/memberships)": ("playlist_membership", "membership"),
    r"(/audio_clips/\d+/comments)": ("comment",),
}
"""Where things are made, by the names under which the answer's body may have them."""


def undo(exchange: Exchange) -> str | None:
    """The path whose DELETE removes what an exchange created."""
    request, response = exchange.request, exchange.response
    if request.method != "POST" or not 200 <= response.status < 300:
        return None
    if found := re.search(r"/audio_clips/\d+/favourites(?=/?$)", request.path):
        return found[0]
    if re.search(r"/account/followings/?$", request.path):
        return _followed(exchange)
    for path, names in MADE.items():
        if found := re.search(f"{path}/?$", request.path):
            made = _id_of(exchange, names)
            return None if made is None else f"{found[1]}/{made}"
    return None


def _followed(exchange: Exchange) -> str | None:
    users = [value for name, value in parameters(exchange.request) if name == "following_user_id"]
    known = users and re.fullmatch(r"\d+", users[-1], re.ASCII)
    return f"/account/followings?following_user_id={users[-1]}" if known else None


def _id_of(exchange: Exchange, names: tuple[str, ...]) -> int | None:
    bodies = [answer.get("body") for answer in objects(exchange)]
    things = [body.get(name) for body in bodies if isinstance(body, dict) for name in names]
    ids = [thing.get("id") for thing in things if isinstance(thing, dict)]
    return next((one for one in ids if isinstance(one, int)), None)
