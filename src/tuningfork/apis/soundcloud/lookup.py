"""Find existing resources for tests; without suitable ones the test is "not verified"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tuningfork import not_verified
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject
from tuningfork.json_text import to_json
from tuningfork.model import ExpectationFailed
from tuningfork.testing.listings import json_objects, wait_until_unlisted

NONEXISTENT_IDS = ("999999999999999", "0", "-1", "no-number", "1.5", "99999999999999999999999")
"""Ids that no resource has: too high, not positive, or not an integer."""

MAX_CONCURRENT_ITEMS = 50
"""Upper bound of items on a page that parallel tests may create and delete."""


def find_public_tracks(
    client: Client, at_least: int = 1, limit: int = 50, **filters: Any
) -> list[JsonObject]:
    """Return at most `limit` public tracks, the oldest ones of a page: no parallel test has created them."""
    return _find_oldest(client, "/tracks", at_least, limit, filters)


def find_public_playlists(
    client: Client, at_least: int = 1, limit: int = 50, **filters: Any
) -> list[JsonObject]:
    """Return at most `limit` public playlists, the oldest ones of a page: no test has just created them."""
    return _find_oldest(client, "/playlists", at_least, limit, filters)


def fetch_each(client: Client, kind: str, items: Iterable[JsonObject]) -> Iterator[JsonObject]:
    """Yield GET /{kind}/{id} of each listed item; `kind` is `tracks` or `playlists`.

    Items that were deleted since the list was read are skipped.

    Raises:
        ExpectationFailed: a list still contains an item that returns 404, or the id of an item differs.
    """
    for item in items:
        response = client.get(f"/{kind}/{item['id']}")
        if response.status == 404:
            wait_until_unlisted(client, f"/{kind}", item["id"], q=item["title"])
        else:
            yield _require_id(item["id"], response.expect_ok().object)


def read_secret_token(item: JsonObject) -> str:
    """Return the secret token of a private track or playlist, from secret_token or secret_uri."""
    uri = item.get("secret_uri")
    query = parse_qs(urlsplit(uri).query) if isinstance(uri, str) else {}
    token = item.get("secret_token") or query.get("secret_token", [None])[0]
    if not isinstance(token, str):
        not_verified("the owner's view has no secret_token, and no secret_uri that contains one")
    return token


def similar_secret_tokens(secret: str) -> list[str]:
    """Return invalid tokens that a faulty comparison may accept, such as a shorter one."""
    others = (secret[:-1], secret[2:], secret + "x", secret.swapcase(), "%")
    return [other for other in others if other != secret]


def fetch_my_id(client: Client) -> Any:
    """Return the id of the client's user."""
    response = client.get("/me")
    if response.status != 200 or not isinstance(response.json, JsonObject):
        not_verified(f"GET /me returns no user: status {response.status}")
    return response.object["id"]


def _require_id(id_: Any, item: JsonObject) -> JsonObject:
    """Return the item; raise ExpectationFailed if it does not have this id."""
    if item["id"] != id_:
        raise ExpectationFailed(f"{id_} at its own path", f"{to_json(item['id'])}")
    return item


def _find_oldest(
    client: Client, path: str, at_least: int, limit: int, filters: dict[str, Any]
) -> list[JsonObject]:
    """Return the oldest items of the first page; with fewer than `at_least`, the test is not verified."""
    response = client.get(path, limit=min(200, limit + MAX_CONCURRENT_ITEMS), **filters)
    try:
        items = json_objects(response.expect_ok().items)
    except ExpectationFailed as error:
        not_verified(f"GET {path} returns no list: {error.found}")
    if len(items) < at_least:
        not_verified(f"GET {path} lists {len(items)} items; {at_least} are needed")
    return sorted(items, key=lambda item: str(item.get("created_at")))[:limit]
