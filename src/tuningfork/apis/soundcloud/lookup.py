"""Finding what is there to judge, by the API itself; where nothing is found, nothing is verified."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tuningfork import not_verified
from tuningfork.client.client import Client, JsonObject
from tuningfork.model import Unmet
from tuningfork.testing.listings import objects, unlisted

NOBODYS_IDS = ("999999999999999", "0", "-1", "no-number", "1.5", "99999999999999999999999")
"""What stands in a path for an id, and is nobody's: too high, not positive, no whole number."""

NEW = 50
"""As many things of a page may be of other tests that run meanwhile, and gone in a moment."""


def public_tracks(client: Client, at_least: int = 1, limit: int = 50, **filters: Any) -> list[JsonObject]:
    """Tracks that anybody may list, the oldest of a page, which other tests have not just made."""
    return _enough(client, "/tracks", at_least, limit, filters)


def public_playlists(client: Client, at_least: int = 1, limit: int = 50, **filters: Any) -> list[JsonObject]:
    """Playlists that anybody may list, the oldest of a page, which other tests have not just made."""
    return _enough(client, "/playlists", at_least, limit, filters)


def each(client: Client, kind: str, found: Iterable[JsonObject]) -> Iterator[JsonObject]:
    """Listed `tracks` or `playlists`, each as its own resource has it.

    One that is gone, since somebody has deleted it meanwhile, is passed over once its list has lost it too;
    Unmet if that goes on listing it.
    """
    for thing in found:
        answer = client.get(f"/{kind}/{thing['id']}")
        if answer.status == 404:
            unlisted(client, f"/{kind}", thing["id"], q=thing["title"])
        else:
            yield _same(thing, answer.is_ok().object)


def secret_of(thing: JsonObject) -> str:
    """The secret token of a private track or playlist, from its own member or from its secret_uri."""
    uri = thing.get("secret_uri")
    query = parse_qs(urlsplit(uri).query) if isinstance(uri, str) else {}
    token = thing.get("secret_token") or query.get("secret_token", [None])[0]
    if not isinstance(token, str):
        not_verified("the owner's view shows no secret_token, and no secret_uri that holds one")
    return token


def nearly(secret: str) -> list[str]:
    """Texts that a careless comparison takes for a secret token: a part, more, another case, any text."""
    others = (secret[:-1], secret[2:], secret + "x", secret.swapcase(), "%")
    return [other for other in others if other != secret]


def my_id(client: Client) -> Any:
    """The id of the user whose client this is."""
    answer = client.get("/me")
    if answer.status != 200 or not isinstance(answer.json, JsonObject):
        not_verified(f"/me does not say who the user is: {answer.status}")
    return answer.object["id"]


def _same(thing: JsonObject, found: JsonObject) -> JsonObject:
    if found["id"] != thing["id"]:
        raise Unmet(f"{thing['id']} at its own path", f"{found['id']!r}")
    return found


def _enough(
    client: Client, path: str, at_least: int, limit: int, filters: dict[str, Any]
) -> list[JsonObject]:
    answer = client.get(path, limit=min(200, limit + NEW), **filters)
    try:
        found = objects(answer.is_ok().items)
    except Unmet as unmet:
        not_verified(f"{path} gives no list: {unmet.found}")
    if len(found) < at_least:
        not_verified(f"{path} lists {len(found)} items; {at_least} are needed")
    return sorted(found, key=lambda thing: str(thing.get("created_at")))[:limit]
